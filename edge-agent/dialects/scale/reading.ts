import { type Kilograms, milliseconds, type Span } from '#edge/units'

/** What any indicator says, in our words, before anybody decides whether to believe it. */
export interface Reading {
  /** The shown number without its point, exact: 45.68 is `{ digits: 4568, decimals: 2 }`. Null when the indicator shows none. */
  readonly digits: number | null
  readonly decimals: number
  /** What the frame says; null where the protocol carries no unit (then it is configuration). */
  readonly unit: WeightUnit | null
  /** Null where the protocol has no motion flag: stability is then computed in `#weighing/settled`. */
  readonly stable: boolean | null
  readonly mode: 'gross' | 'net' | 'tare' | null
  readonly overload: boolean | null
  readonly underload: boolean | null
  readonly zero: boolean | null
}

export type WeightUnit = 'kg' | 't' | 'lb' | 'g'

export type RejectReason = 'bad-checksum' | 'bad-length' | 'bad-digit' | 'decimal-position-out-of-range' | 'noise' | 'bad-frame'

/** A span of bytes that is no frame, why, and where in everything fed so far it began. */
export interface Rejected {
  readonly reason: RejectReason
  readonly at: number
  readonly bytes: Uint8Array
}

/** Bytes in, readings out. Keeps at most one unfinished frame; linear in the bytes whatever they are. */
export interface ScaleDecoder {
  push(bytes: Uint8Array, onReading: (reading: Reading) => void, onRejected: (rejected: Rejected) => void): void
  /**
   * The line was quiet: an unfinished frame is rejected. Call after `quietTime` and on reconnect. A whole frame that stood behind a
   * cut-off longer one is handed to `onReading`, where that is given; dialects of one length have none.
   */
  quiet(onRejected: (rejected: Rejected) => void, onReading?: (reading: Reading) => void): void
}

export interface ScaleDialect {
  readonly name: string
  /** Frames without any check are not believed right after (re)connecting; this many are dropped. */
  readonly distrustFirst: number
  /** Bytes of its longest frame: with the line's speed it gives the quiet time. */
  readonly longestFrame: number
  decoder(): ScaleDecoder
  /** The bytes an indicator would send for this reading: the simulator's side of the same page of the manual. */
  encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>): Uint8Array
}

/** After so long without a byte what was begun is given up: three frame times of ten-bit characters, and at least 200 ms. */
export const quietTime = (dialect: Pick<ScaleDialect, 'longestFrame'>, baud: number): Span =>
  milliseconds(Math.max(200, Math.ceil((3 * dialect.longestFrame * 10_000) / baud)))

export type ToKilograms =
  | { readonly ok: true; readonly kg: Kilograms }
  | {
      readonly ok: false
      readonly reason: 'no-value' | 'fraction' | 'no-unit' | 'overload' | 'underload' | 'out-of-range'
    }
