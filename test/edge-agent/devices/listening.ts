import type { DeviceState } from '#edge/lane-status'
import type { LaneInput } from '#weighing/vocabulary'

/** What a device under test told the lane and the people. */
export interface Listening {
  readonly inputs: LaneInput[]
  readonly states: DeviceState[]
  onInput(input: LaneInput): void
  onState(state: DeviceState): void
  /** What the lane was told about being heard, in order. */
  heard(): boolean[]
}

export function listening(): Listening {
  const inputs: LaneInput[] = []
  const states: DeviceState[] = []
  return {
    inputs,
    states,
    onInput: (input) => inputs.push(input),
    onState: (state) => states.push(state),
    heard: () => inputs.flatMap((input) => (input.kind === 'device' ? [input.heard] : [])),
  }
}
