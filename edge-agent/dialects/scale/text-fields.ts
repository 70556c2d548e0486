import type { RejectReason, WeightMode, WeightUnit } from './reading.ts'
import { type NumberShape, PLAIN_NUMBER } from './text-number.ts'

/** What a character or a word of a line says. A member that is there wins over what was said before it, `null` too. */
export interface Facts {
  readonly stable?: boolean | null
  readonly mode?: WeightMode | null
  readonly unit?: WeightUnit
  /** For formats that put the sign elsewhere than before the number. */
  readonly negative?: boolean
  readonly overload?: boolean | null
  readonly underload?: boolean | null
  readonly zero?: boolean | null
  readonly valid?: false
  readonly highResolution?: true
  /** The number is not to be used: `aside` keeps it as `frameValue`, `none` forgets it. */
  readonly number?: 'aside' | 'none'
}

export type Means = Readonly<Record<string, Facts>>

/** One piece of a line, of fixed width. A line is a list of them. */
export type Field =
  | { readonly kind: 'text'; readonly width: number; readonly text: string; readonly not: RejectReason }
  | { readonly kind: 'word'; readonly width: number; readonly means: Means; readonly not: RejectReason }
  /** One character of flags: a hexadecimal digit, or a byte with its top bit set. `shows` is for writing only. */
  | {
      readonly kind: 'flags'
      readonly width: 1
      readonly as: 'hex' | 'byte'
      readonly bits: readonly (readonly [bit: number, Facts])[]
      readonly shows: readonly (readonly [bit: number, Facts])[]
      readonly always: number
    }
  | {
      readonly kind: 'number'
      readonly width: number
      readonly of: 'weight' | 'tare'
      /** Characters of the column in front: the first is written for plus; `-` is minus. Null: the sign stands in the number. */
      readonly sign: string | null
      readonly shape: NumberShape
      /** A number of nothing but one of these characters is a message. It wins over every status. */
      readonly fills: Means
    }
  | {
      readonly kind: 'unit'
      readonly width: number
      readonly spelt: readonly (readonly [string, WeightUnit | null])[]
      readonly blankWhenMoving: boolean
    }
  | { readonly kind: 'skip'; readonly width: number; readonly written: string; readonly any: boolean }
  | { readonly kind: 'address'; readonly width: number }
  /** Two upper-case hexadecimal characters: XOR of all characters before them. */
  | { readonly kind: 'xor'; readonly width: 2 }

export type FieldOf<K extends Field['kind']> = Extract<Field, { kind: K }>

export const text = (characters: string, not: RejectReason = 'bad-frame'): Field => ({
  kind: 'text',
  width: characters.length,
  text: characters,
  not,
})

/** Words of one width, each with what it says. The first that fits is written. */
export const word = (means: Means, not: RejectReason = 'bad-status'): Field => ({
  kind: 'word',
  width: Object.keys(means)[0]?.length ?? 0,
  means,
  not,
})

export const number = (width: number, more: Partial<NumberShape> & { sign?: string; fills?: Means } = {}): Field => {
  const { sign = null, fills = {}, ...shape } = more
  return {
    kind: 'number',
    of: 'weight',
    width: width + (sign === null ? 0 : 1),
    sign,
    fills,
    shape: { ...PLAIN_NUMBER, signed: sign === null, ...shape },
  }
}

/** A tare beside the weight; its columns may be blank. */
export const tare = (width: number, shape: Partial<NumberShape> = {}): Field => ({
  kind: 'number',
  of: 'tare',
  width,
  sign: null,
  fills: {},
  shape: { ...PLAIN_NUMBER, signed: true, ...shape },
})

const UNITS: readonly (readonly [string, WeightUnit])[] = [
  ['kg', 'kg'],
  ['t', 't'],
  ['lb', 'lb'],
  ['g', 'g'],
  ['tn', 'tn'],
]

/** A unit in `width` columns, on either side of them, in any case; blanks say none. Units no weighbridge has (oz, pcs) are `bad-unit`. */
export const unit = (
  width: number,
  { align = 'left', upper = false, blankWhenMoving = false }: { align?: 'left' | 'right'; upper?: boolean; blankWhenMoving?: boolean } = {},
): Field => {
  const spelt = UNITS.filter(([name]) => name.length <= width).flatMap(([name, is]) => {
    const cased = upper ? [name.toUpperCase(), name] : [name, name.toUpperCase()]
    const sides = cased.flatMap((one) =>
      align === 'left' ? [one.padEnd(width), one.padStart(width)] : [one.padStart(width), one.padEnd(width)],
    )
    const capital = name.slice(0, 1).toUpperCase() + name.slice(1)
    return [...sides, capital.padEnd(width), capital.padStart(width)].map((one) => [one, is] as const)
  })
  return { kind: 'unit', width, spelt: [...spelt, [' '.repeat(width), null]], blankWhenMoving }
}

/** The one-letter units of North American streams: L, K, T, G or blank; what a ton is, is the caller's to say. */
export const unitLetter = (ton: WeightUnit, lowerToo = false): Field => {
  const letters: (readonly [string, WeightUnit | null])[] = [
    ['K', 'kg'],
    ['L', 'lb'],
    ['T', ton],
    ['G', 'g'],
  ]
  const lower = lowerToo ? letters.map(([letter, is]) => [letter.toLowerCase(), is] as const) : []
  return { kind: 'unit', width: 1, spelt: [...letters, ...lower, [' ', null]], blankWhenMoving: false }
}

/** Printable characters that say nothing here; `any` admits every byte. */
export const skip = (written: string, any = false): Field => ({ kind: 'skip', width: written.length, written, any })
export const address: Field = { kind: 'address', width: 2 }
export const xor: Field = { kind: 'xor', width: 2 }

export const hexFlags = (...bits: readonly (readonly [bit: number, Facts])[]): Field => ({
  kind: 'flags',
  width: 1,
  as: 'hex',
  bits,
  shows: bits,
  always: 0,
})
