import { Plate } from '#edge/plate'
import type { Random } from '../random.ts'
import type { TruckBody } from '../truck.ts'
import { bodyOf } from '../truck-bodies.ts'
import { draw, LANDINGS, NOISE, normal } from './noise.ts'

/** A truck of the fleet: its body, what it weighs with nothing in it, and how its tare scatters. */
export interface StudyTruck {
  readonly plate: Plate
  readonly trailer: Plate | null
  readonly axles: number
  readonly body: TruckBody
  readonly kerbKg: number
  readonly tankKg: number
  /** Part of its fuel that its rear axles carry. */
  readonly fuelOnRear: number
  readonly limitKg: number
}

const KERB: Readonly<Record<number, number>> = { 2: 6_000, 3: 9_500, 4: 12_500, 6: 15_000 }
const LIMIT: Readonly<Record<number, number>> = { 2: 18_000, 3: 25_000, 4: 31_000, 6: 49_000 }
const DIGITS = '0123456789'

/** Four of five at a coal mine are six-axle combinations. */
export function studyTruck(chance: Random, axles = chance.pick([6, 6, 6, 6, 6, 6, 6, 6, 4, 4, 3, 2])): StudyTruck {
  const digits = (count: number): string => Array.from({ length: count }, () => chance.pick([...DIGITS])).join('')
  return {
    plate: Plate(`陕K${digits(5)}`),
    trailer: axles >= 5 ? Plate(`陕K${digits(4)}挂`) : null,
    axles,
    body: shifted(bodyOf(axles), chance),
    kerbKg: Math.round((KERB[axles] ?? 15_000) * chance.between(0.92, 1.03)),
    tankKg: draw(chance, NOISE.tankKg) * (axles >= 5 ? 1 : axles / 6),
    fuelOnRear: axles >= 5 ? 0 : draw(chance, NOISE.fuelOnRear),
    limitKg: LIMIT[axles] ?? 49_000,
  }
}

/** No two trucks carry their weight alike. */
function shifted({ length, axles }: TruckBody, chance: Random): TruckBody {
  const raw = axles.map(([behind, share]) => [behind, share * chance.between(0.88, 1.12)] as const)
  const sum = raw.reduce((all, [, share]) => all + share, 0)
  return { length, axles: raw.map(([behind, share]) => [behind, share / sum] as const) }
}

/** What an empty truck weighs on some day, and how much of it its rear axles carry: those behind the widest gap (a trailer's). */
export interface Tare {
  readonly kg: number
  readonly rearKg: number
}

/** `tankKg`: water or a load hidden in it. Where fuel, people and tanks sit, and so which axles carry them, says `noise.ts`. */
export function tareOnADay(truck: StudyTruck, chance: Random, tankKg = 0): Tare {
  const { mudKg } = NOISE
  const fuel = truck.tankKg * chance.between(NOISE.fuelFrom, 1)
  const mean = chance.chance(NOISE.wet) ? mudKg.wet : mudKg.dry
  const mud = Math.min(mudKg.most, -mean * Math.log(1 - chance.next()))
  const people = draw(chance, NOISE.personKg) + (chance.chance(NOISE.mate) ? draw(chance, NOISE.personKg) : 0)
  const gear = normal(chance, NOISE.gearKg)
  const onRear =
    fuel * truck.fuelOnRear + mud * draw(chance, NOISE.mudOnRear) + gear * chance.between(0, 1) + tankKg * tankOnRear(truck, chance)
  return { kg: truck.kerbKg + fuel + mud + people + gear + tankKg, rearKg: truck.kerbKg * rearShare(truck.body) + onRear }
}

function tankOnRear({ trailer }: StudyTruck, chance: Random): number {
  if (trailer === null) return draw(chance, NOISE.tankOnBody)
  return chance.chance(NOISE.tankOnTractor) ? 0 : draw(chance, NOISE.tankOnTrailer)
}

/** The first axle behind the widest gap. */
function rearFrom({ axles }: TruckBody): number {
  const gaps = axles.map(([behind], at) => (at === 0 ? 0 : behind - (axles[at - 1]?.[0] ?? 0)))
  return gaps.indexOf(Math.max(...gaps))
}
const shareOf = (axles: TruckBody['axles']): number => axles.reduce((sum, [, share]) => sum + share, 0)
const rearShare = (body: TruckBody): number => shareOf(body.axles.slice(rearFrom(body)))

/** The same truck, its axles loaded as on that day. */
export function loadedAs(truck: StudyTruck, { kg, rearKg }: Tare): StudyTruck {
  const from = rearFrom(truck.body)
  const usual = rearShare(truck.body)
  const rear = rearKg / kg
  const axles = truck.body.axles.map(
    ([behind, share], at) => [behind, share * (at < from ? (1 - rear) / (1 - usual) : rear / usual)] as const,
  )
  return { ...truck, body: { ...truck.body, axles } }
}

/** A tare as the store remembers it; `groupsKg` as the lane measured them, null where it saw no landing. */
export interface PastTare {
  readonly kg: number
  readonly groupsKg: readonly [front: number, rear: number] | null
}

/** Its earlier tares, newest first: ten of a regular, fewer of a newcomer. */
export function tareHistory(truck: StudyTruck, chance: Random, eKg: number): PastTare[] {
  const count = chance.chance(0.05) ? chance.whole(0, 2) : chance.whole(3, 10)
  const changedAt = chance.chance(NOISE.rebuilt) ? chance.whole(0, 9) : -1
  const by = draw(chance, NOISE.rebuiltKg)
  const place = chance.between(0, 1)
  const divided = (kg: number): number => Math.round(kg / eKg) * eKg
  return Array.from({ length: count }, (_, at) => {
    const { kg, rearKg } = tareOnADay(truck, chance)
    const gone = at >= changedAt && changedAt >= 0 ? by : 0
    return { kg: divided(kg - gone), groupsKg: groupsSeen(divided(kg - gone), rearKg - gone * place, chance) }
  })
}

/** As rolling axles weigh; now and then the driver halted elsewhere and that was the longest landing, or there was none. */
function groupsSeen(kg: number, rearKg: number, chance: Random): PastTare['groupsKg'] {
  const { unseen, elsewhere, errorKg } = LANDINGS
  if (chance.chance(unseen)) return null
  const rear = chance.chance(elsewhere) ? kg * chance.between(0.2, 0.9) : rearKg + normal(chance, errorKg)
  return [Math.round(kg - rear), Math.round(rear)]
}
