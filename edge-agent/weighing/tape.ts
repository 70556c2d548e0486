import { canonical } from '#edge/canonical'
import { Instant, Kilograms } from '#edge/units'
import { SENSORS, type Sensor, type Weighing, type WeighingDraft } from '#edge/weighing'
import { step } from './step.ts'
import type { Dossier, LaneInput, LaneState, Rules, Sighting } from './vocabulary.ts'

/**
 * What the machine was told from the moment a vehicle was on the platform until the verdict, so that the verdict can be given again
 * bit for bit (DESIGN.md D13). Kept as text named by its hash; about 10 bytes a reading.
 *
 * The text is canonical JSON `{ v: 1, at, rules, start, inputs }`. `start` is the state before the first input and `at` the moment
 * the spans are counted from. Each input is a short row that begins with milliseconds since the input before it:
 *
 *   [ms, kg]              reading, kilograms since the reading before it      [ms, 't', number]    ticket shown
 *   [ms, kg, 0|1]         the same with the indicator's motion flag           [ms, 'd', dossier]
 *   [ms, 's', n, 0|1]     sensor, by its place in `SENSORS`                   [ms, 'u']            deadline
 *   [ms, 'c', sighting]   camera                                              [ms, 'a', act, reason, operator]
 *   [ms, 'h', device, 0|1]  heard or silent                                   [ms, 'b', 0|1]       started, interrupted
 */
export interface Tape {
  readonly visit: number
  readonly rules: Rules
  readonly start: LaneState
  readonly inputs: readonly LaneInput[]
}

const RUNNING: ReadonlySet<LaneState['phase']> = new Set(['boarding', 'positioning', 'settling'])
const JUDGED: ReadonlySet<LaneState['phase']> = new Set(['asking', 'released', 'held'])

/**
 * The tape after one more input: begun when a vehicle is on the platform, closed by the verdict (the answer then is the whole tape
 * of the weighing just written), null while nothing runs. Call it for every step, before the step's ink is written.
 */
export function follow(tape: Tape | null, before: LaneState, input: LaneInput, after: LaneState, rules: Rules): Tape | null {
  const runs = RUNNING.has(after.phase)
  if (!runs && !(RUNNING.has(before.phase) && JUDGED.has(after.phase))) return null
  const visit = 'visit' in after ? (after.visit?.number ?? 0) : 0
  if (tape === null || tape.visit !== visit) return { visit, rules, start: before, inputs: [input] }
  return { ...tape, inputs: [...tape.inputs, input] }
}

/** The weighings the machine writes when it is told this tape: exactly the ones it wrote. */
export function replay(tape: Tape): WeighingDraft[] {
  const drafts: WeighingDraft[] = []
  let state = tape.start
  for (const input of tape.inputs) {
    const { state: after, effects } = step(state, input, tape.rules)
    for (const effect of effects) if (effect.kind === 'write' && effect.record.kind === 'weighing') drafts.push(effect.record.body)
    state = after
  }
  return drafts
}

/** The part of a stored weighing that the machine wrote, to compare with a replay by its canonical bytes. */
export function draftOf({ photos: _photos, tape: _tape, software: _software, ...draft }: Weighing): WeighingDraft {
  return draft
}

/** Weight over time, for a curve: milliseconds since the tape began, kilograms. */
export function curveOf({ inputs }: Tape): [ms: number, kg: number][] {
  const from = inputs[0]?.at ?? 0
  return inputs.flatMap((input): [number, number][] => (input.kind === 'reading' ? [[input.at - from, input.weight]] : []))
}

type Row = readonly (number | string | Sighting | Dossier)[]

export function encodeTape({ visit, rules, start, inputs }: Tape): string {
  let at = inputs[0]?.at ?? Instant(0)
  let kg = 0
  const rows = inputs.map((input): Row => {
    const ms = input.at - at
    at = input.at
    switch (input.kind) {
      case 'reading': {
        const change = input.weight - kg
        kg = input.weight
        return input.stable === null ? [ms, change] : [ms, change, input.stable ? 1 : 0]
      }
      case 'sensor':
        return [ms, 's', SENSORS.indexOf(input.sensor), input.on ? 1 : 0]
      case 'sighting':
        return [ms, 'c', input.sighting]
      case 'device':
        return [ms, 'h', input.device, input.heard ? 1 : 0]
      case 'ticket-shown':
        return [ms, 't', input.number]
      case 'dossier':
        return [ms, 'd', input.dossier]
      case 'deadline':
        return [ms, 'u']
      case 'operator-act':
        return [ms, 'a', input.act, input.reason, input.operator]
      case 'started':
        return [ms, 'b', input.interrupted ? 1 : 0]
    }
  })
  return canonical({ v: 1, visit, at: inputs[0]?.at ?? 0, rules, start, inputs: rows })
}

export type TapeReading =
  | { readonly ok: true; readonly tape: Tape }
  | { readonly ok: false; readonly reason: 'not-json' | 'other-version' | 'bad-row' }

/** Reads a tape. Its bytes are named by hash in a signed record, so only its form is judged here. */
export function decodeTape(text: string): TapeReading {
  let said: { v?: unknown; visit?: unknown; at?: unknown; rules?: unknown; start?: unknown; inputs?: unknown }
  try {
    said = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'not-json' }
  }
  if (said === null || typeof said !== 'object') return { ok: false, reason: 'not-json' }
  if (said.v !== 1) return { ok: false, reason: 'other-version' }
  if (!Array.isArray(said.inputs) || typeof said.at !== 'number' || !said.rules || !said.start) return { ok: false, reason: 'bad-row' }
  const inputs = readRows(said.inputs, said.at)
  if (!inputs) return { ok: false, reason: 'bad-row' }
  return { ok: true, tape: { visit: Number(said.visit), rules: said.rules as Rules, start: said.start as LaneState, inputs } }
}

function readRows(rows: readonly unknown[], from: number): LaneInput[] | null {
  const inputs: LaneInput[] = []
  let at = from
  let kg = 0
  for (const row of rows) {
    if (!Array.isArray(row) || !Number.isSafeInteger(row[0])) return null
    at += row[0] as number
    if (typeof row[1] === 'number') kg += row[1]
    const input = readRow(row, at as Instant, kg)
    if (!input) return null
    inputs.push(input)
  }
  return inputs
}

function readRow([, what, a, b, c]: readonly unknown[], at: Instant, kg: number): LaneInput | null {
  if (typeof what === 'number') {
    if (!Number.isSafeInteger(kg)) return null
    return { kind: 'reading', at, weight: Kilograms(kg), stable: a === undefined ? null : a === 1 }
  }
  switch (what) {
    case 's': {
      const sensor: Sensor | undefined = SENSORS[a as number]
      return sensor ? { kind: 'sensor', at, sensor, on: b === 1 } : null
    }
    case 'c':
      return a !== null && typeof a === 'object' ? { kind: 'sighting', at, sighting: a as Sighting } : null
    case 'h':
      return typeof a === 'string' ? { kind: 'device', at, device: a, heard: b === 1 } : null
    case 't':
      return typeof a === 'string' ? { kind: 'ticket-shown', at, number: a } : null
    case 'd':
      return a !== null && typeof a === 'object' ? { kind: 'dossier', at, dossier: a as Dossier } : null
    case 'u':
      return { kind: 'deadline', at }
    case 'a':
      return (a === 'release' || a === 'refuse') && typeof b === 'string' && typeof c === 'string'
        ? { kind: 'operator-act', at, act: a, reason: b, operator: c }
        : null
    case 'b':
      return { kind: 'started', at, interrupted: a === 1 }
    default:
      return null
  }
}
