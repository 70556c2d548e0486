import { type Epoch, type Identity, parseIdentity } from './ids.ts'

/**
 * The two things a person compares on a weigh slip.
 *
 * The number is the record's identity without the site, which stands on the slip anyway: `A1-1-9F3A2B4C-17` is agent a1, first epoch
 * 1-9f3a2b4c, record 17. It is as unique as the record, for ever, and needs no counter of its own.
 *
 * The check code is the first 40 bits of the record's hash, as eight letters of Crockford's base 32 (no I, L, O, U) in two groups. Whoever
 * holds the record makes it again from the hash; a number with an invented code is caught but for one in 2^40, and since the hash
 * covers every byte of the record, so is a changed weight.
 */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LETTERS = 8

export const slipNumber = ({ agent, epoch, seq }: Identity): string => `${agent}-${epoch}-${seq}`.toUpperCase()

/** The record a slip's number or a record's whole identity names, at this site; null for anything else. */
export function recordOfSlip(text: string, site: string): Identity | null {
  const whole = parseIdentity(text.trim())
  if (whole) return whole
  const parts = /^([a-z0-9][a-z0-9-]*)-([1-9][0-9]{0,5}-[0-9a-f]{8})-([1-9][0-9]{0,15})$/.exec(text.trim().toLowerCase())
  return parts ? parseIdentity(`${site}.${parts[1]}.${parts[2] as Epoch}.${parts[3]}`) : null
}

/** `hash` is the record's, in lower-case hexadecimal. */
export function checkCode(hash: string): string {
  const bits = [...hash.slice(0, 10)].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
  const letters = Array.from({ length: CODE_LETTERS }, (_, at) => LETTERS[Number.parseInt(bits.slice(5 * at, 5 * at + 5), 2)] ?? '0')
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** Whether a code as somebody read it aloud or typed it is this hash's: O for 0, I and L for 1, any case, any blanks. */
export function checkCodeFits(typed: string, hash: string): boolean {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return plain === checkCode(hash).replace('-', '')
}
