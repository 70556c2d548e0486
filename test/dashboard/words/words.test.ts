import { expect, it } from 'vitest'
import { FACTS_OF } from '#edge/findings'
import { en } from '../../../dashboard/words/en.ts'
import { enConsole } from '../../../dashboard/words/en-console.ts'
import { zh } from '../../../dashboard/words/zh.ts'
import { zhConsole } from '../../../dashboard/words/zh-console.ts'

/** Every leaf as `a.b.c`, with how many facts its sentence takes. */
function leaves(words: unknown, path = ''): [string, unknown][] {
  if (typeof words === 'string' || typeof words === 'function') return [[path, words]]
  return Object.entries(words as object).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`))
}
const all = (language: 'zh' | 'en'): [string, unknown][] =>
  language === 'zh' ? [...leaves(zh), ...leaves(zhConsole)] : [...leaves(en), ...leaves(enConsole)]
const shape = (words: unknown): string[] =>
  leaves(words).map(([path, leaf]) => `${path}/${typeof leaf === 'function' ? leaf.length : 'text'}`)
const said = (leaf: unknown): string => (typeof leaf === 'function' ? (leaf as (...facts: number[]) => string)(2, 3, 4) : String(leaf))

it('every fact a finding may bring has its name on the screens', () => {
  const facts = new Set(Object.values(FACTS_OF).flat())
  expect([...facts].filter((fact) => zh.factNames[fact] === undefined)).toEqual([])
})

it('both languages say the same things', () => {
  expect(shape(en)).toEqual(shape(zh))
  expect(shape(enConsole)).toEqual(shape(zhConsole))
})

it.each([
  ['zh', zh],
  ['en', en],
  ['zh, console', zhConsole],
  ['en, console', enConsole],
] as const)('nothing in %s is empty or a hole', (_language, words) => {
  const holes = leaves(words).filter(([, leaf]) => /^\s*$|undefined|NaN/.test(said(leaf)))
  expect(holes.map(([path]) => path)).toEqual([])
})

it('Chinese sentences are Chinese, with Chinese punctuation', () => {
  const latin = all('zh').filter(
    ([path, leaf]) =>
      !/[\u4e00-\u9fff]/.test(said(leaf)) &&
      !['language.en', 'none', 'menu.language', 'pair', 'both', 'listing', 'weighings.photoOf'].includes(path),
  )
  expect(latin.map(([path]) => path)).toEqual([])
  const half = all('zh').filter(([, leaf]) => /[\u4e00-\u9fff][,:;]/.test(said(leaf)))
  expect(half.map(([path]) => path)).toEqual([])
})

it('English sentences hold no Chinese but plates and the name of the other language', () => {
  const chinese = all('en').filter(
    ([path, leaf]) => /[\u4e00-\u9fff]/.test(said(leaf)) && !['language.zh', 'tickets.plateBad', 'menu.language'].includes(path),
  )
  expect(chinese.map(([path]) => path)).toEqual([])
})
