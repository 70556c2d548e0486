import type { TruckBody } from './truck.ts'

/** Vehicles as they come to a mine: lengths and wheelbases of common makes, weight shares of a level load. */
const BODIES: Readonly<Record<number, TruckBody>> = {
  2: body(4.9, [0.9, 3.9], [0.52, 0.48]),
  3: body(9.2, [1.4, 5.6, 6.95], [0.28, 0.36, 0.36]),
  4: body(10.4, [1.4, 3.25, 7.0, 8.35], [0.18, 0.18, 0.32, 0.32]),
  5: body(15.6, [1.5, 4.9, 11.0, 12.3, 13.6], [0.14, 0.26, 0.2, 0.2, 0.2]),
  6: body(16.4, [1.5, 4.7, 6.05, 11.7, 13.0, 14.3], [0.13, 0.165, 0.165, 0.18, 0.18, 0.18]),
}

/** The body of a vehicle with this many axles; more than six roll like six. */
export function bodyOf(axles: number): TruckBody {
  const found = BODIES[Math.min(6, Math.max(2, axles))]
  if (!found) throw new RangeError(`${axles} axles is no vehicle`)
  return found
}

function body(length: number, behindFront: readonly number[], shares: readonly number[]): TruckBody {
  return {
    length,
    axles: behindFront.map((behind, at) => [behind, shares[at] ?? 0]),
  }
}
