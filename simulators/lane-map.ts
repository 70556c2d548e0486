import type { Sensor } from '#edge/weighing'

/**
 * Where things stand along a lane, in metres from the platform's entry edge. Trucks drive toward larger numbers; one that comes from the
 * second end of a lane with two directions sees the same map in a mirror.
 */
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

export type Gate = 'entry' | 'exit'
/** Where a vehicle comes from: by the board's entry, or by its exit. */
export type End = 'first' | 'second'

/** What the board calls the gate that is this vehicle's entry, or its exit. */
export const gateFor = (end: End, gate: Gate): Gate => (end === 'first' ? gate : gate === 'entry' ? 'exit' : 'entry')

/** How much road a vehicle covers. */
export interface Covers {
  readonly rear: number
  readonly front: number
}
const inMirror = (place: number): number => LANE_MAP.platform.from + LANE_MAP.platform.to - place
/** On the lane's own map, where `front` is always the larger number. */
export const onMap = (end: End, { rear, front }: Covers): Covers =>
  end === 'first' ? { rear, front } : { rear: inMirror(front), front: inMirror(rear) }

export type Loops = Readonly<Record<`${Gate}Loop`, { readonly from: number; readonly to: number }>>
/** With two directions each loop has both offices: one waits on it before the arm, and whoever leaves is on it before he can touch the arm. */
export const LOOPS_BOTH_WAYS: Loops = { entryLoop: { from: -7, to: -1.4 }, exitLoop: { from: 19.4, to: 25 } }

const over = (vehicle: Covers | null, from: number, to: number): boolean => vehicle !== null && vehicle.rear <= to && vehicle.front >= from

/** What loops and light barriers see of a vehicle; the arms' limit contacts belong to the barriers. */
export const sensorsWith = ({
  entryLoop,
  exitLoop,
}: Loops): Readonly<Record<Exclude<Sensor, 'entry-arm-down' | 'exit-arm-down'>, (vehicle: Covers | null) => boolean>> => ({
  'entry-loop': (vehicle) => over(vehicle, entryLoop.from, entryLoop.to),
  'entry-beam': (vehicle) => over(vehicle, LANE_MAP.entryBeam, LANE_MAP.entryBeam),
  'exit-beam': (vehicle) => over(vehicle, LANE_MAP.exitBeam, LANE_MAP.exitBeam),
  'exit-loop': (vehicle) => over(vehicle, exitLoop.from, exitLoop.to),
})
/** A vehicle stands under the arm or so near that its barrier's own safety loop holds it up. */
export const under = (vehicle: Covers | null, arm: number): boolean => over(vehicle, arm - 1, arm + 1)
export const hits = (vehicle: Covers | null, arm: number): boolean => over(vehicle, arm, arm)

/** Where a vehicle of this length stops to be weighed: its middle over the platform's. */
export const weighingStop = (length: number): number => (LANE_MAP.platform.from + LANE_MAP.platform.to + length) / 2

/** Whoever comes the other way: nobody, one who drives up to his arm, or one who is past it. */
export type Oncoming = 'nobody' | 'waits' | 'comes'
/** Of one with its front there, in its own metres: it stirs, or it stands in the queue. */
export const oncomingAt = (front: number): Oncoming =>
  front > LANE_MAP.stopLine + STIRS ? 'comes' : front > LANE_MAP.queue + STIRS ? 'waits' : 'nobody'
const STIRS = 0.5
