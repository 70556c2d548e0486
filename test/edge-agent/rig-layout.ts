import type { Sensor } from '#edge/weighing'
import type { LayoutConfig } from '../../edge-agent/config/layout.ts'
import type { LaneConfig } from '../../simulators/mine-config.ts'

/** A lane of any kind for the agent's rig: what is wired to its board, and the iron that stands there. */

const OUTPUTS = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5, siren: 6 } as const
const INPUTS = {
  'entry-loop': { input: 0 },
  'entry-beam': { input: 1 },
  'exit-beam': { input: 2 },
  'exit-loop': { input: 3 },
  'entry-arm-down': { input: 4 },
  'exit-arm-down': { input: 5 },
} as const
const GATES = { both: ['entry', 'exit'], entry: ['entry'], exit: ['exit'], none: [] } as const

export interface LaneKind {
  /** As the agent's configuration says it. */
  readonly layout?: LayoutConfig
  /** Sensors this lane does not have. */
  readonly without?: readonly Sensor[]
}

export type Wires = Pick<LaneConfig['board'], 'outputs' | 'inputs'>

/** Arms that are not there have neither relays nor a contact. */
export function wiresOf({ layout = {}, without = [] }: LaneKind): Wires {
  const gates: readonly string[] = GATES[layout.gates ?? 'both']
  const isThere = (name: string): boolean => {
    const gate = /^(entry|exit)(?:Open|Close|-arm-down)$/.exec(name)?.[1]
    return gate === undefined || gates.includes(gate)
  }
  const kept = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isThere(name) && !without.some((sensor) => sensor === name)))
  return { outputs: kept(OUTPUTS), inputs: kept(INPUTS) }
}

export const ironOf = ({ layout = {} }: LaneKind): Pick<LaneConfig, 'gates' | 'bothWays'> => ({
  gates: [...GATES[layout.gates ?? 'both']],
  bothWays: layout.bothWays ?? false,
})
