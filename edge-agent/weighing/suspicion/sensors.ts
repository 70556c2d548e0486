import { type BareFinding, finding } from '#edge/findings'
import type { Common, Gone, Habits, Rules, Visit } from '../vocabulary.ts'
import { cameraHabits } from './camera-blind.ts'
import { STUCK_VISITS } from './thresholds.ts'
import type { Presence, Watch } from './watch.ts'

const SIDE = { entry: ['entry-loop', 'entry-beam'], exit: ['exit-beam', 'exit-loop'] } as const

/** Loop or beam that did nothing while a vehicle passed it: taped, bridged or aimed at a mirror. */
function idle(side: keyof typeof SIDE, { acted }: Watch, rules: Rules): Presence[] {
  return SIDE[side].filter((sensor) => rules.fitted.includes(sensor) && !acted.includes(sensor))
}

/**
 * At the verdict: the vehicle came over the entry, and one of its sensors said nothing. One that had said nothing for the vehicles
 * before is stuck; one that did is masked for this one. Nothing is said where the board was silent or the visit began half-way.
 */
export function entryFindings(visit: Visit, lane: Common, watch: Watch, at: number, rules: Rules): BareFinding[] {
  if (!watched(visit, lane)) return []
  const forMs = Math.max(0, at - (watch.onAt ?? at))
  return idle('entry', watch, rules).map((sensor) => told(sensor, lane, forMs))
}
export function exitFindings(visit: Visit, lane: Common, watch: Watch, at: number, gone: Gone, rules: Rules): BareFinding[] {
  if (!watched(visit, lane) || gone !== 'by-exit') return []
  const forMs = Math.max(0, at - (watch.judgedAt ?? at))
  return idle('exit', watch, rules).map((sensor) => told(sensor, lane, forMs))
}
function told(sensor: Presence, { habits = {} }: Common, forMs: number): BareFinding {
  const visits = (habits[sensor] ?? 0) + 1
  return visits >= STUCK_VISITS ? finding('sensor-stuck', { sensor, visits }) : finding('sensor-masked', { sensor, forMs })
}

/** The board spoke all the time, and the vehicle was seen from before it was on. */
const watched = (visit: Visit, { silent }: Common): boolean =>
  !visit.blind && !silent.includes('board') && visit.watch?.onAt !== null && (visit.watch?.since ?? 0) <= (visit.watch?.onAt ?? -1)

/** The vehicle has gone: sensors it passed and that said nothing are counted, those that spoke begin anew. */
export function habitsAfter(lane: Common, visit: Visit | null, gone: Gone, rules: Rules): Habits {
  const { habits = {} } = lane
  const watch = visit?.watch
  if (!visit?.loaded || !watch || !watched(visit, lane)) return habits
  const passed: Presence[] = [...SIDE.entry, ...(gone === 'by-exit' ? SIDE.exit : [])]
  const next: Partial<Record<keyof Habits, number>> = { ...cameraHabits(habits, visit) }
  for (const sensor of passed) {
    if (!rules.fitted.includes(sensor) || watch.acted.includes(sensor)) delete next[sensor]
    else next[sensor] = Math.min(99, (habits[sensor] ?? 0) + 1)
  }
  return next
}
