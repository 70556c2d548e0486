import { expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { NO_HASH } from '#edge/ids'
import { type Batch, decodeBatch } from '#edge/stream'
import { trueClock } from '../../../cloud-service/clock.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { appendOrder } from '../../../cloud-service/orders/append.ts'
import { random } from '../../../simulators/random.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, newKey } from '../ingest/agent-double.ts'
import { anInbox } from '../ingest/real-road.ts'
import { settle } from '../ingest/town.ts'

const WRITERS = 4
const EACH = 50

/**
 * Test T09e: numbers of an outbox that are given out before COMMIT, as a serial is, let a reader step over the row that commits late
 * (failure F31). Several writers at once, long and short transactions, a fifth of them taken back, and a reader all the while.
 */
it('whatever order transactions commit in, the site is sent every order that stands, each once in its place', {
  timeout: 120_000,
}, async () => {
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  const agent = new AgentDouble('hongliu', 'a1')
  await settle(pool, [agent])
  const broker = await testBroker([['hongliu', 'a1']])
  const inbox = await anInbox(broker, pool)
  await agent.listen(await broker.agent('hongliu', 'a1'))
  const issuing = { issuer: newKey(), clock: trueClock() }
  const standing: number[] = []
  const writer = async (who: number): Promise<void> => {
    const chance = random(who)
    for (let one = 0; one < EACH; one += 1) {
      const limitKg = who * 1_000_000 + one * 1_000
      const takenBack = chance.chance(0.2)
      const work = asIngest(pool, async (tx) => {
        const [placed] = await appendOrder(tx, issuing, { site: 'hongliu', kind: 'quota', body: { month: '2026-11', limitKg } })
        // A transaction that has more to do than its neighbour.
        for (let more = chance.whole(0, 4); more > 0; more -= 1) await tx.query('select count(*) from orders')
        if (takenBack) throw new Error('taken back')
        standing.push(placed?.seq ?? 0)
      })
      await work.catch((error: unknown) => {
        if (!takenBack) throw error
      })
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, who) => writer(who + 1)))

  const all = standing.length
  expect([...standing].sort((a, b) => a - b)).toEqual(Array.from({ length: all }, (_, at) => at + 1))
  const sent = (): Batch[] =>
    agent.heard.flatMap(({ topic, payload }) => {
      const read = topic === 'orders' ? decodeBatch(payload) : null
      return read?.ok ? [read.batch] : []
    })
  await eventually(() => sent().some(({ head }) => head.seq === all), { within: 60_000 })
  // Nothing was stepped over: every batch begins where the one before it ended, and each line names the one before it.
  let next = 1
  let before: string = NO_HASH
  for (const { from, lines } of sent()) {
    if (from === 1) [next, before] = [1, NO_HASH]
    expect(from).toBe(next)
    for (const { bytes } of lines) {
      const order = JSON.parse(bytes) as { seq: number; prev: string }
      expect([order.seq, order.prev]).toEqual([next, before])
      expect(canonical(order)).toBe(bytes)
      before = issuing.issuer.hash(bytes)
      next += 1
    }
  }
  expect(next - 1).toBe(all)
  await inbox.stop()
})
