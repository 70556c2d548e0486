import type { ModbusRelay } from '#dialects/board/modbus-relay'
import type { Clock } from '#edge/clock'
import { type Instant, milliseconds, type Span, seconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Gate, LightColour } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import { boardLine } from './board-line.ts'
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

/** Relays are looked at this often: a board that lost its power for a moment has let go of the siren. */
const LOOK_AT_OUTPUTS_EVERY = seconds(5)

/**
 * A lane's relays and sensors behind one board. Sensors are told when they change, and all of them at the first answer. Lights and
 * siren are wanted states, set again until the board has them; when the board comes back after a silence the lights are red until
 * somebody wants green again. A relay of a barrier that is found on is shown and left alone: letting go is a move too.
 */
export function boardDevice(parts: BoardParts): Board {
  const { name, address, unitAddress, wiring, pollEvery, answerWithin, schedule, clock, log, onInput, onWritten } = parts
  const { outputs } = wiring
  const counts = counting()
  const sensors = new Map<Sensor, boolean>()
  const wanted = new Map<number, boolean>([outputs.entryGreen, outputs.exitGreen, outputs.siren].map((output) => [output, false]))
  const has = new Map<number, boolean>()
  const buttons = Object.entries(outputs).filter(([, output]) => !wanted.has(output))
  const pulsedUntil = new Map<number, number>()
  let lookedAt: number | null = null
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

  function contact(): void {
    if (watch.state().state !== 'ok') {
      wanted.set(outputs.entryGreen, false).set(outputs.exitGreen, false)
      has.clear()
      lookedAt = null
    }
    watch.heard()
  }

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
    contact()
    return true
  }

  async function lookAtOutputs(): Promise<void> {
    if (lookedAt !== null && clock.monotonic() - lookedAt < LOOK_AT_OUTPUTS_EVERY) return
    const asked = await line.ask({ kind: 'read-outputs' })
    if (asked.kind !== 'outputs') return
    lookedAt = clock.monotonic()
    for (const output of wanted.keys()) has.set(output, asked.on[output] ?? false)
    const now = clock.monotonic()
    const found = buttons
      .filter(([, output]) => asked.on[output] === true && now > (pulsedUntil.get(output) ?? -1))
      .map(([button]) => button)
    const words = found.length === 0 ? '' : `found on: ${found.join(', ')}`
    if (words !== '' && !watch.state().detail.includes(words)) log.warn({ found }, 'a relay of a barrier is on and nobody asked for it')
    watch.remark(words)
  }

  async function setOutputs(): Promise<void> {
    for (const [output, on] of wanted) {
      if (has.get(output) === on) continue
      const asked = await line.ask({ kind: 'set', output, on })
      if (asked.kind === 'accepted') has.set(output, on)
      else if (asked.kind === 'refused') counts.add('sets-refused')
    }
  }

  async function rounds(): Promise<void> {
    while (running) {
      if (await readInputs()) {
        await setOutputs()
        await lookAtOutputs()
      }
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
    const output = outputs[`${gate}${move === 'open' ? 'Open' : 'Close'}` as const]
    if (output === undefined) return 'refused'
    pulsedUntil.set(output, clock.monotonic() + length + answerWithin + seconds(1))
    const asked = await line.ask({ kind: 'pulse', output, milliseconds: length }, 'urgent')
    const outcome: PulseOutcome = asked.kind === 'accepted' ? 'accepted' : asked.kind === 'unanswered' ? 'unknown' : 'refused'
    counts.add(`pulses-${outcome}`)
    if (outcome !== 'accepted') log.warn({ gate, move, outcome, answer: asked }, 'a barrier order was not accepted')
    return outcome
  }
  const want = (output: number, on: boolean): void => {
    wanted.set(output, on)
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
    light: (gate, colour) => want(gate === 'entry' ? outputs.entryGreen : outputs.exitGreen, colour === 'green'),
    siren: (on) => want(outputs.siren, on),
  }
}

/** Boards have eight channels or a multiple, and many answer for no other count. */
function channelsOf({ outputs, inputs }: BoardWiring): number {
  const highest = Math.max(...Object.values(outputs), ...Object.values(inputs).map(({ input }) => input))
  return Math.ceil((highest + 1) / 8) * 8
}
