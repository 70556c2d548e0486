import type { Clock } from '#edge/clock'
import type { PlateColour } from '#edge/plate'
import type { Sensor } from '#edge/weighing'
import { type Arm, type ArmPosition, LYING, mended, moved, positionOf, struck, told } from './barrier-arm.ts'
import type { DeadSensors } from './faults.ts'
import { type Covers, hits, LANE_MAP, seenBy, under } from './lane-map.ts'
import { frontAt, type Move, moving, type Truck, weightOn } from './truck.ts'
import type { Output, Truth } from './truth.ts'

/** What a camera takes for a plate as the vehicle passes. */
export interface PlateLook {
  readonly text: string | null
  readonly colour: PlateColour
}
/** A vehicle on the lane: its true plate, the truck, how its ends look, and how it has been driven so far (grows move by move). */
export interface Vehicle {
  readonly plate: string
  readonly truck: Truck
  readonly front: PlateLook
  readonly rear: PlateLook
  drive: readonly Move[]
}

/** What the cameras' triggers see: the front at the entry barrier, the tail rolling onto the platform. */
export type Trigger = 'front' | 'rear'
export type Gate = 'entry' | 'exit'

/**
 * The iron of one lane: platform, two barriers, loops and light barriers, lights, siren, and at most one vehicle. Moved by the
 * board's outputs and by drivers; `advance` brings it to the present and must be called often (20 times a second or more).
 */
export interface LanePlant {
  readonly lane: string
  advance(): void
  /** Milliseconds of the plant's own time. */
  time(): number
  setOutput(output: Output, on: boolean): void
  output(output: Output): boolean
  sensor(sensor: Sensor): boolean
  /** Kilograms on the load cells this moment, unrounded. */
  weight(): number
  arm(gate: Gate): ArmPosition
  vehicle(): Vehicle | null
  front(): number
  rolling(): boolean
  enter(vehicle: Omit<Vehicle, 'drive'>): void
  drive(to: number, speed: number): void
  remove(): void
  /** Somebody turns the barrier's crank: for a truck that cannot get off otherwise. */
  crank(gate: Gate): void
  /** Sensors that no longer follow the world. */
  dead: DeadSensors
}

/** The mine's people are quick: a broken arm lies in its socket again so soon after the way is free. */
const MEND_AFTER_MS = 15_000
/** Nothing drives farther than 0.8 m in this time, so no sensor is passed unseen. */
const LONGEST_STEP_MS = 200
const ARMS: readonly (readonly [Gate, number])[] = [
  ['entry', LANE_MAP.entryArm],
  ['exit', LANE_MAP.exitArm],
]

