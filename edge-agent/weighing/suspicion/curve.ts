import { finding } from '#edge/findings'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { whollyProved } from './rests.ts'
import { groupsLeast, pairsWithin, ROLLING_READINGS, rollingLeast, SMOOTH_FROM, SMOOTH_READINGS, smoothLeast } from './thresholds.ts'
import type { Watch } from './watch.ts'

/** The shape of the curve as the vehicle drove on: what a chip between cells and indicator cannot imitate without knowing the truck. */
export function boardingMeasures(watch: Watch, weight: number, rules: Rules): Measured[] {
  const { eKg } = rules.scale
  return [...(whollyProved(watch, rules) ? rollingMean(watch, weight, eKg) : []), ...smoothness(watch, weight, eKg)]
}

/** Wholly on but hardly at rest it weighs on average what it weighs at rest. */
function rollingMean({ afterBoarding: [readings, sum] }: Watch, weight: number, eKg: number): Measured[] {
  if (readings < ROLLING_READINGS) return []
  const overKg = weight - Math.round(sum / readings)
  const leastKg = rollingLeast(eKg, weight)
  return [{ size: Math.abs(overKg), least: leastKg, ...finding('curve-shape', { overKg, leastKg, form: 'rolling-on' }) }]
}

/**
 * A truck comes on axle by axle and shakes. A curve that rises in one single sweep, without a landing and hardly ever falling, is drawn
 * by a machine. `size` grows as the noise shrinks.
 */
function smoothness({ rolled: [readings, falls], ups, sweeps }: Watch, weight: number, eKg: number): Measured[] {
  const whole = sweeps.kg * 10 >= weight * 9 && weight >= SMOOTH_FROM * eKg
  if (readings < SMOOTH_READINGS || !whole || sweeps.count > 1 || ups.some((kg) => isPartOf(kg, weight))) return []
  const usualKg = smoothLeast(eKg, weight)
  return [{ size: usualKg - falls, least: 1, ...finding('curve-smooth', { noiseKg: falls, usualKg, readings }) }]
}

/** The vehicle is off: what its groups of axles weighed going on and going off, and what it all weighed as it began to move. */
export function leavingMeasures(watch: Watch, weight: number, rules: Rules): Measured[] {
  const { eKg } = rules.scale
  const leastKg = groupsLeast(eKg, weight)
  const overKg = groupsOver(watch, weight)
  const rolledOff: Measured[] = watch.atExit === null ? [] : [rollingOff(watch.atExit - weight, weight, eKg)]
  if (overKg === null) return rolledOff
  return [...rolledOff, { size: Math.abs(overKg), least: leastKg, ...finding('curve-shape', { overKg, leastKg, form: 'axle-groups' }) }]
}

function rollingOff(overKg: number, weight: number, eKg: number): Measured {
  const leastKg = rollingLeast(eKg, weight)
  return { size: Math.abs(overKg), least: leastKg, ...finding('curve-shape', { overKg, leastKg, form: 'rolling-off' }) }
}

/**
 * The first groups on and the rest of the truck when they have gone off again must make the whole truck. An amount that is added
 * whatever stands there is counted twice in that sum. Null where no boundary was seen both ways.
 */
function groupsOver({ ups, downs }: Watch, weight: number): number | null {
  const on = ups.filter((kg) => isPartOf(kg, weight))
  const off = downs.filter((kg) => isPartOf(kg, weight))
  const over = on.flatMap((up) => off.map((down) => up + down - weight)).filter((kg) => Math.abs(kg) < pairsWithin(weight))
  // The least of them: a single group may have been braked on.
  return over.length === 0 ? null : over.reduce((least, kg) => (Math.abs(kg) < Math.abs(least) ? kg : least))
}
const isPartOf = (kg: number, weight: number): boolean => kg * 20 > weight && kg * 20 < weight * 19
