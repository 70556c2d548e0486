import type { BoardSettings } from '#dialects/board/board-dialect'
import type { BoardKind } from '#dialects/board/board-dialects'
import type { Clock } from '#edge/clock'
import type { Instant, Span } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Gate, LightColour } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import type { Device, Listeners } from './device.ts'

/** Which relay and which input is what, numbered from 0. Red lights and lowered arms are the de-energised state: a cut cable is safe. */
export interface BoardWiring {
  readonly outputs: {
    readonly entryOpen?: number
    readonly entryClose?: number
    readonly exitOpen?: number
    readonly exitClose?: number
    readonly entryGreen?: number
    readonly exitGreen?: number
    readonly siren?: number
  }
  /** `invert`: a normally closed contact, open when the sensor is on. */
  readonly inputs: Readonly<Partial<Record<Sensor, { readonly input: number; readonly invert?: boolean }>>>
}

export interface BoardParts extends Listeners {
  readonly name: string
  readonly address: string
  /** The make; without one it is `waveshare`, as all boards were before others were known. */
  readonly kind?: BoardKind
  readonly unitAddress?: number
  /** What the site says beside the address; the rest is as the makers ship it. */
  readonly settings?: Partial<BoardSettings>
  /** A board whose inputs drive its relays by themselves is believed all the same. */
  readonly linkageAllowed?: boolean
  readonly wiring: BoardWiring
  readonly pollEvery: Span
  readonly answerWithin: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
  /** When the operating system had the bytes of a request: where the bench stops its watch. */
  onWritten?(bytes: Uint8Array, at: Instant): void
  /** Every answered poll, all inputs as they stand: for what is wired to the board beside the lane's own sensors. */
  onInputs?(on: readonly boolean[]): void
}

/**
 * `accepted` means that the board took the order, never that the arm is up. `refused`: nothing moved. `unknown`: nobody knows; the
 * lane goes on waiting for the vehicle to leave and tells an operator when it does not, and the order is never given again by itself.
 */
export type PulseOutcome = 'accepted' | 'refused' | 'unknown'

export interface Board extends Device {
  /** One press of a barrier's button. Never repeated: a second press can lift the arm for the next truck. */
  pulse(gate: Gate, move: 'open' | 'close', length: Span): Promise<PulseOutcome>
  light(gate: Gate, colour: LightColour): void
  siren(on: boolean): void
}

/** How many relays are buttons of barriers. */
export const buttonsOf = ({ entryOpen, entryClose, exitOpen, exitClose }: BoardWiring['outputs']): number =>
  [entryOpen, entryClose, exitOpen, exitClose].filter((output) => output !== undefined).length

/** The highest wired output and input; −1 where there is none. */
export const highest = ({ outputs, inputs }: BoardWiring): { readonly output: number; readonly input: number } => ({
  output: Math.max(-1, ...Object.values(outputs)),
  input: Math.max(-1, ...Object.values(inputs).map(({ input }) => input)),
})
