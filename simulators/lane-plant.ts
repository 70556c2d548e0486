import type { Clock } from '#edge/clock'
import type { PlateColour } from '#edge/plate'
import type { Sensor } from '#edge/weighing'
import { type Arm, type ArmPosition, LYING, mended, moved, positionOf, struck, told } from './barrier-arm.ts'
import type { DeadSensors } from './faults.ts'
import {
  type Covers,
  type End,
  type Gate,
  gateFor,
  hits,
  LANE_MAP,
  LOOPS_BOTH_WAYS,
  type Oncoming,
  oncomingAt,
  onMap,
  sensorsWith,
  under,
} from './lane-map.ts'
import { endsAt, frontAt, type Move, moving, type Truck, weightOn } from './truck.ts'
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
  /** The first one where nothing is said. Its places are its own: metres from the edge it comes over, whichever that is. */
  readonly end?: End
  readonly front: PlateLook
  readonly rear: PlateLook
  drive: readonly Move[]
}

/** A vehicle on the road of one lane, in the hands of its driver. */
export interface OnRoad {
  readonly vehicle: Vehicle
  front(): number
  rear(): number
  rolling(): boolean
  oncoming(): Oncoming
  drive(to: number, speed: number): void
  /** It stops where it is, at once: another vehicle or a driver's whim. */
  halt(): void
  remove(): void
}

/**
 * What a camera is triggered by: the front before the entry barrier, and the tail rolling onto the platform. With two directions each
 * camera looks out of its end: what it sees of a tail is that of who drives away.
 */
export type Trigger = 'front' | 'rear'

/** What tells a driver whether he may pass: an arm or, where this lane has none, the light. */
export type Signal = ArmPosition | 'red' | 'green'

/**
 * The iron of one lane: platform, barriers, loops and light barriers, lights, siren, and the vehicles there, usually one. Moved by
 * the board's outputs and by drivers; `advance` brings it to the present and must be called often (20 times a second or more).
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
  /** What a driver sees there. */
  signal(gate: Gate): Signal
  /** The first vehicle that is here, and where its front is; the queue's place where nobody is. */
  vehicle(): Vehicle | null
  front(): number
  rolling(): boolean
  /** It stands with its front at `from`, the queue's place where nothing is said; throws where another vehicle stands. */
  enter(vehicle: Omit<Vehicle, 'drive'>, from?: number): OnRoad
  /** Of the first vehicle. */
  drive(to: number, speed: number): void
  /** Somebody turns the barrier's crank, or waves where there is none: for a truck that cannot get off otherwise. */
  crank(gate: Gate): void
  /** Somebody lifts or bends an arm without any order, as soon as it lies: the contact of its rest opens, nobody drove. */
  pry(gate: Gate): void
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

/** What is known of one vehicle between two looks. */
interface Rolling {
  readonly vehicle: Vehicle
  before: Covers | null
  /** Its tail has come onto the platform from the entry: only such a vehicle can leave by the exit. */
  boarded: boolean
  exitArmStood: boolean
}

