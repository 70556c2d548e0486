import type { Finding } from '#edge/findings'
import { decisive } from '../verdict.ts'
import type { InPhase, LaneEffect, LaneInput, Rules, Step, Visit } from '../vocabulary.ts'
import { go } from './lane.ts'
import { weighAgain } from './moves.ts'

/**
 * A second identity where no camera read a plate: the sign shows a code to who stands before it (beside him only the console's people read
 * it), the driver sends it with his ticket from his own telephone, and the truck is weighed again as the one that ticket is for. It lives
 * as long as the question to the operator; a wrong code changes nothing, and after a few of them there is no code any more.
 */
const MOST_WRONG = 5

/** A code is wanted where the plate is what is missing; one that was claimed already and did not help is not asked for again. */
export function codeFor({ claimed = null, wrongCodes = 0 }: Visit, findings: readonly Finding[]): readonly LaneEffect[] {
  const unread = decisive(findings)?.code === 'no-plate'
  return unread && claimed === null && wrongCodes < MOST_WRONG ? [{ kind: 'make-code' }] : []
}

export function showCode(state: InPhase<'asking'>, code: string): Step {
  const { visit, until } = state
  return go({ ...state, visit: { ...visit, code: { value: code, until } } }, { kind: 'tell-driver', say: 'show-code', facts: { code } })
}

export function claimed(state: InPhase<'asking'>, claim: Extract<LaneInput, { kind: 'ticket-claimed' }>, rules: Rules): Step {
  const { visit } = state
  const { code = null, wrongCodes = 0 } = visit
  if (code === null || claim.at >= code.until) return go(state)
  if (claim.code === code.value)
    return weighAgain(state, { ...visit, code: null, claimed: claim.number, shown: claim.number }, 'claim', claim.at, rules)
  const wrong = wrongCodes + 1
  return go({ ...state, visit: { ...visit, wrongCodes: wrong, code: wrong < MOST_WRONG ? code : null } })
}
