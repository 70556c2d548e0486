import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { every } from './clock.ts'
import { arriving, driverStep, type Mood, type Temper } from './drivers.ts'
import { weighingStop } from './lane-map.ts'
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
}

/** Twenty-five looks a second: at 3.6 m/s the way between two is shorter than any sensor. */
const BEAT = milliseconds(40)

export function traffic(plant: LanePlant, clock: Clock, log: (text: string) => void): Traffic {
  const stopping = new AbortController()
  let onBeat = (): void => undefined
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const stopBeat = every(clock, BEAT, () => {
    plant.advance()
    onBeat()
  })

  function drive(vehicle: Omit<Vehicle, 'drive'>, how: PassHow): Promise<Went | null> {
    const truck = plant.enter(vehicle)
    const stop = weighingStop(vehicle.truck.body.length)
    let mood = arriving(plant.time())
    return new Promise((gone) => {
      const leave = (went: Went | null): void => {
        onBeat = () => undefined
        truck.remove()
        gone(went)
      }
      onBeat = () => {
        if (stopping.signal.aborted) return leave(null)
        const sees = { at: plant.time(), entry: plant.arm('entry'), exit: plant.arm('exit'), rolling: truck.rolling(), stop }
        const does = driverStep(mood, sees, how.temper)
        const changed = does.mood.is !== mood.is
        mood = does.mood
        if (does.go) truck.drive(does.go.to, does.go.speed)
        if (does.shouts) {
          log(`${plant.lane}: ${vehicle.plate} has stood for minutes; somebody cranks the entry arm up`)
          plant.crank('entry')
        }
        if (changed) how.onMood?.(mood)
        if (mood.is === 'out' || mood.is === 'back') leave(mood.is)
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
