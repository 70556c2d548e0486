import type { Epoch } from '#edge/ids'
import { topicOf } from '#edge/messages'
import { toIso } from '#edge/units'
import { intArray } from '../database/arrays.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import type { Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { forkEndingAt, keepConflict } from './conflicts.ts'
import { noteDrawsBeside } from './draws-beside.ts'
import { notMissing } from './gaps.ts'
import type { Conflict, Judged } from './judge-batches.ts'
import { raiseOurs } from './own-alarms.ts'
import { type Quarantined, quarantine } from './quarantine.ts'

interface ApartParts {
  readonly pool: Pool
  readonly issuing: Issuing
  /** Throws CloudError `lease-lost` when the site is not ours any more. */
  readonly fenced: (tx: Transaction, site: string) => Promise<void>
}

export interface KeptApart {
  /** Ids of alarms that are new. */
  readonly alarms: readonly string[]
  /** The last batch that is kept beside what stands in its place. */
  readonly beside: Pick<Conflict, 'from' | 'head'> | null
}

/**
 * What does not go on where a stream stands: other bytes under known numbers, and batches under a foreign signature. Kept, told, never
 * receipted.
 */
export function keepingApart({ pool, issuing, fenced }: ApartParts) {
  return async (agent: Agent, epoch: Epoch, { conflicts, below, beyond, foreign }: Judged): Promise<KeptApart> => {
    const other = [...conflicts, ...(await otherBytes(pool, agent, epoch, below)), ...(await ofForks(pool, agent, beyond))]
    if (other.length === 0 && foreign.length === 0) return NOTHING
    const at = toIso(issuing.clock.now())
    return asIngest(pool, async (tx) => {
      await fenced(tx, agent.site)
      const alarms: string[] = []
      let beside: KeptApart['beside'] = null
      for (const conflict of other) {
        const { kept, alarms: raised } = await keepConflict(tx, agent, { epoch, ...conflict }, at)
        alarms.push(...raised)
        if (!kept) continue
        beside = conflict
        alarms.push(...(await noteDrawsBeside(tx, issuing, agent, epoch, conflict.payload)))
      }
      if (beside !== null) await notMissing(tx, agent, epoch, beside.head.seq)
      const unsigned = foreign.map((payload) => outOfLedger(agent, epoch, null, 'head-not-signed', payload))
      alarms.push(...(await quarantine(tx, agent, unsigned, at)))
      const facts = { what: 'records', why: 'head-not-signed' }
      if (foreign.length > 0) alarms.push(...(await raiseOurs(tx, agent, { kind: 'seal-broken', epoch, occurrence: 'head', facts, at })))
      return { alarms, beside }
    })
  }
}
const NOTHING: KeptApart = { alarms: [], beside: null }

/** Which of these are not what stands there: the chain makes one hash speak for all lines before it. */
async function otherBytes(pool: Pool, agent: Agent, epoch: Epoch, below: Judged['below']): Promise<Judged['below']> {
  if (below.length === 0) return below
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ seq: number; hash: string }>(
      'select seq, hash from ledger where site = $1 and agent = $2 and epoch = $3 and seq = any($4::bigint[])',
      [agent.site, agent.agent, epoch, intArray(below.map(({ head }) => head.seq))],
    ),
  )
  const there = new Map(rows.map(({ seq, hash }) => [seq, hash]))
  return below.filter(({ head }) => there.get(head.seq) !== head.hash)
}

/** Which of these go on where a fork ends that is kept beside: they belong beside it, at the place where it began. */
async function ofForks(pool: Pool, agent: Agent, beyond: Judged['beyond']): Promise<readonly Conflict[]> {
  if (beyond.length === 0) return []
  return asIngest(pool, async (tx) => {
    const found: Conflict[] = []
    for (const { before, ...batch } of beyond) {
      const seq = await forkEndingAt(tx, agent, before)
      if (seq !== null) found.push({ ...batch, seq })
    }
    return found
  })
}

/** Something of a ledger stream that cannot be taken for records, as the quarantine keeps it. */
export const outOfLedger = (agent: Agent, epoch: string, seq: number | null, why: string, payload: Buffer): Quarantined => ({
  topic: topicOf(agent.site, agent.agent, 'ledger'),
  epoch,
  seq,
  why,
  payload,
})
