import type { SpokenPart } from '#edge/words/spoken'
import { toGbk } from '../gbk.ts'

/**
 * What the modules say wrong unless they are told: characters with two sounds, where ours is the rarer one. The mark behind a character
 * is its sound, as the cement client's table has it; a site adds its own (`replace` of the voice's configuration).
 */
export const HARD_TO_SAY: ReadonlyMap<string, string> = new Map([
  ['藏', '藏[=zang4]'],
  ['朴', '朴[=piao2]'],
  ['重车', '重[=zhong4]车'],
])
const DIGITS = '零一二三四五六七八九'

/** `marks`: the module knows [n1], [n2] and [=…]; one that does not gets the digits of a plate as Chinese numerals. */
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
  const text = unmarked(part.text)
  const said = marks ? replaced(replaced(text, replace), HARD_TO_SAY) : replaced(text, replace)
  switch (part.kind) {
    case 'words':
      return wholeMarks(said)
    case 'singly':
      return [marks ? `[n1]${said}` : said.replace(/[0-9]/g, (digit) => DIGITS[Number(digit)] ?? digit)]
    case 'number':
      return [marks ? `[n2]${said}` : said]
  }
}

/** Character by character, a mark with the character before it. */
const wholeMarks = (text: string): string[] => text.match(/.(?:\[[^\]]*\])*/gsu) ?? []

/** What comes from outside (a plate as a camera read it) must not give the module orders. */
const unmarked = (text: string): string => text.replace(/[[\]]/g, '').replace(/\p{Cc}/gu, ' ')

const replaced = (text: string, by: ReadonlyMap<string, string>): string =>
  [...by].reduce((said, [from, to]) => (from === '' ? said : said.replaceAll(from, to)), text)
