import { Kilograms } from '#edge/units'
import type { Reading, ToKilograms, WeightUnit } from './reading.ts'

/** Kilograms in one unit as `times` ÷ 10^`shift`, exactly (the pound by its definition of 1959; a short ton is 2000 of them). */
export const UNITS: Readonly<Record<WeightUnit, { readonly times: bigint; readonly shift: number }>> = {
  kg: { times: 1n, shift: 0 },
  t: { times: 1_000n, shift: 0 },
  g: { times: 1n, shift: 3 },
  lb: { times: 45_359_237n, shift: 8 },
  tn: { times: 90_718_474n, shift: 5 },
}

/** The bounds of every weight in a record. Beyond them the configured unit is wrong, not the truck. */
const MOST_KG = 9_999_999n

/** What a device is configured to mean where its frames do not say. */
export interface Unsaid {
  readonly unit: WeightUnit | null
  readonly decimals: number | null
  /** Whether a net weight may pass for the gross one where its frame does not say that nothing was taken off. */
  readonly acceptNet?: boolean
}

/**
 * What stands on the platform in whole kilograms, or why not. What the frame says wins over what is configured, which is for the many dialects that
 * carry no unit or no point. Integers only: 45.68 t is 45,680 kg and never 45,679.999…; a remainder is refused, not rounded, because
 * indicators step in kilograms and a fraction means that unit or decimals are configured wrongly. A tare is no
 * weight of a vehicle, and a net weight is one only while nothing is taken off: whoever switches an indicator to net takes the tare
 * from every truck that is weighed.
 */
export function toKilograms(reading: Reading, configured: Unsaid): ToKilograms {
  if (reading.overload === true) return { ok: false, reason: 'overload' }
  if (reading.underload === true) return { ok: false, reason: 'underload' }
  if (reading.mode === 'tare') return { ok: false, reason: 'tare' }
  if (reading.mode === 'net' && !isAllThere(reading, configured)) return { ok: false, reason: 'net' }
  if (reading.digits === null) return { ok: false, reason: 'no-value' }
  const unit = reading.unit ?? configured.unit
  if (unit === null) return { ok: false, reason: 'no-unit' }
  const decimals = reading.decimals ?? configured.decimals
  if (decimals === null) return { ok: false, reason: 'no-decimals' }
  const { times, shift } = UNITS[unit]
  const parts = BigInt(reading.digits) * times
  const whole = 10n ** BigInt(decimals + shift)
  if (parts % whole !== 0n) return { ok: false, reason: 'fraction' }
  const kg = parts / whole
  if (kg > MOST_KG || kg < -MOST_KG) return { ok: false, reason: 'out-of-range' }
  return { ok: true, kg: Kilograms(Number(kg)) }
}

/** What the frame says of a tare goes before what is configured; a frame that says nothing of it could be hiding one. */
function isAllThere({ digits, tare, beside = {} }: Reading, { acceptNet = false }: Unsaid): boolean {
  if (beside.gross !== undefined && digits !== null) return beside.gross.digits === digits
  if (tare !== null) return tare.digits === 0
  return beside.tareActive === undefined ? acceptNet : !beside.tareActive
}
