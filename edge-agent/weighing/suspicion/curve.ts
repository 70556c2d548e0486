import { finding } from '#edge/findings'
import type { Rules } from '../vocabulary.ts'
import type { Measured } from './measured.ts'
import { groupsLeast, ROLLING_READINGS, rollingLeast, SMOOTH_READINGS, smoothLeast } from './thresholds.ts'
import type { Watch } from './watch.ts'

/** The shape of the curve as the vehicle drove on: what a chip between cells and indicator cannot imitate without knowing the truck. */
export function boardingMeasures(watch: Watch, weight: number, rules: Rules): Measured[] {
  const { eKg } = rules.scale
  return [...rollingMean(watch, weight, eKg), ...smoothness(watch, weight, eKg)]
}

/** Wholly on but hardly at rest it weighs on average what it weighs at rest. */
function rollingMean({ afterBoarding: [readings, sum] }: Watch, weight: number, eKg: number): Measured[] {
  if (readings < ROLLING_READINGS) return []
  const overKg = weight - Math.round(sum / readings)
  const leastKg = rollingLeast(eKg, weight)
  return [{ size: Math.abs(overKg), least: leastKg, ...finding('curve-shape', { overKg, leastKg, form: 'rolling-on' }) }]
}

/** A truck rolling onto steel shakes. A curve that only rises is drawn by a machine. `size` grows as the noise shrinks. */
function smoothness({ rolled: [readings, falls] }: Watch, weight: number, eKg: number): Measured[] {
  if (readings < SMOOTH_READINGS) return []
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
 * whatever stands there is counted twice in that sum. Null where the driver stopped in between and the groups cannot be paired.
 */
function groupsOver({ ups, downs }: Watch, weight: number): number | null {
  const on = distinct(ups, weight).sort((a, b) => a - b)
  const off = distinct(downs, weight).sort((a, b) => b - a)
  if (on.length === 0 || on.length !== off.length) return null
  const over = on.map((kg, at) => kg + (off[at] ?? 0) - weight)
  // The least of them: a single group may have been braked on.
  return over.reduce((least, kg) => (Math.abs(kg) < Math.abs(least) ? kg : least))
}
/** Part loads only, neighbours that are one group counted once. */
function distinct(groups: readonly number[], weight: number): number[] {
  const kept: number[] = []
  for (const kg of groups) {
    const other = kept.findIndex((one) => Math.abs(one - kg) * 20 < weight)
    if (kg * 20 < weight || kg * 20 > weight * 19) continue
    if (other >= 0) kept[other] = Math.round(((kept[other] ?? kg) + kg) / 2)
    else kept.push(kg)
  }
  return kept
}
