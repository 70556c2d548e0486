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
