import { type BoardRequest, type BoardSettings, settingsOf } from '#dialects/board/board-dialect'
import { type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import { type BoardFaults, HONEST, strangersFrame } from './board-faults.ts'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import type { Line } from './line.ts'
import type { Random } from './random.ts'
import { OUTPUTS, type Output } from './truth.ts'

/** A relay and input board of any make: relays move the plant, inputs are its contacts, pulses are timed inside where the make can. */
export interface BoardSimulator {
  faults: LineFaults
  /** What is wrong with the board itself. */
  board: BoardFaults
  /** Hears and obeys, but its answers do not arrive: the line is cut one way. */
  mute: boolean
  /** Requests understood so far, newest last, at most the last 200. */
  readonly requests: readonly BoardRequest[]
  /** The relays as they are. */
  readonly relays: readonly boolean[]
  /** Bytes from the line. */
  hear(bytes: Uint8Array): void
  /** Loses its power for a moment: every relay lets go, and the make that can says so. */
  restart(): void
  stop(): void
}

/** Which relay is which, and which input: the same table stands in the agent's configuration. */
export interface BoardWiring {
  readonly outputs: Readonly<Partial<Record<Output, number>>>
  readonly inputs: Readonly<Partial<Record<Sensor, { readonly input: number; readonly invert?: boolean }>>>
}

/** Half a request is forgotten when nothing follows; longer than the 3.5 characters of the standard, because timers here are coarse. */
const QUIET = milliseconds(250)

export function boardSimulator(options: {
  /** The make; `waveshare` where nothing is said, as in the demo. */
  readonly kind?: BoardKind
  readonly settings?: Partial<BoardSettings>
  readonly unit?: number
  readonly wiring: BoardWiring
  readonly clock: Clock
  readonly random: Random
  /** Answers go out here; what it hears is handed to `hear`. */
  readonly line: Pick<Line, 'write'>
  readonly setOutput: (output: Output, on: boolean) => void
  readonly sensor: (sensor: Sensor) => boolean
  /** What else is wired to inputs, by number. */
  readonly contacts?: ReadonlyMap<number, () => boolean>
}): BoardSimulator {
  const { kind = 'waveshare', wiring, clock, random, line, setOutput, sensor, unit, contacts = new Map() } = options
  const dialect = boardDialect(kind)
  const settings = settingsOf(dialect, { ...options.settings, ...(unit === undefined ? {} : { unit }) }, { output: 7, input: 7 })
  const side = dialect.board(settings)
  const named = new Map(
    OUTPUTS.flatMap((output) => (wiring.outputs[output] === undefined ? [] : [[wiring.outputs[output], output] as const])),
  )
  const relays: boolean[] = Array.from({ length: settings.outputs }, () => false)
  const pulses = new Map<number, () => void>()
  const later = new Set<() => void>()
  const requests: BoardRequest[] = []
  let buffer: Uint8Array = new Uint8Array()
  let wasReset = false
  let forget = (): void => undefined

  function relay(number: number, on: boolean): void {
    if (simulator.board.stuck) return
    relays[number] = on
    const output = named.get(number)
    if (output) setOutput(output, on)
  }
  const inputs = (): boolean[] => {
    const states = Array.from({ length: settings.inputs }, () => false)
    for (const name of SENSORS) {
      const wire = wiring.inputs[name]
      if (wire) states[wire.input] = sensor(name) !== (wire.invert ?? false)
    }
    for (const [input, closed] of contacts) states[input] = closed()
    return states
  }
  function obey(request: BoardRequest): void {
    switch (request.kind) {
      case 'set':
        for (const [at, on] of request.on.entries()) setFor(request.from + at, on)
        return
      case 'toggle':
        for (let at = request.from; at < request.from + request.count; at += 1) setFor(at, !relays[at])
        return
      case 'pulse': {
        const { output, on } = request
        setFor(output, on)
        const cancel = clock.timer(milliseconds(request.milliseconds), () => {
          pulses.delete(output)
          relay(output, !on)
        })
        pulses.set(output, cancel)
        return
      }
      case 'read-inputs':
      case 'read-outputs':
      case 'read-modes':
      case 'was-reset':
      case 'refused':
    }
  }
  /** Any later order takes a relay out of its running pulse. */
  function setFor(number: number, on: boolean): void {
    pulses.get(number)?.()
    pulses.delete(number)
    relay(number, on)
  }
  function say(bytes: Uint8Array): void {
    const said = spoil(bytes, simulator.faults, random)
    if (said.length > 0 && !simulator.mute) line.write(said)
  }
  function answer(heard: BoardRequest, frame: Uint8Array): void {
    const { refuses, strangers, wordless, lateBy, modes, twice } = simulator.board
    const isOrder = !heard.kind.startsWith('read-') && heard.kind !== 'was-reset'
    const request: BoardRequest = refuses && isOrder ? { kind: 'refused', code: 4 } : heard
    obey(request)
    if (twice && request.kind === 'pulse') after(milliseconds(2 * request.milliseconds), () => obey(request))
    const answered = side.answer(request, frame, { outputs: relays, inputs: inputs(), modes, wasReset })
    if (request.kind === 'was-reset') wasReset = false
    if (strangers) say(side.answer(request, strangersFrame(frame, settings), { outputs: relays, inputs: inputs() }))
    if (wordless && isOrder) return
    if (lateBy === 0) say(answered)
    else after(lateBy, () => say(answered))
  }
  function after(span: Span, then: () => void): void {
    const cancel = clock.timer(span, () => {
      later.delete(cancel)
      then()
    })
    later.add(cancel)
  }

  const simulator: BoardSimulator = {
    faults: SOUND,
    board: HONEST,
    mute: false,
    requests,
    relays,
    hear(bytes) {
      if (simulator.faults.silent) return
      forget()
      // A datagram is whole or nothing: what an earlier one left over has no part in it.
      buffer = dialect.over === 'datagrams' ? bytes : Uint8Array.of(...buffer, ...bytes)
      for (;;) {
        const read = side.readRequest(buffer)
        if (read.kind === 'need-more') break
        buffer = buffer.subarray(read.used)
        if (read.kind !== 'request') continue
        requests.push(read.request)
        if (requests.length > 200) requests.shift()
        answer(read.request, read.frame)
      }
      if (buffer.length > 0)
        forget = clock.timer(milliseconds(Math.max(QUIET, 20 * clock.speed)), () => {
          buffer = new Uint8Array()
        })
    },
    restart() {
      for (const cancel of pulses.values()) cancel()
      pulses.clear()
      for (const [at, on] of relays.entries()) if (on) relay(at, false)
      wasReset = true
    },
    stop() {
      forget()
      for (const cancel of [...pulses.values(), ...later]) cancel()
    },
  }
  return simulator
}
