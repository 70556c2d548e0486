import { bytesOfHex, hexOfBytes } from '#dialects/capture'
import type { DialectSettings } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { dialectDecoder } from '#dialects/scale/seven-bit'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import { type ExpectedReading, expectedReading } from './as-expected.ts'

/** What a dialect makes of some bytes: `frames` and `rejected` together are all of them, but for `remarks`, whole frames without weight. */
export interface Decoded {
  readonly id: unknown
  readonly frames: readonly ExpectedReading[]
  /** `at`: where the span began, counted from 0; `bytes`: the span, in hexadecimal. */
  readonly rejected: readonly { readonly reason: string; readonly at: number; readonly bytes: string }[]
  readonly remarks?: readonly Readonly<Record<string, unknown>>[]
  /** The question itself cannot be answered: an unknown protocol, hexadecimal that is none. */
  readonly error?: string
}

/**
 * One question of `decode --batch`: `{ id, protocol, hex }`, and where wanted `settings`, what a profile would set of the dialect. The
 * bytes are taken as all that came: at their end the line is quiet. A 7E1 line that was read as 8N1 is noticed and mended, as it is at
 * a device.
 */
export function decode({ id = null, protocol, hex, settings }: Readonly<Record<string, unknown>>): Decoded {
  const wrong = (error: string): Decoded => ({ id, frames: [], rejected: [], error })
  const dialect = typeof protocol === 'string' ? scaleDialect(protocol) : null
  if (!dialect) return wrong(`no protocol "${String(protocol)}"; there are ${Object.keys(SCALE_DIALECTS).sort().join(', ')}`)
  const bytes = typeof hex === 'string' ? hexadecimal(hex) : null
  if (!bytes) return wrong('"hex" must be pairs of hexadecimal digits, as in "02 2B 30"')
  const set = settings ?? {}
  const mistakes = settings === undefined ? [] : mistakeFinder(dialect.settings)(set)
  if (mistakes.length > 0) return wrong(`settings: ${mistakeLines(mistakes)}`)

  const frames: ExpectedReading[] = []
  const rejected: Decoded['rejected'][number][] = []
  const remarks: Readonly<Record<string, unknown>>[] = []
  const decoder = dialectDecoder(dialect, {
    settings: set as DialectSettings,
    sevenBit: !dialect.eightBit && looksLikeOneSevenBitFrame(bytes) ? 'always' : 'auto',
  })
  const ears = [
    (reading: Parameters<typeof expectedReading>[0]) => void frames.push(expectedReading(reading)),
    (span: { reason: string; at: number; bytes: Uint8Array }) =>
      void rejected.push({ reason: span.reason, at: span.at, bytes: hexOfBytes(span.bytes) }),
    ({ remark, status, facts }: { remark: string; status: string | null; facts: object }) =>
      void remarks.push({ result: remark, ...(status === null ? {} : { status }), ...facts }),
  ] as const
  decoder.push(bytes, ...ears)
  decoder.quiet(ears[1], ears[0], ears[2])
  return { id, frames, rejected, ...(remarks.length > 0 ? { remarks } : {}) }
}

/**
 * A single frame is too short for the rule a device goes by: one spoiled byte of eighteen is already more than it allows. So a frame
 * of 7E1 is also known by many high bits at once, which no spoiled frame of 8N1 has.
 */
function looksLikeOneSevenBitFrame(bytes: Uint8Array): boolean {
  const ones = (byte: number): number => [...byte.toString(2)].filter((bit) => bit === '1').length
  const share = (having: (byte: number) => boolean): number => bytes.filter(having).length / bytes.length
  return bytes.length >= 16 && share((byte) => byte > 0x7f) >= 0.2 && share((byte) => ones(byte) % 2 === 0) >= 0.9
}

function hexadecimal(text: string): Uint8Array | null {
  try {
    return bytesOfHex(text)
  } catch {
    return null
  }
}
