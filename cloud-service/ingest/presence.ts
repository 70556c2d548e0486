import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Agent } from './agents.ts'

/**
 * The broker says whether an agent is connected (its retained word, or its will). `heard_at` is left to hellos: a retained word may be
 * years old. Returns whether that is news.
 */
export async function recordPresence(pool: Pool, agent: Agent, online: boolean): Promise<boolean> {
  const { rowCount } = await asIngest(pool, (tx) =>
    tx.query('update agent set online = $3 where site = $1 and agent = $2 and online <> $3', [agent.site, agent.agent, online]),
  )
  return (rowCount ?? 0) > 0
}
