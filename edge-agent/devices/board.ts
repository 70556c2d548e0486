import { settingsOf } from '#dialects/board/board-dialect'
import { boardDialect } from '#dialects/board/board-dialects'
import { milliseconds, type Span } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import type { Gate } from '#weighing/vocabulary'
import { type Asked, boardLine } from './board-line.ts'
import { linkageCheck } from './board-linkage.ts'
import { boardOutputs } from './board-outputs.ts'
import { type Board, type BoardParts, buttonsOf, highest, type PulseOutcome } from './board-parts.ts'
import { boardPress } from './board-press.ts'
import { counting } from './device.ts'
import { overdueWatch } from './overdue.ts'
import { remarks } from './remarks.ts'
import { silenceWatch, timeToReopen } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

export type { Board, BoardParts, BoardWiring, PulseOutcome } from './board-parts.ts'

/** How often a line in doubt is asked whether it speaks before an order that waits for it is given up: the driver waits as long. */
const MOST_VOUCHES = 4

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
  /** By the steady clock: when the inputs were last told. */
  let heardAt: number | null = null
  let wakeRound = (): void => {}

  const watch = silenceWatch({
    ...parts,
    device: name,
    silentAfter: life === null ? null : silentAfter(pollEvery, answerWithin),
    onQuiet: (times) => {
      if (timeToReopen(times)) line.reopen('nothing heard')
    },
  })
  // A poll and the longest an answer may take: by then it should have been here.
  const overdue = overdueWatch(clock, milliseconds(pollEvery + answerWithin), (late) =>
    onInput({ kind: 'board-late', at: clock.now(), late }),
  )
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
    const unheard = clock.monotonic() - (heardAt ?? clock.monotonic())
    heardAt = clock.monotonic()
    const late = unheard > 2 * pollEvery ? { lateBy: milliseconds(Math.round(unheard)) } : {}
    for (const [sensor, wire] of wires) {
      const on = (inputs[wire.input] ?? false) !== (wire.invert ?? false)
      if (sensors.get(sensor) === on) continue
      sensors.set(sensor, on)
      counts.add('sensor-changes')
      onInput({ kind: 'sensor', at, sensor, on, ...late })
    }
    parts.onInputs?.(inputs)
    overdue.answered()
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
    for (let tries = 0; tries < MOST_VOUCHES; tries++) {
      // The late answer to an earlier press must not vouch for this one. Boards answer in order, so an answered question clears the line.
      if (answered && line.inDoubt() && life !== null) {
        const vouched = await line.ask({ kind: life }, 'vouch')
        // A computer that stood still for a moment has missed an answer or two. A question moves nothing and may be asked again.
        if (vouched.kind === 'unanswered') continue
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
      overdue.stop()
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
