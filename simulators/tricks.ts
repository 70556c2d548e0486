import type { Clock } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Mood } from './drivers.ts'
import type { SimulatedLane } from './simulated-lane.ts'

/** What somebody does to a lane's equipment while his vehicle stands there, as data; `trickOn` does it with the simulated devices. */
export type Trick =
  /** A chip in the load-cell line: a remote control puts so many kilograms on or takes them off, in one step. */
  | { readonly kind: 'chip'; readonly kg: number; readonly heard: boolean }
  /** The indicator's power is cut for a moment under the vehicle, or somebody presses its zero key: it then shows nothing for a full platform. */
  | { readonly kind: 'power-cycled' | 'zeroed' }
  /** A bag hung before a light barrier's lens keeps it from seeing. */
  | { readonly kind: 'masked'; readonly sensors: readonly Sensor[] }

type Devices = Pick<SimulatedLane, 'plant' | 'scale' | 'board' | 'detector'>

/** Standing so long, the weight has settled for the eye: the moment of whoever holds the remote control. */
const AFTER_STANDING = milliseconds(2_500)
/** An indicator that starts anew counts its segments and warms up before it shows a weight. */
const POWER_OFF = seconds(15)

/** Hand it each mood of the driver it belongs to; `over` puts everything right again. */
export interface TrickPlay {
  onMood(mood: Mood): void
  over(): void
}

export function trickOn({ plant, scale, detector }: Devices, trick: Trick, clock: Clock): TrickPlay {
  const timers: (() => void)[] = []
  const later = (span: Span, then: () => void): void => void timers.push(clock.timer(span, then))
  let before: { readonly dead: typeof plant.dead } | null = null
  // What this trick put onto the scale: taken off again, whatever else lies there by then.
  let put = 0
  const putOn = (kg: number): void => {
    scale.zeroOffKg += kg
    put += kg
  }
  const zeroNow = (): void => putOn(-plant.weight() - scale.zeroOffKg)
  function begin(): void {
    switch (trick.kind) {
      case 'chip':
        later(AFTER_STANDING, () => {
          detector.transmission = trick.heard
          putOn(trick.kg)
          later(seconds(2), () => {
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
        plant.dead = new Map([...plant.dead, ...trick.sensors.map((sensor) => [sensor, false] as const)])
    }
  }
  const starts: Mood['is'] = trick.kind === 'masked' ? 'at-entry' : 'standing'

  return {
    onMood(mood) {
      if (before || mood.is !== starts) return
      // As it is when its turn has come: the lane may have waited in somebody else's trick until now.
      before = { dead: plant.dead }
      begin()
    },
    over() {
      if (!before) return
      for (const cancel of timers) cancel()
      detector.transmission = false
      scale.faults = { ...scale.faults, silent: false }
      putOn(-put)
      plant.dead = before.dead
    },
  }
}
