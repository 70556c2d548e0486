import { columnsOf, fitColumns } from '../gbk.ts'
import type { SignLook } from './sign.ts'

/** A line may end behind one of these; a space at the break is dropped. */
const BREAKS = /[ ,，。;；:：]/u

/**
 * A text as pages of a sign, each of at most so many lines that fit its columns. Lines end at a blank or a comma where they can, so that
 * a plate or a number is not torn; a word longer than a line is. Two blanks part sentences, and each begins a line.
 */
export function pagesOf(text: string, { lines, columns }: Pick<SignLook, 'lines' | 'columns'>): string[][] {
  const wrapped = text.split(/ {2,}/).flatMap((sentence) => wrap(sentence, columns))
  const pages: string[][] = []
  for (let at = 0; at < wrapped.length; at += lines) pages.push(wrapped.slice(at, at + lines))
  return pages.length === 0 ? [[]] : pages
}

export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text)) {
    if (columnsOf(line) + columnsOf(word.trimEnd()) <= columns) {
      line += word
      continue
    }
    if (line.trim() !== '') lines.push(line.trim())
    let rest = word
    while (columnsOf(rest.trimEnd()) > columns) {
      const fits = fitColumns(rest, columns)
      // A line narrower than one character shows nothing, and must not hold us up.
      if (fits === '') return lines
      lines.push(fits)
      rest = rest.slice(fits.length)
    }
    line = rest
  }
  if (line.trim() !== '') lines.push(line.trim())
  return lines
}

/** Words with the break behind them. */
function wordsOf(text: string): string[] {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    word += character
    if (!BREAKS.test(character)) continue
    words.push(word)
    word = ''
  }
  return word === '' ? words : [...words, word]
}
