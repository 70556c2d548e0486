import type { Clock } from '#edge/clock'
import { toIso } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { raiseOurs } from '../ingest/own-alarms.ts'
import { OUTCOME_OF_ACT } from '../ingest/ticket-moves.ts'
import type { Figures } from './run.ts'

/**
 * Re-derives from the ledger's own bytes what people list and reports count, and compares (invariants I7, I15, I17; reliability rule R18).
 * Four questions, each answered per agent, over what was stored since the day before the last good run (all of it the first time):
 *   seals   does every row still hash to its hash and link to the one before, or to a hole that its agent has signed (ingest/holes.ts)?
 *   lists   is `weighing` what the records say, one for one?
 *   booklets is `booklet_draw` what the records say, one for one?
 *   lens    is `weighing_fact` what the records say, kilogram for kilogram?
 * The records are read by PostgreSQL's own JSON, not by the code that wrote the tables.
 */
export async function compareTotals(
  pool: Pool,
  clock: Clock,
): Promise<{ readonly ok: boolean; readonly figures: Figures; readonly alarms: string[] }> {
  return asIngest(pool, async (tx) => {
    await tx.query('set local statement_timeout = 0')
    const since = await sinceWhen(tx)
    const wrong = [
      ...(await brokenSeals(tx, since)),
      ...(await wrongLists(tx, since)),
      ...(await wrongDraws(tx, since)),
      ...(await wrongFacts(tx, since)),
    ]
    const totals = await tx.query<{ records: number; weighings: number; netKg: number; tonnageKg: number }>(long(TOTALS, since))
    const alarms: string[] = []
    for (const { what, site, agent, county, rows } of wrong) {
      const at = toIso(clock.now())
      const broken = { kind: 'seal-broken', epoch: 'cloud', occurrence: `${what}-${at.slice(0, 10)}`, facts: { what, rows }, at } as const
      alarms.push(...(await raiseOurs(tx, { site, agent, county }, broken)))
    }
    const figures: Figures = {
      ...(totals.rows[0] ?? {}),
      differences: wrong.reduce((sum, { rows }) => sum + rows, 0),
      since: since ?? 'the beginning',
    }
    return { ok: wrong.length === 0, figures, alarms }
  })
}

interface Wrong {
  readonly what: 'seals' | 'lists' | 'booklets' | 'lens'
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly rows: number
}

async function sinceWhen(tx: Transaction): Promise<string | null> {
  const { rows } = await tx.query<{ since: string | null }>(
    `select max(started_at) - interval '1 day' as since from job_run where job = 'compare-totals' and ok`,
  )
  return rows[0]?.since ?? null
}

/** A night's question may take minutes: neither side's time-out for ordinary questions applies. */
const long = (text: string, since: string | null) => ({ text, values: [since], query_timeout: 3_600_000 })

const asked = async (tx: Transaction, what: Wrong['what'], sql: string, since: string | null): Promise<Wrong[]> => {
  const { rows } = await tx.query<Omit<Wrong, 'what'>>(
    long(
      `select d.site, d.agent, coalesce(s.county, '') as county, count(*)::int as rows from (${sql}) d left join site s using (site) group by 1, 2, 3`,
      since,
    ),
  )
  return rows.map((row) => ({ what, ...row }))
}

const brokenSeals = (tx: Transaction, since: string | null): Promise<Wrong[]> =>
  asked(
    tx,
    'seals',
    `select l.site, l.agent from ledger l
     left join ledger b on b.site = l.site and b.agent = l.agent and b.epoch = l.epoch and b.seq = l.seq - 1
     left join ledger_hole h on h.site = l.site and h.agent = l.agent and h.epoch = l.epoch and h.upto = l.seq - 1
     where ($1::timestamptz is null or l.stored_at >= $1)
       and (l.prev <> coalesce(b.hash, h.hash, repeat('0', 64)) or (l.seq > 1 and b.seq is null and h.upto is null)
         or (l.kind <> 'unreadable' and l.hash <> encode(sha256(convert_to(l.bytes, 'UTF8')), 'hex')))`,
    since,
  )

const TOLD_ACTS = Object.keys(OUTCOME_OF_ACT)
  .map((act) => `'${act}'`)
  .join(', ')

/**
 * The ledger with what was read only later (quarantine/replay.ts) as if it had come then. A line that cannot be read may be no JSON, and in
 * which order a query asks its conditions is the database's own affair: so it says nothing at all.
 */
const LEDGER = `(select l.site, l.agent, l.epoch, l.seq, coalesce(r.kind, l.kind) as kind, coalesce(r.stored_at, l.stored_at) as stored_at,
    case when coalesce(r.kind, l.kind) <> 'unreadable' then l.bytes::json -> 'body' end as body
  from ledger l left join ledger_read r using (site, agent, epoch, seq))`

/** What the records of a kind say. */
const said = (kind: 'weighing' | 'drawn-ticket'): string => `select l.site, l.agent, l.epoch, l.seq, l.body from ${LEDGER} l
  where l.kind = '${kind}' and ($1::timestamptz is null or l.stored_at >= $1)`
