import { ALARM_KINDS, type AlarmKind, LATCHED } from '#edge/alarm'
import type { Facts } from '#edge/findings'
import { intArray, textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'

/** An alarm as ingest hears it: by express, in its place in the chain, or from the cloud's own checks. */
export interface HeardAlarm {
  readonly id: string
  readonly epoch: string
  /** Null where the cloud itself raised it. */
  readonly seq: number | null
  readonly kind: AlarmKind
  readonly lane: string | null
  readonly occurrence: string
  readonly facts: Facts
  /** When it was raised, by whose clock it was raised: ISO text. */
  readonly at: string
  /** It stands in the chain (or is the cloud's own), and was not only heard ahead of its place. */
  readonly confirmed: boolean
  readonly by: string
}

type Whose = Pick<Agent, 'site' | 'agent' | 'county'>

/** One id per occurrence, made of the plant event and never of time: express, chain and cloud meet on one row. */
export const alarmIdOf = ({ site, agent }: Pick<Agent, 'site' | 'agent'>, epoch: string, kind: AlarmKind, occurrence: string): string =>
  `${site}.${agent}.${epoch}.${kind}.${occurrence}`

/**
 * Adds alarms that are new and confirms those already heard. The severity is this house's (#edge/alarm), not what the message says.
 * Returns the ids of new rows, and of all rows that changed.
 */
export async function raiseAlarms(
  tx: Transaction,
  { site, agent, county }: Whose,
  heard: readonly HeardAlarm[],
): Promise<{ readonly fresh: string[]; readonly changed: string[] }> {
  const alarms = [...new Map(heard.map((alarm) => [alarm.id, alarm])).values()]
  if (alarms.length === 0) return { fresh: [], changed: [] }
  const texts = (of: (alarm: HeardAlarm) => string | null): string => textArray(alarms.map(of))
  const { rows } = await tx.query<{ id: string; fresh: boolean }>(
    `insert into alarm (id, site, agent, epoch, county, lane, kind, severity, occurrence, facts, raised_at, seq, confirmed)
     select id, $1, $2, epoch, $3, lane, kind, severity, occurrence, facts, at, seq, confirmed
     from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::timestamptz[], $12::bigint[], $13::boolean[])
       as heard (id, epoch, lane, kind, severity, occurrence, facts, at, seq, confirmed)
     on conflict (id) do update set confirmed = true, seq = coalesce(excluded.seq, alarm.seq) where excluded.confirmed and not alarm.confirmed
     returning id, (xmax = 0) as fresh`,
    [
      site,
      agent,
      county,
      texts(({ id }) => id),
      texts(({ epoch }) => epoch),
      texts(({ lane }) => lane),
      texts(({ kind }) => kind),
      texts(({ kind }) => ALARM_KINDS[kind]),
      texts(({ occurrence }) => occurrence),
      texts(({ facts }) => JSON.stringify(facts)),
      texts(({ at }) => at),
      intArray(alarms.map(({ seq }) => seq)),
      `{${alarms.map(({ confirmed }) => confirmed).join(',')}}`,
    ],
  )
  const fresh = rows.filter((row) => row.fresh).map(({ id }) => id)
  const by = new Map(alarms.map((alarm) => [alarm.id, alarm.by]))
  await note(tx, fresh, 'raise', (id) => by.get(id) ?? '')
  return { fresh, changed: rows.map(({ id }) => id) }
}

/** What only the cloud finds out about an agent: no record of that agent ends it, nor does one that claims to have raised it. */
const FOUND_HERE: ReadonlySet<AlarmKind> = new Set(['sequence-gap', 'agent-silent', 'quarantine'])

/**
 * A site's record says that the cause is over. It speaks for what records have raised, and for nothing that the cloud itself found out:
 * whoever is watched does not end the watching. Returns the ids that moved.
 */
export const returnAsToldBy = (
  tx: Transaction,
  agent: Whose,
  over: readonly { readonly kind: AlarmKind; readonly occurrence: string }[],
): Promise<string[]> =>
  moveToReturned(
    tx,
    agent,
    over.filter(({ kind }) => !FOUND_HERE.has(kind)),
    `${agent.site}/${agent.agent}`,
    true,
  )

/**
 * The cloud finds the cause over: the alarm returns, whether or not somebody has acknowledged it. Latched kinds never return by themselves.
 * An occurrence may have been raised in an earlier epoch of the same agent. Returns the ids that moved.
 */
export const returnAlarms = (
  tx: Transaction,
  whose: Whose,
  over: readonly { readonly kind: AlarmKind; readonly occurrence: string }[],
): Promise<string[]> => moveToReturned(tx, whose, over, 'cloud', false)

async function moveToReturned(
  tx: Transaction,
  { site, agent }: Whose,
  over: readonly { readonly kind: AlarmKind; readonly occurrence: string }[],
  by: string,
  raisedByRecords: boolean,
): Promise<string[]> {
  const may = over.filter(({ kind }) => !LATCHED.has(kind))
  if (may.length === 0) return []
  const { rows } = await tx.query<{ id: string }>(
    `update alarm set state = 'returned'
     from unnest($3::text[], $4::text[]) as over (kind, occurrence)
     where alarm.site = $1 and alarm.agent = $2 and alarm.kind = over.kind and alarm.occurrence = over.occurrence
       and state in ('unacknowledged', 'acknowledged') and (alarm.seq is not null or not $5::boolean)
     returning id`,
    [site, agent, textArray(may.map(({ kind }) => kind)), textArray(may.map(({ occurrence }) => occurrence)), raisedByRecords],
  )
  const ids = rows.map(({ id }) => id)
  await note(tx, ids, 'return', () => by)
  return ids
}

async function note(tx: Transaction, ids: readonly string[], act: string, by: (id: string) => string): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    `insert into alarm_history (alarm, number, act, by_whom, county, site)
     select a.id, (select coalesce(max(h.number), 0) + 1 from alarm_history h where h.alarm = a.id), $2, told.by_whom, a.county, a.site
     from unnest($1::text[], $3::text[]) as told (id, by_whom) join alarm a on a.id = told.id`,
    [textArray(ids), act, textArray(ids.map(by))],
  )
}
