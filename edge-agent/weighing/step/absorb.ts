import { USUAL_IDENTITY_RULES } from '#edge/identity'
import { bestPlate } from '#edge/match-ticket'
import { nearness, type Plate } from '#edge/plate'
import { plateDistance } from '#edge/plate-distance'
import { tagKey } from '#edge/tag'
import type { Common, LaneInput, LaneState, Rules, Sighting, TagRead, Visit } from '../vocabulary.ts'
import { isLoaded, visitOf } from './lane.ts'

/** What an input tells the lane whatever the phase: weight, sensors, devices, sightings. No orders come from here. */
export function absorb(state: LaneState, input: LaneInput, rules: Rules): LaneState {
  switch (input.kind) {
    case 'reading': {
      const still = state.phase === 'idle' && input.weight === state.weight && Math.abs(input.weight) < rules.emptyBelow
      const on = input.weight >= rules.vehicleFrom
      const heard: LaneState = {
        ...state,
        silent: without(state.silent, 'scale'),
        weight: input.weight,
        weightAt: input.at,
        offSince: on ? null : (state.offSince ?? input.at),
        zero: still ? input.weight : state.zero,
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
        exitArmDownSince:
          input.sensor === 'exit-arm-down' ? (input.on ? (state.exitArmDownSince ?? input.at) : null) : state.exitArmDownSince,
      }
      return input.on ? changeVisit(heard, (visit) => notice(visit, input.sensor)) : heard
    }
    case 'device':
      return device(state, input, rules)
    case 'sighting':
      return input.sighting.backfill ? state : see(state, input.sighting, rules)
    case 'ticket-shown':
      return show(state, input)
    case 'tag-read':
      return hear(state, input, rules)
    case 'dossier':
    case 'deadline':
    case 'operator-act':
    case 'started':
      return state
  }
}

const without = (silent: Common['silent'], device: string): Common['silent'] =>
  silent.includes(device) ? silent.filter((name) => name !== device) : silent

function changeVisit(state: LaneState, change: (visit: Visit) => Visit): LaneState {
  if (!('visit' in state) || state.visit === null) return state
  const visit = change(state.visit)
  return visit === state.visit ? state : { ...state, visit }
}

function notice(visit: Visit, sensor: string): Visit {
  const entry = visit.noticedAt.entry || sensor === 'entry-loop' || sensor === 'entry-beam'
  const exit = visit.noticedAt.exit || sensor === 'exit-loop' || sensor === 'exit-beam'
  return entry === visit.noticedAt.entry && exit === visit.noticedAt.exit ? visit : { ...visit, noticedAt: { entry, exit } }
}

function device(state: LaneState, { device: name, heard, at }: Extract<LaneInput, { kind: 'device' }>, rules: Rules): LaneState {
  if (heard) return { ...state, silent: without(state.silent, name) }
  const silent = state.silent.includes(name) ? state.silent : [...state.silent, name]
  if (name === 'board') return changeVisit({ ...state, silent }, (visit) => ({ ...visit, blind: true }))
  if (name !== 'scale') return { ...state, silent }
  // An indicator that lost power under a vehicle may come back with another zero: it is not trusted until an empty one is seen.
  const under = isLoaded(state, at, rules) || visitOf(state)?.loaded === true
  return { ...state, silent, weight: null, weightAt: null, offSince: null, zero: under ? null : state.zero }
}

/** Near enough to be the same vehicle read twice; strict, because what is taken for a repeat is forgotten. */
const sameVehicle = (a: string, b: string): boolean => nearness(a as Plate, b as Plate) !== 'other'
/** Near enough to be heard as evidence of the same vehicle: what it comes to, the fusion of reads says. */
const maybeSame = (a: string, b: string): boolean => plateDistance(a, b) <= USUAL_IDENTITY_RULES.onePlateWithin
const isTrailerPlate = (plate: string): boolean => plate.endsWith('挂')

