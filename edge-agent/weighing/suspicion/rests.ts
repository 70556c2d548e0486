import { finding } from '#edge/findings'
import type { Rules } from '../vocabulary.ts'
import type { Rest } from './level.ts'
import type { Measured } from './measured.ts'
import { axleShare, movedLeast, SECOND_VEHICLE_KG, shakenBy, stepLeast } from './thresholds.ts'
import type { Watch } from './watch.ts'

/**
 * The weight rested, changed, and rested again while the vehicle stood wholly on. Without any shaking in between nobody moved: a switch
 * was thrown (`weight-step`). With shaking it rolled (`moved-while-weighing`): it should weigh the same where it stands now. Where
 * something came in at the entry and an axle's weight was added, a second vehicle is on (`two-trucks`).
 */
export function restMeasures(watch: Watch, weight: number, at: number, rules: Rules): Measured[] {
  const proved = whollyProved(watch, rules)
  let unrest = watch.unrest
  let { entered } = watch
  const found: Measured[] = []
  for (const rest of watch.rests.toReversed()) {
    const change = weight - rest.kg
    if (proved || Math.abs(change) < axleShare(weight)) found.push(changed(rest, change, unrest, entered, weight, at, rules))
    unrest = joined(unrest, rest.unrest)
    entered ||= rest.entered
  }
  return largestOfEach(found)
}

function changed(
  { kg, to }: Rest,
  change: number,
  unrest: Rest['unrest'],
  entered: boolean,
  weight: number,
  at: number,
  { scale: { eKg } }: Rules,
): Measured {
  const size = Math.abs(change)
  if (entered && change >= SECOND_VEHICLE_KG)
    return { size, least: SECOND_VEHICLE_KG, ...finding('two-trucks', { why: 'second-boarded', weightKg: weight }) }
  const by = shakenBy(eKg, weight)
  const shaken = unrest !== null && (unrest[0] < Math.min(kg, weight) - by || unrest[1] > Math.max(kg, weight) + by)
  if (shaken) {
    const leastKg = movedLeast(eKg, weight)
    return { size, least: leastKg, ...finding('moved-while-weighing', { movedKg: size, leastKg }) }
  }
  const leastKg = stepLeast(eKg)
  return { size, least: leastKg, ...finding('weight-step', { stepKg: change, leastKg, atMs: Math.max(0, at - to) }) }
}

/** A rest after the verdict that is not what was judged: switched while it still stood. */
export function stepAfter({ rests, judgedAt }: Watch, weight: number, rules: Rules): Measured[] {
  const leastKg = stepLeast(rules.scale.eKg)
  const beam = rules.fitted.includes('exit-beam')
  const found = rests
    .filter(({ from, kg }) => judgedAt !== null && from >= judgedAt && (beam || Math.abs(kg - weight) < axleShare(weight)))
    .map(({ kg, from }) => {
      const change = kg - weight
      return {
        size: Math.abs(change),
        least: leastKg,
        ...finding('weight-step', { stepKg: change, leastKg, atMs: (judgedAt ?? from) - from }),
      }
    })
  return largestOfEach(found)
}

/** Both beams are there, and the one it passed has seen it: what they say of where it stands can be believed. */
export const whollyProved = ({ acted }: Watch, { fitted }: Rules): boolean =>
  fitted.includes('exit-beam') && fitted.includes('entry-beam') && acted.includes('entry-beam')

const joined = (a: Rest['unrest'], b: Rest['unrest']): Rest['unrest'] =>
  a === null ? b : b === null ? a : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]

/** Of several of one kind the largest: one finding tells it. */
function largestOfEach(all: readonly Measured[]): Measured[] {
  const best = new Map<string, Measured>()
  for (const one of all) {
    const other = best.get(one.code)
    if (!other || one.size / one.least > other.size / other.least) best.set(one.code, one)
  }
  return [...best.values()]
}
