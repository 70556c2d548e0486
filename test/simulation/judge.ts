import { NO_HASH } from '#edge/ids'
import { topicOf } from '#edge/messages'
import type { Receipt } from '#edge/stream'
import { alarmIdOf } from '../../cloud-service/ingest/alarms.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import type { MemoryDatabase } from './memory-database.ts'
import { ordersHead } from './memory-orders.ts'
import { ledgerOf } from './memory-tables.ts'
import type { Pipe } from './pipe.ts'
import type { SimulatedEdge } from './simulated-edge.ts'
import type { Truth, Written } from './truth.ts'
import type { WorldTime } from './world-time.ts'

export interface Looked {
  readonly edge: SimulatedEdge
  readonly database: MemoryDatabase
  readonly truth: Truth
}

/** I5: at the moment a receipt is said, what it says is committed. */
export function watchReceipts(pipe: Pipe, database: MemoryDatabase, truth: Truth, time: WorldTime): void {
  pipe.watch((topic, payload) => {
    if (topic !== topicOf(SITE, AGENT, 'receipt')) return
    const { epoch, upto, hash } = JSON.parse(payload) as Receipt
    const stored = upto === 0 ? NO_HASH : database.tables().ledger.get(`${SITE}/${AGENT}/${epoch}/${upto}`)?.hash
    if (stored !== hash) truth.violated('I5', `at ${time.now()} ms a receipt up to ${epoch}/${upto} was said that was not committed`)
  })
}

/** I4 and I5 at each COMMIT: a stream's watermark never goes back, and up to it every record is there. */
export function watchCursors(database: MemoryDatabase, truth: Truth): void {
  database.onCommit((before, after) => {
    for (const [name, { upto, hash }] of after.cursors) {
      const stood = before.cursors.get(name)
      if (stood?.upto === upto && stood.hash === hash) continue
      if (stood !== undefined && stood.upto > upto) truth.violated('I5', `${name} went back from ${stood.upto} to ${upto}`)
      const rows = ledgerOf(after, SITE, AGENT, name.slice(name.lastIndexOf('/') + 1))
      if (rows.length !== upto || rows.at(-1)?.hash !== hash)
        truth.violated('I4', `${name} was moved to ${upto} with ${rows.length} records`)
    }
  })
}

/**
 * Records that the agent has and the cloud neither holds in their place nor keeps beside other bytes that stand there. What it kept beside
 * and lost with its own restore is not shown again.
 */
function missing({ edge, database, truth }: Looked): readonly Written[] {
  const { ledger, conflicts } = database.tables()
  const beside = [...conflicts.values()].map(({ payload }) => payload)
  return truth.all().filter(({ lost, identity: { epoch, seq }, hash, bytes }) => {
    if (truth.wasRestored('database') && edge.contested(epoch, seq)) return false
    if (lost || ledger.get(`${SITE}/${AGENT}/${epoch}/${seq}`)?.hash === hash) return false
    return !beside.some((payload) => payload.includes(bytes))
  })
}

/** Both sides are of one mind, records and orders. */
export function isHealed({ edge, database, truth }: Looked): boolean {
  const { seq, hash } = ordersHead(database.tables())
  const obeyed = edge.store().orders.head()
  // A database that was put back has given numbers out twice: a person begins a new stream of orders.
  const ordersThere = truth.wasRestored('database') || ((obeyed?.seq ?? 0) === seq && (obeyed?.hash ?? hash) === hash)
  return ordersThere && edge.store().backlog().records === 0 && missing({ edge, database, truth }).length === 0
}

