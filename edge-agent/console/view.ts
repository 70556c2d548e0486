import type { ManualAct } from '#edge/acts'
import type { ConsoleLane } from '#edge/console'
import { identityOf, USUAL_IDENTITY_RULES } from '#edge/identity'
import type { DeviceState } from '#edge/lane-status'
import type { ScaleState } from '#edge/scale-state'
import { type Instant, toIso } from '#edge/units'
import type { LaneState } from '#weighing/vocabulary'
import type { Lane } from '../lane.ts'
import { isStill } from '../lane-view.ts'
import type { Store } from '../store/store.ts'
import { consoleTicket } from './ticket-view.ts'

/** One lane with what its console needs of the agent around it. */
export interface ShownLane {
  readonly lane: Lane
  devices(): readonly DeviceState[]
  scaleState(): ScaleState
  /** Manual acts that mean something now. */
  acts(): readonly ManualAct[]
}

/** The lane as the console shows it. Telemetry only: nothing is decided from it. */
export function consoleLane(shown: ShownLane, book: Pick<Store['book'], 'get'>): ConsoleLane {
  const { lane } = shown
  const state = lane.state()
  const status = lane.status(shown.devices())
  const visit = visitIn(state)
  const { attended } = state
  return {
    name: lane.name,
    status,
    visit: visit?.number ?? null,
    scale: scaleOf(shown, status.weightKg),
    plateConfidence: status.plate === null ? null : confidenceOf(state),
    photos: lane.photos().map(({ hash, camera, at }) => ({ hash, camera: sideOf(camera), at: toIso(at) })),
    ticket: consoleTicket(state, status.weightKg, lane.rules, book),
    said: lane.said(),
    until: untilOf(state),
    attended: attended ? { since: toIso(attended.since), why: attended.why } : null,
    queue: queueOf(state),
    acts: [...shown.acts()],
  }
}

/**
 * What a screen shows of the lane beside its weight, as cheap as can be: where nothing in it is another thing than before, nothing needs
 * to be built, serialised and sent anew.
 */
export function looksOf({ lane }: ShownLane, now: Instant): readonly unknown[] {
  const state = lane.state()
  const { rules } = lane
  const visit = visitIn(state)
  const weight = state.weight ?? 0
  const { phase, silent, sensors, siren, entryCommanded, exitCommanded, attended, waiting } = state
  return [
    phase,
    silent,
    sensors,
    siren,
    entryCommanded,
    exitCommanded,
    attended,
    waiting.sightings,
    waiting.tags,
    visit?.number,
    visit?.sightings,
    visit?.tags,
    visit?.typed,
    visit?.code,
    'given' in state ? state.given : null,
    'why' in state ? state.why : null,
    untilOf(state),
    lane.said(),
    lane.photos(),
    isStill(lane.readings(), rules, now),
    weight > rules.scale.maxKg,
    isZero(weight, rules.scale.eKg),
  ]
}

/** An indicator's zero lamp: within a quarter of e. */
const isZero = (weightKg: number, eKg: number): boolean => Math.abs(weightKg) * 4 <= eKg

function scaleOf({ lane, scaleState }: ShownLane, weightKg: number | null): ConsoleLane['scale'] {
  const { eKg, maxKg, minKg, certificate, certificateUntil } = lane.rules.scale
  const { check, seal, zeros } = scaleState()
  return {
    eKg,
    maxKg,
    minKg,
    overload: weightKg !== null && weightKg > maxKg,
    zero: weightKg !== null && isZero(weightKg, eKg),
    certificate,
    certificateUntil,
    checkedAt: check?.at ?? null,
    checkGood: check?.good ?? null,
    sealBroken: seal?.seal ?? null,
    zeros,
  }
}

const visitIn = (state: LaneState) => ('visit' in state ? state.visit : null)
const sideOf = (camera: string) => (camera.endsWith('front') ? 'front' : camera.endsWith('rear') ? 'rear' : null)

/** How sure the reads of this visit are; a ticket that carries the plate makes it known. */
function confidenceOf(state: LaneState): number | null {
  const visit = visitIn(state)
  if (!visit || visit.typed) return null
  const given = 'given' in state ? state.given : null
  const known = given?.ticket && given.plate !== null ? [{ plate: given.plate }] : []
  const { confidence } = identityOf(visit.sightings, known, visit.tags ?? [], USUAL_IDENTITY_RULES)
  return confidence > 0 ? confidence : null
}

/** Until when somebody is waited for; the machine's own short pauses are nobody's business. */
export function untilOf(state: LaneState): string | null {
  switch (state.phase) {
    case 'arriving':
    case 'asking':
    case 'released':
      return state.until === null ? null : toIso(state.until)
    case 'boarding':
    case 'positioning':
      return toIso(state.giveUpAt)
    case 'settling':
      return state.settled ? null : toIso(state.until)
    default:
      return null
  }
}

const MOST_WAITING = 8
function queueOf({ waiting }: LaneState): string[] {
  const seen = [
    ...waiting.sightings.flatMap(({ plate, at }) => (plate === null ? [] : [{ text: plate, at }])),
    ...(waiting.tags ?? []).map(({ tag, at }) => ({ text: tag, at })),
  ].sort((a, b) => a.at - b.at)
  return [...new Set(seen.map(({ text }) => text))].slice(0, MOST_WAITING)
}
