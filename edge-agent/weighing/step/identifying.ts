import { USUAL_IDENTITY_RULES } from '#edge/identity'
import { bestPlate } from '#edge/match-ticket'
import { nearness, type Plate } from '#edge/plate'
import { plateDistance } from '#edge/plate-distance'
import { tagKey } from '#edge/tag'
import type { Instant } from '#edge/units'
import type { Common, LaneInput, LaneState, Rules, Sighting, TagRead, Visit } from '../vocabulary.ts'
import { changeVisit, isBusy, visitOf } from './lane.ts'

/** What tells one vehicle from another (plates, tickets shown, tags and cards), and whose it is: the present visit's or the next one's. */

/** Near enough to be the same vehicle read twice; strict, because what is taken for a repeat is forgotten. */
const sameVehicle = (a: string, b: string): boolean => nearness(a as Plate, b as Plate) !== 'other'
/** Near enough to be heard as evidence of the same vehicle: what it comes to, the fusion of reads says. */
const maybeSame = (a: string, b: string): boolean => plateDistance(a, b) <= USUAL_IDENTITY_RULES.onePlateWithin
export const isTrailerPlate = (plate: string): boolean => plate.endsWith('挂')

/** A clock that was set back since then says nothing of how long ago it was. */
const isSoonAfter = (then: Instant, at: Instant, { repeatWithin }: Rules): boolean => then <= at && at - then <= repeatWithin

/** The vehicle of the last visit, read once more on its way out. A trailer is its own too: of who comes next nobody sees the tail yet. */
function isRepeat({ left }: Common, { plate, at }: Sighting, rules: Rules): boolean {
  if (plate === null || left === null || !isSoonAfter(left.at, at, rules)) return false
  return isTrailerPlate(plate) || left.plates.some((known) => sameVehicle(known, plate))
}

/** A camera read a plate, or saw none: of the vehicle that is here, or of the next. */
export function see(state: LaneState, sighting: Sighting, rules: Rules): LaneState {
  if (isOfTheOtherEnd(state, sighting, rules)) return isRepeat(state, sighting, rules) ? state : wait(state, sighting)
  switch (state.phase) {
    case 'arriving':
    case 'boarding':
      return addSighting(state, sighting)
    case 'positioning':
    case 'settling': {
      // With a plate known and the entry shut, another plate is the next vehicle at the entry, read early; with none known it may be.
      const best = bestPlate(state.visit.sightings)
      const own =
        sighting.plate === null ||
        looksAtRear(state.visit, sighting) ||
        isTrailerPlate(sighting.plate) ||
        (best === null ? !mayBeOfTheNext(state, sighting) : maybeSame(best, sighting.plate))
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
/**
 * Where vehicles come from both ends: the camera behind this one looks at who waits there, also far before that end's loop. Only what it
 * reads again of the plate that is known already is taken for the one that is here, on the platform or on its way out over that loop, and
 * what nobody has read for nobody's.
 */
function isOfTheOtherEnd(state: LaneState, { camera, plate }: Sighting, { layout }: Rules): boolean {
  if (!layout.bothWays || camera !== 'rear') return false
  if (state.phase === 'arriving') return true
  if (plate !== null && isKnownHere(state, plate)) return false
  if (isBusy(state, 'exit') && state.phase !== 'released') return true
  const unjudged = state.phase === 'boarding' || state.phase === 'positioning' || state.phase === 'settling'
  return unjudged && plate !== null && !isTrailerPlate(plate)
}
/** The plate of the vehicle that is here, judged by it or not yet. */
function isKnownHere(state: LaneState, plate: string): boolean {
  const given = 'given' in state ? (state.given?.plate ?? null) : null
  const known = [given, bestPlate(visitOf(state)?.sightings ?? [])]
  return known.some((own) => own !== null && maybeSame(own, plate))
}

/** Somebody stands at the entry behind the one on the platform: a covered plate must not become that of an accomplice with a ticket. */
const mayBeOfTheNext = ({ sensors }: LaneState, { camera }: Sighting): boolean =>
  camera === 'front' && sensors['entry-loop'] === true && sensors['entry-beam'] !== true

/** Where another camera has read the front, the rear one looks at what stands here and not at who comes next. */
const looksAtRear = ({ sightings }: Visit, { camera }: Sighting): boolean =>
  camera === 'rear' && sightings.some((seen) => seen.camera === 'front' && seen.plate !== null)
/** What says nothing makes room first: a camera that keeps seeing no plate must not push out the one that was read. */
function newest(most: number, all: readonly Sighting[]): readonly Sighting[] {
  if (all.length <= most) return all
  const blank = Math.max(
    0,
    all.findIndex(({ plate }) => plate === null),
  )
  return all.filter((_, at) => at !== blank)
}
const addSighting = (state: LaneState, sighting: Sighting): LaneState =>
  changeVisit(state, (visit) => ({ ...visit, sightings: newest(12, [...visit.sightings, sighting]) }))
const wait = (state: LaneState, sighting: Sighting): LaneState => ({
  ...state,
  waiting: { ...state.waiting, sightings: newest(6, [...state.waiting.sightings, sighting]) },
})

/** A driver showed a ticket. */
export function show(state: LaneState, { number, at }: Extract<LaneInput, { kind: 'ticket-shown' }>): LaneState {
  return showsHere(state)
    ? changeVisit(state, (visit) => ({ ...visit, shown: number }))
    : { ...state, waiting: { ...state.waiting, shown: { number, at } } }
}
/**
 * One that has been judged already may be weighed once more with what it shows now, and the next one must not be taken for it. Only behind
 * a truck that was let go it is the one at the entry who shows.
 */
function showsHere(state: LaneState): boolean {
  switch (state.phase) {
    case 'arriving':
    case 'boarding':
    case 'positioning':
    case 'settling':
    case 'asking':
    case 'held':
      return true
    case 'released':
      return !isBusy(state, 'entry')
    case 'starting':
    case 'blocked':
      return state.visit?.loaded === true && !(state.released && isBusy(state, 'entry'))
    case 'idle':
    case 'clearing':
      return false
  }
}

/** A tag or a card belongs to the vehicle that is not judged yet; else to the next, unless the one that is here or has just gone has it. */
export function hear(state: LaneState, { tag, by, at }: Extract<LaneInput, { kind: 'tag-read' }>, rules: Rules): LaneState {
  const read: TagRead = { by, tag, at }
  const isSame = (other: { readonly by: TagRead['by']; readonly tag: string }): boolean => tagKey(other) === tagKey(read)
  if (['arriving', 'boarding', 'positioning', 'settling'].includes(state.phase))
    return changeVisit(state, (visit) => {
      const { tags = [] } = visit
      return tags.some(isSame) || tags.length >= MOST_TAGS ? visit : { ...visit, tags: [...tags, read] }
    })
  const { tags = [] } = state.waiting
  const gone = state.left !== null && isSoonAfter(state.left.at, at, rules) ? (state.left.tags ?? []) : []
  if ([...(visitOf(state)?.tags ?? []), ...gone].some(isSame)) return state
  return { ...state, waiting: { ...state.waiting, tags: [...tags.filter((one) => !isSame(one)), read].slice(-MOST_TAGS) } }
}
const MOST_TAGS = 8
