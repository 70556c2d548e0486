import type { ActReason, ManualAct } from '#edge/acts'
import type { ActDone, ActRequest } from '#edge/console'
import type { LaneId } from '#edge/ids'
import { noteIsEnough } from './act-reasons.ts'
import { tractorIn } from './typed-plates.ts'

/**
 * A manual act on its way from the first key to the seal, as a pure fold. Which vehicle it is for is fixed when it begins: whoever comes
 * onto the lane meanwhile is not meant. Steps that the act does not need are not there.
 */
export type ActStep = 'who' | 'gate' | 'plate' | 'reason' | 'second' | 'confirm' | 'sending' | 'done' | 'refused'
export interface ActFlow {
  readonly lane: LaneId
  readonly act: ManualAct
  readonly visit: number | null
  readonly needsSecond: boolean
  readonly step: ActStep
  readonly gate: 'entry' | 'exit' | null
  readonly plate: string
  readonly reason: ActReason | null
  readonly note: string
  readonly second: { readonly id: string; readonly secret: string } | null
  readonly done: ActDone | null
}
export type ActEvent =
  | { readonly kind: 'signed-in' }
  /** The session ended on the way: the answers so far are kept. */
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'gate'; readonly gate: 'entry' | 'exit' }
  | { readonly kind: 'plate'; readonly plate: string }
  | { readonly kind: 'reason'; readonly reason: ActReason }
  | { readonly kind: 'second'; readonly id: string; readonly secret: string }
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'send' }
  | { readonly kind: 'done'; readonly done: ActDone }
  /** `secondWrong`: the second person's own words were not accepted. */
  | { readonly kind: 'refused'; readonly secondWrong: boolean }
  | { readonly kind: 'back' }

export function actBegins(parts: {
  lane: LaneId
  act: ManualAct
  visit: number | null
  signedIn: boolean
  secondPerson: readonly ManualAct[]
}): ActFlow {
  const { lane, act, visit, signedIn, secondPerson } = parts
  const flow: ActFlow = {
    lane,
    act,
    visit,
    needsSecond: secondPerson.includes(act),
    step: 'who',
    gate: null,
    plate: '',
    reason: null,
    note: '',
    second: null,
    done: null,
  }
  return signedIn ? { ...flow, step: afterStep(flow, 'who') } : flow
}

/** The questions of this act in their order. */
export const stepsOf = (flow: ActFlow): readonly ActStep[] => [
  ...(flow.act === 'lift' ? (['gate'] as const) : []),
  ...(flow.act === 'plate' ? (['plate'] as const) : []),
  'reason',
  ...(flow.needsSecond ? (['second'] as const) : []),
  'confirm',
]

function afterStep(flow: ActFlow, step: ActStep): ActStep {
  const steps = stepsOf(flow)
  return steps[steps.indexOf(step) + 1] ?? 'confirm'
}

/** Null: it was left before anything was sent. */
export function actGoes(flow: ActFlow, event: ActEvent): ActFlow | null {
  switch (event.kind) {
    case 'signed-in':
      return flow.step === 'who' ? { ...flow, step: afterStep(flow, 'who') } : flow
    case 'signed-out':
      return { ...flow, step: 'who', second: null }
    case 'gate':
      return flow.step === 'gate' ? { ...flow, gate: event.gate, step: afterStep(flow, 'gate') } : flow
    case 'plate':
      return flow.step === 'plate' && tractorIn(event.plate) !== null
        ? { ...flow, plate: event.plate, step: afterStep(flow, 'plate') }
        : flow
    case 'reason':
      return flow.step === 'reason' ? { ...flow, reason: event.reason, step: afterStep(flow, 'reason') } : flow
    case 'second':
      return flow.step === 'second' ? { ...flow, second: { id: event.id, secret: event.secret }, step: afterStep(flow, 'second') } : flow
    case 'note':
      return { ...flow, note: event.note }
    case 'send':
      return flow.step === 'confirm' && requestOf(flow) !== null ? { ...flow, step: 'sending' } : flow
    case 'done':
      return { ...flow, step: 'done', done: event.done, second: null }
    case 'refused':
      return { ...flow, step: event.secondWrong ? 'second' : 'refused', second: event.secondWrong ? null : flow.second }
    case 'back':
      return stepBack(flow)
  }
}

function stepBack(flow: ActFlow): ActFlow | null {
  // What was sent cannot be taken back by a key.
  if (flow.step === 'sending') return flow
  if (flow.step === 'refused') return { ...flow, step: 'confirm' }
  const steps = stepsOf(flow)
  const before = steps[steps.indexOf(flow.step) - 1]
  return before === undefined || flow.step === 'done' || flow.step === 'who' ? null : { ...flow, step: before }
}

/** What is sent; null while something is missing. */
export function requestOf(flow: ActFlow): ActRequest | null {
  const { lane, act, visit, reason, note, gate, plate, second, needsSecond } = flow
  if (reason === null || !noteIsEnough(reason, note) || (needsSecond && second === null)) return null
  if ((act === 'lift' && gate === null) || (act === 'plate' && plate === '')) return null
  return {
    lane,
    act,
    reason,
    note: note.trim(),
    visit,
    ...(act === 'lift' && gate !== null ? { gate } : {}),
    ...(act === 'plate' ? { plate } : {}),
    ...(second === null ? {} : { second }),
  }
}
