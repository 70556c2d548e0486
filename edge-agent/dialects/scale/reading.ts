import type { TObject } from 'typebox'
import { type Kilograms, milliseconds, type Span } from '#edge/units'

/** A shown number without its point, exact: 45.68 is `{ digits: 4568, decimals: 2 }`. */
export interface Exact {
  readonly digits: number
  readonly decimals: number
}

/** What any indicator says, in our words, before anybody decides whether to believe it. */
export interface Reading {
  /** The shown number without its point. Null when the indicator shows none, or says that the one it shows is not to be used. */
  readonly digits: number | null
  /** Null where the frame does not say where the point stands: then it is configuration. */
  readonly decimals: number | null
  /** What the frame says; null where the protocol carries no unit (then it is configuration). */
  readonly unit: WeightUnit | null
  /** Null where the protocol has no motion flag: stability is then computed in `#weighing/settled`. */
  readonly stable: boolean | null
  readonly mode: WeightMode | null
  readonly overload: boolean | null
  readonly underload: boolean | null
  readonly zero: boolean | null
  /** The tare the same frame carries, in its unit. */
  readonly tare: Exact | null
  /** What else the frame says. Left out where it says no more. */
  readonly beside?: Beside
}

export type WeightMode = 'gross' | 'net' | 'tare'

/** `tn` is the short ton of North America, 2000 lb. */
export type WeightUnit = 'kg' | 't' | 'lb' | 'g' | 'tn'

/** Facts of a frame that no decision rests on; names as in `expected` of the conformance kit, numbers exact. */
export interface Beside {
  /** Digits that stood in a frame which says not to use them (overload, not valid). Never a weight. */
  readonly frameValue?: Exact
  readonly division?: Exact
  readonly gross?: Exact
  readonly net?: Exact
  /** `false`: the indicator itself calls the number invalid. */
  readonly valid?: boolean
  readonly highResolution?: boolean
  readonly tareActive?: boolean
  readonly address?: string
  readonly command?: string
  readonly scaleNo?: string
  readonly channel?: string
  readonly status?: number
}

/** A whole frame that carries no weight: what a host asks, or an acknowledgement or error an indicator answers. */
export interface Remark {
  readonly remark: 'request' | 'reply'
  /** For `reply`: `ok`, `not-executed`, `not-executable`, `syntax-error`, `transmission-error`, `exception`, … */
  readonly status: string | null
  readonly facts: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}

export type RejectReason =
  | 'bad-checksum'
  | 'bad-crc'
  | 'bad-length'
  | 'bad-digit'
  | 'bad-number'
  | 'bad-header'
  | 'bad-status'
  | 'bad-unit'
  | 'bad-frame'
  | 'decimal-position-out-of-range'
  | 'address-mismatch'
  | 'noise'

/** A span of bytes that is no frame, why, and where in everything fed so far it began. */
export interface Rejected {
  readonly reason: RejectReason
  readonly at: number
  readonly bytes: Uint8Array
}

/** Bytes in, readings out. Keeps at most one unfinished frame; linear in the bytes whatever they are. */
export interface ScaleDecoder {
  push(
    bytes: Uint8Array,
    onReading: (reading: Reading) => void,
    onRejected: (rejected: Rejected) => void,
    onRemark?: (remark: Remark) => void,
  ): void
  /**
   * The line was quiet: an unfinished frame is rejected. Call after `quietTime` and on reconnect. A whole frame that stood behind a
   * cut-off longer one, or could have been longer, is handed to `onReading`, where that is given; dialects of one length have none.
   */
  quiet(onRejected: (rejected: Rejected) => void, onReading?: (reading: Reading) => void, onRemark?: (remark: Remark) => void): void
}

/** What a device's profile sets of its dialect: values of the dialect's own `settings` schema, defaults filled in by the dialect. */
export type DialectSettings = Readonly<Record<string, unknown>>

/** How a line of this family is usually set; a profile or an address says otherwise. */
export interface UsualLine {
  readonly baud: number
  readonly data: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stop: 1 | 2
}

/** A dialect whose indicator speaks only when asked. One question at a time; whoever has another address is silent. */
export interface Asking {
  /** The bytes that ask the indicator of these settings for its weight. */
  ask(settings?: DialectSettings): Uint8Array
  /** The longest an indicator takes, in milliseconds, where nothing else is configured. */
  readonly answerWithinMs: number
  /**
   * The indicator's side: what it answers to these bytes, null when they are no question for it (not whole, another address). It
   * answers the newest whole question in the bytes.
   */
  answer(heard: Uint8Array, reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array | null
}

export interface ScaleDialect {
  readonly name: string
  /** The makers and models that speak it, for people: one line. */
  readonly about: string
  /** How sure the layout is: `shaky` dialects are spoken but never named by `detect` on their own. */
  readonly evidence: 'solid' | 'fair' | 'shaky'
  /** Frames without any check are not believed right after (re)connecting; this many are dropped. */
  readonly distrustFirst: number
  /** Bytes of its longest frame: with the line's speed it gives the quiet time. */
  readonly longestFrame: number
  /** Bit 7 carries meaning (lamp bytes, binary): a 7E1 line read as 8N1 cannot be mended by clearing it. */
  readonly eightBit: boolean
  readonly usual: UsualLine
  /** What a profile may set, each member with a default; an empty object where there is nothing to set. */
  readonly settings: TObject
  /** Null for indicators that speak by themselves. */
  readonly asking: Asking | null
  /** Whether an indicator that can be asked is asked where its profile's `ask` says nothing; left out means yes. */
  readonly asksByDefault?: boolean
  decoder(settings?: DialectSettings): ScaleDecoder
  /**
   * The bytes an indicator would send for this reading: the simulator's side of the same page of the manual. Empty where the format
   * has no way to say "no number"; a RangeError for a number it cannot hold.
   */
  encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, settings?: DialectSettings): Uint8Array
}

/** After so long without a byte what was begun is given up: three frame times of ten-bit characters, and at least 200 ms. */
export const quietTime = (dialect: Pick<ScaleDialect, 'longestFrame'>, baud: number): Span =>
  milliseconds(Math.max(200, Math.ceil((3 * dialect.longestFrame * 10_000) / baud)))

export type ToKilograms =
  | { readonly ok: true; readonly kg: Kilograms }
  | {
      readonly ok: false
      readonly reason: 'tare' | 'net' | 'no-value' | 'fraction' | 'no-unit' | 'no-decimals' | 'overload' | 'underload' | 'out-of-range'
    }