export function lanePlant(options: {
  readonly lane: string
  readonly clock: Clock
  readonly onTruth: (truth: Truth) => void
  readonly onTrigger: (trigger: Trigger, vehicle: Vehicle) => void
}): LanePlant {
  const { lane, clock, onTruth, onTrigger } = options
  const outputs = new Map<Output, boolean>()
  const arms: Record<Gate, Arm> = { entry: LYING, exit: LYING }
  const brokenAt: Record<Gate, number> = { entry: 0, exit: 0 }
  let vehicle: Vehicle | null = null
  // The plant's own time: it follows the clock, but a stalled computer makes the world wait instead of jump over its sensors.
  let time = clock.monotonic()
  let looked = time
  let before: Covers | null = null
  let exitArmStood = false

  const note = (what: TruthKind): void => onTruth({ ...what, at: clock.now(), lane })
  const covers = (): Covers | null => {
    if (!vehicle) return null
    const front = frontAt(vehicle.drive, time)
    return { front, rear: front - vehicle.truck.body.length }
  }
  function swing(gate: Gate, arm: Arm): void {
    const was = positionOf(arms[gate])
    arms[gate] = arm
    const is = positionOf(arm)
    if (was === is || is === 'moving') return
    note({ kind: 'arm', gate, is: was === 'broken' ? 'mended' : is })
  }
  function watch(now: Covers, was: Covers, of: Vehicle): void {
    const crossed = (from: number, to: number, line: number): boolean => from < line && to >= line
    if (crossed(was.front, now.front, LANE_MAP.entryLoop.from + 1)) onTrigger('front', of)
    if (crossed(was.rear, now.rear, LANE_MAP.platform.from)) {
      onTrigger('rear', of)
      note({ kind: 'boarded', ...stated(of) })
    }
    if (crossed(was.front, now.front, LANE_MAP.exitArm)) exitArmStood = arms.exit.lift > 0.6 && !arms.exit.broken
    if (crossed(was.rear, now.rear, LANE_MAP.exitLoop.to)) note({ kind: exitArmStood ? 'passage' : 'escape', ...stated(of) })
    if (was.front >= LANE_MAP.entryLoop.from && now.front < LANE_MAP.entryLoop.from) note({ kind: 'backed-off', ...stated(of) })
  }

  return {
    lane,
    advance() {
      const at = clock.monotonic()
      const elapsed = Math.min(at - looked, LONGEST_STEP_MS)
      looked = at
      time += elapsed
      const now = covers()
      for (const [gate, place] of ARMS) {
        if (arms[gate].broken && time - brokenAt[gate] > MEND_AFTER_MS && !under(now, place)) swing(gate, mended())
        swing(gate, moved(arms[gate], elapsed, under(now, place)))
        if (vehicle && hits(now, place) && moving(vehicle.drive, time)) {
          const hit = struck(arms[gate])
          if (hit.broken && !arms[gate].broken) brokenAt[gate] = time
          swing(gate, hit)
        }
      }
      if (vehicle && now && before) watch(now, before, vehicle)
      before = now
    },
    time: () => time,
    setOutput(output, on) {
      if ((outputs.get(output) ?? false) === on) return
      outputs.set(output, on)
      note({ kind: 'relay', output, on })
      if (!on) return
      if (output === 'entryOpen' || output === 'entryClose') arms.entry = told(arms.entry, output === 'entryOpen' ? 'open' : 'close')
      if (output === 'exitOpen' || output === 'exitClose') arms.exit = told(arms.exit, output === 'exitOpen' ? 'open' : 'close')
    },
    output: (output) => outputs.get(output) ?? false,
    sensor(sensor) {
      const stuck = this.dead.get(sensor)
      if (stuck !== undefined) return stuck
      if (sensor === 'entry-arm-down') return positionOf(arms.entry) === 'down'
      if (sensor === 'exit-arm-down') return positionOf(arms.exit) === 'down'
      return seenBy[sensor](covers())
    },
    weight: () => (vehicle ? weightOn(LANE_MAP.platform, vehicle.truck, vehicle.drive, time) : 0),
    arm: (gate) => positionOf(arms[gate]),
    vehicle: () => vehicle,
    front: () => covers()?.front ?? LANE_MAP.queue,
    rolling: () => vehicle !== null && moving(vehicle.drive, time),
    enter(comes) {
      if (vehicle) throw new Error(`${lane}: ${vehicle.plate} is still there, ${comes.plate} cannot come`)
      vehicle = { ...comes, drive: [{ at: time, from: LANE_MAP.queue, to: LANE_MAP.queue, speed: 1 }] }
      before = null
      exitArmStood = false
    },
    drive(to, speed) {
      if (!vehicle) throw new Error(`${lane}: nobody is there to drive`)
      vehicle.drive = [...vehicle.drive.slice(-4), { at: time, from: frontAt(vehicle.drive, time), to, speed }]
    },
    remove() {
      vehicle = null
      before = null
    },
    crank(gate) {
      arms[gate] = told(arms[gate], 'open')
    },
    dead: new Map(),
  }
}

type TruthKind = Truth extends infer T ? (T extends Truth ? Omit<T, 'at' | 'lane'> : never) : never
const stated = (of: Vehicle): { plate: string; weightKg: number } => ({ plate: of.plate, weightKg: Math.round(of.truck.weightKg) })
