import { bytesOfHex, hexOfBytes } from '#dialects/capture'
import type { DialectSettings, Rejected, Remark } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { mistakeLines } from '#edge/mistakes'
import { dialectOf, type SetDialect, settingMistakes } from '../config/profile.ts'
import { type ExpectedReading, expectedReading } from './as-expected.ts'
import { hear } from './hearing.ts'
import { spokenAs } from './speaks.ts'

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
 * One question of `decode --batch`: `{ id, protocol, hex }`, where wanted with `settings`, what a profile would set of the dialect; or
 * `{ id, profile, hex }` with a profile's file or name. The bytes are taken as all that came: at their end the line is quiet. A 7E1
 * line that was read as 8N1 is noticed and mended, as it is at a device.
 */
export function decode(asked: Readonly<Record<string, unknown>>): Decoded {
  const { id = null, hex } = asked
  const bytes = typeof hex === 'string' ? hexadecimal(hex) : null
  const speaks = bytes ? speaksFor(asked, bytes) : '"hex" must be pairs of hexadecimal digits, as in "02 2B 30"'
  if (bytes === null || typeof speaks === 'string') return { id, frames: [], rejected: [], error: String(speaks) }
  const heard = hear({ pieces: [{ atMs: null, bytes }], notes: [] }, speaks)
  const remarks = heard.flatMap((one) => (one.kind === 'remark' ? [remarked(one.remark)] : []))
  return {
    id,
    frames: heard.flatMap((one) => (one.kind === 'reading' ? [expectedReading(one.reading)] : [])),
    rejected: heard.flatMap((one) =>
      one.kind === 'rejected'
        ? [{ reason: one.rejected.reason, at: one.rejected.at, bytes: hexOfBytes(asItCame(bytes, one.rejected)) }]
        : [],
    ),
    ...(remarks.length > 0 ? { remarks } : {}),
  }
}

/** A dialect has a 7E1 line without its parity bits; evidence is what came. */
const asItCame = (bytes: Uint8Array, { at, bytes: seen }: Rejected): Uint8Array => bytes.subarray(at, at + seen.length)

/** The dialect as it is set for this question, or why there is none. */
function speaksFor({ protocol, profile, settings }: Readonly<Record<string, unknown>>, bytes: Uint8Array): SetDialect | string {
  try {
    const spoken = typeof profile === 'string' ? spokenAs({ profile }) : null
    if (spoken) return spoken
  } catch (error) {
    return (error as Error).message
  }
  const dialect = typeof protocol === 'string' ? scaleDialect(protocol) : null
  if (!dialect) return `no protocol "${String(protocol)}"; there are ${Object.keys(SCALE_DIALECTS).sort().join(', ')}`
  const mistakes = settings === undefined ? [] : settingMistakes('', dialect.name, { settings })
  if (mistakes.length > 0) return mistakeLines(mistakes)
  const sevenBit = !dialect.eightBit && looksLikeOneSevenBitFrame(bytes) ? 'always' : 'auto'
  const set = dialectOf({ dialect: dialect.name, sevenBit, ...(settings === undefined ? {} : { settings: settings as DialectSettings }) })
  return set ?? dialect.name
}

const remarked = ({ remark, status, facts }: Remark): Readonly<Record<string, unknown>> => ({
  result: remark,
  ...(status === null ? {} : { status }),
  ...facts,
})

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
