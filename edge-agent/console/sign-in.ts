import { hash, verify } from '@node-rs/argon2'
import { type Clock, realSpan } from '#edge/clock'
import type { Operator } from '#edge/orders'
import { after, between, type Instant, minutes, type Span } from '#edge/units'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'

/**
 * Proves who somebody is with nothing but what lies in this agent's store, so that it works with the cloud gone. Secrets are compared as
 * argon2id off the event loop, one at a time: a gate's decision never waits for it, and many tries at once are not many tries.
 */
export interface SignInDesk {
  prove(id: string, secret: string): Promise<Proof>
}

export type Proof =
  | { readonly ok: true; readonly operator: Operator }
  | { readonly ok: false; readonly why: 'wrong' | 'busy' }
  | { readonly ok: false; readonly why: 'locked'; readonly forSeconds: number }

export interface SignInParts {
  readonly operators: Pick<Store['operators'], 'get' | 'tries' | 'keepTries'>
  readonly clock: Clock
  readonly log: Log
}

const TRIES_ALLOWED = 5
const FIRST_LOCK = minutes(5)
const LONGEST_LOCK = minutes(60)
const MOST_WAITING = 16
const MOST_STRANGERS = 200

/** As the cloud makes them (OWASP's figures: 19 MiB, two passes), so that an id nobody has costs as much time as one somebody has. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
let stand: Promise<string> | null = null
const standIn = (): Promise<string> => {
  stand ??= hash('nobody has this secret', COST)
  return stand
}

/** After every fifth wrong try: 5 minutes, then twice as long each time, at most an hour. Null: may try again at once. */
export function lockFor(failures: number): Span | null {
  if (failures === 0 || failures % TRIES_ALLOWED !== 0) return null
  return Math.min(FIRST_LOCK * 2 ** (failures / TRIES_ALLOWED - 1), LONGEST_LOCK) as Span
}

export function signInDesk({ operators, clock, log }: SignInParts): SignInDesk {
  /** Ids nobody has lock just the same, or the lock would tell which ids exist. In memory, the oldest forgotten first. */
  const strangers = new Map<string, { failures: number; lockedUntil: Instant | null }>()
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const triesOf = (id: string) => operators.tries(id) ?? strangers.get(id) ?? { failures: 0, lockedUntil: null }

  /** A lock further off than any lock lasts is a clock that was set back: it would shut people out for years. */
  function lockLeft(id: string): Span | null {
    const { lockedUntil } = triesOf(id)
    const left = lockedUntil === null ? 0 : between(clock.now(), lockedUntil)
    return left > 0 && left <= realSpan(clock, LONGEST_LOCK) ? (left as Span) : null
  }

  function wrong(id: string, known: boolean): void {
    const failures = triesOf(id).failures + 1
    const lock = lockFor(failures)
    const tries = { failures, lockedUntil: lock === null ? null : after(clock.now(), realSpan(clock, lock)) }
    if (known) operators.keepTries(id, tries)
    else {
      strangers.delete(id)
      strangers.set(id, tries)
      for (const oldest of strangers.keys()) if (strangers.size > MOST_STRANGERS) strangers.delete(oldest)
    }
    log.warn({ operator: id, failures, lockedMinutes: lock === null ? 0 : lock / minutes(1) }, 'a sign-in failed')
  }

  async function look(id: string, secret: string): Promise<Proof> {
    const left = lockLeft(id)
    if (left !== null) return { ok: false, why: 'locked', forSeconds: Math.ceil(left / clock.speed / 1_000) }
    const before = operators.get(id)
    const may = before !== null && !before.revoked
    const fits = await fitsCredential(may ? before.credential : await standIn(), secret, log)
    // An order may have revoked or changed him while the secret was looked at.
    const operator = operators.get(id)
    if (!fits || !may || operator === null || operator.revoked || operator.credential !== before.credential) {
      wrong(id, operator !== null)
      return { ok: false, why: 'wrong' }
    }
    if (triesOf(id).failures > 0) operators.keepTries(id, { failures: 0, lockedUntil: null })
    return { ok: true, operator }
  }

  return {
    async prove(id, secret) {
      if (waiting >= MOST_WAITING) return { ok: false, why: 'busy' }
      waiting += 1
      const mine = turn.then(() => look(id, secret))
      turn = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        waiting -= 1
      }
    },
  }
}

/** A credential that is no argon2id string fits nothing; it came in a signed order, so it is our mistake or the cloud's, and told. */
async function fitsCredential(credential: string, secret: string, log: Log): Promise<boolean> {
  try {
    return await verify(credential, secret)
  } catch (error) {
    log.error({ reason: (error as Error).message }, 'a credential cannot be read')
    return false
  }
}
