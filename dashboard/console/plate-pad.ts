import { PROVINCES } from '#edge/plate'

/**
 * A plate with ten keys: every character has a number of two digits. `00`–`09` are the digits themselves, `11`–`34` the letters of a
 * plate, `40` and on the provinces, those whose trucks come here first. Only what can stand at a place is offered there.
 */
const NEAR = '陕蒙晋宁甘豫冀'
const provinces = [...NEAR, ...[...PROVINCES].filter((one) => !NEAR.includes(one))]
const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ']

export interface PadKey {
  readonly code: string
  readonly character: string
}
const coded = (characters: readonly string[], from: number): PadKey[] =>
  characters.map((character, at) => ({ code: String(from + at).padStart(2, '0'), character }))
const DIGITS = coded([...'0123456789'], 0)
const LETTERS = coded(letters, 11)
const PROVINCE = coded(provinces, 40)

/** A new-energy truck has eight. */
export const PLATE_LONGEST = 8
/** A trailer's, without the 挂 that need not be typed. */
export const TRAILER_LONGEST = 6

/** What may come next after so many characters. */
export function padFor(length: number, longest = PLATE_LONGEST): readonly PadKey[] {
  if (length === 0) return PROVINCE
  if (length === 1) return LETTERS
  return length < longest ? [...DIGITS, ...LETTERS] : []
}

export interface Typed {
  readonly plate: string
  /** The first digit of a character's number. */
  readonly pending: string
}

/** The plate after one more digit; a number that stands for nothing here is forgotten. */
export function padDigit({ plate, pending }: Typed, digit: number, longest = PLATE_LONGEST): Typed {
  const keys = padFor([...plate].length, longest)
  if (pending === '')
    return keys.some(({ code }) => code.startsWith(String(digit))) ? { plate, pending: String(digit) } : { plate, pending }
  const code = pending + String(digit)
  const key = keys.find((one) => one.code === code)
  return { plate: plate + (key?.character ?? ''), pending: '' }
}

/** One step back: the digit just typed, else the last character. Null: there was nothing, the person wants to leave. */
export function padBack({ plate, pending }: Typed): Typed | null {
  if (pending !== '') return { plate, pending: '' }
  return plate === '' ? null : { plate: [...plate].slice(0, -1).join(''), pending: '' }
}
