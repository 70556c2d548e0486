import { readPlate } from '#edge/plate'
import { fromBase64 } from './base64.ts'
import { readText, shortText } from './json-body.ts'
import { mendedPlate } from './mended-plate.ts'

export interface Licence {
  readonly text: string
  /** The bytes were no UTF-8, or passed for it by chance and make a plate only as GBK. */
  readonly gbk: boolean
}

/**
 * The text of a `license`, which is base64 of UTF-8 over MQTT (`encoded`), plain over HTTP, and the other way round or base64 of GBK
 * with some OEM firmware. What reads as a plate or as "no plate" decides; a foreign plate stays what the protocol says it is. Null
 * where it should be base64, is none and is no text of a plate either.
 */
export function licenceIn(said: unknown, encoded: boolean): Licence | null {
  const found = textIn(said, encoded)
  if (found === null) return null
  const { text, encoding } = mendedPlate(found.text)
  return { text, gbk: found.gbk || encoding === 'gbk' }
}

function textIn(said: unknown, encoded: boolean): Licence | null {
  if (typeof said !== 'string') return { text: shortText(said, 20) ?? '', gbk: false }
  const value = said.slice(0, LONGEST_LOOKED_AT)
  const plain: Licence = { text: value, gbk: false }
  const bytes = fromBase64(value)
  const inside = bytes === null ? null : readText(bytes)
  if (encoded) {
    if (inside !== null && (says(inside) || mendedPlate(inside.text).encoding === 'gbk')) return inside
    if (says(plain) || PLAIN.test(value)) return plain
    return inside
  }
  return !says(plain) && inside !== null && readPlate(inside.text).kind === 'plate' ? inside : plain
}

/** A plate's base64 is below a hundred letters; a text of megabytes is not read through. */
const LONGEST_LOOKED_AT = 4_096

const says = ({ text }: Licence): boolean => readPlate(text).kind !== 'unreadable'
/** Capitals and digits, or characters base64 has not: nobody's base64 of a plate. */
const PLAIN = /^(?:[A-Z0-9]{2,10}|.*[^\p{ASCII}].*)$/su

/** Base64 of UTF-8 (or of GBK, as an OEM might); a text that is no base64 stands for itself. */
export function encodedText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const bytes = fromBase64(value)
  return bytes === null ? value : readText(bytes).text
}
