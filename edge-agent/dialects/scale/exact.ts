import type { Exact } from './reading.ts'

/** The number as it stands on a display: `{ digits: -5, decimals: 2 }` is "-0.05". */
export function decimalText({ digits, decimals }: Exact): string {
  if (decimals === 0) return String(digits)
  const padded = String(Math.abs(digits)).padStart(decimals + 1, '0')
  return `${digits < 0 ? '-' : ''}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
}
