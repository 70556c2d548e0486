import type { CameraSide } from './camera-side.ts'
import { type Basis, counting, IDENTITY_SOURCES, slips, strangers } from './identity-basis.ts'
import { type Certainty, certainty } from './identity-certainty.ts'
import { isTrailer, type Plate, type PlateColour, readPlate } from './plate.ts'
import { colourOf, fitsColour } from './plate-colours.ts'
import { plateDistance } from './plate-distance.ts'
import { type Read, readOf, type SeenPlate, sortReads } from './plate-reads.ts'
import { onePlateEach, type Voice, type Voted, vote } from './plate-vote.ts'
import { contradiction, type NamedTag, namedTags, platesNamed, type TaggedVehicle, type TagSeen } from './tag.ts'

/**
 * Which vehicle this is, out of everything that was read in one passage: front and rear, repeats, colours, tags and cards.
 *
 * A tractor is never named by a 挂, however often that is read; it fills the trailer. Reads of one plate become one text (`vote`);
 * reads of another plate are another vehicle, which is said and not outvoted: the front camera's is taken, unless more independent
 * sources speak for the other. A tag the register knows is a source of its own: where no plate was read it names the vehicle, where
 * it agrees it makes it surer, where it contradicts it changes nothing and is told.
 *
 * The same reads in any order give the same identity.
 */
export interface Identity {
  readonly tractor: Plate | null
  readonly trailer: Plate | null
  readonly colour: PlateColour
  /** 0–100, by the rules of `identity-certainty.ts`; the cameras' own figures are not in it. */
  readonly confidence: number
  readonly basis: Basis
  /** Plates as much spoke for as for the tractor, with it; empty where nothing was in doubt. */
  readonly ambiguous: readonly Plate[]
  /** Plates of other vehicles that were read in this passage. */
  readonly others: readonly Plate[]
  /** Plates a camera takes for a print or a screen. They name nobody. */
  readonly fakes: readonly Plate[]
  /** A tag of another vehicle, where none agrees with the plate. */
  readonly contradictedBy: NamedTag | null
}

export interface IdentityRules {
  /** Reads no more reading errors apart are of one plate (`READING_ERRORS`). */
  readonly onePlateWithin: number
  /** An unreadable text no further from the plate is a part of it. */
  readonly partWithin: number
}
/** Two look-alikes, another province or a lost tail; a text that lost two letters is still a part. */
export const USUAL_IDENTITY_RULES: IdentityRules = { onePlateWithin: 2, partWithin: 4 }

export function identityOf(
  seen: readonly SeenPlate[],
  register: readonly TaggedVehicle[],
  tagsSeen: readonly TagSeen[],
  rules: IdentityRules,
): Identity {
  const known = new Set(register.map(({ plate }) => plate))
  const isKnown = (plate: Plate): boolean => known.has(plate)
  const tags = namedTags(tagsSeen, register)
  const voice = (first: CameraSide): Voice => ({ isKnown, first, tagsSaying: (of) => tags.filter(({ plate }) => plate === of).length })
  const { tractors, trailers, aside } = sortReads(seen, isKnown)
  const [chosen, ...rest] = vehiclesIn(tractors, voice('front'), rules)
  const [trailer, ...otherTrailers] = vehiclesIn(trailers, voice('rear'), rules)
  const tagged = platesNamed(tags, false)
  const tractor = chosen?.plate ?? (tagged.length === 1 ? (tagged[0] ?? null) : null)
  const agreed = chosen ? chosen.reads.filter(({ plate }) => plate === chosen.plate) : []
  const contradictedBy = chosen ? contradiction(chosen.plate, tags) : null
  const parts = aside.map((one) => (one.why === 'unreadable' && isPart(one.text, tractor, rules) ? { ...one, why: 'part' as const } : one))
  const colour = colourOf(chosen?.reads ?? [])
  const basis: Basis = {
    how: chosen?.how ?? (tractor === null ? 'none' : 'tag'),
    by: IDENTITY_SOURCES.filter(
      (source) =>
        agreed.some(({ camera }) => camera === source) ||
        tags.some(({ by, plate }) => by === source && plate !== null && plate === tractor),
    ),
    agreed: agreed.length,
    counted: chosen?.reads.length ?? 0,
    tags,
    aside: counting([...parts, ...slips(chosen), ...slips(trailer), ...strangers(rest), ...strangers(otherTrailers)]),
    oddColour: tractor !== null && !fitsColour(formOf(tractor), colour),
  }
  const others = rest.map(({ plate }) => plate).sort()
  const tied = chosen?.tied ?? (tractor === null ? tagged : [])
  const facts: Certainty = {
    basis,
    others: others.length,
    tied: tied.length,
    contradicted: contradictedBy !== null,
    known: tractor !== null && isKnown(tractor),
  }
  return {
    tractor,
    trailer: trailer?.plate ?? platesNamed(tags, true)[0] ?? null,
    colour,
    confidence: certainty(facts),
    basis,
    ambiguous: tied.length === 0 ? [] : [...new Set([...tied, ...(tractor === null ? [] : [tractor])])].sort(),
    others,
    fakes: fakesIn(seen),
    contradictedBy,
  }
}

/** The plate this vehicle is to be known by: its identity, else the plate a camera doubts. */
export const claimedPlate = ({ tractor, fakes }: Identity): Plate | null => tractor ?? fakes.find((plate) => !isTrailer(plate)) ?? null

/** Reads as vehicles, the best first. */
function vehiclesIn(reads: readonly Read[], voice: Voice, rules: IdentityRules): Voted[] {
  const rank = ({ plate, reads: own }: Voted): number[] => {
    const cameras = new Set(own.map(({ camera }) => camera))
    const surest = (of: CameraSide): number =>
      Math.max(-1, ...own.filter(({ camera }) => camera === of).map(({ confidence }) => confidence ?? 0))
    return [
      cameras.size + voice.tagsSaying(plate),
      Number(cameras.has(voice.first)),
      own.length,
      Number(voice.isKnown(plate)),
      surest('front'),
      surest('rear'),
    ]
  }
  return onePlateEach(reads, rules.onePlateWithin, voice.isKnown)
    .map((group) => vote(group, voice))
    .sort((a, b) => {
      const [one, two] = [rank(a), rank(b)]
      const at = one.findIndex((value, on) => value !== two[on])
      return at < 0 ? (a.plate < b.plate ? -1 : 1) : (two[at] ?? 0) - (one[at] ?? 0)
    })
}

const isPart = (text: string, plate: Plate | null, { partWithin }: IdentityRules): boolean =>
  plate !== null && text.length <= LONGEST_PART && plateDistance(text, plate) <= partWithin
const LONGEST_PART = 10

const formOf = (plate: Plate) => {
  const read = readPlate(plate)
  return read.kind === 'plate' ? read.form : 'ordinary'
}

const fakesIn = (seen: readonly SeenPlate[]): Plate[] =>
  [...new Set(seen.flatMap((one) => (one.fake && !one.backfill ? [readOf(one)?.plate ?? null] : [])))]
    .filter((plate) => plate !== null)
    .sort()
