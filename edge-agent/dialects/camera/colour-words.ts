import type { PlateColour } from '#edge/plate'

/** Colours as English and Chinese words, for makers without numbers. Words that are no plate's colour are `unknown`. */
const WORDS: Readonly<Record<string, PlateColour>> = {
  blue: 'blue',
  yellow: 'yellow',
  white: 'white',
  black: 'black',
  green: 'green',
  'yellow-green': 'yellow-green',
  yellowgreen: 'yellow-green',
  蓝: 'blue',
  黄: 'yellow',
  白: 'white',
  黑: 'black',
  绿: 'green',
  渐变绿: 'green',
  新能源绿: 'green',
  黄绿: 'yellow-green',
  黄绿双拼: 'yellow-green',
  黄绿双拼色: 'yellow-green',
}

export function colourWord(text: string | null): PlateColour {
  const word = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/(?:色|牌|底)+$/u, '')
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? 'unknown') : 'unknown'
}
