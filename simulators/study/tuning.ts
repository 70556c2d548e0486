import { leftMeasures } from '#weighing/suspicion'
import { axleGroups } from '#weighing/suspicion/axle-groups'
import { boardingMeasures } from '#weighing/suspicion/curve'
import { frontOff } from '#weighing/suspicion/half-on'
import type { Measured } from '#weighing/suspicion/measured'
import { restMeasures } from '#weighing/suspicion/rests'
import { tareOffHistory } from '#weighing/suspicion/tare-history'
import { quantile } from './statistics.ts'
import type { Outcome } from './visit.ts'

/** What the signals measured in a visit, over their threshold or not: how near honest trucks come to it, and how far cheats go beyond. */
export function measured({ spec, judged, left, rules }: Outcome): Measured[] {
  const all: Measured[] = []
  if (judged && judged.state.phase === 'settling' && judged.state.settled) {
    const { watch } = judged.state.visit
    const { weight, at } = judged.state.settled
    if (watch)
      all.push(...restMeasures(watch, weight, at, rules), ...boardingMeasures(watch, weight, rules), ...frontOff(watch, weight, rules))
    const { plate, trailer } = spec.truck
    if (spec.pass === 'tare')
      all.push(...tareOffHistory({ kg: weight, groupsKg: axleGroups(watch, weight), plate, trailer }, judged.dossier.tares ?? [], rules))
  }
  if (left && 'given' in left && left.given && 'visit' in left && left.visit) {
    const { visit, given } = left
    all.push(
      ...leftMeasures({
        at: left.weightAt ?? judged?.state.weightAt ?? visit.since,
        visit,
        lane: left,
        weight: given.weight,
        given: [],
        zero: null,
        rules,
      }),
    )
  }
  return all
}

/** Size over threshold of one signal: how honest visits spread below 1. */
export interface Spread {
  /** Its code, and the form of it. */
  readonly code: string
  readonly visits: number
  readonly half: number
  readonly p99: number
  readonly p999: number
  readonly most: number
}
export function spreads(visits: readonly (readonly Measured[])[]): Spread[] {
  const ratios = new Map<string, number[]>()
  for (const visit of visits)
    for (const { code, size, least, facts } of visit) {
      const name = [code, facts.form ?? facts.why ?? facts.group].filter((part) => part !== undefined && part !== null).join(' ')
      const all = ratios.get(name) ?? []
      all.push(size / least)
      ratios.set(name, all)
    }
  return [...ratios]
    .filter(([code]) => code !== 'curve-smooth')
    .map(([code, all]) => {
      const sorted = all.sort((a, b) => a - b)
      return {
        code,
        visits: sorted.length,
        half: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
        p999: quantile(sorted, 0.999),
        most: sorted.at(-1) ?? 0,
      }
    })
}
