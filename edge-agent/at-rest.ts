import type { Instant, Kilograms } from '#edge/units'
import { addReading, settledIn } from '#weighing/settled'
import type { Window } from '#weighing/vocabulary'
import type { Lane } from './lane.ts'

/** The weight a lane's newest readings have come to rest at, whatever it is; null where they move or are old. */
export function restIn({ rules, readings }: Pick<Lane, 'rules' | 'readings'>, now: Instant): Kilograms | null {
  let window: Window = []
  for (const [at, weight, stable] of readings()) window = addReading(window, at, weight, stable, rules)
  const settled = settledIn(window, rules)
  return settled === null || now - settled.at > rules.staleAfter ? null : settled.weight
}