/** After all faults are over: I1 to I6, I11, I15 and I16 as far as one agent and its cloud can break them. */
export function judge({ edge, database, truth }: Looked, healed: boolean): void {
  const tables = database.tables()
  const store = edge.store()
  const { records } = store.backlog()
  if (!healed)
    truth.violated(
      'no livelock',
      `a quarter of an hour after the last fault ${records} records still wait, orders stand at ${store.orders.head()?.seq ?? 0} of ${tables.orders.length}`,
    )
  for (const { identity, kind } of missing({ edge, database, truth }))
    truth.violated('I2', `${kind} ${identity.epoch}/${identity.seq} is on the edge and nowhere in the cloud`)
  for (const one of truth.all())
    if (!one.lost && store.record(one.identity)?.hash !== one.hash)
      truth.violated('I1', `${one.kind} ${one.identity.epoch}/${one.identity.seq} is gone from the edge`)
  for (const row of tables.ledger.values())
    if (!truth.all().some((one) => one.identity.epoch === row.epoch && one.identity.seq === row.seq && one.hash === row.hash))
      truth.violated('I2', `${row.kind} ${row.epoch}/${row.seq} is in the cloud and was never written`)

  for (const [name, { upto, hash }] of tables.cursors) {
    const rows = ledgerOf(tables, SITE, AGENT, name.slice(name.lastIndexOf('/') + 1))
    const whole = rows.every((row, at) => row.seq === at + 1 && row.prev === (rows[at - 1]?.hash ?? NO_HASH))
    if (!whole || rows.length !== upto || rows.at(-1)?.hash !== hash)
      truth.violated('I4', `${name} has a hole or ends elsewhere than its cursor`)
  }
  const inLedger = [...tables.ledger].filter(([, row]) => row.kind === 'weighing')
  const kg = (of: Iterable<number>): number => [...of].reduce((sum, one) => sum + one, 0)
  const told = kg(inLedger.map(([, row]) => (JSON.parse(row.bytes) as { body: { weightKg: number } }).body.weightKg))
  const counted = kg([...tables.weighings.values()].map(({ weightKg }) => weightKg))
  if (told !== counted || inLedger.length !== tables.weighings.size)
    truth.violated('I3', `the ledger says ${told} kg in ${inLedger.length} weighings, the totals ${counted} kg in ${tables.weighings.size}`)

  for (const row of tables.ledger.values()) {
    if (row.kind !== 'alarm') continue
    const { kind, occurrence } = (JSON.parse(row.bytes) as { body: { kind: 'escape'; occurrence: string } }).body
    const alarm = tables.alarms.get(alarmIdOf({ site: SITE, agent: AGENT }, row.epoch, kind, occurrence))
    if (alarm?.confirmed !== true) truth.violated('I11', `alarm ${row.epoch}/${row.seq} stands in the ledger and nobody is called`)
  }
  const orders = tables.orders.length
  if (!truth.wasRestored() && truth.ordersObeyed() !== orders)
    truth.violated('I3', `${orders} orders were given and ${truth.ordersObeyed()} carried out`)
  judgeDoubt({ database, truth })
}

/** I16, both ways: where something was put back somebody is told; where nothing was, nobody is alarmed. */
function judgeDoubt({ database, truth }: Omit<Looked, 'edge'>): void {
  const { ledger, conflicts, quarantine, alarms } = database.tables()
  const doubts = [...alarms.values()].filter(({ kind }) => kind !== 'escape')
  if (!truth.wasRestored()) {
    for (const { kind } of doubts) truth.violated('I16', `nothing was put back and yet there is a ${kind} alarm`)
    if (conflicts.size > 0) truth.violated('I16', `nothing was put back and yet ${conflicts.size} batches conflict`)
  }
  if (quarantine.size > 0) truth.violated('I2', `${quarantine.size} messages of an honest agent are in quarantine`)
  const overwritten = truth
    .all()
    .some(({ lost, identity: { epoch, seq }, hash }) => lost && ledger.get(`${SITE}/${AGENT}/${epoch}/${seq}`)?.hash === hash)
  if (overwritten && doubts.length === 0) truth.violated('I16', 'the agent lost records that the cloud holds, and nobody was told')
}
