import { createHash, randomBytes } from 'node:crypto'
import { type Clock, realSpan } from '#edge/clock'
import type { Operator } from '#edge/orders'
import { hours, minutes } from '#edge/units'
import type { Store } from '../store/store.ts'

/**
 * Who is signed in at this agent's console. In memory only: a restart signs everybody out. A session ends fifteen minutes after its person
 * last did something (what a screen asks by itself is nobody's doing), twelve hours after it began, and at once when an order revokes its
 * person or changes his credential.
 */
export interface Sessions {
  /** A new session; the answer is its token, 256 random bits that are kept as a hash only. */
  begin(operator: Operator): string
  /** Whose it is now. A screen that refreshes by itself is nobody at the screen: only what a person does counts as using it. */
  of(token: string, using: boolean): Operator | null
  end(token: string): Operator | null
  /** Ids of the people signed in now. */
  people(): string[]
}

interface Session {
  readonly id: string
  readonly credential: string
  /** By the monotonic clock: setting the computer's clock ends and prolongs nothing. */
  readonly begunAt: number
  usedAt: number
}

const IDLE = minutes(15)
const LONGEST = hours(12)
/** Each sign-in is a person at a screen of this site; more at once are forgotten screens, the one longest unused first. */
const MOST = 50
/** Nobody pushes the others out by signing in again and again. */
const MOST_OF_ONE = 8

export function sessionsOf({ operators, clock }: { readonly operators: Pick<Store['operators'], 'get'>; readonly clock: Clock }): Sessions {
  const sessions = new Map<string, Session>()

  function holder(session: Session): Operator | null {
    const now = clock.monotonic()
    if (now - session.usedAt > realSpan(clock, IDLE) || now - session.begunAt > realSpan(clock, LONGEST)) return null
    const operator = operators.get(session.id)
    return operator !== null && !operator.revoked && operator.credential === session.credential ? operator : null
  }
  function tidy(): void {
    for (const [name, session] of sessions) if (holder(session) === null) sessions.delete(name)
  }
  function makeRoom(id: string): void {
    tidy()
    const oldest = [...sessions].sort(([, a], [, b]) => a.usedAt - b.usedAt)
    const own = oldest.filter(([, session]) => session.id === id)
    const [goes] = own.length >= MOST_OF_ONE ? own : sessions.size >= MOST ? oldest : []
    if (goes !== undefined) sessions.delete(goes[0])
  }

  return {
    begin({ id, credential }) {
      makeRoom(id)
      const token = randomBytes(32).toString('base64url')
      const now = clock.monotonic()
      sessions.set(nameOf(token), { id, credential, begunAt: now, usedAt: now })
      return token
    },
    of(token, using) {
      const session = sessions.get(nameOf(token))
      const operator = session === undefined ? null : holder(session)
      if (operator === null) sessions.delete(nameOf(token))
      else if (session !== undefined && using) session.usedAt = clock.monotonic()
      return operator
    },
    end(token) {
      const session = sessions.get(nameOf(token))
      sessions.delete(nameOf(token))
      return session === undefined ? null : operators.get(session.id)
    },
    people() {
      tidy()
      return [...new Set([...sessions.values()].map(({ id }) => id))].sort()
    },
  }
}

const nameOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
