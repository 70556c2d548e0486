import type { Field } from './text-fields.ts'

export const codes = (characters: string): number[] => [...characters].map((one) => one.charCodeAt(0))
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const width = (fields: readonly Field[]): number => fields.reduce((sum, field) => sum + field.width, 0)

/** Behind these a line that begins with an ordinary character is the tail of something longer. */
export const PRINTABLES = range(0x20, 0x7e)

/** Columns in which any byte may stand, a control character too. */
export function anyByteAt(lines: readonly (readonly Field[])[]): ReadonlySet<number> {
  return new Set(
    lines.flatMap((fields) =>
      fields.flatMap((field, i) => {
        const at = width(fields.slice(0, i))
        return field.kind === 'skip' && field.any ? range(at, at + field.width - 1) : []
      }),
    ),
  )
}

/** The bytes a line of these fields can begin with. */
export function startsOf(fields: readonly Field[]): number[] {
  const [field] = fields
  switch (field?.kind) {
    case 'text':
      return codes(field.text.slice(0, 1))
    case 'word':
      return Object.keys(field.means).flatMap((spelt) => codes(spelt.slice(0, 1)))
    case 'unit':
      return field.spelt.flatMap(([spelt]) => codes(spelt.slice(0, 1)))
    case 'number':
      return codes(field.sign === null ? `0123456789 +-${field.shape.marks}` : `${field.sign}-`)
    case 'address':
      return codes('0123456789')
    case 'flags':
      return field.as === 'hex' ? codes('0123456789ABCDEFabcdef') : range(0x80, 0xff)
    default:
      return PRINTABLES
  }
}
