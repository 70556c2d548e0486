import type { Clock } from '#edge/clock'
import type { DeviceState } from '#edge/lane-status'
import type { LaneInput } from '#weighing/vocabulary'
import type { AskedLines } from '../devices/asked-lines.ts'
import { LINK_RETRIES, retrySchedule } from '../devices/retry-schedule.ts'
import type { Lane } from '../lane.ts'
import type { Log } from '../log.ts'

/** What every device of a lane is built with: from its configuration to iron (`fitting/<class>.ts`). */
export interface Fitting {
  readonly lane: Lane
  readonly clock: Clock
  readonly log: Log
  /** Lines on which indicators are asked: those of several lanes may stand on one. */
  readonly lines: AskedLines
  onState(state: DeviceState): void
}

/** The parts all devices share, under the device's own name in logs, states and alarms. */
export const common = ({ lane, clock, log, onState }: Fitting, name: string) => ({
  name,
  clock,
  log: log.child({ lane: lane.rules.lane, device: name }),
  onInput: (input: LaneInput): void => lane.tell(input),
  onState,
  schedule: retrySchedule({ ...LINK_RETRIES, chance: Math.random }),
})
