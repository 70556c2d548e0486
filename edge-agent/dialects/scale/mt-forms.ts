import { byteAt } from '../framing.ts'
import { LF, STX, sumOf } from './characters.ts'
import type { RejectReason } from './reading.ts'

/** How a METTLER TOLEDO continuous frame ends. */
export const MT_FORMS = ['cr', 'cr-checksum', 'cr-lf', 'cr-lf-checksum'] as const
export type MtForm = (typeof MT_FORMS)[number]

export interface MtTail {
  readonly length: number
  /** Null where the bytes fit two forms, or nothing followed to tell: not to be learned from. */
  readonly form: MtForm | null
}

export type MtEnd = 'need-more' | RejectReason | MtTail

const SOH = 0x01

/**
 * The check makes the sum of a frame a multiple of 128. An 8-bit maker (Flintec prints "0 − sum") may complete it to 256, so bit 7 of
 * the check itself says nothing.
 */
const fitsCheck = (bytes: Uint8Array, from: number, end: number): boolean => sumOf(bytes, from, end) % 128 === 0
const isStart = (byte: number): boolean => byte === STX || byte === SOH

const KNOWN: Readonly<Record<MtForm, { readonly more: number; readonly line: boolean; readonly check: boolean }>> = {
  cr: { more: 0, line: false, check: false },
  'cr-checksum': { more: 1, line: false, check: true },
  'cr-lf': { more: 1, line: true, check: false },
  'cr-lf-checksum': { more: 2, line: true, check: true },
}

/** What follows the CR in a form that is known: nothing is waited for beyond the frame's own last byte. */
export function tailInForm(form: MtForm, bytes: Uint8Array, from: number, body: number, to: number): MtEnd {
  const { more, line, check } = KNOWN[form]
  const length = body + more
  if (to < from + length) return 'need-more'
  if (line && byteAt(bytes, from + body) !== LF) return 'bad-frame'
  if (check && !fitsCheck(bytes, from, from + length)) return 'bad-checksum'
  return { length, form }
}

/**
 * What follows the CR where the form is not known yet. The number is the same in every form; what is decided is whether a check was
 * there and held. Three things may follow a frame without one: nothing, an LF, or the next frame's start. As those bytes may be a
 * check as well, up to three bytes are looked at: two starts in a row are a check and a start. Anything else is a failed check.
 * One thing remains open in a single frame: a spoiled one whose check happened to be 0A looks as if it ended CR LF.
 */
export function tailOfAnyForm(bytes: Uint8Array, from: number, body: number, to: number, over: boolean): MtEnd {
  const end = from + body
  const known = to - end
  /** A byte behind the frame: −1 once it is sure that there is none. */
  const behind = (place: number): number => (known > place ? byteAt(bytes, end + place) : -1)
  const unsure = (place: number): boolean => known <= place && !over

  if (unsure(0)) return 'need-more'
  const next = behind(0)
  if (next < 0) return { length: body, form: null }
  const fits = fitsCheck(bytes, from, end + 1)
  const checked: MtEnd = fits ? { length: body + 1, form: 'cr-checksum' } : 'bad-checksum'
  if (isStart(next)) {
    if (unsure(1)) return 'need-more'
    const second = behind(1)
    return second < 0 || isStart(second) ? checked : { length: body, form: 'cr' }
  }
  if (next !== LF) return checked

  if (unsure(1)) return 'need-more'
  const second = behind(1)
  const lineOnly: MtTail = { length: body + 1, form: fits ? null : 'cr-lf' }
  if (second < 0) return lineOnly
  const withCheck: MtEnd = fitsCheck(bytes, from, end + 2) ? { length: body + 2, form: 'cr-lf-checksum' } : fits ? lineOnly : 'bad-checksum'
  if (!isStart(second)) return withCheck
  if (unsure(2)) return 'need-more'
  const third = behind(2)
  return third < 0 || isStart(third) ? withCheck : lineOnly
}

/** Bytes looked at beyond the CR, at most. */
export const MT_LOOK_AHEAD = 3
