import type { Epoch } from '#edge/ids'
import { emptyHead, type Head, type SignedHead } from '#edge/stream'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError } from '../errors.ts'
import type { Agent } from './agents.ts'

/** Where each stream stands, as committed by us; whoever is in doubt about an outcome has it forgotten. */
export interface Stands {
  /** As far as we remember; where we do not, by the database's word. */
  of(agent: Agent, epoch: Epoch): Promise<Head>
  /** By the database's own word: it may have been put back to a backup without our hearing of it. */
  read(tx: Transaction, agent: Agent, epoch: Epoch): Promise<Head>
  keep(agent: Agent, head: Head): void
  forget(agent: Agent, epoch: Epoch): void
  forgetSite(site: string): void
}

/** Epochs are few; whoever invents many must not fill the memory. */
const MOST_REMEMBERED = 20_000

export function createStands(pool: Pool): Stands {
  const known = new Map<string, Head>()
  const keep = (agent: Agent, { epoch, seq, hash }: Head): void => {
    known.set(nameOf(agent, epoch), { epoch, seq, hash })
    if (known.size > MOST_REMEMBERED) known.clear()
  }
  const read = async (tx: Transaction, agent: Agent, epoch: Epoch): Promise<Head> => {
    const stands = await cursorOf(tx, agent, epoch)
    keep(agent, stands)
    return stands
  }
  return {
    of: async (agent, epoch) => known.get(nameOf(agent, epoch)) ?? asIngest(pool, (tx) => read(tx, agent, epoch)),
    read,
    keep,
    forget: (agent, epoch) => void known.delete(nameOf(agent, epoch)),
    forgetSite(site) {
      for (const name of known.keys()) if (name.startsWith(`${site}/`)) known.delete(name)
    },
  }
}

const nameOf = ({ site, agent }: Agent, epoch: Epoch): string => `${site}/${agent}/${epoch}`

export async function cursorOf(tx: Transaction, agent: Agent, epoch: Epoch): Promise<Head> {
  const { rows } = await tx.query<{ upto: number; hash: string }>(
    'select upto, hash from ledger_cursor where site = $1 and agent = $2 and epoch = $3',
    [agent.site, agent.agent, epoch],
  )
  const row = rows[0]
  return row === undefined ? emptyHead(epoch) : { epoch, seq: row.upto, hash: row.hash }
}

/** Moves the cursor from where we believe it stands: a compare-and-set, and the lock that keeps a second writer waiting, then refused. */
export async function moveCursor(tx: Transaction, agent: Agent, from: Head, to: Head, head: SignedHead | null): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'move-cursor',
    text: `insert into ledger_cursor as c (site, agent, epoch, upto, hash, head_key, head_signature)
     select $1, $2, $3, $4::bigint, $5, $6, $7
     where $8::bigint = 0 or exists (select from ledger_cursor where site = $1 and agent = $2 and epoch = $3)
     on conflict (site, agent, epoch) do update
       set upto = excluded.upto, hash = excluded.hash, head_key = excluded.head_key, head_signature = excluded.head_signature, updated_at = now()
       where c.upto = $8 and c.hash = $9`,
    values: [agent.site, agent.agent, to.epoch, to.seq, to.hash, head?.key ?? null, head?.signature ?? null, from.seq, from.hash],
  })
  if (rowCount === 0) throw new CloudError('lease-lost', `The stream of ${agent.site}/${agent.agent} was moved by another instance`)
}