export function lanePlant(options: {
  readonly lane: string
  readonly clock: Clock
  /** The barriers this lane has; both where nothing is said. */
  readonly gates?: readonly Gate[]
  /** Vehicles come from either end. */
  readonly bothWays?: boolean
  readonly onTruth: (truth: Truth) => void
  readonly onTrigger: (trigger: Trigger, vehicle: Vehicle) => void
}): LanePlant {
  const { lane, clock, gates = ['entry', 'exit'], bothWays = false, onTruth, onTrigger } = options
  const loops = bothWays ? LOOPS_BOTH_WAYS : LANE_MAP
  const seenBy = sensorsWith(loops)
  const tailSeenAt = bothWays ? loops.exitLoop.to : LANE_MAP.platform.from
  const outputs = new Map<Output, boolean>()
  const arms: Record<Gate, Arm> = { entry: LYING, exit: LYING }
  const brokenAt: Record<Gate, number> = { entry: 0, exit: 0 }
  /** Arms somebody will swing off their rest as soon as they lie there. */
  const pried = new Set<Gate>()
  let road: readonly Rolling[] = []
  /** Where somebody waves a vehicle on although the light is red, until it has gone. */
  const waved = new Set<Gate>()
  // The plant's own time: it follows the clock, but a stalled computer makes the world wait instead of jump over its sensors.
  let time = clock.monotonic()
  let looked = time

  const note = (what: TruthKind): void => onTruth({ ...what, at: clock.now(), lane })
  const covers = ({ vehicle }: Pick<Rolling, 'vehicle'>): Covers => {
    const front = frontAt(vehicle.drive, time)
    return { front, rear: front - vehicle.truck.body.length }
  }
  const mapped = (one: Rolling): Covers => onMap(endOf(one), covers(one))
  const somebody = (is: (covered: Covers) => boolean): boolean => road.some((one) => is(mapped(one)))
  function swing(gate: Gate, arm: Arm): void {
    const was = positionOf(arms[gate])
    arms[gate] = arm
    const is = positionOf(arm)
    if (was === is || is === 'moving') return
    note({ kind: 'arm', gate, is: was === 'broken' ? 'mended' : is })
  }
  function swingOffRest(gate: Gate): void {
    if (!pried.has(gate) || positionOf(arms[gate]) !== 'down') return
    pried.delete(gate)
    brokenAt[gate] = time
    swing(gate, { ...arms[gate], broken: true })
  }
  function watch(one: Rolling, now: Covers, was: Covers): void {
    const { vehicle: of } = one
    const crossed = (from: number, to: number, line: number): boolean => from < line && to >= line
    const backOver = (from: number, to: number, line: number): boolean => from >= line && to < line
    if (crossed(was.front, now.front, loops.entryLoop.from + 1)) onTrigger('front', of)
    if (crossed(was.rear, now.rear, LANE_MAP.platform.from)) {
      one.boarded = true
      note({ kind: 'boarded', ...stated(of) })
    }
    if (crossed(was.rear, now.rear, tailSeenAt)) onTrigger('rear', of)
    if (crossed(was.front, now.front, LANE_MAP.exitArm)) one.exitArmStood = stands(gateFor(endOf(one), 'exit'))
    if (one.boarded && crossed(was.rear, now.rear, loops.exitLoop.to))
      note({ kind: one.exitArmStood ? 'passage' : 'escape', ...stated(of) })
    if (backOver(was.front, now.front, loops.entryLoop.from)) note({ kind: 'backed-off', ...stated(of) })
  }
  const isGreen = (gate: Gate): boolean => outputs.get(`${gate}Green`) === true || waved.has(gate)
  /** Lets a vehicle through, as those who own the lane mean it. */
  const stands = (gate: Gate): boolean => (gates.includes(gate) ? arms[gate].lift > 0.6 && !arms[gate].broken : isGreen(gate))

  return {
    lane,
    advance() {
      const at = clock.monotonic()
      const elapsed = Math.min(at - looked, LONGEST_STEP_MS)
      looked = at
      time += elapsed
      for (const [gate, place] of ARMS) {
        if (!gates.includes(gate)) continue
        swingOffRest(gate)
        const obstructed = somebody((now) => under(now, place))
        if (arms[gate].broken && time - brokenAt[gate] > MEND_AFTER_MS && !obstructed) swing(gate, mended())
        swing(gate, moved(arms[gate], elapsed, obstructed))
        if (road.some((one) => hits(mapped(one), place) && moving(one.vehicle.drive, time))) {
          const hit = struck(arms[gate])
          if (hit.broken && !arms[gate].broken) brokenAt[gate] = time
          swing(gate, hit)
        }
      }
      for (const one of road) {
        const now = covers(one)
        if (one.before) watch(one, now, one.before)
        one.before = now
      }
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
      if (sensor === 'entry-arm-down') return gates.includes('entry') && positionOf(arms.entry) === 'down'
      if (sensor === 'exit-arm-down') return gates.includes('exit') && positionOf(arms.exit) === 'down'
      return somebody((now) => seenBy[sensor](now))
    },
    weight: () => road.reduce((sum, { vehicle: { truck, drive } }) => sum + weightOn(LANE_MAP.platform, truck, drive, time), 0),
    signal: (gate) => (gates.includes(gate) ? positionOf(arms[gate]) : isGreen(gate) ? 'green' : 'red'),
    vehicle: () => road[0]?.vehicle ?? null,
    front: () => (road[0] ? covers(road[0]).front : LANE_MAP.queue),
    rolling: () => road[0] !== undefined && moving(road[0].vehicle.drive, time),
    enter(comes, from = LANE_MAP.queue) {
      const place = onMap(comes.end ?? 'first', { front: from, rear: from - comes.truck.body.length })
      const there = road.find((one) => mapped(one).rear < place.front && mapped(one).front > place.rear)
      if (there) throw new Error(`${lane}: ${there.vehicle.plate} is still there, ${comes.plate} cannot come`)
      const one: Rolling = {
        vehicle: { ...comes, drive: [{ at: time, from, to: from, speed: 1 }] },
        before: null,
        boarded: false,
        exitArmStood: false,
      }
      const { vehicle } = one
      road = [...road, one]
      const drive = (to: number, speed: number): void => {
        vehicle.drive = driven(vehicle.drive, time, to, speed)
      }
      return {
        vehicle,
        front: () => covers(one).front,
        rear: () => covers(one).rear,
        rolling: () => moving(vehicle.drive, time),
        oncoming: () => oncomingAt(Math.max(...road.filter((other) => endOf(other) !== endOf(one)).map((other) => covers(other).front))),
        drive,
        halt: () => drive(covers(one).front, 1),
        remove() {
          road = road.filter((other) => other !== one)
          if (road.length === 0) waved.clear()
        },
      }
    },
    drive(to, speed) {
      const first = road[0]
      if (!first) throw new Error(`${lane}: nobody is there to drive`)
      first.vehicle.drive = driven(first.vehicle.drive, time, to, speed)
    },
    crank(gate) {
      arms[gate] = told(arms[gate], 'open')
      waved.add(gate)
    },
    pry(gate) {
      pried.add(gate)
      swingOffRest(gate)
    },
    dead: new Map(),
  }
}

const endOf = ({ vehicle }: Pick<Rolling, 'vehicle'>): End => vehicle.end ?? 'first'

/** One more move from where it is now; a move that is broken off for it counts no more. */
const driven = (drive: readonly Move[], at: number, to: number, speed: number): readonly Move[] => [
  ...drive.filter((move) => endsAt(move) <= at).slice(-4),
  { at, from: frontAt(drive, at), to, speed },
]

type TruthKind = Truth extends infer T ? (T extends Truth ? Omit<T, 'at' | 'lane'> : never) : never
const stated = (of: Vehicle): { plate: string; weightKg: number } => ({ plate: of.plate, weightKg: Math.round(of.truck.weightKg) })
