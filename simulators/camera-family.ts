import type { Passage } from '#dialects/camera/passage'
import type { Clock } from '#edge/clock'
import type { PlateColour } from '#edge/plate'
import { Instant, toIso } from '#edge/units'
import { photo } from './photo.ts'

/** What drives past a simulated camera. `text` is what it takes for the plate, null for none. */
export interface Seen {
  readonly text: string | null
  readonly colour: PlateColour
  readonly confidence?: number
  /** The plate of the other end, for the families whose newer firmware tells both. */
  readonly otherEnd?: string
}

/** What is wrong with a simulated camera just now; tests and stories set it. */
export interface CameraFaults {
  /** Blind and mute: neither results nor heartbeats. */
  readonly silent: boolean
  /** Its clock is off by so many milliseconds. */
  readonly clockOff: number
  /** Each result comes so many times more, as from another trigger or a lost answer. */
  readonly repeats: number
  /** It moves the barrier by its own white list and says so, where its language can. */
  readonly opens: boolean
}
export const CAMERA_SOUND: CameraFaults = { silent: false, clockOff: 0, repeats: 0, opens: false }

/** A simulated camera of any family, on its real way. */
export interface FamilyCamera {
  faults: CameraFaults
  sees(what: Seen): void
  /** Passages the agent has taken, as far as the camera is told. */
  delivered(): number
  /** Kept for later, because nobody took them. */
  kept(): number
  stop(): Promise<void>
}

/** How often it shows that it is alive, in milliseconds; makers differ, and tests are in a hurry. */
export const HEARTBEAT_MS = 5_000

/** Numbers its passages as makers do, and takes the photographs. */
export function passages(device: string, clock: Clock, withPictures: boolean): (what: Seen, faults: CameraFaults) => Passage {
  let nth = 0
  return ({ text, colour, confidence = 97, otherEnd }, { clockOff, opens }) => {
    nth += 1
    const at = Instant(clock.now() + clockOff)
    const said = `${device} ${toIso(clock.now())} ${text ?? '-'} ${nth}`
    return {
      device,
      at,
      record: String(10_000 + nth),
      text,
      colour,
      confidence,
      ...(opens && { openedByCamera: true }),
      ...(otherEnd !== undefined && { backText: otherEnd, attachedText: otherEnd }),
      ...(withPictures && { pictures: { full: photo(said), plate: photo(`plate ${said}`) } }),
    }
  }
}
