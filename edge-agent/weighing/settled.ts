import type { Instant, Kilograms } from '#edge/units'
import type { Rules, Settled, Window } from './vocabulary.ts'

/**
 * When a weight is at rest. With an indicator that has a motion flag: the flag held for the whole window. Without one: enough
 * readings over the whole window within a band of 1–3 e. The band is asked for in both cases, so a flag that is stuck settles nothing.
 */
type SettleRules = Pick<Rules, 'settleFor' | 'settleBand' | 'settleReadings' | 'staleAfter'>

/** Far above any indicator: 100 readings a second over four seconds. */
const MOST = 400

/** The window after one more reading: it reaches back just over `settleFor`, and begins anew after a silence or a clock step. */
export function addReading(window: Window, at: Instant, weight: Kilograms, stable: boolean | null, rules: SettleRules): Window {
  const last = window.at(-1)
  const reading = [at, weight, stable] as const
  if (!last || at < last[0] || at - last[0] > rules.staleAfter) return [reading]
  const all = [...window, reading]
  const reaches = all.findLastIndex(([when]) => at - when >= rules.settleFor)
  return all.slice(Math.max(0, reaches)).slice(-MOST)
}

/** The weight at rest, or null while it is not. The weight is the newest reading: the one the indicator shows. */
export function settledIn(window: Window, rules: SettleRules): Settled | null {
  const first = window[0]
  const last = window.at(-1)
  if (!first || !last || window.length < rules.settleReadings || last[0] - first[0] < rules.settleFor) return null
  const flags = window.map(([, , stable]) => stable)
  if (flags.includes(false)) return null
  const weights = window.map(([, weight]) => weight)
  const spreadKg = Math.max(...weights) - Math.min(...weights)
  if (spreadKg > rules.settleBand) return null
  return {
    weight: last[1],
    at: last[0],
    by: flags.includes(null) ? 'computed' : 'indicator',
    spreadKg,
    readings: window.length,
    overMs: last[0] - first[0],
  }
}
