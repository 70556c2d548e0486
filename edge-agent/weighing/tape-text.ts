import { MANUAL_ACTS, type ManualAct } from '#edge/acts'
import { canonical } from '#edge/canonical'
import { Instant, Kilograms, milliseconds } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import type { Tape } from './tape.ts'
import type { Dossier, LaneInput, LaneState, Layout, OperatorAct, Rules, Sighting } from './vocabulary.ts'

/**
 * The text of a tape is canonical JSON `{ v: 1, at, rules, start, inputs }`. `start` is the state before the first input and `at` the moment
 * the spans are counted from. Each input is a short row that begins with milliseconds since the input before it:
 *
 *   [ms, kg]              reading, kilograms since the reading before it      [ms, 't', number]    ticket shown
 *   [ms, kg, 0|1]         the same with the indicator's motion flag           [ms, 'd', dossier]
 *   [ms, 's', n, 0|1, late?]  sensor, by its place in `SENSORS`, milliseconds late  [ms, 'u']       deadline
 *   [ms, 'c', sighting]   camera                                              [ms, 'a', operator act]
 *   [ms, 'h', device, 0|1]  heard or silent                                   [ms, 'b', 0|1]       started, interrupted
 *   [ms, 'g', by, tag]    tag or card               [ms, 'o', code]          one-time code made
 *   [ms, 'k', number, code]  ticket claimed           [ms, 'r', 0|1]          remote control heard
 *   [ms, 'l', 0|1]        the board's answer overdue
 */
type Row = readonly (number | string | Sighting | Dossier | Omit<OperatorAct, 'kind' | 'at'>)[]

export function encodeTape({ visit, rules, start, inputs }: Tape): string {
  const rows: Row[] = []
  let at = inputs[0]?.at ?? Instant(0)
  let kg = 0
  for (const input of inputs) {
    rows.push([input.at - at, ...saying(input, kg)])
    at = input.at
    if (input.kind === 'reading') kg = input.weight
  }
  return canonical({ v: 1, visit, at: inputs[0]?.at ?? 0, rules, start, inputs: rows })
}

function saying(input: LaneInput, kg: number): Row {
  switch (input.kind) {
    case 'reading':
      return input.stable === null ? [input.weight - kg] : [input.weight - kg, input.stable ? 1 : 0]
    case 'sensor':
      return ['s', SENSORS.indexOf(input.sensor), input.on ? 1 : 0, ...(input.lateBy === undefined ? [] : [input.lateBy])]
    case 'sighting':
      return ['c', input.sighting]
    case 'device':
      return ['h', input.device, input.heard ? 1 : 0]
    case 'ticket-shown':
      return ['t', input.number]
    case 'tag-read':
      return ['g', input.by, input.tag]
    case 'dossier':
      return ['d', input.dossier]
    case 'deadline':
      return ['u']
    case 'operator-act':
      return ['a', saidBy(input)]
    case 'code-made':
      return ['o', input.code]
    case 'ticket-claimed':
      return ['k', input.number, input.code]
    case 'remote-control':
      return ['r', input.heard ? 1 : 0]
    case 'board-late':
      return ['l', input.late ? 1 : 0]
    case 'started':
      return ['b', input.interrupted ? 1 : 0]
  }
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
  const { layout = ONE_KIND, ...others } = said.rules as Omit<Rules, 'layout'> & { readonly layout?: Layout }
  return { ok: true, tape: { visit: Number(said.visit), rules: { ...others, layout }, start: said.start as LaneState, inputs } }
}

/** What every lane was when tapes did not say what kind theirs is. */
const ONE_KIND: Layout = { gates: { entry: true, exit: true }, bothWays: false, serves: 'both', storedTare: false, products: [] }

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
      if (!sensor) return null
      return { kind: 'sensor', at, sensor, on: b === 1, ...(typeof c === 'number' ? { lateBy: milliseconds(c) } : {}) }
    }
    case 'c':
      return a !== null && typeof a === 'object' ? { kind: 'sighting', at, sighting: a as Sighting } : null
    case 'h':
      return typeof a === 'string' ? { kind: 'device', at, device: a, heard: b === 1 } : null
    case 't':
      return typeof a === 'string' ? { kind: 'ticket-shown', at, number: a } : null
    case 'g':
      return (a === 'tag' || a === 'card') && typeof b === 'string' ? { kind: 'tag-read', at, tag: b, by: a } : null
    case 'd':
      return a !== null && typeof a === 'object' ? { kind: 'dossier', at, dossier: a as Dossier } : null
    case 'u':
      return { kind: 'deadline', at }
    case 'a':
      return readAct(at, a, b, c)
    case 'o':
      return typeof a === 'string' ? { kind: 'code-made', at, code: a } : null
    case 'k':
      return typeof a === 'string' && typeof b === 'string' ? { kind: 'ticket-claimed', at, number: a, code: b } : null
    case 'r':
      return { kind: 'remote-control', at, heard: a === 1 }
    case 'l':
      return { kind: 'board-late', at, late: a === 1 }
    case 'b':
      return { kind: 'started', at, interrupted: a === 1 }
    default:
      return null
  }
}

/** Tapes of before the console knew answers only, in three words. */
function readAct(at: Instant, said: unknown, reason: unknown, operator: unknown): LaneInput | null {
  if (said !== null && typeof said === 'object') {
    const act = said as Omit<OperatorAct, 'kind' | 'at'>
    return isAct(act.act) ? { ...act, kind: 'operator-act', at } : null
  }
  return isAct(said) && typeof reason === 'string' && typeof operator === 'string'
    ? { kind: 'operator-act', at, act: said, reason, operator }
    : null
}
const isAct = (said: unknown): said is ManualAct => (MANUAL_ACTS as readonly unknown[]).includes(said)
/** An act without what every row says already. */
const saidBy = ({ kind: _kind, at: _at, ...said }: OperatorAct): Omit<OperatorAct, 'kind' | 'at'> => said
