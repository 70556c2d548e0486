import { LANE_MAP } from '../lane-map.ts'
import type { Random } from '../random.ts'
import { endsAt, frontAt, type Move, moving, type TruckBody } from '../truck.ts'
import { draw, NOISE, normal } from './noise.ts'

/** A vehicle in motion, as the load cells feel it. */
export interface OnDeck {
  readonly body: TruckBody
  readonly weightKg: number
  drive: readonly Move[]
  /** People who have climbed out, kilograms. */
  outKg: number
}
export const TICK_MS = 25
const EDGE_M = 0.25
const { platform } = LANE_MAP

/**
 * Kilograms on the cells, tick by tick: axles rolling over the edges, bounce, kicks, pitch while braking, sway after the stop, engine,
 * wind. Keeps its noise between ticks, so it must be asked once a tick.
 */
export function loadCells(chance: Random, vehicle: OnDeck): (at: number) => number {
  const emptyish = vehicle.weightKg < 1_400 * vehicle.body.axles.length * 2
  const bounce = draw(chance, NOISE.bounceShare)
  const bounceHz = draw(chance, emptyish ? NOISE.bounceHz.empty : NOISE.bounceHz.loaded)
  const phases = vehicle.body.axles.map(() => chance.between(0, 2 * Math.PI))
  const rough = draw(chance, NOISE.roughShare)
  const kick = draw(chance, NOISE.kickShare)
  const lever = draw(chance, NOISE.pitchLever)
  const sway = { share: draw(chance, NOISE.swayShare), hz: draw(chance, NOISE.swayHz), fade: draw(chance, NOISE.swayFadeS) }
  const engine = chance.chance(NOISE.engineRuns) ? draw(chance, NOISE.engineKg) : 0
  const wind = draw(chance, chance.chance(NOISE.windy) ? NOISE.windKg.windy : NOISE.windKg.calm)
  const corner = draw(chance, NOISE.cornerShare) * (chance.chance(0.5) ? 1 : -1)
  const kickedAt = vehicle.body.axles.map(() => Number.NEGATIVE_INFINITY)
  const wasOn = vehicle.body.axles.map(() => 0)
  const windKeeps = Math.exp(-TICK_MS / 1_000 / NOISE.windFadeS)
  let gust = 0

  return (at) => {
    gust = gust * windKeeps + normal(chance, wind * Math.sqrt(1 - windKeeps * windKeeps))
    const front = frontAt(vehicle.drive, at)
    const rolls = moving(vehicle.drive, at)
    const speedUp = rolls ? frontAt(vehicle.drive, at + 60) - 2 * front + frontAt(vehicle.drive, at - 60) : 0
    const pitch = (-speedUp / 0.0036 / 9.81) * lever
    let load = 0
    let share = 0
    const last = vehicle.body.axles.length - 1
    vehicle.body.axles.forEach(([behind, of], axle) => {
      const wheel = front - behind
      const on = clamp((wheel - platform.from) / EDGE_M) * clamp((platform.to - wheel) / EDGE_M)
      if (on > 0 !== (wasOn[axle] ?? 0) > 0) kickedAt[axle] = at
      wasOn[axle] = on
      if (on === 0) return
      // Braking loads the front axles and relieves the rear ones by as much.
      const shift = last === 0 ? 0 : pitch * vehicle.weightKg * (axle === 0 ? 1 : axle === last ? -1 : 0)
      const since = (at - (kickedAt[axle] ?? at)) / 1_000
      const kicked = since >= 0 && since < 1.5 ? kick * Math.exp(-since / NOISE.kickFadeS) * Math.sin(2 * Math.PI * 3 * since) : 0
      const bounced = rolls ? bounce * Math.sin(2 * Math.PI * bounceHz * (at / 1_000) + (phases[axle] ?? 0)) : 0
      load += on * (of * vehicle.weightKg * (1 + kicked + bounced) + shift)
      share += on * of
    })
    if (share === 0) return 0
    const middle = (front - vehicle.body.length / 2 - (platform.from + platform.to) / 2) / (platform.to - platform.from)
    const place = 1 + corner * 2 * Math.max(-1, Math.min(1, middle))
    const shaken = rolls ? load * normal(chance, rough) : swayed(vehicle, at, load, sway)
    return Math.max(0, load * place + shaken + share * gust + engine * normal(chance, 0.7) - vehicle.outKg)
  }
}
const clamp = (part: number): number => Math.max(0, Math.min(1, part))

function swayed(vehicle: OnDeck, at: number, load: number, { share, hz, fade }: { share: number; hz: number; fade: number }): number {
  const stopped = vehicle.drive.findLast((move) => endsAt(move) <= at)
  if (!stopped) return 0
  const since = (at - endsAt(stopped)) / 1_000
  return load * share * Math.exp(-since / fade) * Math.cos(2 * Math.PI * hz * since)
}
