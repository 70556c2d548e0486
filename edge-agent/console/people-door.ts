import type { ManualAct } from '#edge/acts'
import type { Clock } from '#edge/clock'
import type { ActRequest, ConsolePerson } from '#edge/console'
import type { Operator } from '#edge/orders'
import { toIso } from '#edge/units'
import type { Lane } from '../lane.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { type ActAnswer, actsOf } from './acts.ts'
import { type ConsoleRefusal, refusal } from './refusals.ts'
import { secondPersonActs } from './second-person.ts'
import { sessionsOf } from './sessions.ts'
import { HERE, type SignInFrom, signInDesk } from './sign-in.ts'

/**
 * The people's part of the console, for the HTTP server that mounts it: sign-in, who asks, manual acts. It reads and gives whole `Cookie`
 * and `Set-Cookie` headers, so that the server handles no token. Needs the agent's store and nothing else: the cloud may be gone.
 */
export interface PeopleDoor {
  signIn(who: { readonly id: string; readonly secret: string }, from?: SignInFrom): Promise<SignInAnswer>
  /** The `Set-Cookie` that clears the session; harmless where nobody is signed in. */
  signOut(cookies: string | undefined): string
  /** Who asks. A request that a screen makes by itself does not prolong the session. */
  personOf(cookies: string | undefined): ConsolePerson | null
  /** Who acts: as `personOf`, and the session is used. For acts the server handles itself, such as a scale check. */
  actingPerson(cookies: string | undefined): ConsolePerson | null
  act(cookies: string | undefined, request: ActRequest, from?: SignInFrom): Promise<ActAnswer>
  secondPersonActs(): readonly ManualAct[]
  health(): PeopleHealth
}

export type SignInAnswer =
  | { readonly ok: true; readonly person: ConsolePerson; readonly setCookie: string }
  | { readonly ok: false; readonly refusal: ConsoleRefusal }

export interface PeopleHealth {
  /** People who may sign in here. */
  readonly known: number
  readonly signedIn: readonly string[]
  readonly locked: readonly { readonly id: string; readonly until: string }[]
}

export interface PeopleParts {
  readonly store: Pick<Store, 'operators' | 'policies' | 'onAppended' | 'broken' | 'book'>
  readonly lanes: readonly Lane[]
  readonly clock: Clock
  readonly log: Log
  /** Served over TLS: the cookie is marked so. */
  readonly secure: boolean
}

const COOKIE = 'pitgate-console'

export function peopleDoor({ store, lanes, clock, log, secure }: PeopleParts): PeopleDoor {
  const { operators } = store
  const desk = signInDesk({ operators, clock, log })
  const sessions = sessionsOf({ operators, clock })
  const acts = actsOf({ lanes, store, desk, clock })
  // Without Max-Age it ends with the browser; how long it lasts at most is decided here, not there.
  const cookie = (token: string, more = ''): string =>
    `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${more}`
  const holder = (cookies: string | undefined, using: boolean): Operator | null => {
    const token = tokenIn(cookies)
    return token === null ? null : sessions.of(token, using)
  }
  const shown = (operator: Operator | null): ConsolePerson | null =>
    operator && { id: operator.id, name: operator.name, role: operator.role }

  return {
    async signIn({ id, secret }, from = HERE) {
      const proof = await desk.prove(id, secret, from)
      if (!proof.ok) {
        if (proof.why === 'locked') return { ok: false, refusal: refusal('locked', proof.forSeconds) }
        return { ok: false, refusal: refusal(proof.why === 'busy' ? 'busy' : 'wrong-secret') }
      }
      const { operator } = proof
      log.info({ operator: operator.id, role: operator.role }, 'signed in')
      const { id: name, name: shownName, role } = operator
      return { ok: true, person: { id: name, name: shownName, role }, setCookie: cookie(sessions.begin(operator)) }
    },
    signOut(cookies) {
      const token = tokenIn(cookies)
      const ended = token === null ? null : sessions.end(token)
      if (ended) log.info({ operator: ended.id }, 'signed out')
      return cookie('', '; Max-Age=0')
    },
    personOf: (cookies) => shown(holder(cookies, false)),
    actingPerson: (cookies) => shown(holder(cookies, true)),
    async act(cookies, request, from = HERE) {
      const operator = holder(cookies, true)
      if (operator === null) return { ok: false, refusal: refusal('not-signed-in') }
      const answer = await acts.act(request, operator, from)
      const { lane, act, reason } = request
      if (answer.ok) log.info({ lane, act, reason, operator: operator.id, ...answer.done }, 'manual act')
      else log.warn({ lane, act, operator: operator.id, refused: answer.refusal.kind }, 'manual act refused')
      return answer
    },
    secondPersonActs: () => secondPersonActs(store.policies),
    health: () => ({
      known: operators.all().filter(({ revoked }) => !revoked).length,
      signedIn: sessions.people(),
      locked: operators.lockedAfter(clock.now()).map(({ id, until }) => ({ id, until: toIso(until) })),
    }),
  }
}

/** The session's token in a `Cookie` header; what is not of its form is not looked up. */
function tokenIn(cookies: string | undefined): string | null {
  for (const pair of cookies?.slice(0, 4_096).split(';') ?? []) {
    const [name, token] = pair.trim().split('=')
    if (name === COOKIE && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token)) return token
  }
  return null
}
