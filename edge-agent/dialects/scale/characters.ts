import { byteAt } from '../framing.ts'
import type { Reading } from './reading.ts'

/** Characters of the indicator languages, and what their checks are made of. */
export const STX = 0x02
export const ETX = 0x03
export const LF = 0x0a
export const CR = 0x0d
export const BLANK = 0x20
export const POINT = 0x2e
export const PLUS = 0x2b
export const MINUS = 0x2d
export const ZERO = 0x30
export const NINE = 0x39

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE
/** A to Z. */
export const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a

/** Bytes `from` up to `to`, each as the character of that number. */
export function textAt(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(byteAt(bytes, at))
  return text
}

export const bytesOfText = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** Where the first such byte stands in `from` up to `to`, or −1. */
export function placeOf(byte: number, bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (byteAt(bytes, at) === byte) return at
  return -1
}

export function xorOf(bytes: Uint8Array, from: number, to: number): number {
  let xor = 0
  for (let at = from; at < to; at++) xor ^= byteAt(bytes, at)
  return xor
}

export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum += byteAt(bytes, at)
  return sum
}

const HEX = '0123456789ABCDEF'

/** A byte as two upper-case hexadecimal characters. Lower case is no check: every maker here sends capitals. */
export const hexOf = (byte: number): string => HEX.charAt(byte >> 4) + HEX.charAt(byte & 15)

/** Those two characters stand at `at`. */
export const isHexAt = (byte: number, bytes: Uint8Array, at: number): boolean =>
  byteAt(bytes, at) === HEX.charCodeAt(byte >> 4) && byteAt(bytes, at + 1) === HEX.charCodeAt(byte & 15)

/** A reading of a frame that says nothing; dialects say what theirs does. */
export const NOTHING_SAID: Reading = {
  digits: null,
  decimals: null,
  unit: null,
  stable: null,
  mode: null,
  overload: null,
  underload: null,
  zero: null,
  tare: null,
}
