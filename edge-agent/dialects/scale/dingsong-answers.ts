import { byteAt } from '../framing.ts'
import { BLANK, isDigit, NOTHING_SAID, textAt, ZERO } from './characters.ts'
import type { Reading, RejectReason } from './reading.ts'

const LAST_DARK = 0x3f

/** Answer c of a Dingsong (dingsong-ds822.ts): digits in a row, dark places before and after. */
export function dingsongDisplay(bytes: Uint8Array, from: number, address: string): Reading | RejectReason {
  let text = ''
  for (let at = from + 3; at < from + 15; at += 2) {
    const byte = byteAt(bytes, at)
    // Only these are dark: a digit whose bit 6 was turned, which the check does not see, must not go out.
    if (byte !== BLANK && (byte < ZERO || byte > LAST_DARK)) return 'bad-digit'
    text += isDigit(byte) ? String.fromCharCode(byte) : ' '
  }
  const shown = text.trim()
  if (shown.includes(' ')) return 'bad-digit'
  const digits = shown === '' ? null : Number(shown)
  return { ...NOTHING_SAID, digits, decimals: digits === null ? null : 0, beside: { address, command: 'c' } }
}

/** Answer a. `statusByte`: which of the two a profile says carries zero, stable and tared. */
export function dingsongWeight(
  bytes: Uint8Array,
  from: number,
  address: string,
  statusByte: 'none' | 'first' | 'second',
): Reading | RejectReason {
  const sign = textAt(bytes, from + 3, from + 4)
  const text = textAt(bytes, from + 4, from + 10)
  const tare = textAt(bytes, from + 11, from + 17)
  const decimals = byteAt(bytes, from + 10) - ZERO
  if ((sign !== '+' && sign !== '-') || !/^\d{6}$/.test(text) || !/^\d{6}$/.test(tare)) return 'bad-digit'
  if (decimals < 0 || decimals > 9) return 'bad-digit'
  if (decimals > 4) return 'decimal-position-out-of-range'
  const digits = sign === '-' && Number(text) > 0 ? -Number(text) : Number(text)
  const isUsable = byteAt(bytes, from + 17) === ZERO
  const status = statusByte === 'none' ? null : byteAt(bytes, from + (statusByte === 'first' ? 18 : 19))
  return {
    ...NOTHING_SAID,
    digits: isUsable ? digits : null,
    decimals,
    stable: status === null ? null : (status & 2) !== 0,
    mode: 'net',
    zero: status === null ? null : (status & 1) !== 0,
    tare: { digits: Number(tare), decimals },
    beside: {
      address,
      command: 'a',
      ...(status === null ? {} : { tareActive: (status & 4) !== 0 }),
      ...(isUsable ? {} : { frameValue: { digits, decimals }, valid: false }),
    },
  }
}
