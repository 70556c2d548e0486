import type { Clock } from '#edge/clock'
import { hours, toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Log } from '../log.ts'
import type { Agent } from './agents.ts'
import { quarantine } from './quarantine.ts'

/**
 * Keeps messages that cannot be read at all: without a place in a stream, no receipt is due. A babbling agent neither fills the disk
 * (quarantine.ts) nor keeps the database busy: so many an hour are looked at. Returns the ids of alarms that are new.
 */
export type KeepUnread = (agent: Agent, topic: string, why: string, payload: Buffer) => Promise<string[]>

const KEPT_PER_HOUR = 60

export function createUnread({ pool, clock, log }: { pool: Pool; clock: Clock; log: Log }): KeepUnread {
  const budgets = new Map<string, { readonly since: number; kept: number }>()
  return async (whose, topic, why, payload) => {
    const { site, agent } = whose
    const name = `${site}/${agent}`
    let budget = budgets.get(name)
    if (budget === undefined || clock.monotonic() - budget.since > hours(1)) budget = { since: clock.monotonic(), kept: 0 }
    budgets.set(name, budget)
    budget.kept += 1
    if (budget.kept === KEPT_PER_HOUR + 1) log.warn({ site, agent }, 'too much that cannot be read: the rest of this hour is only counted')
    if (budget.kept > KEPT_PER_HOUR) return []
    log.warn({ site, agent, topic, why }, 'a message that cannot be read is in quarantine')
    return asIngest(pool, (tx) => quarantine(tx, whose, [{ topic, epoch: null, seq: null, why, payload }], toIso(clock.now())))
  }
}
