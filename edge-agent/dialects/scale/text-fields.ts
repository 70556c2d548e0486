import { byteAt } from '../framing.ts'
import type { Exact, Reading, RejectReason, WeightMode, WeightUnit } from './reading.ts'
import { type NumberShape, PLAIN_NUMBER, readNumber } from './text-number.ts'

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

/** All that is known of a line while it is read. */
export interface Draft {
  stable: boolean | null
  mode: WeightMode | null
  unit: WeightUnit | null
  overload: boolean | null
  underload: boolean | null
  zero: boolean | null
  valid?: false
  highResolution?: true
  number?: 'aside' | 'none'
  negative?: boolean
  weight: Exact | RejectReason | null
  tare: Exact | null
  address?: string
  /** What the number's own characters said, to be said last. */
  filled: Facts | null
}

/** Reads one field; null when it says what it may. A number that is none is kept in the draft: a status may yet say not to use it. */
export type ReadField = (bytes: Uint8Array, at: number, from: number, draft: Draft) => RejectReason | null

const HEX = '0123456789ABCDEF'
const packed = (characters: string): number => [...characters].reduce((sum, one) => sum * 256 + one.charCodeAt(0), 0)
const packedAt = (bytes: Uint8Array, at: number, width: number): number => {
  let sum = 0
  for (let i = 0; i < width; i++) sum = sum * 256 + byteAt(bytes, at + i)
  return sum
}

export function readerOf(field: Field): ReadField {
  const { width } = field
  switch (field.kind) {
    case 'text': {
      const codes = [...field.text].map((one) => one.charCodeAt(0))
      return (bytes, at) => {
        for (let i = 0; i < codes.length; i++) if (byteAt(bytes, at + i) !== codes[i]) return field.not
        return null
      }
    }
    case 'word': {
      const facts = new Map(Object.entries(field.means).map(([spelt, said]) => [packed(spelt), said]))
      return (bytes, at, _from, draft) => {
        const said = facts.get(packedAt(bytes, at, width))
        if (!said) return field.not
        Object.assign(draft, said)
        return null
      }
    }
    case 'unit': {
      const units = new Map(field.spelt.map(([spelt, is]) => [packed(spelt), is]))
      return (bytes, at, _from, draft) => {
        const is = units.get(packedAt(bytes, at, width))
        if (is === undefined || (draft.unit !== null && is !== null && is !== draft.unit)) return 'bad-unit'
        draft.unit = is ?? draft.unit
        return null
      }
    }
    case 'number':
      return numberReader(field)
    case 'flags':
      return (bytes, at, _from, draft) => {
        const byte = byteAt(bytes, at)
        const flags = field.as === 'byte' ? byte : HEX.indexOf(String.fromCharCode(byte).toUpperCase())
        if (flags < 0 || (field.as === 'byte' && flags < 0x80)) return 'bad-status'
        for (const [bit, said] of field.bits) if ((flags & bit) !== 0) Object.assign(draft, said)
        return null
      }
    case 'skip':
      return (bytes, at) => {
        for (let i = 0; i < width; i++) if (!field.any && byteAt(bytes, at + i) < 0x20) return 'bad-frame'
        return null
      }
    case 'address':
      return (bytes, at, _from, draft) => {
        for (let i = 0; i < width; i++) if (byteAt(bytes, at + i) < 0x30 || byteAt(bytes, at + i) > 0x39) return 'bad-header'
        draft.address = String.fromCharCode(byteAt(bytes, at), byteAt(bytes, at + 1))
        return null
      }
    case 'xor':
      return (bytes, at, from) => {
        let sum = 0
        for (let i = from; i < at; i++) sum ^= byteAt(bytes, i)
        return byteAt(bytes, at) === HEX.charCodeAt(sum >> 4) && byteAt(bytes, at + 1) === HEX.charCodeAt(sum & 15) ? null : 'bad-checksum'
      }
  }
}

const isBlank = (bytes: Uint8Array, at: number, width: number): boolean => {
  for (let i = 0; i < width; i++) if (byteAt(bytes, at + i) !== 0x20) return false
  return true
}

function numberReader({ width, of, sign, shape, fills }: FieldOf<'number'>): ReadField {
  const fillAt = (bytes: Uint8Array, at: number, columns: number): Facts | undefined => {
    const byte = byteAt(bytes, at)
    for (let i = 1; i < columns; i++) if (byteAt(bytes, at + i) !== byte) return undefined
    return fills[String.fromCharCode(byte)]
  }
  const hasFills = Object.keys(fills).length > 0
  const signs = sign === null ? null : new Set([...sign, '-'].map((one) => one.charCodeAt(0)))
  return (bytes, at, _from, draft) => {
    const first = signs ? at + 1 : at
    const columns = signs ? width - 1 : width
    const filled = hasFills ? fillAt(bytes, first, columns) : undefined
    if (filled) {
      draft.filled = filled
      return null
    }
    const known = signs && !signs.has(byteAt(bytes, at)) ? 'bad-number' : readNumber(bytes, first, columns, shape)
    const negative = signs !== null && byteAt(bytes, at) === 0x2d
    const exact = typeof known === 'object' && negative && known.digits > 0 ? { ...known, digits: -known.digits } : known
    if (of === 'weight') {
      draft.weight = exact
      return null
    }
    if (typeof exact === 'object') draft.tare = exact
    else if (!isBlank(bytes, at, width)) return exact
    return null
  }
}

const negated = (exact: Draft['weight']): Draft['weight'] =>
  typeof exact === 'object' && exact !== null && exact.digits !== 0 ? { ...exact, digits: -exact.digits } : exact

/** The reading a finished draft is, or why it is none. */
export function readingOf(draft: Draft): Reading | RejectReason {
  if (draft.filled) Object.assign(draft, draft.filled)
  const { stable, mode, unit: is, overload, underload, zero, tare: tared, number: use, valid, highResolution, address: of } = draft
  const weight = draft.negative ? negated(draft.weight) : draft.weight
  const exact = typeof weight === 'object' ? weight : null
  if (use === undefined && exact === null) return typeof weight === 'string' ? weight : 'bad-number'
  const aside = use === 'aside' ? exact : null
  const beside = {
    ...(aside && { frameValue: aside }),
    ...(valid === undefined ? {} : { valid }),
    ...(highResolution && { highResolution }),
    ...(of === undefined ? {} : { address: of }),
  }
  return {
    digits: use === undefined && exact ? exact.digits : null,
    decimals: use === 'none' || !exact ? null : exact.decimals,
    unit: is,
    stable,
    mode,
    overload,
    underload,
    zero,
    tare: tared,
    ...(Object.keys(beside).length > 0 && { beside }),
  }
}
