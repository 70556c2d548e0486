import type { Sensor } from '#edge/weighing'
import { type Covers, LANE_MAP } from '../lane-map.ts'
import type { Random } from '../random.ts'
import { endsAt, frontAt, type Move } from '../truck.ts'
import { loadCells, type OnDeck } from './cells.ts'
import { DRIVERS } from './noise.ts'
import type { StudyTruck } from './truck-of.ts'

/** One vehicle on the lane: how it moves, and the holes in it that beams and loops look through. */
export interface Actor {
  readonly truck: StudyTruck
  readonly deck: OnDeck
  readonly feels: (at: number) => number
  readonly beamHole: readonly [from: number, to: number] | null
  readonly loopHole: readonly [from: number, to: number] | null
  readonly asked: { at: number; drive: readonly Move[]; front: number }
}

export function actor(truck: StudyTruck, weightKg: number, from: number, chance: Random): Actor {
  const deck: OnDeck = { body: truck.body, weightKg, drive: [{ at: 0, from, to: from, speed: 1 }], outKg: 0 }
  const coupled = truck.trailer !== null
  const gap = 6.9 + chance.between(0, 1)
  return {
    truck,
    deck,
    feels: loadCells(chance.fork('cells'), deck),
    beamHole: coupled && chance.chance(DRIVERS.gapSeen) ? [gap, gap + chance.between(0.4, 1.2)] : null,
    loopHole: coupled && chance.chance(DRIVERS.loopDrops) ? [8.3, 8.3 + chance.between(1, 2.5)] : null,
    asked: { at: -1, drive: [], front: from },
  }
}

/** Where its front is; asked for many times a tick, so the last answer is kept. */
export function frontOf({ deck, asked }: Actor, at: number): number {
  if (asked.at !== at || asked.drive !== deck.drive) {
    asked.at = at
    asked.drive = deck.drive
    asked.front = frontAt(deck.drive, at)
  }
  return asked.front
}
export const arrivesAt = ({ deck }: Actor): number => endsAt(deck.drive.at(-1) as Move)
export function drive({ deck }: Actor, at: number, to: number, speed: number): void {
  deck.drive = [...deck.drive.slice(-3), { at, from: frontAt(deck.drive, at), to, speed }]
}

const { entryLoop, exitLoop, entryBeam, exitBeam } = LANE_MAP
export type Watched = Exclude<Sensor, 'entry-arm-down' | 'exit-arm-down'>
const WIDTH: Readonly<Record<Watched, Covers>> = {
  'entry-loop': { rear: entryLoop.from, front: entryLoop.to },
  'entry-beam': { rear: entryBeam, front: entryBeam },
  'exit-beam': { rear: exitBeam, front: exitBeam },
  'exit-loop': { rear: exitLoop.from, front: exitLoop.to },
}
export const WATCHED = Object.keys(WIDTH) as Watched[]

/** A loop or beam notices a vehicle over it, unless it looks through its hole. */
export function notices(sensor: Watched, actors: readonly Actor[], at: number): boolean {
  const { rear: from, front: to } = WIDTH[sensor]
  return actors.some((one) => {
    const front = frontOf(one, at)
    const behind = front - one.truck.body.length
    if (behind > to || front < from) return false
    const hole = sensor.endsWith('beam') ? one.beamHole : one.loopHole
    if (hole === null) return true
    return !(front - hole[1] <= from && front - hole[0] >= to)
  })
}
