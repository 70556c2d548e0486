import type { Clock } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Mood } from './drivers.ts'
import type { SimulatedLane } from './simulated-lane.ts'

/** What is done to a lane's equipment while a vehicle stands there, as data; `trickOn` does it with the real devices. */
export type Trick =
  /** A chip in the load-cell line: a remote control takes so many kilograms off, or puts them on, in one step. */
  | { readonly kind: 'chip'; readonly kg: number; readonly when: 'standing' | 'boarding'; readonly heard: boolean }
  /** The indicator's power is cut for a moment under the vehicle, or somebody presses its zero key: it then shows nothing for a full platform. */
  | { readonly kind: 'power-cycled' | 'zeroed' }
  /** A bag hung before a light barrier's lens keeps it from seeing. */
  | { readonly kind: 'masked'; readonly sensor: Sensor }
  /** A sensor says the same whatever happens. */
  | { readonly kind: 'stuck'; readonly sensor: Sensor; readonly on: boolean }
  /** Coal falls off onto the platform and stays there a while. */
  | { readonly kind: 'spill'; readonly kg: number }
  /** The indicator's plug is pulled for so long; or the board no longer answers. */
  | { readonly kind: 'unplugged' | 'board-mute'; readonly for: Span }
  /** A vehicle's mirror swings the exit arm off its rest. */
  | { readonly kind: 'arm-hit' }

/** Standing so long, the weight has settled for the eye: the moment of whoever holds the remote control. */
const AFTER_STANDING = milliseconds(2_500)
const POWER_OFF = seconds(4)

/** Call with each mood of the driver it happens to; `over` puts everything right again. */
export interface TrickPlay {
  onMood(mood: Mood): void
  over(): void
}

export function trickOn(lane: Pick<SimulatedLane, 'plant' | 'scale' | 'board' | 'detector'>, trick: Trick, clock: Clock): TrickPlay {
  const { plant, scale, board, detector } = lane
  const timers: (() => void)[] = []
  const later = (span: Span, then: () => void): void => void timers.push(clock.timer(span, then))
  let before: { readonly zero: number; readonly dead: typeof plant.dead } | null = null

  function zeroNow(): void {
    scale.zeroOffKg = (before?.zero ?? 0) - plant.weight()
  }
  function begin(): void {
    switch (trick.kind) {
      case 'chip':
        later(trick.when === 'standing' ? AFTER_STANDING : milliseconds(0), () => {
          detector.transmission = trick.heard
          scale.zeroOffKg += trick.kg
          later(seconds(1), () => {
            detector.transmission = false
          })
        })
        return
      case 'zeroed':
        later(AFTER_STANDING, zeroNow)
        return
      case 'power-cycled':
        later(AFTER_STANDING, () => {
          scale.faults = { ...scale.faults, silent: true }
          later(POWER_OFF, () => {
            scale.faults = { ...scale.faults, silent: false }
            zeroNow()
          })
        })
        return
      case 'masked':
      case 'stuck':
        plant.dead = new Map([...plant.dead, [trick.sensor, trick.kind === 'stuck' && trick.on]])
        return
      case 'spill':
        scale.zeroOffKg += trick.kg
        return
      case 'unplugged':
        later(AFTER_STANDING, () => {
          scale.faults = { ...scale.faults, silent: true }
          later(trick.for, () => {
            scale.faults = { ...scale.faults, silent: false }
          })
        })
        return
      case 'board-mute':
        later(AFTER_STANDING, () => {
          board.mute = true
          later(trick.for, () => {
            board.mute = false
          })
        })
        return
      case 'arm-hit':
        later(AFTER_STANDING, () => plant.pry('exit'))
    }
  }
  const starts =
    trick.kind === 'masked' || trick.kind === 'stuck' || (trick.kind === 'chip' && trick.when === 'boarding') ? 'at-entry' : 'standing'

  return {
    onMood(mood) {
      if (before || mood.is !== starts) return
      // As it is when its turn has come: the lane may have waited in somebody else's trick until now.
      before = { zero: scale.zeroOffKg, dead: plant.dead }
      begin()
    },
    over() {
      if (!before) return
      for (const cancel of timers) cancel()
      detector.transmission = false
      board.mute = false
      scale.faults = { ...scale.faults, silent: false }
      scale.zeroOffKg = before.zero
      plant.dead = before.dead
    },
  }
}
