import type { DialectSettings } from './reading.ts'

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
