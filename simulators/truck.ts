import { noiseAt } from './random.ts'

/**
 * A truck on a platform, as numbers (pure): where it is and what the load cells feel, as functions of time. Positions are metres
 * along the lane, 0 where the platform begins; weights are kilograms, not yet rounded by any indicator; times are milliseconds.
 */
export interface TruckBody {
  readonly length: number
  /** Each axle: metres behind the front bumper, and its share of the whole weight (shares sum to 1). */
  readonly axles: readonly (readonly [behindFront: number, share: number])[]
}

/** One stretch driven without stopping, from rest to rest, forward or (to < from) in reverse. */
export interface Move {
  readonly at: number
  readonly from: number
  readonly to: number
  /** Metres a second, reached and left with `GRIP`. */
  readonly speed: number
}
export interface Platform {
  readonly from: number
  readonly to: number
}
export interface Truck {
  readonly body: TruckBody
  readonly weightKg: number
  /** Of its springs and of the wind: two trucks never rock alike. */
  readonly seed: number
}

/** Metres a second squared: how hard a loaded truck pulls away and brakes at a weighbridge. */
const GRIP = 0.9
/** Sway after a stop: share of the load, how often, how soon it dies away. */
const SWAY = { share: 0.006, hertz: 1.4, fadeMs: 700 }
/** Engine and wind on a standing truck, kilograms; wheels on plates while rolling, share of the load. */
const STANDING_NOISE_KG = 3
const ROLLING_NOISE = 0.004
const NOISE_BUCKET_MS = 60

/** How long a move takes, in milliseconds. */
export function takes(move: Move): number {
  const way = Math.abs(move.to - move.from)
  const { ramp, cruise } = profile(way, move.speed)
  return (2 * ramp + cruise) * 1_000
}
export const endsAt = (move: Move): number => move.at + takes(move)

/** Where the front bumper is. Before the first move it stands where that begins. */
export function frontAt(drive: readonly Move[], at: number): number {
  const move = drive.findLast((one) => one.at <= at)
  if (!move) return drive[0]?.from ?? 0
  const way = Math.abs(move.to - move.from)
  return move.from + Math.sign(move.to - move.from) * travelled(way, move.speed, (at - move.at) / 1_000)
}
export const moving = (drive: readonly Move[], at: number): boolean => drive.some((move) => move.at <= at && at < endsAt(move))

/** What the load cells feel: never below zero, exactly zero when no wheel is on the platform. */
export function weightOn(platform: Platform, truck: Truck, drive: readonly Move[], at: number): number {
  const front = frontAt(drive, at)
  const share = truck.body.axles.reduce((sum, [behind, of]) => {
    const wheel = front - behind
    return wheel >= platform.from && wheel <= platform.to ? sum + of : sum
  }, 0)
  if (share === 0) return 0
  const load = truck.weightKg * Math.min(share, 1)
  return Math.max(0, load + sway(load, truck, drive, at))
}

function sway(load: number, truck: Truck, drive: readonly Move[], at: number): number {
  const noise = noiseAt(truck.seed, Math.floor(at / NOISE_BUCKET_MS))
  if (moving(drive, at)) return load * ROLLING_NOISE * noise
  const stopped = drive.findLast((move) => endsAt(move) <= at)
  if (!stopped) return STANDING_NOISE_KG * noise
  const since = at - endsAt(stopped)
  const phase = (since / 1_000) * SWAY.hertz * 2 * Math.PI
  return load * SWAY.share * Math.exp(-since / SWAY.fadeMs) * Math.cos(phase) + STANDING_NOISE_KG * noise
}

/** Seconds of speeding up (as long again of braking) and of even speed in between. */
function profile(way: number, speed: number): { ramp: number; cruise: number } {
  const top = Math.min(speed, Math.sqrt(way * GRIP))
  const ramp = top / GRIP
  return { ramp, cruise: top > 0 ? (way - top * ramp) / top : 0 }
}

function travelled(way: number, speed: number, seconds: number): number {
  const { ramp, cruise } = profile(way, speed)
  const top = ramp * GRIP
  if (seconds <= 0) return 0
  if (seconds < ramp) return (GRIP * seconds * seconds) / 2
  if (seconds < ramp + cruise) return (top * ramp) / 2 + top * (seconds - ramp)
  const left = 2 * ramp + cruise - seconds
  return left <= 0 ? way : way - (GRIP * left * left) / 2
}
