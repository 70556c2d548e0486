import type { LaneId } from '#edge/ids'
import { type Instant, toIso } from '#edge/units'
import type { Gate } from '#weighing/vocabulary'
import type { Database } from './database.ts'
import { countUp } from './facts.ts'

/**
 * One-use open tokens (invariants I8, I9): minted by the ink, so that no relay moves without a durable decision; shown to a relay at
 * most once, in the process that minted them. After a restart a token without an outcome is spent: whether the arm moved is unknown.
 */
export interface Tokens {
  mint(token: Minted): string
  /** The transaction that minted these is durable: each may now be pulsed, once. */
  dry(tokens: readonly string[]): void
  /** True exactly once for a token of this process whose ink is dry: the caller may now pulse. */
  mayPulse(token: string): boolean
  /** The newest release of this visit at the gate it leaves by that no passage has used yet. */
  releaseOf(lane: LaneId, visit: number, gate: Gate): string | null
  usedBy(token: string, passage: number): void
  /** Notes what the board answered; false where that is already noted. */
  answered(token: string, outcome: string): boolean
  /** Tokens nobody answered for, oldest first. */
  unanswered(): { readonly token: string; readonly lane: LaneId }[]
}

export interface Minted {
  readonly lane: LaneId
  readonly gate: 'entry' | 'exit'
  readonly visit: number | null
  readonly why: string
  readonly epoch: string
  /** Its weighing or decision; null for an entry that opens to let a vehicle in. */
  readonly seq: number | null
  readonly at: Instant
}

export function tokensIn(database: Database): Tokens {
  const fresh = new Set<string>()
  return {
    mint({ lane, gate, visit, why, epoch, seq, at }) {
      const token = `${epoch}.t${countUp(database, 'tokens')}`
      database.run(
        'insert into token (token, lane, gate, visit, why, epoch, seq, minted_at) values (?, ?, ?, ?, ?, ?, ?, ?)',
        token,
        lane,
        gate,
        visit,
        why,
        epoch,
        seq,
        toIso(at),
      )
      return token
    },
    dry(tokens) {
      for (const token of tokens) fresh.add(token)
    },
    mayPulse: (token) => fresh.delete(token),
    releaseOf: (lane, visit, gate) =>
      database.one<{ token: string }>(
        `select token from token where lane = ? and gate = ? and visit = ? and passage is null order by number desc limit 1`,
        lane,
        gate,
        visit,
      )?.token ?? null,
    usedBy: (token, passage) => void database.run('update token set passage = ? where token = ?', passage, token),
    answered(token, outcome) {
      fresh.delete(token)
      return database.run('update token set outcome = ? where token = ? and outcome is null', outcome, token) === 1
    },
    unanswered: () => database.all('select token, lane from token where outcome is null order by number'),
  }
}
