import { nearness, type Plate, readPlate } from '#edge/plate'
import type { Sensor } from '#edge/weighing'
import type { Random } from './random.ts'

/** What is wrong with a device just now, as data the simulators consult; tests and stories set it. */
export interface LineFaults {
  /** Chance that a frame arrives with a byte of it turned to another. */
  readonly noise: number
  /** Chance that a frame loses its end. */
  readonly cut: number
  /** Chance that a cut-off frame stands directly in front of a whole one. */
  readonly joined?: number
  /** Chance of a few bytes of nonsense in front of a frame: a motor that starts, a plug that is touched. */
  readonly garbage?: number
  /** Nothing is sent at all: a plug half out, a dead indicator. */
  readonly silent: boolean
}
export const SOUND: LineFaults = { noise: 0, cut: 0, silent: false }

/** The frame as the faults leave it; empty when nothing arrives. */
export function spoil(frame: Uint8Array, faults: LineFaults, random: Random): Uint8Array {
  if (faults.silent) return new Uint8Array()
  let spoiled = frame
  if (faults.noise > 0 && random.chance(faults.noise)) {
    const at = random.whole(0, frame.length - 1)
    spoiled = frame.map((byte, index) => (index === at ? byte ^ (1 << random.whole(0, 7)) : byte))
  }
  if (faults.joined && random.chance(faults.joined))
    spoiled = Uint8Array.of(...frame.subarray(0, random.whole(1, frame.length - 1)), ...spoiled)
  if (faults.garbage && random.chance(faults.garbage))
    spoiled = Uint8Array.of(...Array.from({ length: random.whole(1, 6) }, () => random.whole(128, 255)), ...spoiled)
  if (faults.cut > 0 && random.chance(faults.cut)) spoiled = spoiled.slice(0, random.whole(0, frame.length - 1))
  return spoiled
}

/** A sensor that no longer follows the world: a cut loop wire reads clear for ever, a beam with a dirty lens reads blocked. */
export type DeadSensors = ReadonlyMap<Sensor, boolean>

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** The plate with one confusable letter read wrong, still a plate by its grammar; null where no letter of it can be confused. */
export function misread(plate: Plate, random: Random): Plate | null {
  const wrong: Plate[] = []
  for (let at = 2; at < plate.length; at += 1)
    for (const letter of LETTERS) {
      const read = readPlate(plate.slice(0, at) + letter + plate.slice(at + 1))
      if (read.kind === 'plate' && nearness(read.plate, plate) === 'near') wrong.push(read.plate)
    }
  return wrong.length > 0 ? random.pick(wrong) : null
}
