import type { SpokenPart } from '#edge/words/spoken'
import { toGbk } from '../gbk.ts'

/**
 * Characters the modules say wrong where we use them, and others of the same sound in their place (only ever heard, never seen): 重 in
 * 称重 is read as "again", 倒 in 倒车 as "to fall", 藏 and 蒙 in plates as the verbs they mostly are.
 */
export const HARD_TO_SAY: ReadonlyMap<string, string> = new Map([
  ['称重', '撑众'],
  ['毛重', '毛众'],
  ['皮重', '皮众'],
  ['净重', '净众'],
  ['总重', '总众'],
  ['重量', '众量'],
  ['重车', '众车'],
  ['超重', '超众'],
  ['倒车', '到车'],
  ['上磅', '上棒'],
  ['下磅', '下棒'],
  ['过磅', '过棒'],
  ['地磅', '地棒'],
])
/** The province's character of a plate; only there. */
const PROVINCES: ReadonlyMap<string, string> = new Map([
  ['藏', '葬'],
  ['蒙', '猛'],
  ['宁', '凝'],
])
const DIGITS = '零一二三四五六七八九'

/** `marks`: the module knows [n1] and [n2]; one that does not gets the digits of a plate as Chinese numerals. */
export interface SpokenForm {
  readonly marks: boolean
  readonly replace: ReadonlyMap<string, string>
  /** Most bytes of GBK. */
  readonly longest: number
}

/** The text a voice module is sent: whole parts only, so that it never ends inside a mark. */
export function spokenText(parts: readonly SpokenPart[], { marks, replace, longest }: SpokenForm): string {
  let text = ''
  let bytes = 0
  for (const part of parts) {
    for (const piece of piecesOf(part, marks, replace)) {
      const size = toGbk(piece).bytes.length
      if (bytes + size > longest) return text
      text += piece
      bytes += size
    }
  }
  return text
}

function piecesOf(part: SpokenPart, marks: boolean, replace: ReadonlyMap<string, string>): string[] {
  switch (part.kind) {
    case 'words':
      return [...replaced(replaced(unmarked(part.text), HARD_TO_SAY), replace)]
    case 'singly': {
      const [first = '', ...rest] = unmarked(part.text)
      const said = (PROVINCES.get(first) ?? first) + rest.join('')
      return [marks ? `[n1]${said}` : said.replace(/[0-9]/g, (digit) => DIGITS[Number(digit)] ?? digit)]
    }
    case 'number':
      return [marks ? `[n2]${unmarked(part.text)}` : unmarked(part.text)]
  }
}

/** What comes from outside (a plate as a camera read it) must not give the module orders. */
const unmarked = (text: string): string => text.replace(/[[\]]/g, '').replace(/\p{Cc}/gu, ' ')

const replaced = (text: string, by: ReadonlyMap<string, string>): string =>
  [...by].reduce((said, [from, to]) => (from === '' ? said : said.replaceAll(from, to)), text)
