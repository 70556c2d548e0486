import type { Instant } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import { hasActed, newWatch, watchOn } from '../suspicion/watch.ts'
import type { Common, LaneInput, LaneState, Rules, Untrusted, Visit } from '../vocabulary.ts'
import { hear, see, show } from './identifying.ts'
import { changeVisit, isLoaded, visitOf } from './lane.ts'
import { isSeenEmpty, offZeroSince, trustedAgain } from './trust.ts'

/** What an input tells the lane whatever the phase: weight, sensors, devices, sightings. No orders come from here. */
export function absorb(before: LaneState, input: LaneInput, rules: Rules): LaneState {
  const heard = hearing(before, input, rules)
  return changeVisit(heard, (visit) => {
    const watch = visit.watch ?? newWatch(visit.since)
    const watched = watchOn(watch, input, heard, rules)
    return watched === visit.watch ? visit : { ...visit, watch: watched }
  })
}

function hearing(state: LaneState, input: LaneInput, rules: Rules): LaneState {
  switch (input.kind) {
    case 'reading': {
      const still = input.weight === state.weight && Math.abs(input.weight) < rules.emptyBelow
      const on = input.weight >= rules.vehicleFrom
      const heard: LaneState = {
        ...state,
        silent: without(state.silent, 'scale'),
        weight: input.weight,
        weightAt: input.at,
        offSince: on ? null : (state.offSince ?? input.at),
        zero: still && state.phase === 'idle' ? input.weight : state.zero,
        offZeroSince: offZeroSince(state, input.weight, input.at, rules),
        untrusted:
          still && isSeenEmpty(state, rules) ? trustedAgain(state.untrusted ?? null, input.weight, rules) : (state.untrusted ?? null),
      }
      return on ? changeVisit(heard, (visit) => (visit.loaded ? visit : { ...visit, loaded: true })) : heard
    }
    case 'sensor': {
      const changed = state.sensors[input.sensor] !== input.on
      const heard: LaneState = {
        ...state,
        silent: without(state.silent, 'board'),
        sensors: changed ? { ...state.sensors, [input.sensor]: input.on } : state.sensors,
        timeline: changed ? [...state.timeline, [input.at, input.sensor, input.on] as const].slice(-40) : state.timeline,
        exitArmDownSince: downSince(state.exitArmDownSince, input, 'exit-arm-down'),
        entryArmDownSince: downSince(state.entryArmDownSince ?? null, input, 'entry-arm-down'),
      }
      return input.on || changed ? changeVisit(heard, (visit) => notice(visit, input, heard, rules)) : heard
    }
    case 'device':
      return device(state, input, rules)
    case 'board-late':
      return { ...state, boardLate: input.late }
    case 'sighting':
      return input.sighting.backfill ? state : see(state, input.sighting, rules)
    case 'ticket-shown':
      return show(state, input)
    case 'tag-read':
      return hear(state, input, rules)
    case 'remote-control':
      return { ...state, remoteSince: input.heard ? (state.remoteSince ?? input.at) : null }
    case 'code-made':
    case 'ticket-claimed':
    case 'dossier':
    case 'deadline':
    case 'operator-act':
    case 'started':
      return state
  }
}

const without = (silent: Common['silent'], device: string): Common['silent'] =>
  silent.includes(device) ? silent.filter((name) => name !== device) : silent

const downSince = (since: Instant | null, { sensor, on, at }: Extract<LaneInput, { kind: 'sensor' }>, contact: Sensor): Instant | null =>
  sensor === contact ? (on ? (since ?? at) : null) : since

/**
 * Over which edge of the platform it goes. The loop before a beam tells nothing of it, for the next vehicle waits there; unless that beam
 * has never said anything. One whose rear is past the loop before it is past the beam has driven wholly on, and one that clears the
 * exit's beam without having reached its loop has rolled back.
 */
function notice(visit: Visit, { sensor, on, at }: Extract<LaneInput, { kind: 'sensor' }>, lane: Common, rules: Rules): Visit {
  const { entry, exit } = visit.noticedAt
  const changed = (now: Partial<Visit['noticedAt']>): Visit => ({ ...visit, noticedAt: { entry, exit, ...now } })
  switch (sensor) {
    case 'entry-beam':
      if (on) return changed({ entry: true })
      return loopBehind(visit, at, lane, rules) ? changed({ entry: false }) : visit
    case 'entry-loop':
      return on && !hasActed(visit.watch, 'entry-beam') ? changed({ entry: true }) : visit
    case 'exit-beam':
      if (on) return changed({ exit: true })
      return lane.sensors['exit-loop'] === false ? changed({ exit: false }) : visit
    case 'exit-loop':
      return on && !(rules.layout.bothWays && rules.fitted.includes('exit-beam')) ? changed({ exit: true }) : visit
    case 'entry-arm-down':
    case 'exit-arm-down':
      return visit
  }
}

/** Clear for a while, for a trailer drops out of it between its axles; and it has worked in this visit. */
function loopBehind({ watch }: Visit, at: Instant, { sensors, timeline }: Common, { clearFor }: Rules): boolean {
  if (sensors['entry-loop'] !== false || !hasActed(watch, 'entry-loop')) return false
  const last = timeline.findLast(([, sensor]) => sensor === 'entry-loop')
  return last === undefined || at - last[0] >= clearFor
}

function device(state: LaneState, { device: name, heard, at }: Extract<LaneInput, { kind: 'device' }>, rules: Rules): LaneState {
  if (heard) return { ...state, silent: without(state.silent, name) }
  const silent = state.silent.includes(name) ? state.silent : [...state.silent, name]
  if (name === 'board') return changeVisit({ ...state, ...unheardOrders(state), silent }, (visit) => ({ ...visit, blind: true }))
  if (name !== 'scale') return { ...state, silent }
  // An indicator that lost power under a vehicle may come back with another zero: it is not trusted until an empty one is seen.
  const under = isLoaded(state, at, rules) || visitOf(state)?.loaded === true
  const untrusted: Untrusted | null = state.untrusted ?? (under ? { since: at, why: 'power-cycled', shownKg: state.weight } : null)
  return { ...state, silent, weight: null, weightAt: null, offSince: null, zero: under ? null : state.zero, untrusted }
}

/** The last order to close may have been the one nobody heard: when the board speaks again, the arm's own contact says where it is. */
const unheardOrders = ({ entryCommanded, exitCommanded }: Common): Pick<Common, 'entryCommanded' | 'exitCommanded'> => ({
  entryCommanded: entryCommanded === 'closed' ? 'unknown' : entryCommanded,
  exitCommanded: exitCommanded === 'closed' ? 'unknown' : exitCommanded,
})