/** In the columns of both tables. */
const SAID = said('weighing')

const wrongLists = (tx: Transaction, since: string | null): Promise<Wrong[]> =>
  asked(
    tx,
    'lists',
    `select coalesce(r.site, w.site) as site, coalesce(r.agent, w.agent) as agent
     from (${SAID}) r
     full join (select * from weighing where $1::timestamptz is null or stored_at >= $1) w
       on w.site = r.site and w.agent = r.agent and w.epoch = r.epoch and w.seq = r.seq
     where (w.kind, w.pass, w.verdict, w.lane) is distinct from (r.body ->> 'kind', r.body ->> 'pass', r.body ->> 'verdict', r.body ->> 'lane')
       or (w.weight_kg, w.net_kg, w.ticket) is distinct from ((r.body ->> 'weightKg')::int, (r.body ->> 'netKg')::int, r.body ->> 'ticket')`,
    since,
  )

const wrongDraws = (tx: Transaction, since: string | null): Promise<Wrong[]> =>
  asked(
    tx,
    'booklets',
    `select coalesce(r.site, d.site) as site, coalesce(r.agent, d.agent) as agent
     from (${said('drawn-ticket')}) r
     full join (select * from booklet_draw where not beside and ($1::timestamptz is null or stored_at >= $1)) d
       on d.site = r.site and d.agent = r.agent and d.epoch = r.epoch and d.seq = r.seq
     where (d.booklet, d.serial, d.number) is distinct from (r.body ->> 'booklet', (r.body ->> 'serial')::bigint, r.body -> 'ticket' ->> 'number')
       or d.planned_net_kg is distinct from (r.body -> 'ticket' ->> 'plannedNetKg')::int`,
    since,
  )

/**
 * One fact per weighing, and one more per load that an operator released, however often; a load taken back reads `given-back`
 * (ingest/decisions.ts). What was said last about a weighing is stored after it, so the same stretch holds it. The lens knows no
 * storing time: the whole of it is asked per record.
 */
const wrongFacts = (tx: Transaction, since: string | null): Promise<Wrong[]> =>
  asked(
    tx,
    'lens',
    `with decided as (
       select distinct on (site, agent, epoch, weighing) site, agent, epoch, weighing, act = 'release' as open
       from (select site, agent, epoch, seq, (body ->> 'weighing')::bigint as weighing, body ->> 'act' as act
             from ${LEDGER} l where kind = 'decision' and ($1::timestamptz is null or stored_at >= $1)) d
       where weighing is not null and act in (${TOLD_ACTS}) order by site, agent, epoch, weighing, seq desc),
     told as (
       select site, agent, epoch, seq, seq as weighing, body ->> 'verdict' as verdict, (body ->> 'weightKg')::int as weight_kg, (body ->> 'netKg')::int as net_kg from (${SAID}) r
       union all
       select d.site, d.agent, d.epoch, d.seq, w.seq, 'open', w.weight_kg, w.net_kg from ${LEDGER} d
       join weighing w on w.site = d.site and w.agent = d.agent and w.epoch = d.epoch and w.seq = (d.body ->> 'weighing')::bigint
       where d.kind = 'decision' and d.body ->> 'act' = 'release' and w.verdict <> 'open'
         and not exists (select from ${LEDGER} e where e.site = d.site and e.agent = d.agent and e.epoch = d.epoch and e.seq > w.seq and e.seq < d.seq
           and e.kind = 'decision' and e.body ->> 'act' = 'release' and (e.body ->> 'weighing')::bigint = w.seq)
         and ($1::timestamptz is null or d.stored_at >= $1)),
     said as (
       select t.site, t.agent, t.epoch, t.seq, case when t.verdict = 'open' and d.open is false then 'given-back' else t.verdict end as verdict,
         t.weight_kg, t.net_kg
       from told t left join decided d using (site, agent, epoch, weighing))
     select s.site, s.agent from said s
     left join (select site, agent, epoch, seq, count(*) as n, min(verdict) as verdict, min(weight_kg) as weight_kg, min(net_kg) as net_kg
                from weighing_fact group by 1, 2, 3, 4) f using (site, agent, epoch, seq)
     where f.n is distinct from 1 or (f.verdict, f.weight_kg, f.net_kg) is distinct from (s.verdict, s.weight_kg, s.net_kg)`,
    since,
  )

/** For the record of the run: released coal as the ledger, the facts' table and the hourly view each count it. */
const TOTALS = `select
  (select count(*) from ledger where $1::timestamptz is null or stored_at >= $1)::bigint as records,
  (select count(*) from weighing where $1::timestamptz is null or stored_at >= $1)::bigint as weighings,
  (select coalesce(sum(net_kg), 0) from weighing_fact where kind = 'gross' and pass = 'coal' and verdict = 'open')::bigint as "netKg",
  (select coalesce(sum(net_kg), 0) from tonnage_hourly)::bigint as "tonnageKg"`
