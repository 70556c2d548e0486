import { Kilograms } from '#edge/units'
import type { Reading, ToKilograms, WeightUnit } from './reading.ts'

/** Kilograms in one unit as `times` ÷ 10^`shift`, exactly (the pound by its definition of 1959). */
const UNITS: Readonly<Record<WeightUnit, { readonly times: bigint; readonly shift: number }>> = {
  kg: { times: 1n, shift: 0 },
  t: { times: 1_000n, shift: 0 },
  g: { times: 1n, shift: 3 },
  lb: { times: 45_359_237n, shift: 8 },
}

/** The bounds of every weight in a record. Beyond them the configured unit is wrong, not the truck. */
const MOST_KG = 9_999_999n

/**
 * A reading in whole kilograms, or why not. The unit in the frame wins over the configured one, which is for the many dialects that
 * carry none. Integers only: 45.68 t is 45,680 kg and never 45,679.999…; a remainder is refused, not rounded, because indicators
 * step in kilograms and a fraction means that unit or decimals are configured wrongly.
 */
export function toKilograms(reading: Reading, configured: WeightUnit | null): ToKilograms {
  if (reading.overload === true) return { ok: false, reason: 'overload' }
  if (reading.underload === true) return { ok: false, reason: 'underload' }
  if (reading.digits === null) return { ok: false, reason: 'no-value' }
  const unit = reading.unit ?? configured
  if (unit === null) return { ok: false, reason: 'no-unit' }
  const { times, shift } = UNITS[unit]
  const parts = BigInt(reading.digits) * times
  const whole = 10n ** BigInt(reading.decimals + shift)
  if (parts % whole !== 0n) return { ok: false, reason: 'fraction' }
  const kg = parts / whole
  if (kg > MOST_KG || kg < -MOST_KG) return { ok: false, reason: 'out-of-range' }
  return { ok: true, kg: Kilograms(Number(kg)) }
}
