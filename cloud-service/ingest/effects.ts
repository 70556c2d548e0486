import type { AlarmKind } from '#edge/alarm'
import type { LedgerRecord, RecordKind } from '#edge/records'
import { intArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Issuing } from '../orders/append.ts'
import { orderTares } from '../orders/tare-sharing.ts'
import type { Agent } from './agents.ts'
import { alarmIdOf, type HeardAlarm, raiseAlarms, returnAsToldBy } from './alarms.ts'
import { keepConflict } from './conflicts.ts'
import { countReleased, recountTakenBack, ticketEvents, weighingsDecided } from './decisions.ts'
import { enterDrawnTickets, orderDrawnTickets } from './drawn-tickets.ts'
import type { ReadLine } from './read-line.ts'
import { inOrder, saidBefore } from './said-before.ts'
import { insertActs, insertPhotos } from './site-acts.ts'
import { moveTickets, ticketsNamed } from './tickets.ts'
import { carriersOf, insertWeighings } from './weighings.ts'

/** What became different for people, by name: told to the live feed after COMMIT. */
export interface Told {
  readonly weighings: string[]
  readonly alarms: string[]
  readonly tickets: string[]
}

/** What each kind of record changes besides the ledger; the compiler counts the kinds. `null`: it is evidence only. */
const WHAT_IT_CHANGES: Record<RecordKind, 'weighings' | 'tickets' | 'acts' | 'photos' | 'draws' | 'alarms' | null> = {
  opening: null,
  weighing: 'weighings',
  decision: 'tickets',
  'gate-outcome': null,
  passage: null,
  photos: 'photos',
  'scale-check': 'acts',
  'drawn-ticket': 'draws',
  alarm: 'alarms',
  'alarm-returned': 'alarms',
}

/** Everything a stretch of the ledger means for the other tables, in the same transaction. */
export async function applyRecords(
  tx: Transaction,
  issuing: Issuing,
  agent: Agent,
  epoch: string,
  lines: readonly ReadLine[],
  hashes: readonly string[],
  now: string,
): Promise<Told> {
  const records = lines.flatMap(({ reading }) => (reading.ok && WHAT_IT_CHANGES[reading.record.kind] !== null ? [reading.record] : []))
  const of = <K extends RecordKind>(kind: K): LedgerRecord<K>[] =>
    records.filter((record) => record.kind === kind) as unknown as LedgerRecord<K>[]
  const drawn = await enterDrawnTickets(tx, issuing, agent, epoch, of('drawn-ticket'))
  const earlier = await saidBefore(tx, agent, drawn.numbers)
  const weighings = of('weighing')
  const decisions = of('decision')
  const about = await weighingsDecided(tx, agent, epoch, weighings, decisions)
  const numbers = [...weighings.map(({ body }) => body.ticket), ...[...about.values(), ...earlier].map(({ ticket }) => ticket)]
  const tickets = await ticketsNamed(tx, agent.site, new Set(numbers.filter((number) => number !== null)))
  const stored = await insertWeighings(tx, agent, epoch, weighings, await carriersOf(tx, weighings, tickets))
  await insertActs(tx, agent, epoch, decisions, of('scale-check'))
  await insertPhotos(tx, agent, epoch, of('photos'))
  await countReleased(tx, agent, epoch, decisions)
  await recountTakenBack(tx, agent, epoch, decisions)
  const events = ticketEvents(weighings, decisions, about)
  const moved = await moveTickets(tx, agent, epoch, tickets, earlier.length === 0 ? events : inOrder([...earlier, ...events]))
  const alarms = await applyAlarms(tx, agent, of('alarm'), of('alarm-returned'))
  const contradicted = await checkExpress(tx, agent, epoch, lines, hashes, now)
  await orderDrawnTickets(tx, issuing, agent, drawn.signed, earlier)
  await orderTares(tx, issuing, agent.site, weighings)
  return {
    weighings: stored,
    tickets: [...new Set([...drawn.numbers, ...moved.tickets])],
    alarms: [...drawn.alarms, ...moved.alarms, ...alarms, ...contradicted],
  }
}

/** An alarm record as it stands in the chain, or (`confirmed: false`) as express brought it ahead of its place. */
export const heardFrom = (agent: Agent, { epoch, seq, at, body }: LedgerRecord<'alarm'>, confirmed: boolean): HeardAlarm => ({
  id: alarmIdOf(agent, epoch, body.kind, body.occurrence),
  epoch,
  seq,
  kind: body.kind,
  lane: body.lane,
  occurrence: body.occurrence,
  facts: body.facts,
  at,
  confirmed,
  by: `${agent.site}/${agent.agent}`,
})

async function applyAlarms(
  tx: Transaction,
  agent: Agent,
  raised: readonly LedgerRecord<'alarm'>[],
  returned: readonly LedgerRecord<'alarm-returned'>[],
): Promise<string[]> {
  if (raised.length === 0 && returned.length === 0) return []
  const { changed } = await raiseAlarms(
    tx,
    agent,
    raised.map((record) => heardFrom(agent, record, true)),
  )
  // Within one stretch an occurrence may return and be raised again under another name, never under the same: names come from the plant event.
  const over: { kind: AlarmKind; occurrence: string }[] = returned.map(({ body }) => body)
  return [...changed, ...(await returnAsToldBy(tx, agent, over))]
}

/** What express said ahead of its place must be what now stands there, byte for byte. */
async function checkExpress(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  lines: readonly ReadLine[],
  hashes: readonly string[],
  now: string,
): Promise<string[]> {
  const mayBe = new Map(
    lines.flatMap((line, at) => (line.reading.ok && line.reading.record.kind !== 'alarm' ? [] : [[line.seq, { line, at }] as const])),
  )
  if (mayBe.size === 0) return []
  const { rows } = await tx.query<{ seq: number; hash: string }>(
    'select seq, hash from express where site = $1 and agent = $2 and epoch = $3 and seq = any($4::bigint[])',
    [agent.site, agent.agent, epoch, intArray([...mayBe.keys()])],
  )
  const alarms: string[] = []
  for (const { seq, hash } of rows) {
    const here = mayBe.get(seq)
    if (here === undefined || hashes[here.at] === hash) continue
    const differs = { epoch, seq, why: 'express-differs', payload: Buffer.from(here.line.line.bytes), head: null } as const
    alarms.push(...(await keepConflict(tx, agent, differs, now)).alarms)
  }
  return alarms
}