/** The vehicle of the last visit, read once more on its way out. */
export const isRepeat = ({ left }: Common, { plate, at }: Sighting, rules: Rules): boolean =>
  plate !== null && left !== null && at - left.at <= rules.repeatWithin && left.plates.some((known) => sameVehicle(known, plate))

function see(state: LaneState, sighting: Sighting, rules: Rules): LaneState {
  switch (state.phase) {
    case 'arriving':
    case 'boarding':
      return addSighting(state, sighting)
    case 'positioning':
    case 'settling': {
      // With a plate known and the entry shut, another plate is the next vehicle at the entry, read early.
      const best = bestPlate(state.visit.sightings)
      const own =
        best === null ||
        sighting.plate === null ||
        looksAtRear(state.visit, sighting) ||
        isTrailerPlate(sighting.plate) ||
        maybeSame(best, sighting.plate)
      return own ? addSighting(state, sighting) : wait(state, sighting)
    }
    case 'asking':
    case 'released':
    case 'held':
    case 'blocked':
    case 'clearing':
    case 'starting': {
      const visit = state.visit
      if (visit === null) return isRepeat(state, sighting, rules) ? state : wait(state, sighting)
      const own = [state.given?.plate ?? null, bestPlate(visit.sightings)].filter((plate) => plate !== null)
      const other = own.length > 0 && sighting.plate !== null && !own.some((plate) => sameVehicle(plate, sighting.plate as string))
      if (other && !isTrailerPlate(sighting.plate as string)) return looksAtRear(visit, sighting) ? state : wait(state, sighting)
      return state.phase === 'blocked' && state.given === null ? addSighting(state, sighting) : state
    }
    case 'idle':
      return isRepeat(state, sighting, rules) ? state : wait(state, sighting)
  }
}
/** Where another camera has read the front, the rear one looks at what stands here and not at who comes next. */
const looksAtRear = ({ sightings }: Visit, { camera }: Sighting): boolean =>
  camera === 'rear' && sightings.some((seen) => seen.camera === 'front' && seen.plate !== null)
const addSighting = (state: LaneState, sighting: Sighting): LaneState =>
  changeVisit(state, (visit) => ({ ...visit, sightings: [...visit.sightings, sighting].slice(-12) }))
const wait = (state: LaneState, sighting: Sighting): LaneState => ({
  ...state,
  waiting: { ...state.waiting, sightings: [...state.waiting.sightings, sighting].slice(-6) },
})

function show(state: LaneState, { number, at }: Extract<LaneInput, { kind: 'ticket-shown' }>): LaneState {
  const unjudged = ['arriving', 'boarding', 'positioning', 'settling'].includes(state.phase)
  return unjudged
    ? changeVisit(state, (visit) => ({ ...visit, shown: number }))
    : { ...state, waiting: { ...state.waiting, shown: { number, at } } }
}

/** A tag or a card belongs to the vehicle that is not judged yet; else to the next, unless the one that is here or has just gone has it. */
function hear(state: LaneState, { tag, by, at }: Extract<LaneInput, { kind: 'tag-read' }>, rules: Rules): LaneState {
  const read: TagRead = { by, tag, at }
  const isSame = (other: { readonly by: TagRead['by']; readonly tag: string }): boolean => tagKey(other) === tagKey(read)
  if (['arriving', 'boarding', 'positioning', 'settling'].includes(state.phase))
    return changeVisit(state, (visit) => {
      const { tags = [] } = visit
      return tags.some(isSame) || tags.length >= MOST_TAGS ? visit : { ...visit, tags: [...tags, read] }
    })
  const { tags = [] } = state.waiting
  const gone = state.left !== null && at - state.left.at <= rules.repeatWithin ? (state.left.tags ?? []) : []
  if ([...(visitOf(state)?.tags ?? []), ...gone].some(isSame)) return state
  return { ...state, waiting: { ...state.waiting, tags: [...tags.filter((one) => !isSame(one)), read].slice(-MOST_TAGS) } }
}
const MOST_TAGS = 8
