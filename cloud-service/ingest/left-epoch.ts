import type { Epoch } from '#edge/ids'
import type { Hello } from '#edge/messages'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'

/**
 * The newest epoch of an agent that this cloud holds records of, where the agent writes an older one: its whole disk was put back to an
 * image, the marker beside the ledger with it, and nothing at the site can know. Null where it is not so, or somebody has been called.
 * Believed at the second hello of one start, because one of the time before may come late.
 */
export async function leftEpoch(tx: Transaction, { site, agent }: Agent, { boot }: Hello, writes: Epoch): Promise<string | null> {
  const { rows } = await tx.query<{ epoch: string }>(
    `select c.epoch from ledger_cursor c join agent a using (site, agent)
     where c.site = $1 and c.agent = $2 and a.boot = $3 and not exists (
       select from alarm l where l.site = c.site and l.agent = c.agent and l.kind = 'store'
         and l.occurrence in ('put-back/' || c.epoch, 'begun-anew/' || $4))`,
    [site, agent, boot, writes],
  )
  const newer = rows.map(({ epoch }) => epoch).filter((epoch) => numberOf(epoch) > numberOf(writes))
  return newer.sort((one, other) => numberOf(other) - numberOf(one))[0] ?? null
}

const numberOf = (epoch: string): number => Number(epoch.slice(0, epoch.indexOf('-')))
