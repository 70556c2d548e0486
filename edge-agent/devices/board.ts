import { type BoardSettings, settingsOf } from '#dialects/board/board-dialect'
import { type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import type { Clock } from '#edge/clock'
import { type Instant, milliseconds, type Span } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Gate, LightColour } from '#weighing/vocabulary'
import type { Log } from '../log.ts'
import { type Asked, boardLine } from './board-line.ts'
import { linkageCheck } from './board-linkage.ts'
import { boardOutputs } from './board-outputs.ts'
import { boardPress } from './board-press.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { remarks } from './remarks.ts'
import { silenceWatch, timeToReopen } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

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

/**
 * A lane's relays and sensors behind one board. Sensors are told when they change, and all of them at the first answer. When the board
 * speaks again after a silence the lights are red and the siren is as wanted.
 */
export function boardDevice(parts: BoardParts): Board {
  const {
    name,
    address,
    kind = 'waveshare',
    unitAddress,
    wiring,
    pollEvery,
    answerWithin,
    schedule,
    clock,
    log,
    onInput,
    onWritten,
  } = parts
  const dialect = boardDialect(kind)
  const settings = settingsOf(dialect, { ...parts.settings, ...(unitAddress === undefined ? {} : { unit: unitAddress }) }, highest(wiring))
  const host = dialect.host(settings)
  const knows = (order: 'read-outputs' | 'was-reset' | 'read-modes'): boolean => host.encode({ kind: order }, 0) !== null
  const { outputs: relays } = wiring
  const wires = Object.entries(wiring.inputs) as [Sensor, { input: number; invert?: boolean }][]
  const asksInputs = settings.inputs > 0 && (wires.length > 0 || parts.onInputs !== undefined)
  /** The question whose answer is the board's sign of life; null where it never says anything. */
  const life = asksInputs ? 'read-inputs' : knows('read-outputs') ? 'read-outputs' : null
  const counts = counting()
  const sensors = new Map<Sensor, boolean>()
  let running = false
  let open = false
  let wakeRound = (): void => {}

  const watch = silenceWatch({
    ...parts,
    device: name,
    silentAfter: life === null ? null : silentAfter(pollEvery, answerWithin),
    onQuiet: (times) => {
      if (timeToReopen(times)) line.reopen('nothing heard')
    },
  })
  const line = boardLine({
    address,
    host,
    who: settings.unit === 0 ? 'the board' : `unit ${settings.unit}`,
    pause: milliseconds(dialect.pause),
    answerWithin,
    schedule,
    clock,
    log,
    onCount: counts.add,
    onWritten: (bytes, at) => onWritten?.(bytes, at),
    onState: (state) => {
      open = state.open
      linkage.forget()
      if (state.open) {
        watch.found()
        wakeRound()
      } else watch.lost(state.why)
    },
  })
  const words = remarks(watch.remark)
  const hostPresses = dialect.pulses(settings) === 'none'
  const linkage = linkageCheck({
    ask: () => line.ask({ kind: 'read-modes' }),
    needed: knows('read-modes') && parts.linkageAllowed !== true,
    clock,
    log,
    onCount: counts.add,
    remark: (said) => words.say('linkage', said),
  })

  const outputs = boardOutputs({
    outputs: relays,
    hostPresses,
    tellsOutputs: knows('read-outputs'),
    tellsResets: knows('was-reset'),
    line,
    clock,
    log,
    remark: (said) => words.say('found', said),
    onReset: () => {
      counts.add('board-resets')
      log.warn('the board has started anew')
    },
  })
  const answered = host.answers({ kind: 'set', output: 0, on: true })
  const press = boardPress({ hostPresses, confirmable: knows('read-outputs'), answered, line, outputs, clock, answerWithin })

  /** One question, and whether the board may be believed now. */
  async function listen(): Promise<boolean> {
    if (life === null) {
      if (open) heard()
      return open
    }
    const asked = await line.ask({ kind: life })
    if (asked.kind !== (life === 'read-inputs' ? 'inputs' : 'outputs')) return false
    counts.add('polls')
    if (asked.kind === 'inputs') tellSensors(asked)
    if (!(await linkage.isNormal())) return false
    // Sensors first: who waits for the board to speak again finds them as they are now.
    heard()
    return true
  }
  function heard(): void {
    if (watch.state().state !== 'ok') outputs.away()
    watch.heard()
  }
  function tellSensors({ on: inputs }: Extract<Asked, { kind: 'inputs' }>): void {
    const at = clock.now()
    for (const [sensor, wire] of wires) {
      const on = (inputs[wire.input] ?? false) !== (wire.invert ?? false)
      if (sensors.get(sensor) === on) continue
      sensors.set(sensor, on)
      counts.add('sensor-changes')
      onInput({ kind: 'sensor', at, sensor, on })
    }
    parts.onInputs?.(inputs)
  }

  async function rounds(): Promise<void> {
    while (running) {
      if (await listen()) await outputs.keepUp()
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
    const refused = (why: string): PulseOutcome => {
      counts.add('pulses-refused')
      log.warn({ gate, move, why }, 'a barrier order was not sent')
      return 'refused'
    }
    if (output === undefined) return 'refused'
    if (!linkage.isSettled()) return refused('an input of the board drives its relays, or that is not known yet')
    const opposite = relays[`${gate}${move === 'open' ? 'Close' : 'Open'}` as const]
    for (let tries = 0; tries < 2; tries++) {
      // The late answer to an earlier press must not vouch for this one. Boards answer in order, so an answered question clears the line.
      if (answered && line.inDoubt() && life !== null) {
        const vouched = await line.ask({ kind: life }, 'vouch')
        if (vouched.kind !== 'inputs' && vouched.kind !== 'outputs') return refused('the board does not answer')
      }
      const { outcome, asked } = await press.press(output, opposite, length)
      if (asked.kind === 'in-doubt') continue
      counts.add(`pulses-${outcome}`)
      if (outcome !== 'accepted') log.warn({ gate, move, outcome, answer: asked }, 'a barrier order was not accepted')
      return outcome
    }
    return refused('the board does not answer')
  }
  const want = (output: number | undefined, on: boolean): void => {
    if (output === undefined) return
    outputs.want(output, on)
    wakeRound()
  }

  let round: Promise<void> = Promise.resolve()
  return {
    name,
    start: async () => {
      running = true
      watch.start()
      if (life === null) words.say('mute', 'this board never answers: what it does is not known')
      if (hostPresses && buttonsOf(relays) > 0) words.say('held', 'no pulse of its own: a computer that dies holds the button pressed')
      line.start()
      round = rounds()
    },
    stop: async () => {
      running = false
      watch.stop()
      await press.stop()
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

/** Five polls with their answers; see `SUPERVISION` for the bounds. */
const silentAfter = (pollEvery: Span, answerWithin: Span): Span =>
  milliseconds(Math.max(SUPERVISION.board.ours, Math.min(SUPERVISION.board.field, 5 * (pollEvery + answerWithin))))

const buttonsOf = ({ entryOpen, entryClose, exitOpen, exitClose }: BoardWiring['outputs']): number =>
  [entryOpen, entryClose, exitOpen, exitClose].filter((output) => output !== undefined).length

const highest = ({ outputs, inputs }: BoardWiring): { readonly output: number; readonly input: number } => ({
  output: Math.max(-1, ...Object.values(outputs)),
  input: Math.max(-1, ...Object.values(inputs).map(({ input }) => input)),
})
