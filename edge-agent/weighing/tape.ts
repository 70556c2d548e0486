import type { Weighing, WeighingDraft } from '#edge/weighing'
import { step } from './step.ts'
import type { LaneInput, LaneState, Rules } from './vocabulary.ts'

export { decodeTape, encodeTape, type TapeReading } from './tape-text.ts'

/**
 * What the machine was told from the moment a vehicle was on the platform until the verdict, so that the verdict can be given again
 * bit for bit (DESIGN.md D13). Kept as text named by its hash; about 10 bytes a reading.
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
export function draftOf({ photos: _photos, cameras: _cameras, tape: _tape, software: _software, ...draft }: Weighing): WeighingDraft {
  return draft
}

/** Weight over time, for a curve: milliseconds since the tape began, kilograms. */
export function curveOf({ inputs }: Tape): [ms: number, kg: number][] {
  const from = inputs[0]?.at ?? 0
  return inputs.flatMap((input): [number, number][] => (input.kind === 'reading' ? [[input.at - from, input.weight]] : []))
}
