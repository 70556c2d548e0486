import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import type { LaneInput } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { silenceWatch } from './silence-watch.ts'

/** A contact on the board's inputs. */
export interface Contact {
  readonly input: number
  readonly invert?: boolean
}

export interface Detector extends Device {
  /** Every answered poll of the board it is wired to. */
  onInputs(on: readonly boolean[]): void
  /** Whether a weight may be believed: the detector is alive and has heard nothing of late. */
  trusts(): boolean
}

/** A remote control is pressed for a moment; the weights around that moment are all suspect. */
const DISTRUST_FOR = seconds(60)

/**
 * A detector of the remote controls that change what load cells say, wired to two inputs of the board: one is on while it hears such a
 * transmission, the other changes for as long as the detector lives. It blocks weighing while it hears one, for a minute after, and
 * while it is not alive itself: whoever cuts its wire must not weigh either. The lane is told of it as it begins and when that minute is
 * over, so that the vehicle that was there has it on record. The state is `lost` with the reason as long as a
 * transmission is suspected, and `silent` when the life signal stands still.
 */
export function detectorDevice(
  parts: Listeners & {
    readonly name: string
    readonly signal: Contact
    readonly life: Contact
    readonly silentAfter: Span
    readonly clock: Clock
    readonly log: Log
  },
): Detector {
  const { name, signal, life, clock, log } = parts
  const counts = counting()
  let trusted = false
  let alive: boolean | null = null
  let heardAt: number | null = null
  let release = (): void => {}
  const watch = silenceWatch({
    ...parts,
    device: name,
    onInput: (input) => {
      if (input.kind === 'device') trusted = input.heard
      parts.onInput(input)
    },
  })
  const isOn = (on: readonly boolean[], { input, invert = false }: Contact): boolean => (on[input] ?? false) !== invert

  function suspect(): void {
    if (heardAt === null) {
      counts.add('transmissions')
      log.error('a remote control was heard at the load cells: weighing is blocked')
      parts.onInput({ kind: 'remote-control', at: clock.now(), heard: true })
    }
    heardAt = clock.monotonic()
    watch.lost('a remote control was heard at the load cells')
    release()
    release = clock.timer(DISTRUST_FOR, () => {
      heardAt = null
      watch.found()
      parts.onInput({ kind: 'remote-control', at: clock.now(), heard: false })
    })
  }

  return {
    name,
    start: async () => watch.start(),
    stop: async () => {
      release()
      watch.stop()
    },
    state: watch.state,
    counters: counts.all,
    trusts: () => trusted,
    onInputs(on) {
      if (isOn(on, signal)) suspect()
      const now = isOn(on, life)
      if (alive !== null && now !== alive && heardAt === null) watch.heard()
      alive = now
    },
  }
}

/**
 * What a lane hears of its scale while a detector watches over it: no weight that may be forged. A weight that is not told is a scale
 * that is not heard, so the lane waits for a person, and after that for an empty platform with a true zero.
 */
export function believed(tell: (input: LaneInput) => void, trusts: () => boolean, clock: Clock): (input: LaneInput) => void {
  let told = true
  return (input) => {
    if (trusts()) {
      told = true
      tell(input)
      return
    }
    if (input.kind === 'device' && !input.heard) tell(input)
    if (told) tell({ kind: 'device', at: clock.now(), device: 'scale', heard: false })
    told = false
  }
}
