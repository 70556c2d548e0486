import { byteAt } from '../framing.ts'
import { BLANK, isDigit, isHexAt, MINUS, textAt, xorOf, ZERO } from './characters.ts'
import type { RejectReason } from './reading.ts'
import { type Draft, tell } from './text-draft.ts'
import type { Facts, Field, FieldOf } from './text-fields.ts'
import { readNumber } from './text-number.ts'

/** Reads one field; null when it says what it may. */
export type ReadField = (bytes: Uint8Array, at: number, from: number, draft: Draft) => RejectReason | null

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
        tell(draft, said)
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
        const flags = field.as === 'byte' ? (byte < 0x80 ? -1 : byte) : hexDigit(byte)
        if (flags < 0) return 'bad-status'
        for (const [bit, said] of field.bits) if ((flags & bit) !== 0) tell(draft, said)
        return null
      }
    case 'skip':
      return (bytes, at) => {
        for (let i = 0; i < width; i++) if (!field.any && byteAt(bytes, at + i) < 0x20) return 'bad-frame'
        return null
      }
    case 'address':
      return (bytes, at, _from, draft) => {
        for (let i = 0; i < width; i++) if (!isDigit(byteAt(bytes, at + i))) return 'bad-header'
        draft.address = textAt(bytes, at, at + width)
        return null
      }
    case 'xor':
      return (bytes, at, from) => (isHexAt(xorOf(bytes, from, at), bytes, at) ? null : 'bad-checksum')
  }
}

const isBlank = (bytes: Uint8Array, at: number, width: number): boolean => {
  for (let i = 0; i < width; i++) if (byteAt(bytes, at + i) !== BLANK) return false
  return true
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - ZERO
  const letter = (byte & 0xdf) - 0x41
  return letter >= 0 && letter < 6 ? letter + 10 : -1
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
    const negative = signs !== null && byteAt(bytes, at) === MINUS
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
