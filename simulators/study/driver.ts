import { LANE_MAP, weighingStop } from '../lane-map.ts'
import type { Random } from '../random.ts'
import type { TruckBody } from '../truck.ts'
import { DRIVERS, draw, normal } from './noise.ts'
import type { Spec } from './spec.ts'

/** Where a driver goes and how long he stays there, from the entry line to where he waits for the exit; positions of his front bumper. */
export interface Leg {
  readonly to: number
  readonly speed: number
  /** Milliseconds he stays there before the next leg. */
  readonly stays: number
}
const { platform } = LANE_MAP
const REACH = platform.to - 0.1

export function legsOf(spec: Spec): Leg[] {
  const { story, truck } = spec
  const chance = spec.chance.fork('driver')
  const speed = draw(chance, DRIVERS.speed)
  const stop = stopOf(spec, chance)
  const last: Leg = { to: stop, speed, stays: 0 }
  if (story === 'rocking') return [last, ...rocking(stop, chance)]
  if (story !== 'honest') return [last]
  const before: Leg[] = chance.chance(DRIVERS.halts)
    ? [{ to: chance.between(3, stop - 3), speed, stays: chance.between(1_500, 6_000) }]
    : []
  if (chance.chance(DRIVERS.stopsShort)) {
    const short = truck.body.length - chance.between(0.4, 1)
    return [...before, { to: short, speed, stays: chance.between(5_000, 9_000) }, { ...last, speed: 1 }]
  }
  if (chance.chance(DRIVERS.overshoots))
    return [...before, { to: chance.between(18.4, 19.2), speed, stays: chance.between(5_000, 9_000) }, { ...last, speed: 1 }]
  if (chance.chance(DRIVERS.rollsOn)) {
    const roll = inside(stop + chance.between(-0.4, 0.4), truck.body)
    return [...before, { ...last, stays: chance.between(1_500, 6_000) }, { to: roll, speed: 0.6, stays: 0 }]
  }
  return [...before, last]
}

/** A place to stand: the middle for the honest, off the deck for those who want to weigh less. */
function stopOf({ story, truck }: Spec, chance: Random): number {
  const behind = truck.body.axles
  const [first] = behind[0] ?? [1.4]
  const [last] = behind.at(-1) ?? [truck.body.length - 2]
  if (story.startsWith('rear-off')) return last - chance.between(0.2, 1)
  if (story === 'front-off-taped') return platform.to + first + chance.between(0.05, 0.5)
  if (story === 'two-on' || story === 'second-front-on') return REACH
  return inside(weighingStop(truck.body.length) + normal(chance, DRIVERS.stopsOff), truck.body)
}
/** Wholly between the beams. */
const inside = (front: number, { length }: TruckBody): number =>
  Math.min(REACH, Math.max(length + 0.1 > REACH ? REACH - 0.3 : length + 0.1, front))

function rocking(stop: number, chance: Random): Leg[] {
  return Array.from({ length: chance.whole(6, 18) }, (_, at) => ({
    to: stop - (at % 2 === 0 ? chance.between(0.15, 0.5) : 0),
    speed: 0.8,
    stays: chance.between(0, 1_200),
  }))
}
