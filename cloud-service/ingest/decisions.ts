import { type Identity, identityText } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import { intArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import { OUTCOME_OF_ACT, type TicketEvent } from './ticket-moves.ts'

type WeighingRecord = LedgerRecord<'weighing'>
type DecisionRecord = LedgerRecord<'decision'>

/** What a decision needs to know of the weighing it is about. */
export interface Weighed {
  readonly seq: number
  readonly kind: string
  readonly ticket: string | null
  readonly weightKg: number
  readonly netKg: number | null
  readonly tareKg: number | null
}

const weighed = ({ seq, body }: WeighingRecord): Weighed => ({
  seq,
  kind: body.kind,
  ticket: body.ticket,
  weightKg: body.weightKg,
  netKg: body.netKg,
  tareKg: body.tare?.kg ?? null,
})

/** Weighings that decisions are about: mostly of the same transaction, else from the table. A person decides seconds after the weighing. */
export async function weighingsDecided(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  weighings: readonly WeighingRecord[],
  decisions: readonly DecisionRecord[],
): Promise<ReadonlyMap<number, Weighed>> {
  const wanted = new Set(decisions.flatMap(({ body }) => (body.weighing === null ? [] : [body.weighing])))
  const found = new Map<number, Weighed>()
  for (const one of weighings) if (wanted.delete(one.seq)) found.set(one.seq, weighed(one))
  if (wanted.size === 0) return found
  const { rows } = await tx.query<Weighed>(
    `select seq, kind, ticket, weight_kg as "weightKg", net_kg as "netKg", tare_kg as "tareKg" from weighing
     where site = $1 and agent = $2 and epoch = $3 and seq = any($4::bigint[])`,
    [agent.site, agent.agent, epoch, intArray([...wanted])],
  )
  for (const row of rows) found.set(row.seq, row)
  return found
}

/** What weighings and decisions say about tickets, in the order of the stream. */
export function ticketEvents(
  weighings: readonly WeighingRecord[],
  decisions: readonly DecisionRecord[],
  about: ReadonlyMap<number, Weighed>,
): TicketEvent[] {
  const events = new Map<number, TicketEvent>()
  const add = (
    record: Identity & { readonly at: string },
    how: TicketEvent['how'],
    outcome: TicketEvent['outcome'],
    of: Weighed,
    by: string,
  ): void => {
    if (of.ticket === null || (of.kind !== 'tare' && of.kind !== 'gross')) return
    const { ticket, kind, weightKg, netKg, tareKg } = of
    events.set(record.seq, { ticket, how, kind, outcome, weightKg, netKg, tareKg, at: record.at, by, record: identityText(record) })
  }
  for (const one of weighings) if (one.body.pass === 'coal') add(one, 'weighed', one.body.verdict, weighed(one), `${one.site}/${one.agent}`)
  for (const one of decisions) {
    const of = one.body.weighing === null ? undefined : about.get(one.body.weighing)
    const outcome = OUTCOME_OF_ACT[one.body.act]
    if (of !== undefined && outcome !== undefined) add(one, 'decided', outcome, of, one.body.operator)
  }
  return [...events].sort(([a], [b]) => a - b).map(([, event]) => event)
}

/**
 * A load an operator released counts like one the verdict opened for: its fact is added under the decision's number, because the
 * weighing's own fact says, truly, that the verdict was not `open`. Let go once more, because it had not left, it is still one load.
 */
export async function countReleased(tx: Transaction, agent: Agent, epoch: string, decisions: readonly DecisionRecord[]): Promise<void> {
  const released = decisions.filter(({ body }) => body.act === 'release' && body.weighing !== null)
  if (released.length === 0) return
  await tx.query(
    `insert into weighing_fact (weighed_at, site, county, carrier, lane, kind, pass, verdict, weight_kg, net_kg, agent, epoch, seq)
     select w.weighed_at, w.site, w.county, w.carrier, w.lane, w.kind, w.pass, 'open', w.weight_kg, w.net_kg, w.agent, w.epoch, d.seq
     from (select min(seq) as seq, weighing from unnest($4::bigint[], $5::bigint[]) as told (seq, weighing) group by weighing) d
     join weighing w on w.site = $1 and w.agent = $2 and w.epoch = $3 and w.seq = d.weighing and w.verdict <> 'open'
     where not exists (select from weighing_fact f join manual_act e using (site, agent, epoch, seq)
       where f.site = $1 and f.weighed_at = w.weighed_at and f.agent = $2 and f.epoch = $3 and f.seq > w.seq and e.weighing = w.seq)`,
    [agent.site, agent.agent, epoch, intArray(released.map(({ seq }) => seq)), intArray(released.map(({ body }) => body.weighing))],
  )
}

/**
 * A load that was let go and did not leave counts no more; let go again, it counts again. What was said last about a weighing decides, by
 * `manual_act`, which holds these decisions already. Its fact then reads `given-back` instead of `open`; the ledger keeps every word.
 */
export async function recountTakenBack(tx: Transaction, agent: Agent, epoch: string, decisions: readonly DecisionRecord[]): Promise<void> {
  const said = decisions.flatMap(({ body }) => (body.weighing !== null && body.act in OUTCOME_OF_ACT ? [body.weighing] : []))
  if (said.length === 0) return
  await tx.query(
    `update weighing_fact f set verdict = last.verdict
     from (select distinct on (a.weighing) a.weighing, case when a.act = 'release' then 'open' else 'given-back' end as verdict
           from manual_act a where a.site = $1 and a.agent = $2 and a.epoch = $3 and a.weighing = any($4::bigint[]) and a.act = any($5::text[])
           order by a.weighing, a.seq desc) last
     join weighing w on w.site = $1 and w.agent = $2 and w.epoch = $3 and w.seq = last.weighing
     where f.site = $1 and f.agent = $2 and f.epoch = $3 and f.weighed_at = w.weighed_at and f.verdict in ('open', 'given-back') and f.verdict <> last.verdict
       and (f.seq = w.seq or exists (select from manual_act r where r.site = $1 and r.agent = $2 and r.epoch = $3 and r.seq = f.seq and r.weighing = w.seq))`,
    [agent.site, agent.agent, epoch, intArray([...new Set(said)]), Object.keys(OUTCOME_OF_ACT)],
  )
}
