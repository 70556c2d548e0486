import type { DeviceState } from '#edge/lane-status'
import type { LaneInput } from '#weighing/vocabulary'

/** What every device of a lane shows to the agent: its name (`scale`, `board`, `camera-front`, …), its life, its state, its counts. */
export interface Device {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  state(): DeviceState
  /** What was counted since the start: bytes, frames, refusals by reason. For `doctor` and health; never reset while running. */
  counters(): Record<string, number>
}

/** Where a device's news go. Inputs are for the lane's queue, in the order they happened; states are for people. */
export interface Listeners {
  onInput(input: LaneInput): void
  onState(state: DeviceState): void
}

/** Counts by name, bounded by the names our own code gives. */
export function counting(): { add(name: string, by?: number): void; all(): Record<string, number> } {
  const counts = new Map<string, number>()
  return {
    add: (name, by = 1) => {
      counts.set(name, (counts.get(name) ?? 0) + by)
    },
    all: () => Object.fromEntries(counts),
  }
}
