import { readPlate } from '#edge/plate'

const utf8 = new TextEncoder()
const gb18030 = new TextDecoder('gb18030')

/**
 * GBK plates whose bytes pass for UTF-8 (鲁 is C2 B3, 豫 is D4 A5, 学 is D1 A7) come out of a careful decoder as ³ or ԥ. A text that
 * is no plate but is one when its bytes are read as GBK was one.
 */
export function mendedPlate(text: string): { readonly text: string; readonly encoding?: 'gbk' } {
  if (!/[\u0080-\u07ff]/.test(text) || readPlate(text).kind !== 'unreadable') return { text }
  const again = gb18030.decode(utf8.encode(text))
  return readPlate(again).kind === 'plate' ? { text: again, encoding: 'gbk' } : { text }
}

/** A member that says yes or no in one of the spellings makers have for it; null where it does not say. */
export function yesOrNo(value: unknown): boolean | null {
  const text = String(value).toLowerCase()
  return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : null
}

/**
 * The text of a message that also tells whether there was a plate. Where the camera says there was none, no text of the same message
 * makes one, though it stays among the candidates.
 */
export function plateSaid(
  said: string,
  exists: boolean | null,
): { readonly text: string; readonly encoding?: 'gbk'; readonly candidates?: readonly string[] } {
  const { text, ...how } = mendedPlate(said)
  if (exists !== false || readPlate(text).kind === 'no-plate') return { text, ...how }
  return { text: '', candidates: [text] }
}
