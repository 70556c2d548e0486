import type { Sensor } from '#edge/weighing'

/** Where things stand along a lane, in metres from the platform's entry edge. Trucks drive toward larger numbers. */
export const LANE_MAP = {
  /** Front of the next truck in the queue: clear of every sensor. */
  queue: -32,
  /** Front of a truck waiting at the entry barrier: on the loop, clear of the arm. */
  stopLine: -4.4,
  entryLoop: { from: -7, to: -4 },
  entryArm: -2.6,
  entryBeam: -0.3,
  platform: { from: 0, to: 18 },
  exitBeam: 18.3,
  exitArm: 20.6,
  // The loop lies under the arm as well: it is the exit barrier's own safety loop, and a truck is on it before it can touch the arm.
  exitLoop: { from: 19.4, to: 22.4 },
  /** Front of a truck that has left for good. */
  away: 46,
} as const

/** How much road a vehicle covers. */
export interface Covers {
  readonly rear: number
  readonly front: number
}
const over = (vehicle: Covers | null, from: number, to: number): boolean => vehicle !== null && vehicle.rear <= to && vehicle.front >= from

/** What loops and light barriers see of a vehicle; the arms' limit contacts belong to the barriers. */
export const seenBy: Readonly<Record<Exclude<Sensor, 'entry-arm-down' | 'exit-arm-down'>, (vehicle: Covers | null) => boolean>> = {
  'entry-loop': (vehicle) => over(vehicle, LANE_MAP.entryLoop.from, LANE_MAP.entryLoop.to),
  'entry-beam': (vehicle) => over(vehicle, LANE_MAP.entryBeam, LANE_MAP.entryBeam),
  'exit-beam': (vehicle) => over(vehicle, LANE_MAP.exitBeam, LANE_MAP.exitBeam),
  'exit-loop': (vehicle) => over(vehicle, LANE_MAP.exitLoop.from, LANE_MAP.exitLoop.to),
}
/** A vehicle stands under the arm or so near that its barrier's own safety loop holds it up. */
export const under = (vehicle: Covers | null, arm: number): boolean => over(vehicle, arm - 1, arm + 1)
export const hits = (vehicle: Covers | null, arm: number): boolean => over(vehicle, arm, arm)

/** Where a vehicle of this length stops to be weighed: its middle over the platform's. */
export const weighingStop = (length: number): number => (LANE_MAP.platform.from + LANE_MAP.platform.to + length) / 2
