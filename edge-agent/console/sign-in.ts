import { hash, verify } from '@node-rs/argon2'
import { type Clock, realSpan } from '#edge/clock'
import type { Operator } from '#edge/orders'
import { after, between, minutes, type Span } from '#edge/units'
import type { Log } from '../log.ts'
import type { TriedFrom, Tries } from '../store/operators.ts'
import type { Store } from '../store/store.ts'

/**
 * Proves who somebody is with nothing but what lies in this agent's store, so that it works with the cloud gone. Secrets are compared as
 * argon2id off the event loop, one at a time: a gate's decision never waits for it, and many tries at once are not many tries.
 */
export interface SignInDesk {
  prove(id: string, secret: string, from?: SignInFrom): Promise<Proof>
}

/** Where somebody sits who signs in. */
export interface SignInFrom {
  readonly place: TriedFrom
  readonly address: string
}
export const HERE: SignInFrom = { place: 'here', address: '' }

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
/** Of these the network never takes all, and no address of it more than a person with two hands: who sits here gets his turn. */
const MOST_FROM_NETWORK = 12
const MOST_FROM_ADDRESS = 3
/** Wrong so often from one address, whoever it tried: it waits a minute. */
const ADDRESS_TRIES = 10
const ADDRESS_WAITS = minutes(1)
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
  /** Ids nobody has lock just the same, or the lock would tell which ids exist. In memory only. */
  const strangers = new Map<string, Tries>()
  const addresses = new Map<string, Tries>()
  let turn: Promise<unknown> = Promise.resolve()
  const waiting: SignInFrom[] = []

  const triesOf = (id: string, { place }: SignInFrom): Tries => operators.tries(id, place) ?? strangers.get(`${place} ${id}`) ?? NO_TRIES

  /** A lock further off than any lock lasts is a clock that was set back: it would shut people out for years. */
  function lockLeft({ lockedUntil }: Tries): Span | null {
    const left = lockedUntil === null ? 0 : between(clock.now(), lockedUntil)
    return left > 0 && left <= realSpan(clock, LONGEST_LOCK) ? (left as Span) : null
  }

  function wrong(id: string, known: boolean, from: SignInFrom): void {
    const failures = triesOf(id, from).failures + 1
    const lock = lockFor(failures)
    const tries = { failures, lockedUntil: lock === null ? null : after(clock.now(), realSpan(clock, lock)) }
    if (known) operators.keepTries(id, tries, from.place)
    else remember(strangers, `${from.place} ${id}`, tries)
    wrongFrom(from)
    // What nobody is called may be a PIN in the wrong field: it is not written down.
    const { place, address } = from
    log.warn(
      { operator: known ? id : null, place, address, failures, lockedMinutes: lock === null ? 0 : lock / minutes(1) },
      'a sign-in failed',
    )
  }

  function wrongFrom({ place, address }: SignInFrom): void {
    if (place === 'here') return
    const failures = (addresses.get(address)?.failures ?? 0) + 1
    const lockedUntil = failures % ADDRESS_TRIES === 0 ? after(clock.now(), realSpan(clock, ADDRESS_WAITS)) : null
    remember(addresses, address, { failures, lockedUntil })
  }

  const mayWait = ({ place, address }: SignInFrom): boolean => {
    if (waiting.length >= MOST_WAITING) return false
    const others = waiting.filter((one) => one.place === 'network')
    return (
      place === 'here' || (others.length < MOST_FROM_NETWORK && others.filter((one) => one.address === address).length < MOST_FROM_ADDRESS)
    )
  }

  async function look(id: string, secret: string, from: SignInFrom): Promise<Proof> {
    const left = lockLeft(triesOf(id, from)) ?? lockLeft(addresses.get(from.address) ?? NO_TRIES)
    if (left !== null) return { ok: false, why: 'locked', forSeconds: Math.ceil(left / clock.speed / 1_000) }
    const before = operators.get(id)
    const may = before !== null && !before.revoked
    const fits = await fitsCredential(may ? before.credential : await standIn(), secret, log)
    // An order may have revoked or changed him while the secret was looked at.
    const operator = operators.get(id)
    if (!fits || !may || operator === null || operator.revoked || operator.credential !== before.credential) {
      wrong(id, operator !== null, from)
      return { ok: false, why: 'wrong' }
    }
    if (triesOf(id, from).failures > 0) operators.keepTries(id, NO_TRIES, from.place)
    addresses.delete(from.address)
    return { ok: true, operator }
  }

  return {
    async prove(id, secret, from = HERE) {
      if (!mayWait(from)) return { ok: false, why: 'busy' }
      waiting.push(from)
      const mine = turn.then(() => look(id, secret, from))
      turn = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        waiting.splice(waiting.indexOf(from), 1)
      }
    },
  }
}

const NO_TRIES: Tries = { failures: 0, lockedUntil: null }

/** The oldest is forgotten first. */
function remember(known: Map<string, Tries>, name: string, tries: Tries): void {
  known.delete(name)
  known.set(name, tries)
  for (const oldest of known.keys()) if (known.size > MOST_STRANGERS) known.delete(oldest)
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
