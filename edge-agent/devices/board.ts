import type { ModbusRelay } from '#dialects/board/modbus-relay'
import type { Clock } from '#edge/clock'
import { type Instant, milliseconds, type Span, seconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Gate, LightColour } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import { boardLine } from './board-line.ts'
import { boardOutputs } from './board-outputs.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { silenceWatch, timeToReopen } from './silence-watch.ts'

/** Which relay and which input is what, numbered from 0. Red lights and lowered arms are the de-energised state: a cut cable is safe. */
export interface BoardWiring {
  readonly outputs: {
    readonly entryOpen: number
    readonly entryClose?: number
    readonly exitOpen: number
    readonly exitClose?: number
    readonly entryGreen: number
    readonly exitGreen: number
    readonly siren: number
  }
  /** `invert`: a normally closed contact, open when the sensor is on. */
  readonly inputs: Readonly<Partial<Record<Sensor, { readonly input: number; readonly invert?: boolean }>>>
}

export interface BoardParts extends Listeners {
  readonly name: string
  readonly address: string
  readonly unitAddress: number
  readonly wiring: BoardWiring
  readonly pollEvery: Span
  readonly answerWithin: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
  /** When the operating system had the bytes of a request: where the bench stops its watch. */
  onWritten?(bytes: Uint8Array, at: Instant): void
}

/** `accepted` means that the board took the order, never that the arm is up. `refused`: nothing moved. `unknown`: nobody knows. */
export type PulseOutcome = 'accepted' | 'refused' | 'unknown'

export interface Board extends Device {
  /** One press of a barrier's button, let go by the board itself. Never repeated: a second press can lift the arm for the next truck. */
  pulse(gate: Gate, move: 'open' | 'close', length: Span): Promise<PulseOutcome>
  light(gate: Gate, colour: LightColour): void
  siren(on: boolean): void
}

/**
 * A lane's relays and sensors behind one board. Sensors are told when they change, and all of them at the first answer. When the board
 * speaks again after a silence the lights are red and the siren is as wanted.
 */
export function boardDevice(parts: BoardParts): Board {
  const { name, address, unitAddress, wiring, pollEvery, answerWithin, schedule, clock, log, onInput, onWritten } = parts
  const { outputs: relays } = wiring
  const counts = counting()
  const sensors = new Map<Sensor, boolean>()
  let running = false
  let wakeRound = (): void => {}

  const watch = silenceWatch({
    ...parts,
    device: name,
    silentAfter: milliseconds(Math.max(seconds(1.5), 5 * (pollEvery + answerWithin))),
    onQuiet: (times) => {
      if (timeToReopen(times)) line.reopen('nothing heard')
    },
  })
  const line = boardLine({
    address,
    board: { unit: unitAddress, channels: channelsOf(wiring) } satisfies ModbusRelay,
    answerWithin,
    schedule,
    clock,
    log,
    onCount: counts.add,
    onWritten: (bytes, at) => onWritten?.(bytes, at),
    onState: (state) => {
      if (state.open) {
        watch.found()
        wakeRound()
      } else watch.lost(state.why)
    },
  })

  const outputs = boardOutputs({ outputs: relays, line, clock, log, remark: watch.remark })

  async function readInputs(): Promise<boolean> {
    const asked = await line.ask({ kind: 'read-inputs' })
    if (asked.kind !== 'inputs') return false
    counts.add('polls')
    const at = clock.now()
    for (const [sensor, wire] of Object.entries(wiring.inputs) as [Sensor, { input: number; invert?: boolean }][]) {
      const on = (asked.on[wire.input] ?? false) !== (wire.invert ?? false)
      if (sensors.get(sensor) === on) continue
      sensors.set(sensor, on)
      counts.add('sensor-changes')
      onInput({ kind: 'sensor', at, sensor, on })
    }
    // Sensors first: who waits for the board to speak again finds them as they are now.
    if (watch.state().state !== 'ok') outputs.away()
    watch.heard()
    return true
  }

  async function rounds(): Promise<void> {
    while (running) {
      if (await readInputs()) await outputs.keepUp()
      if (!running) return
      await new Promise<void>((done) => {
        const cancel = clock.timer(pollEvery, done)
        wakeRound = () => {
          cancel()
          done()
        }
      })
    }
  }

  async function pulse(gate: Gate, move: 'open' | 'close', length: Span): Promise<PulseOutcome> {
    const output = relays[`${gate}${move === 'open' ? 'Open' : 'Close'}` as const]
    if (output === undefined) return 'refused'
    // The late answer to an earlier press must not vouch for this one. Boards answer in order, so an answered question clears the line.
    if (line.inDoubt() && (await line.ask({ kind: 'read-inputs' }, 'urgent')).kind !== 'inputs') {
      counts.add('pulses-refused')
      log.warn({ gate, move }, 'a barrier order was not sent: the board does not answer')
      return 'refused'
    }
    outputs.pressed(output, clock.monotonic() + length + answerWithin + seconds(1))
    const asked = await line.ask({ kind: 'pulse', output, milliseconds: length }, 'urgent')
    const outcome: PulseOutcome = asked.kind === 'accepted' ? 'accepted' : asked.kind === 'unanswered' ? 'unknown' : 'refused'
    counts.add(`pulses-${outcome}`)
    if (outcome !== 'accepted') log.warn({ gate, move, outcome, answer: asked }, 'a barrier order was not accepted')
    return outcome
  }
  const want = (output: number, on: boolean): void => {
    outputs.want(output, on)
    wakeRound()
  }

  let round: Promise<void> = Promise.resolve()
  return {
    name,
    start: async () => {
      running = true
      watch.start()
      line.start()
      round = rounds()
    },
    stop: async () => {
      running = false
      watch.stop()
      await line.stop()
      wakeRound()
      await round
    },
    state: watch.state,
    counters: counts.all,
    pulse,
    light: (gate, colour) => want(gate === 'entry' ? relays.entryGreen : relays.exitGreen, colour === 'green'),
    siren: (on) => want(relays.siren, on),
  }
}

/** Boards have eight channels or a multiple, and many answer for no other count. */
function channelsOf({ outputs, inputs }: BoardWiring): number {
  const highest = Math.max(...Object.values(outputs), ...Object.values(inputs).map(({ input }) => input))
  return Math.ceil((highest + 1) / 8) * 8
}
