import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from './clock.ts'
import { arriving, driverStep, type Mood, type Temper } from './drivers.ts'
import { type End, gateFor, LANE_MAP, weighingStop } from './lane-map.ts'
import type { LanePlant, Vehicle } from './lane-plant.ts'

/** Vehicles driving over one lane, from either end one at a time in the order they came. */
export interface Traffic {
  /** Vehicles that are here or wait. */
  waiting(): number
  /** One vehicle comes and goes. How it went away, or null when everything stopped first. */
  pass(vehicle: Omit<Vehicle, 'drive'>, how: PassHow): Promise<Went | null>
  stop(): void
}
export type Went = 'out' | 'back'
export interface PassHow {
  readonly temper: Temper
  /** Where it comes from; the first end where nothing is said. */
  readonly end?: End
  readonly onMood?: (mood: Mood) => void
  /** Stops so many metres before the place where it would be weighed rightly: its rear wheels are not on the platform. */
  readonly short?: number
  /** Drives close behind, as a tailgater does, and stops where this one stops. */
  readonly follower?: Follower
  /** Comes from the exit's end, through its arm onto the platform, stands there a while and goes back. */
  readonly wrongWay?: boolean
}
export interface Follower {
  readonly vehicle: Omit<Vehicle, 'drive'>
  /** Metres between the two. */
  readonly gap: number
}

/** Twenty-five looks a second: at 3.6 m/s the way between two is shorter than any sensor. */
const BEAT = milliseconds(40)
const WRONG_WAY_SPEED = 2.4
const WRONG_WAY_WAITS_MS = 60_000

export function traffic(plant: LanePlant, clock: Clock, log: (text: string) => void): Traffic {
  const stopping = new AbortController()
  const drivers = new Set<() => void>()
  const turns: Record<End, Promise<unknown>> = { first: Promise.resolve(), second: Promise.resolve() }
  let waiting = 0
  const lookAgain = (): void => {
    for (const looks of [...drivers]) looks()
  }
  const stopBeat = every(clock, BEAT, () => {
    plant.advance()
    lookAgain()
  })
  /** `looks` at each beat until it says how the vehicle went away, or everything stops. */
  const driving = (looks: () => Went | undefined, remove: () => void): Promise<Went | null> =>
    new Promise((gone) => {
      const beat = (): void => {
        const went = stopping.signal.aborted ? null : looks()
        if (went === undefined) return
        drivers.delete(beat)
        remove()
        gone(went)
      }
      drivers.add(beat)
    })

  /** Of two that drive bumper to bumper, the second does what the first does, a moment later: it needs no eyes of its own. */
  function follow(
    leader: Omit<Vehicle, 'drive'>,
    { vehicle, gap }: Follower,
    end: End,
  ): { go(to: number, speed: number): void; remove(): void } {
    const behind = leader.truck.body.length + gap
    const truck = plant.enter({ ...vehicle, end }, LANE_MAP.queue - behind)
    return { go: (to, speed) => truck.drive(to - behind, speed), remove: truck.remove }
  }

  function drive(vehicle: Omit<Vehicle, 'drive'>, how: PassHow): Promise<Went | null> {
    if (how.wrongWay) return comeWrongWay(vehicle, how)
    const { end = 'first' } = how
    const truck = plant.enter({ ...vehicle, end })
    const behind = how.follower ? follow(vehicle, how.follower, end) : null
    const both = vehicle.truck.body.length + (how.follower ? how.follower.gap + how.follower.vehicle.truck.body.length : 0)
    const stop = Math.min(weighingStop(both), LANE_MAP.exitBeam - 0.4) - (how.short ?? 0)
    const [entry, exit] = [gateFor(end, 'entry'), gateFor(end, 'exit')]
    let mood = arriving(plant.time())
    function looks(): Went | undefined {
      const { rolling, oncoming } = truck
      const signals = { entry: plant.signal(entry), exit: plant.signal(exit) }
      const does = driverStep(mood, { at: plant.time(), ...signals, oncoming: oncoming(), rolling: rolling(), stop }, how.temper)
      const changed = does.mood.is !== mood.is
      mood = does.mood
      if (does.go) {
        // Whoever leaves with another behind him drives on until that one is gone too.
        const beyond = does.go.to === LANE_MAP.away ? both - vehicle.truck.body.length : 0
        truck.drive(does.go.to + beyond, does.go.speed)
        behind?.go(does.go.to + beyond, does.go.speed)
      }
      if (does.shouts && signals.entry === 'down') {
        log(`${plant.lane}: ${vehicle.plate} has stood for minutes; somebody cranks the entry arm up`)
        plant.crank(entry)
      }
      if (changed) how.onMood?.(mood)
      return mood.is === 'out' || mood.is === 'back' ? mood.is : undefined
    }
    return driving(looks, () => {
      truck.remove()
      behind?.remove()
    })
  }

  /** Its tail comes first over the exit loop, as the plant sees it. */
  function comeWrongWay(vehicle: Omit<Vehicle, 'drive'>, how: PassHow): Promise<Went | null> {
    const { length } = vehicle.truck.body
    const away = LANE_MAP.away + length
    const truck = plant.enter(vehicle, away)
    const since = plant.time()
    let step: 'comes' | 'waits' | 'goes' = 'comes'
    how.onMood?.({ is: 'approaching' })
    truck.drive(weighingStop(length), WRONG_WAY_SPEED)
    function looks(): Went | undefined {
      if (truck.rolling()) return undefined
      if (step === 'comes') step = 'waits'
      if (step === 'waits' && plant.time() - since > WRONG_WAY_WAITS_MS) {
        step = 'goes'
        truck.drive(away, WRONG_WAY_SPEED)
      } else if (step === 'goes') return 'back'
      return undefined
    }
    return driving(looks, truck.remove)
  }

  return {
    waiting: () => waiting,
    pass(vehicle, how) {
      waiting += 1
      const { end = 'first' } = how
      const mine = turns[end].then(() => (stopping.signal.aborted ? null : drive(vehicle, how)))
      turns[end] = mine
      return mine.finally(() => {
        waiting -= 1
      })
    },
    stop() {
      stopping.abort()
      lookAgain()
      stopBeat()
    },
  }
}
