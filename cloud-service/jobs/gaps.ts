import type { Clock } from '#edge/clock'
import { type Span, toIso } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { returnAlarms } from '../ingest/alarms.ts'
import { AWAY_MS, QUIET_MS } from '../ingest/gaps.ts'
import { raiseOurs } from '../ingest/own-alarms.ts'

/**
 * How long a stream with missing records may stand still while its agent is heard: with a hello every ten seconds and this poll every two,
 * a lost last record is an alarm within twenty. A backlog that drains moves its stream with each batch and is no gap; as nothing is seen
 * of a batch on its way, the time for one on a line of 64 kbit/s (about 300 ms a record) is granted besides.
 */
const PATIENCE_MS = 7_000
const RECORD_MS = 300
const BATCH_RECORDS = 110

/** A process that stood still has not been waiting. */
const MOST_AT_ONCE_MS = 5_000

export interface GapsSeen {
  readonly alarms: string[]
  readonly sites: string[]
}

/**
 * Counts on by `elapsed`, raises `sequence-gap` where records are proved and do not come, and returns it where they have come: in their
 * place, or beside other bytes.
 */
export const lookAtGaps = (pool: Pool, clock: Pick<Clock, 'now'>, sites: readonly string[], elapsed: Span): Promise<GapsSeen> =>
  asIngest(pool, async (tx) => {
    const returned = await filled(tx, sites)
    await tx.query(
      `update ledger_gap g set quiet_ms = g.quiet_ms + $2::int, stood = s.upto,
         waited_ms = case when s.upto > g.stood then 0 when g.quiet_ms < ${QUIET_MS} then g.waited_ms + $2::int else g.waited_ms end
       from (select site, agent, epoch, coalesce(c.upto, 0) as upto from ledger_gap left join ledger_cursor c using (site, agent, epoch)
             where site = any($1)) s
       where (g.site, g.agent, g.epoch) = (s.site, s.agent, s.epoch) and g.quiet_ms < ${AWAY_MS}`,
      [sites, Math.round(Math.max(0, Math.min(elapsed, MOST_AT_ONCE_MS)))],
    )
    const raised = await due(tx, sites, toIso(clock.now()))
    return { alarms: [...returned.alarms, ...raised.alarms], sites: [...new Set([...returned.sites, ...raised.sites])] }
  })

interface GapRow {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly epoch: string
  readonly head: number
  readonly stood: number
  readonly raised: string | null
}

async function filled(tx: Transaction, sites: readonly string[]): Promise<GapsSeen> {
  const { rows } = await tx.query<GapRow>(
    `delete from ledger_gap g using agent a
     where g.site = any($1) and (a.site, a.agent) = (g.site, g.agent)
       and g.head <= greatest(g.beside, (select c.upto from ledger_cursor c where (c.site, c.agent, c.epoch) = (g.site, g.agent, g.epoch)))
     returning g.site, g.agent, a.county, g.epoch, g.head, g.stood, g.raised`,
    [sites],
  )
  const alarms: string[] = []
  for (const { raised, ...whose } of rows)
    if (raised !== null) alarms.push(...(await returnAlarms(tx, whose, [{ kind: 'sequence-gap', occurrence: raised }])))
  return { alarms, sites: rows.map(({ site }) => site) }
}

async function due(tx: Transaction, sites: readonly string[], at: string): Promise<GapsSeen> {
  const { rows } = await tx.query<GapRow>(
    `update ledger_gap g set raised = 'missing/' || g.epoch || '/' || g.stood + 1 from agent a
     where g.site = any($1) and (a.site, a.agent) = (g.site, g.agent) and g.raised is null
       and g.waited_ms > ${PATIENCE_MS} + ${RECORD_MS} * least(g.head - g.stood, ${BATCH_RECORDS})
     returning g.site, g.agent, a.county, g.epoch, g.head, g.stood, g.raised`,
    [sites],
  )
  const alarms: string[] = []
  for (const { epoch, head, stood, raised, ...whose } of rows) {
    const facts = { epoch, from: stood + 1, upto: head, count: head - stood, why: 'not-sent' }
    alarms.push(...(await raiseOurs(tx, whose, { kind: 'sequence-gap', epoch, occurrence: raised ?? '', facts, at })))
  }
  return { alarms, sites: rows.map(({ site }) => site) }
}
