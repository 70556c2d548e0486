import { grossLimit } from '#edge/limits'
import { Plate, type PlateColour } from '#edge/plate'
import { type Instant, toIso } from '#edge/units'
import type { Random } from './random.ts'

/** A coal truck as its carrier knows it. */
export interface FleetTruck {
  readonly plate: Plate
  readonly colour: PlateColour
  readonly trailer: Plate | null
  /** Who requests tickets for it; null for a truck that has no business here. */
  readonly carrier: string | null
  readonly axles: number
  readonly drivenAxles: number
  readonly combination: boolean
  /** What it truly weighs empty, this year. */
  readonly tareKg: number
}

/** What such a truck weighs empty, typically; ours are a little lighter, as owners like them. */
const KERB_KG: Readonly<Record<number, number>> = { 2: 6_000, 3: 9_500, 4: 12_500, 5: 14_000, 6: 15_000 }
const kerb = (axles: number): number => KERB_KG[Math.min(6, Math.max(2, axles))] ?? 15_000

export function fleetTruck(entry: Omit<FleetTruck, 'tareKg' | 'colour'>, random: Random): FleetTruck {
  const tareKg = Math.round(kerb(entry.axles) * random.fork(entry.plate).between(0.95, 0.995))
  return { ...entry, colour: 'yellow', tareKg }
}

/** Gross weight the law allows it, in kilograms. */
export function legalGross(truck: FleetTruck, at: Instant): number {
  return grossLimit(truck, toIso(at).slice(0, 10)) ?? 49_000
}

/** What an honest carrier plans to load: within the law for a truck of typical kerb weight, in half tonnes. */
export const plannedNet = (truck: FleetTruck, at: Instant): number =>
  Math.floor((legalGross(truck, at) - kerb(truck.axles) - 300) / 500) * 500

/** A truck from over the provincial border that no register here knows. */
export function stranger(random: Random): FleetTruck {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  const serial = Array.from({ length: 5 }, (_, at) => (at === 1 ? random.pick([...letters]) : String(random.whole(0, 9)))).join('')
  const plate = Plate(`${random.pick(['蒙K', '晋H', '晋J', '宁A'])}${serial}`)
  return fleetTruck({ plate, trailer: null, carrier: null, axles: 6, drivenAxles: 2, combination: true }, random)
}
