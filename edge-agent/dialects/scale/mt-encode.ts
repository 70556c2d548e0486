import { bytesOfText, sumOf } from './characters.ts'
import type { MtForm } from './mt-forms.ts'
import type { MtUnits } from './mt-status.ts'
import type { Exact, Reading } from './reading.ts'
import { numberOf } from './shown-number.ts'

/** What a maker's indicators do differently: how they begin and end, where the unit stands, the status bits that are always set. */
export interface MtMaker {
  readonly start: 'stx' | 'soh'
  readonly units: MtUnits
  readonly usualForm: MtForm
  readonly always: readonly [a: number, b: number, c: number]
}

export const MT_MAKERS = {
  'mettler-toledo': { start: 'stx', units: 'codes', usualForm: 'cr-checksum', always: [0, 0, 0] },
  'toledo-brasil': { start: 'stx', units: 'codes', usualForm: 'cr-checksum', always: [0, 0x40, 0x40] },
  ind310: { start: 'soh', units: 'kilogram-bit', usualForm: 'cr', always: [0, 0, 1] },
  flintec: { start: 'stx', units: 'pound-bit', usualForm: 'cr-lf-checksum', always: [0x40, 0x10, 0x10] },
  liden: { start: 'stx', units: 'pound-bit', usualForm: 'cr', always: [0, 0x10, 0x10] },
  'fairbanks-6011': { start: 'stx', units: 'codes', usualForm: 'cr-lf', always: [0, 0, 0] },
  dingsong: { start: 'stx', units: 'codes', usualForm: 'cr', always: [0, 0, 0] },
} as const satisfies Readonly<Record<string, MtMaker>>

const UNIT_CODES = { kg: 0, lb: 0, g: 1, t: 2 } as const

export interface MtSending {
  readonly maker: MtMaker
  readonly form: MtForm
  readonly leading: 'blanks' | 'zeros'
  readonly short: boolean
}

/** Throws a RangeError for what six digits, five decimals and the units of the format cannot say. */
export function encodeMt(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>, sending: MtSending): Uint8Array {
  const { maker, form, short } = sending
  const decimals = reading.decimals ?? 0
  const unit = reading.unit ?? 'kg'
  if (unit === 'tn') throw new RangeError('short tons have no code in this format')
  const { code, increment } = divisionBits(decimals, reading.beside?.division)
  const shown = reading.digits ?? reading.beside?.frameValue?.digits ?? null
  const field = (digits: number | null): string => sixCharacters(digits, decimals, code, sending.leading)
  const [a, b, c] = maker.always
  const isOut = reading.overload === true || reading.underload === true
  const pounds = unit === 'lb'
  const body = String.fromCharCode(
    maker.start === 'soh' ? 1 : 2,
    0x20 | a | (increment << 3) | code,
    0x20 |
      b |
      (reading.mode === 'net' ? 1 : 0) |
      (shown !== null && shown < 0 ? 2 : 0) |
      (isOut ? 4 : 0) |
      (reading.stable === false ? 8 : 0) |
      (pounds ? 0 : 0x10),
    0x20 | c | (maker.units === 'pound-bit' ? Number(pounds) : UNIT_CODES[unit]),
  )
  const tare = reading.tare === undefined ? 0 : (reading.tare?.digits ?? null)
  const text = `${body}${field(shown)}${short ? '' : field(tare)}\r${form.startsWith('cr-lf') ? '\n' : ''}`
  if (!form.endsWith('checksum')) return bytesOfText(text)
  const bytes = bytesOfText(text)
  return bytesOfText(text + String.fromCharCode(-sumOf(bytes, 0, bytes.length) & 0x7f))
}

/** The division 1, 2 or 5 × 10ⁿ as its two fields; without one it is a one in the last place. */
function divisionBits(decimals: number, division: Exact | undefined): { code: number; increment: number } {
  numberOf({ digits: 0, decimals }, 5)
  let digits = division?.digits ?? 1
  let fixedZeros = 0
  while (decimals === 0 && fixedZeros < 2 && digits % 10 === 0 && digits > 0) {
    digits /= 10
    fixedZeros++
  }
  const increment = [1, 2, 5].indexOf(digits) + 1
  if (increment === 0 || (division !== undefined && division.decimals !== decimals)) throw new RangeError('no such division in this format')
  return { code: decimals + 2 - fixedZeros, increment }
}

/** As on the display: leading zeros as blanks up to the fixed zeros, which are digits like any other. */
function sixCharacters(digits: number | null, decimals: number, code: number, leading: 'blanks' | 'zeros'): string {
  if (digits === null) return ' '.repeat(6)
  const text = String(Math.abs(numberOf({ digits, decimals }, 5).digits)).padStart(1 + Math.max(0, 2 - code), '0')
  if (text.length > 6) throw new RangeError(`${digits} does not fit six digits`)
  return text.padStart(6, leading === 'zeros' ? '0' : ' ')
}
