import Type from 'typebox'
import { oneOf } from '#edge/ids'
import type { DialectSettings } from './reading.ts'

/** A setting that is one of a few words; what is usual when it is left out. */
export const wordsSchema = <const Words extends readonly string[]>(words: Words, usual: Words[number], description: string) =>
  Type.Optional({ ...oneOf(words), default: usual, description })

/** Where the point stands on the display, for frames that do not carry it. */
export const decimalsSchema = (most: number) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: most, default: 0, description: 'decimals of the display, where no point is sent' }))

/** A text a profile set, or what is usual. */
export function textSetting(settings: DialectSettings | undefined, name: string, usual: string): string {
  const value = settings?.[name]
  return typeof value === 'string' ? value : usual
}

/** One of a few words a profile set, or what is usual. */
export function wordSetting<Word extends string>(
  settings: DialectSettings | undefined,
  name: string,
  words: readonly Word[],
  usual: Word,
): Word {
  const value = settings?.[name]
  return words.find((word) => word === value) ?? usual
}

export function numberSetting(settings: DialectSettings | undefined, name: string, usual: number): number {
  const value = settings?.[name]
  return typeof value === 'number' ? value : usual
}
