import type { DeviceState, LaneStatus } from '#edge/lane-status'
import { bestPlate } from '#edge/match-ticket'
import { type Instant, toIso } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import { inBoardNames } from '#weighing/facing'
import type { LaneState, Rules, Window } from '#weighing/vocabulary'

/** The lane as screens show it, from the machine's state and the newest readings. Telemetry only: nothing is decided from it. */
export function laneView(parts: {
  state: LaneState
  rules: Rules
  recent: Window
  devices: readonly DeviceState[]
  now: Instant
}): LaneStatus {
  const { state, rules, recent, devices, now } = parts
  const given = 'given' in state ? state.given : null
  const visit = 'visit' in state ? state.visit : null
  const plate = given?.plate ?? (visit ? bestPlate(visit.sightings) : null)
  const fresh = state.weightAt !== null && now - state.weightAt <= rules.staleAfter
  return {
    lane: rules.lane,
    at: toIso(now),
    phase: state.phase,
    weightKg: fresh ? state.weight : null,
    stable: fresh && isStill(recent, rules, now),
    plate,
    plateColour: visit?.sightings.find((sighting) => sighting.plate === plate)?.colour ?? 'unknown',
    ticket: given?.ticket ?? null,
    verdict: given?.verdict ?? null,
    findings: given ? inBoardNames(given.findings, state) : [],
    why: state.phase === 'blocked' ? state.why : null,
    entryGate: {
      commanded: state.entryCommanded,
      sensed: sensed(state, 'entry-arm-down'),
    },
    exitGate: {
      commanded: state.exitCommanded,
      sensed: sensed(state, 'exit-arm-down'),
    },
    siren: state.siren,
    devices: [...devices],
    trace: traceOf(recent, now),
  }
}

/** What the arm's own contact says; a lane without that contact never pretends to know. */
const sensed = (state: LaneState, contact: Sensor): string => {
  const down = state.sensors[contact]
  return down === undefined ? 'unknown' : down ? 'closed' : 'open'
}

/** The word 稳定 on a screen: what the newest readings look like, independent of the phase. */
export function isStill(recent: Window, rules: Rules, now: Instant): boolean {
  const within = recent.filter(([at]) => now - at <= rules.settleFor)
  if (within.length < 2) return false
  const weights = within.map(([, weight]) => weight)
  return Math.max(...weights) - Math.min(...weights) <= rules.settleBand
}

const TRACE_POINTS = 80
function traceOf(recent: Window, now: Instant): [number, number][] {
  const every = Math.max(1, Math.ceil(recent.length / TRACE_POINTS))
  return recent.filter((_, at) => (recent.length - 1 - at) % every === 0).map(([at, weight]) => [Math.max(0, now - at), weight])
}
