import type { Plate } from '#edge/plate'
import type { Instant } from '#edge/units'
import type { LaneState, Sighting } from '#weighing/vocabulary'
import { misread } from '../faults.ts'
import { LANE_MAP } from '../lane-map.ts'
import type { Random } from '../random.ts'
import { legsOf } from './driver.ts'
import { CAMERAS, DRIVERS, draw, NOISE } from './noise.ts'
import type { Spec } from './spec.ts'
import { type Actor, actor, arrivesAt, drive, frontOf, notices, type Watched } from './stage.ts'
import type { Marks } from './tamper.ts'
import { studyTruck } from './truck-of.ts'

/** Who is on the lane and what he does, as the gates let him; and what sensors and cameras make of it. */
export interface Scene {
  readonly actors: readonly Actor[]
  move(at: number, state: LaneState, marks: Marks): void
  sensor(sensor: Watched, at: number): boolean
  seen(at: number, chance: Random): ((at: Instant) => Sighting)[]
}

/** The lane has seen its zero before the first truck comes. */
const COMES_AT = 4_000
/** Clear of every sensor. */
const FROM = -14
const LEAVE = 3

export function sceneOf(spec: Spec): Scene {
  const { story } = spec
  const chance = spec.chance.fork('scene')
  const first = actor(spec.truck, spec.trueKg, FROM, chance.fork('first'))
  const second = secondOf(spec, chance.fork('second'))
  const actors = second ? [first, second] : [first]
  const legs = legsOf(spec)
  const behindFirst = behind(spec)
  const people = peopleOf(spec, chance.fork('people'))
  const reaction = (): number => 1_000 * draw(chance, DRIVERS.reactionS)
  const mirrorAfter = chance.between(300, 1_500)
  const looked = new Map<string, number>()
  let leg = -1
  let waitsUntil = COMES_AT
  let mood: 'queue' | 'line' | 'on' | 'off' = 'queue'
  let secondGoes = false
  let mirror = false

  return {
    actors,
    move(at, state, marks) {
      const front = frontOf(first, at)
      if (marks.whollyAt > at && front - spec.truck.body.length > LANE_MAP.entryBeam) marks.whollyAt = at
      follow(at, front)
      if (at < waitsUntil) return
      if (mood === 'queue') {
        mood = 'line'
        go(at, LANE_MAP.stopLine, 3.5)
        waitsUntil = arrivesAt(first)
      } else if (mood === 'line') {
        if (state.entryCommanded !== 'open' && state.phase !== 'boarding') return
        mood = 'on'
        waitsUntil = at + reaction()
      } else if (mood === 'on') stand(at, state, marks)
    },
    sensor(sensor, at) {
      if (story === 'rear-off-mirror' && mirror && sensor === 'entry-beam') return false
      if (taped(sensor)) return false
      return notices(sensor, actors, at)
    },
    seen: (at, cameras) => actors.flatMap((one, which) => looks(one, which, at, cameras)),
  }

  /** On the deck: leg by leg, then still until the exit opens. */
  function stand(at: number, state: LaneState, marks: Marks): void {
    const next = legs[leg + 1]
    const mayGo = state.exitCommanded === 'open' || state.phase === 'released'
    if (next && !mayGo) {
      leg += 1
      go(at, next.to, next.speed)
      waitsUntil = arrivesAt(first) + next.stays
      return
    }
    if (marks.stoppedAt > at) marks.stoppedAt = at
    mirror = at > marks.stoppedAt + mirrorAfter
    first.deck.outKg = people(at - marks.stoppedAt)
    if (!mayGo) return
    mood = 'off'
    const goAt = at + Math.max(reaction(), 1_500)
    marks.goAt = goAt
    leave(first, at, goAt)
    if (second && story === 'two-on') leave(second, at, goAt + 400)
    first.deck.outKg = 0
    waitsUntil = Number.POSITIVE_INFINITY
  }

  /** The first vehicle drives; one at its bumper keeps there. */
  function go(at: number, to: number, speed: number): void {
    drive(first, at, to, speed)
    if (second && (story === 'two-on' || story === 'second-front-on')) drive(second, at, to - behindFirst, speed)
  }

  /** Another waits at the entry and follows the first through on its release. */
  function follow(at: number, front: number): void {
    if (!second || story !== 'tailgate' || secondGoes || mood !== 'off' || front - spec.truck.body.length < 6) return
    secondGoes = true
    drive(second, at, LANE_MAP.away + 30, 3.4)
  }

  function taped(sensor: Watched): boolean {
    if (sensor === 'entry-beam')
      return story === 'rear-off-taped' || story === 'beam-taped' || (story === 'second-front-on' && spec.seed % 4 < 2)
    return sensor === 'exit-beam' && story === 'front-off-taped'
  }

  /** The front camera looks at the stop line, the rear one at the tail that has just come on. */
  function looks(one: Actor, which: number, at: number, cameras: Random): ((at: Instant) => Sighting)[] {
    const front = frontOf(one, at)
    const { plate, trailer } = one.truck
    const found: ((at: Instant) => Sighting)[] = []
    if (front > LANE_MAP.entryLoop.from + 1 && once(`front-${which}`)) {
      const muddy = story === 'muddy-plate' && cameras.chance(0.9)
      const read =
        muddy || cameras.chance(CAMERAS.unread) ? null : cameras.chance(CAMERAS.misread) ? (misread(plate, cameras) as Plate) : plate
      found.push(sighting('front', read))
    }
    if (front - one.truck.body.length > 0 && once(`rear-${which}`))
      found.push(sighting('rear', cameras.chance(CAMERAS.rearUnread) ? null : (trailer ?? plate)))
    return found
  }
  function once(name: string): boolean {
    if (looked.has(name)) return false
    looked.set(name, 1)
    return true
  }
}

function leave(one: Actor, at: number, goAt: number): void {
  one.deck.drive = [...one.deck.drive.slice(-3), { at: goAt, from: frontOf(one, at), to: LANE_MAP.away, speed: LEAVE }]
}

const sighting =
  (camera: 'front' | 'rear', plate: string | null) =>
  (at: Instant): Sighting => ({
    camera,
    at,
    plate,
    raw: plate ?? '无牌',
    colour: 'yellow',
    confidence: plate === null ? 0 : 95,
    backfill: false,
    fake: false,
  })

/** A metre and more behind the bumper of the first. */
const behind = ({ truck }: Spec): number => truck.body.length + 1.3

function secondOf(spec: Spec, chance: Random): Actor | null {
  if (!['two-on', 'second-front-on', 'tailgate'].includes(spec.story)) return null
  const truck = studyTruck(chance.fork('truck'), spec.story === 'two-on' ? 2 : 6)
  const weightKg = truck.kerbKg + chance.pick([400, 8_000, 20_000])
  return actor(truck, weightKg, spec.story === 'tailgate' ? LANE_MAP.stopLine - 4 : FROM - behind(spec), chance.fork('actor'))
}

/** Kilograms that have climbed out, by the time since the truck stood. */
function peopleOf({ story }: Spec, chance: Random): (since: number) => number {
  if (story !== 'honest' || !chance.chance(NOISE.climbsOut)) return () => 0
  const count = chance.chance(NOISE.secondToo) ? (chance.chance(NOISE.thirdToo) ? 3 : 2) : 1
  const times = Array.from(
    { length: count },
    () => [chance.between(800, 6_000), chance.between(8_000, 60_000), draw(chance, NOISE.personKg)] as const,
  )
  return (since) => times.reduce((sum, [out, back, kg]) => (since >= out && since < back ? sum + kg : sum), 0)
}
