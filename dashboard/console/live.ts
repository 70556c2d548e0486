import type { ManualAct } from '#edge/acts'
import type { ConsoleLane, ConsolePerson, ConsoleSite, ConsoleSnapshot, WeightTick } from '#edge/console'
import { fromIso, Instant } from '#edge/units'
import { type Trace, traced, traceOf } from './trace.ts'

/**
 * All the console knows, as a pure fold (state, event) → state. The snapshot read by HTTP is the ground, the stream carries it on.
 * `heardAt` is the browser's own steady time: how old something is on this screen has nothing to do with anybody's wall clock.
 */
export interface LaneLive {
  readonly lane: ConsoleLane
  readonly heardAt: number
  /** The newest weight there was, also when the lane has none any more: it is then shown as what it is, past. */
  readonly weight: { readonly kg: number; readonly stable: boolean; readonly at: Instant; readonly heardAt: number } | null
  readonly trace: Trace
}
export type Link = 'connecting' | 'live' | 'lost'

export interface ConsoleState {
  readonly link: Link
  readonly reads: number
  /** Newest event of any kind, in steady milliseconds; and the agent's own time at it. */
  readonly heardAt: number | null
  readonly agentAt: Instant | null
  readonly site: ConsoleSite | null
  readonly lanes: readonly LaneLive[]
  readonly person: ConsolePerson | null
  readonly secondPerson: readonly ManualAct[]
}

export type ConsoleEvent =
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'ground'; readonly heardAt: number; readonly snapshot: ConsoleSnapshot }
  | { readonly kind: 'lane'; readonly heardAt: number; readonly lane: ConsoleLane }
  | { readonly kind: 'weight'; readonly heardAt: number; readonly tick: WeightTick }
  | { readonly kind: 'site'; readonly heardAt: number; readonly site: ConsoleSite }
  | { readonly kind: 'person'; readonly person: ConsolePerson | null }

export const NOTHING_HEARD: ConsoleState = {
  link: 'connecting',
  reads: 0,
  heardAt: null,
  agentAt: null,
  site: null,
  lanes: [],
  person: null,
  secondPerson: [],
}

export function consoleLive(state: ConsoleState, event: ConsoleEvent): ConsoleState {
  switch (event.kind) {
    case 'link':
      return { ...state, link: event.link }
    case 'person':
      return { ...state, person: event.person }
    case 'ground': {
      const { site, lanes, person, secondPerson } = event.snapshot
      const known = (lane: ConsoleLane) => state.lanes.find((one) => one.lane.status.lane === lane.status.lane)
      const told = lanes.map((lane) => laneTold(known(lane), lane, event.heardAt))
      return { ...heard(state, event.heardAt, site.at), reads: state.reads + 1, site, lanes: told, person, secondPerson }
    }
    case 'lane': {
      const { lane, heardAt } = event
      const known = state.lanes.some((one) => one.lane.status.lane === lane.status.lane)
      // A lane that was not there when the snapshot was read: the agent was set up anew, the next snapshot will have it.
      const lanes = known
        ? state.lanes.map((one) => (one.lane.status.lane === lane.status.lane ? laneTold(one, lane, heardAt) : one))
        : state.lanes
      return { ...heard(state, heardAt, lane.status.at), lanes }
    }
    case 'weight': {
      const [name, at] = event.tick
      const lanes = state.lanes.map((one) => (one.lane.status.lane === name ? weightTold(one, event.tick, event.heardAt) : one))
      return { ...state, heardAt: event.heardAt, agentAt: Instant(at), lanes }
    }
    case 'site':
      return { ...heard(state, event.heardAt, event.site.at), site: event.site }
  }
}

const heard = (state: ConsoleState, heardAt: number, at: string): ConsoleState => ({
  ...state,
  heardAt,
  agentAt: fromIso(at) ?? state.agentAt,
})

function laneTold(known: LaneLive | undefined, lane: ConsoleLane, heardAt: number): LaneLive {
  const { at: iso, weightKg, stable, trace } = lane.status
  const at = fromIso(iso) ?? Instant(0)
  const weight = weightKg === null ? (known?.weight ?? null) : { kg: weightKg, stable, at, heardAt }
  // Ticks are finer than the status' own trace: that one only fills an empty screen.
  const drawn = known !== undefined && known.trace.length > 0 ? known.trace : traceOf(at, trace, stable)
  // A tick that came after this status was made knows better; one of before a silence does not.
  const newer = known?.weight && weightKg !== null && known.weight.at > at ? known.weight : weight
  return { lane, heardAt, weight: newer, trace: drawn }
}

function weightTold(known: LaneLive, [, at, kg, flag]: WeightTick, heardAt: number): LaneLive {
  // Said again once a second for those who came late: the same reading grows no younger by it.
  if (known.weight?.at === at) return known
  const stable = flag ?? known.lane.status.stable
  return { ...known, weight: { kg, stable, at: Instant(at), heardAt }, trace: traced(known.trace, [at, kg, stable]) }
}
