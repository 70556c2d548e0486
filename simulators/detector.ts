import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import { every } from './clock.ts'

/** A detector of remote controls at the load cells: two contacts for a board's inputs. */
export interface DetectorSimulator {
  /** Somebody presses a remote control just now. */
  transmission: boolean
  /** Its supply is cut: the life contact stands still. */
  dead: boolean
  signal(): boolean
  life(): boolean
  stop(): void
}

const BLINKS = seconds(1)

export function detectorSimulator(clock: Clock): DetectorSimulator {
  let life = false
  const stop = every(clock, BLINKS, () => {
    if (!detector.dead) life = !life
  })
  const detector: DetectorSimulator = {
    transmission: false,
    dead: false,
    signal: () => detector.transmission && !detector.dead,
    life: () => life,
    stop,
  }
  return detector
}
