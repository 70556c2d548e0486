import type { ConsoleLane } from '#edge/console'
import type { ConsoleState, LaneLive } from './live.ts'

/** Nothing of any kind from the agent for so long, in real milliseconds: the screen is not the present. `site` alone comes each second. */
export const LOST_AFTER_MS = 2_000
/** A weight older than this is not the weight. */
export const WEIGHT_OLD_AFTER_MS = 2_000

export const isLost = (state: ConsoleState, steadyNow: number): boolean =>
  state.heardAt === null || state.link === 'lost' || steadyNow - state.heardAt > LOST_AFTER_MS

/** No weight to go by: the agent itself says that it has none, or none has come. */
export const weightIsOld = (live: LaneLive, steadyNow: number): boolean =>
  live.lane.status.weightKg === null || live.weight === null || steadyNow - live.weight.heardAt > WEIGHT_OLD_AFTER_MS

/** Whether this lane lets anybody go by itself, and if not, why: the first that holds. */
export type Automation = 'on' | 'unreachable' | 'starting' | 'blocked' | 'board-silent' | 'scale-silent' | 'attended'

export function automationOf(lane: ConsoleLane, lost: boolean): Automation {
  const { phase, devices } = lane.status
  const away = (device: string): boolean => devices.some((one) => one.device === device && one.state !== 'ok')
  if (lost) return 'unreachable'
  if (away('board')) return 'board-silent'
  if (away('scale')) return 'scale-silent'
  if (phase === 'blocked') return 'blocked'
  if (lane.attended !== null) return 'attended'
  return phase === 'starting' ? 'starting' : 'on'
}
