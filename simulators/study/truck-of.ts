import { Plate } from '#edge/plate'
import type { Random } from '../random.ts'
import type { TruckBody } from '../truck.ts'
import { bodyOf } from '../truck-bodies.ts'
import { draw, NOISE, normal } from './noise.ts'

/** A truck of the fleet: its body, what it weighs with nothing in it, and how its tare scatters. */
export interface StudyTruck {
  readonly plate: Plate
  readonly trailer: Plate | null
  readonly axles: number
  readonly body: TruckBody
  readonly kerbKg: number
  readonly tankKg: number
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
    limitKg: LIMIT[axles] ?? 49_000,
  }
}

/** No two trucks carry their weight alike. */
function shifted({ length, axles }: TruckBody, chance: Random): TruckBody {
  const raw = axles.map(([behind, share]) => [behind, share * chance.between(0.88, 1.12)] as const)
  const sum = raw.reduce((all, [, share]) => all + share, 0)
  return { length, axles: raw.map(([behind, share]) => [behind, share / sum] as const) }
}

/** What it weighs empty on some day. */
export function tareOnADay({ kerbKg, tankKg }: StudyTruck, chance: Random): number {
  const { mudKg } = NOISE
  const fuel = tankKg * chance.between(NOISE.fuelFrom, 1)
  const mean = chance.chance(NOISE.wet) ? mudKg.wet : mudKg.dry
  const mud = Math.min(mudKg.most, -mean * Math.log(1 - chance.next()))
  const people = draw(chance, NOISE.personKg) + (chance.chance(NOISE.mate) ? draw(chance, NOISE.personKg) : 0)
  return kerbKg + fuel + mud + people + normal(chance, NOISE.gearKg)
}

/** Its earlier tares, newest first: ten of a regular, fewer of a newcomer. */
export function tareHistory(truck: StudyTruck, chance: Random, eKg: number): number[] {
  const count = chance.chance(0.05) ? chance.whole(0, 2) : chance.whole(3, 10)
  const changedAt = chance.chance(NOISE.rebuilt) ? chance.whole(0, 9) : -1
  const by = draw(chance, NOISE.rebuiltKg)
  return Array.from({ length: count }, (_, at) => {
    const kg = tareOnADay(truck, chance) - (at >= changedAt && changedAt >= 0 ? by : 0)
    return Math.round(kg / eKg) * eKg
  })
}
