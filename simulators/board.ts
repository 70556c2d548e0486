import type { ModbusRelay } from '#dialects/board/modbus-relay'
import { answer, type BoardRequest, readRequest } from '#dialects/board/modbus-relay-board'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import { type LineFaults, SOUND, spoil } from './faults.ts'
import type { Line } from './line.ts'
import type { Random } from './random.ts'
import { OUTPUTS, type Output } from './truth.ts'

/** A Modbus RTU relay and input board: relays move the plant, inputs are its contacts, pulses are timed inside the board. */
export interface BoardSimulator {
  faults: LineFaults
  /** Hears and obeys, but its answers do not arrive: the line is cut one way. */
  mute: boolean
  /** Requests understood so far, newest last, at most the last 200. */
  readonly requests: readonly BoardRequest[]
  /** Bytes from the line. */
  hear(bytes: Uint8Array): void
  stop(): void
}

/** Which relay is which, and which input: the same table stands in the agent's configuration. */
export interface BoardWiring {
  readonly outputs: Readonly<Partial<Record<Output, number>>>
  readonly inputs: Readonly<Partial<Record<Sensor, { readonly input: number; readonly invert?: boolean }>>>
}

/** Half a request is forgotten when nothing follows; longer than the 3.5 characters of the standard, because timers here are coarse. */
const QUIET = milliseconds(250)
const CHANNELS = 8

export function boardSimulator(options: {
  readonly unit: number
  readonly wiring: BoardWiring
  readonly clock: Clock
  readonly random: Random
  /** Answers go out here; what it hears is handed to `hear`. */
  readonly line: Pick<Line, 'write'>
  readonly setOutput: (output: Output, on: boolean) => void
  readonly sensor: (sensor: Sensor) => boolean
}): BoardSimulator {
  const { wiring, clock, random, line, setOutput, sensor } = options
  const board: ModbusRelay = { unit: options.unit, channels: CHANNELS }
  const named = new Map(
    OUTPUTS.flatMap((output) => (wiring.outputs[output] === undefined ? [] : [[wiring.outputs[output], output] as const])),
  )
  const relays: boolean[] = Array.from({ length: CHANNELS }, () => false)
  const pulses = new Map<number, () => void>()
  const requests: BoardRequest[] = []
  let buffer: Uint8Array = new Uint8Array()
  let forget = (): void => undefined

  function relay(number: number, on: boolean): void {
    relays[number] = on
    const output = named.get(number)
    if (output) setOutput(output, on)
  }
  const inputs = (): boolean[] => {
    const states = Array.from({ length: CHANNELS }, () => false)
    for (const name of SENSORS) {
      const wire = wiring.inputs[name]
      if (wire) states[wire.input] = sensor(name) !== (wire.invert ?? false)
    }
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
      case 'refused':
    }
  }
  /** Any later order takes a relay out of its running pulse. */
  function setFor(number: number, on: boolean): void {
    pulses.get(number)?.()
    pulses.delete(number)
    relay(number, on)
  }

  const simulator: BoardSimulator = {
    faults: SOUND,
    mute: false,
    requests,
    hear(bytes) {
      if (simulator.faults.silent) return
      forget()
      buffer = Uint8Array.of(...buffer, ...bytes)
      for (;;) {
        const read = readRequest(buffer, board)
        if (read.kind === 'need-more') break
        buffer = buffer.subarray(read.used)
        if (read.kind !== 'request') continue
        requests.push(read.request)
        if (requests.length > 200) requests.shift()
        obey(read.request)
        const said = spoil(answer(read.request, read.frame, { outputs: relays, inputs: inputs() }), simulator.faults, random)
        if (said.length > 0 && !simulator.mute) line.write(said)
      }
      if (buffer.length > 0)
        forget = clock.timer(milliseconds(Math.max(QUIET, 20 * clock.speed)), () => {
          buffer = new Uint8Array()
        })
    },
    stop() {
      forget()
      for (const cancel of pulses.values()) cancel()
    },
  }
  return simulator
}
