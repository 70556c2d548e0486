import type { Watch } from './watch.ts'

/**
 * The vehicle in two parts, kilograms: what stood on the platform while it rolled furthest without another axle, and the rest of it. Of a
 * combination that is the tractor and the axles of the trailer. Null where no landing was seen: it crept on, or the lane has no beams.
 */
export function axleGroups(watch: Watch | undefined, weight: number): readonly [front: number, rear: number] | null {
  const front = watch?.landing?.[1]
  return front === undefined || front * 20 <= weight || front * 20 >= weight * 19 ? null : [front, weight - front]
}
