/** One character per byte; what is beyond ASCII stays itself and matches nothing. */
export function asciiOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

export const bytesOfAscii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** `0` and `1`, the first one first. */
export const digitsOf = (on: readonly boolean[]): string => on.map((one) => (one ? '1' : '0')).join('')
export const onOf = (digits: string): boolean[] => Array.from(digits, (digit) => digit === '1')
