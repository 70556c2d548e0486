import { type ManualAct, SECOND_PERSON_ACTS } from '#edge/acts'
import type { ActRequest } from '#edge/console'
import type { Operator } from '#edge/orders'
import type { Store } from '../store/store.ts'
import { type ConsoleRefusal, refusal } from './refusals.ts'
import type { SignInDesk, SignInFrom } from './sign-in.ts'

/** Who confirms an act, and whether both may still do it when it comes to it. */
export interface SecondPerson {
  /** `who` is null where nobody is needed and nobody was named. */
  prove(request: ActRequest, person: Operator, from: SignInFrom): Promise<Proven>
  /** Null where both may: an order may have revoked or changed either meanwhile, or the policy what it asks for. */
  refusedNow(request: ActRequest, person: Operator, second: Operator | null): ConsoleRefusal | null
}
export type Proven = { readonly ok: true; readonly who: Operator | null } | { readonly ok: false; readonly refusal: ConsoleRefusal }

/** Acts that need a second person under the policy in force. */
export const secondPersonActs = (policies: Pick<Store['policies'], 'current'>): readonly ManualAct[] =>
  policies.current()?.secondPerson ?? SECOND_PERSON_ACTS

/** Two who are on shift together confirm nothing to each other: one of them answers for the shift. */
const oneAnswers = (...both: readonly [Operator, Operator]): boolean => both.some(({ role }) => role === 'supervisor')

export function secondPerson({
  store,
  desk,
}: {
  readonly store: Pick<Store, 'policies' | 'operators'>
  readonly desk: SignInDesk
}): SecondPerson {
  const no = (why: ConsoleRefusal): Proven => ({ ok: false, refusal: why })
  const isNeeded = (act: ManualAct): boolean => secondPersonActs(store.policies).includes(act)
  const still = (who: Operator): Operator | null => {
    const now = store.operators.get(who.id)
    return now !== null && !now.revoked && now.credential === who.credential ? now : null
  }
  return {
    async prove({ act, second }, person, from) {
      if (second === undefined) return isNeeded(act) ? no(refusal('second-wanted')) : { ok: true, who: null }
      if (second.id === person.id) return no(refusal('second-same'))
      const proof = await desk.prove(second.id, second.secret, from)
      if (!proof.ok && proof.why === 'locked') return no(refusal('second-locked', proof.forSeconds))
      if (!proof.ok) return no(refusal(proof.why === 'busy' ? 'busy' : 'second-wrong'))
      return oneAnswers(person, proof.operator) ? { ok: true, who: proof.operator } : no(refusal('no-supervisor'))
    },
    refusedNow({ act }, person, second) {
      const first = still(person)
      if (first === null) return refusal('not-signed-in')
      if (second === null) return isNeeded(act) ? refusal('second-wanted') : null
      const other = still(second)
      if (other === null) return refusal('second-wrong')
      return oneAnswers(first, other) ? null : refusal('no-supervisor')
    },
  }
}
