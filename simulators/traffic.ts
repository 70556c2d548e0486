import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from './clock.ts'
import { arriving, driverStep, type Mood, type Temper } from './drivers.ts'
import { LANE_MAP, weighingStop } from './lane-map.ts'
import type { LanePlant, Vehicle } from './lane-plant.ts'

/** Vehicles driving over one lane, one at a time in the order they came. */
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
  let onBeat = (): void => undefined
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const stopBeat = every(clock, BEAT, () => {
    plant.advance()
    onBeat()
  })

  /** Of two that drive bumper to bumper, the second does what the first does, a moment later: it needs no eyes of its own. */
  function follow(leader: Omit<Vehicle, 'drive'>, { vehicle, gap }: Follower): { go(to: number, speed: number): void; remove(): void } {
    const behind = leader.truck.body.length + gap
    const truck = plant.enter(vehicle, LANE_MAP.queue - behind)
    return { go: (to, speed) => truck.drive(to - behind, speed), remove: truck.remove }
  }

  function drive(vehicle: Omit<Vehicle, 'drive'>, how: PassHow): Promise<Went | null> {
    if (how.wrongWay) return comeWrongWay(vehicle, how)
    const truck = plant.enter(vehicle)
    const behind = how.follower ? follow(vehicle, how.follower) : null
    const both = vehicle.truck.body.length + (how.follower ? how.follower.gap + how.follower.vehicle.truck.body.length : 0)
    const stop = Math.min(weighingStop(both), LANE_MAP.exitBeam - 0.4) - (how.short ?? 0)
    let mood = arriving(plant.time())
    return new Promise((gone) => {
      const leave = (went: Went | null): void => {
        onBeat = () => undefined
        truck.remove()
        behind?.remove()
        gone(went)
      }
      onBeat = () => {
        if (stopping.signal.aborted) return leave(null)
        const sees = { at: plant.time(), entry: plant.arm('entry'), exit: plant.arm('exit'), rolling: truck.rolling(), stop }
        const does = driverStep(mood, sees, how.temper)
        const changed = does.mood.is !== mood.is
        mood = does.mood
        if (does.go) {
          // Whoever leaves with another behind him drives on until that one is gone too.
          const beyond = does.go.to === LANE_MAP.away ? both - vehicle.truck.body.length : 0
          truck.drive(does.go.to + beyond, does.go.speed)
          behind?.go(does.go.to + beyond, does.go.speed)
        }
        if (does.shouts && plant.arm('entry') === 'down') {
          log(`${plant.lane}: ${vehicle.plate} has stood for minutes; somebody cranks the entry arm up`)
          plant.crank('entry')
        }
        if (changed) how.onMood?.(mood)
        if (mood.is === 'out' || mood.is === 'back') leave(mood.is)
      }
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
    return new Promise((gone) => {
      const leave = (went: Went | null): void => {
        onBeat = () => undefined
        truck.remove()
        gone(went)
      }
      onBeat = () => {
        if (stopping.signal.aborted) return leave(null)
        if (truck.rolling()) return
        if (step === 'comes') step = 'waits'
        if (step === 'waits' && plant.time() - since > WRONG_WAY_WAITS_MS) {
          step = 'goes'
          truck.drive(away, WRONG_WAY_SPEED)
        } else if (step === 'goes') leave('back')
      }
    })
  }

  return {
    waiting: () => waiting,
    pass(vehicle, how) {
      waiting += 1
      const mine = turn.then(() => (stopping.signal.aborted ? null : drive(vehicle, how)))
      turn = mine
      return mine.finally(() => {
        waiting -= 1
      })
    },
    stop() {
      stopping.abort()
      onBeat()
      stopBeat()
    },
  }
}
