import type { Clock } from '#edge/clock'
import type { Epoch } from '#edge/ids'
import { topicOf } from '#edge/messages'
import type { LedgerRecord } from '#edge/records'
import { sentence } from '#edge/seal'
import type { Batch } from '#edge/stream'
import { toIso } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import { raiseAlarms } from './alarms.ts'
import { keepConflict } from './conflicts.ts'
import { heardFrom } from './effects.ts'
import { quarantine } from './quarantine.ts'
import { readLine } from './read-line.ts'

/**
 * An alarm ahead of its place (DESIGN.md D5): believed by its own signature, stored and shown at once, confirmed when the chain brings
 * it again. No receipt is sent for it: the chain is the promise. Returns the ids of alarms that are new.
 */
export async function recordExpress(
  { pool, clock }: { readonly pool: Pool; readonly clock: Clock },
  agent: Agent,
  batch: Batch,
  payload: Buffer,
): Promise<string[]> {
  const place = { site: agent.site, agent: agent.agent, epoch: batch.epoch, key: agent.key }
  const [line] = batch.lines
  const read = line === undefined ? null : readLine(line, batch.from, place)
  const hash = hasher.hash(line?.bytes ?? '')
  const why = whyNot(agent, batch, read, hash)
  const at = toIso(clock.now())
  return asIngest(pool, async (tx) => {
    if (why !== null || read === null || !read.reading.ok || line === undefined) {
      const topic = topicOf(agent.site, agent.agent, 'express')
      return quarantine(tx, agent, [{ topic, epoch: batch.epoch, seq: batch.from, why: why ?? 'not-an-alarm', payload }], at)
    }
    const known = await tx.query<{ hash: string }>(
      `select hash from ledger where site = $1 and agent = $2 and epoch = $3 and seq = $4
       union all select hash from express where site = $1 and agent = $2 and epoch = $3 and seq = $4 limit 1`,
      [agent.site, agent.agent, batch.epoch, batch.from],
    )
    const before = known.rows[0]?.hash
    const differs = { epoch: batch.epoch, seq: batch.from, why: 'express-differs', payload, head: null } as const
    if (before !== undefined) return before === hash ? [] : (await keepConflict(tx, agent, differs, at)).alarms
    await tx.query(
      `insert into express (site, agent, epoch, seq, bytes, hash, key, signature) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [agent.site, agent.agent, batch.epoch satisfies Epoch, batch.from, line.bytes, hash, agent.key, line.signature],
    )
    return (await raiseAlarms(tx, agent, [heardFrom(agent, read.reading.record as LedgerRecord<'alarm'>, false)])).fresh
  })
}

function whyNot(agent: Agent, batch: Batch, read: ReturnType<typeof readLine> | null, hash: string): string | null {
  if (batch.lines.length !== 1 || read === null) return 'not-one-line'
  if (!read.reading.ok) return read.reading.why
  if (read.reading.record.kind !== 'alarm') return 'not-an-alarm'
  const signature = read.line.signature
  return signature !== null && agent.verifier.verify(agent.key, sentence('record', hash), signature) ? null : 'signature-broken'
}
