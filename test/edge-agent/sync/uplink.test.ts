import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LaneStatus } from '#edge/lane-status'
import { receiptFor } from '#edge/stream'
import { signTime } from '#edge/time-anchor'
import type { Store } from '../../../edge-agent/store/store.ts'
import type { LinkState } from '../../../edge-agent/sync/link-state.ts'
import type { Uplink } from '../../../edge-agent/sync/uplink.ts'
import { eventually } from '../../support/eventually.ts'
import { AGENT, anOrderStream, aRig, aSignedTicket, aState, aTicketNumber, LANE, type Rig, SITE } from '../store/store-rig.ts'
import { uplinkOf } from './an-uplink.ts'
import { aBroker, aCloud, type Broker, type CloudDouble } from './cloud-double.ts'

let rig: Rig
let store: Store
let broker: Broker
let cloud: CloudDouble
let uplink: Uplink
const started: Uplink[] = []

const anUplink = (password = 'secret'): Uplink => {
  const made = uplinkOf(rig, store, { url: `mqtt://127.0.0.1:${broker.port}`, password })
  started.push(made)
  return made
}
let occurrence = 0
/** So many records in one ink: what is tried here is the road, not the disk. */
const write = (count: number): void => {
  const records = Array.from({ length: count }, () => {
    occurrence += 1
    return { kind: 'alarm-returned', body: { kind: 'device-silent', occurrence: `scale/${occurrence}` } } as const
  })
  store.ink({ lane: LANE, state: aState(), records, useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
}
const alarm = (): void => {
  occurrence += 1
  store.raise({ kind: 'escape', severity: 'critical', lane: LANE, occurrence: `north/${occurrence}`, facts: {} })
}
const here = (): string[] => store.linesFrom(store.head().epoch, 1, 100_000).map((line) => line.bytes)
const delivered = (within = 10_000): Promise<unknown> =>
  eventually(() => store.backlog().records === 0 && cloud.lines(store.head().epoch).length === store.head().seq, { within })

beforeEach(async () => {
  rig = aRig()
  store = rig.open()
  broker = await aBroker()
  cloud = await aCloud(broker.port, rig.signer)
  uplink = anUplink()
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((it) => it.stop()))
  await cloud.end()
  await broker.kill()
  await store.close()
  rig.remove()
})

it('what was written without a link goes up when there is one, byte for byte, and is delivered by receipts', async () => {
  write(1_300)
  expect(uplink.state()).toMatchObject({ state: 'disconnected', backlog: { records: 1_301 } })
  uplink.start()
  await delivered()
  expect(cloud.lines(store.head().epoch)).toEqual(here())
  expect(uplink.state()).toMatchObject({ state: 'connected', backlog: { records: 0, oldest: null } })
  expect(cloud.hellos[0]).toMatchObject({ boot: store.boot, book: { tickets: 0 }, waiting: [], orders: null })
  expect(cloud.presence[0]).toMatchObject({ online: true })
})

it('a record goes up at once when the line is idle', async () => {
  uplink.start()
  await delivered()
  write(1)
  await delivered(1_000)
})

it('a receipt that is lost costs a repeat and no duplicate', { timeout: 120_000 }, async () => {
  cloud.loseReceipts(0.5)
  write(2_500)
  uplink.start()
  await delivered(100_000)
  expect(cloud.lines(store.head().epoch)).toEqual(here())
})

it('a batch that is lost is asked for and sent again', { timeout: 120_000 }, async () => {
  cloud.loseBatches(0.3)
  write(4_000)
  uplink.start()
  await delivered(100_000)
  expect(cloud.lines(store.head().epoch)).toEqual(here())
})

it('a broker that dies and comes back with no memory loses nothing', { timeout: 60_000 }, async () => {
  const seen: LinkState['state'][] = []
  uplink.onChange((state) => seen.push(state.state))
  uplink.start()
  write(400)
  await eventually(() => cloud.lines(store.head().epoch).length > 0)
  await broker.kill()
  write(400)
  await eventually(() => uplink.state().state === 'disconnected')
  expect(uplink.state().backlog.records).toBeGreaterThanOrEqual(400)
  await broker.revive()
  await delivered(30_000)
  expect(cloud.lines(store.head().epoch)).toEqual(here())
  expect(seen).toEqual(['connected', 'disconnected', 'connected'])
})

it('an alarm arrives ahead of a long backlog, and once more in its place', async () => {
  cloud.loseBatches(1)
  write(6_000)
  uplink.start()
  await eventually(() => cloud.received() > 0)
  alarm()
  await eventually(() => cloud.express.length > 0, { within: 2_000 })
  expect(cloud.express[0]).toBe(here().at(-1))
  expect(cloud.lines(store.head().epoch)).toEqual([])
  cloud.loseBatches(0)
  await delivered(20_000)
  expect(cloud.lines(store.head().epoch).at(-1)).toBe(cloud.express[0])
})

it('alarms raised without a link go ahead as soon as there is one', async () => {
  alarm()
  alarm()
  uplink.start()
  await eventually(() => cloud.express.length === 2)
})

it('a ticket ordered by the cloud is in the book, and receipted', async () => {
  const heard: string[] = []
  uplink.onOrders((kinds) => heard.push(...kinds))
  uplink.start()
  await delivered()
  cloud.sendOrders(anOrderStream(rig.issuer).batch({ kind: 'ticket', body: aSignedTicket(rig.issuer) }))
  await eventually(() => store.book.get(aTicketNumber(1)), { within: 1_000 })
  await eventually(() => cloud.orderReceipts.length > 0)
  expect([cloud.orderReceipts[0], heard]).toEqual([expect.objectContaining({ upto: 1, missing: [] }), ['ticket']])
})

it('records of an older epoch are sent before those of the present one', async () => {
  write(700)
  const { epoch: old } = store.head()
  store.receipted({ epoch: old, upto: 5, hash: 'f'.repeat(64), missing: [] })
  expect(store.head().epoch).not.toBe(old)
  uplink.start()
  await delivered()
  expect(cloud.lines(store.head().epoch)).toEqual(here())
})

it('a cloud restored from a backup is sent again what it lost', { timeout: 30_000 }, async () => {
  write(50)
  uplink.start()
  await delivered()
  const { epoch } = store.head()
  cloud.restore(epoch, 20)
  const behind = JSON.stringify({ epoch, upto: 20, hash: (JSON.parse(here()[20] as string) as { prev: string }).prev, missing: [[21, 51]] })
  cloud.say('receipt', behind)
  // The second word counts only some seconds after the first: late mail says such things too.
  await eventually(
    () => {
      cloud.say('receipt', behind)
      return store.backlog().records > 0 || cloud.lines(epoch).length === 51
    },
    { within: 15_000 },
  )
  await delivered()
  expect(cloud.lines(epoch)).toEqual(here())
})

it('a cloud that holds other records makes this agent begin a new epoch, and is shown the old ones once', async () => {
  write(10)
  uplink.start()
  await delivered()
  const { epoch } = store.head()
  write(3)
  await delivered()
  cloud.say('receipt', JSON.stringify({ epoch, upto: 40, hash: 'e'.repeat(64), missing: [] }))
  await eventually(() => store.head().epoch !== epoch)
  await delivered()
  expect(cloud.express.map((it) => JSON.parse(it).body.kind)).toEqual(['conflict'])
})

it('a refused agent says so, works on alone and does not knock at the door all the time', async () => {
  const refused = anUplink('wrong')
  refused.start()
  await eventually(() => refused.state().state === 'refused')
  write(2)
  expect(refused.state()).toMatchObject({ state: 'refused', backlog: { records: 3 } })
})

it('an agent whose records the broker will not have says so, and does not come back every second', { timeout: 60_000 }, async () => {
  write(5)
  broker.forbid('ledger')
  uplink.start()
  await eventually(() => uplink.state().state === 'refused', { within: 40_000 })
  expect(uplink.state()).toMatchObject({ detail: 'the broker hangs up whenever something is said', backlog: { records: 6 } })
  await eventually(() => cloud.hellos.length > 0)
  expect(broker.came()).toBeLessThanOrEqual(4)
})

it('a line that breaks again and again, and lets something through each time, is a bad line and no refusal', {
  timeout: 60_000,
}, async () => {
  const seen: LinkState['state'][] = []
  uplink.onChange((state) => seen.push(state.state))
  uplink.start()
  for (let breaks = 0; breaks < 5; breaks += 1) {
    write(5)
    await delivered(20_000)
    broker.cut()
    await eventually(() => uplink.state().state === 'disconnected')
  }
  await delivered(20_000)
  expect(seen).not.toContain('refused')
})

it('garbage from the broker changes nothing', async () => {
  uplink.start()
  await delivered()
  for (const payload of ['', 'null', '{"epoch":1}', '{', '\u0000', 'x\ny']) {
    cloud.say('receipt', payload)
    cloud.say('orders', payload)
  }
  write(1)
  await delivered()
})

it('a receipt keeps the policy young only where it bears the cloud’s signed answer to this agent’s own question', {
  timeout: 30_000,
}, async () => {
  uplink.start()
  await delivered()
  write(1)
  await delivered()
  expect(store.policies.confirmedAt()).toBe(null)
  const unasked = signTime({ site: SITE, agent: AGENT }, '0'.repeat(32), new Date().toISOString(), rig.issuer)
  cloud.say('receipt', JSON.stringify({ ...receiptFor(store.head(), null), time: unasked }))
  await eventually(() => store.time.state().answers.replayed === 1)
  expect(store.policies.confirmedAt()).toBe(null)
  cloud.tellTime(rig.issuer)
  await eventually(() => store.policies.confirmedAt() !== null, { within: 20_000 })
})

it('lane status goes up on change, at most twice a second, with the newest of each lane', async () => {
  uplink.start()
  await delivered()
  for (const weightKg of [100, 200, 300]) uplink.showLane(LANE, () => ({ lane: LANE, weightKg }) as LaneStatus)
  await eventually(() => cloud.statuses.length === 2)
  expect(cloud.statuses).toEqual([
    { v: 1, lanes: [{ lane: LANE, weightKg: 100 }] },
    { v: 1, lanes: [{ lane: LANE, weightKg: 300 }] },
  ])
})

it('says goodbye when it stops', async () => {
  uplink.start()
  await delivered()
  await uplink.stop()
  await eventually(() => cloud.presence.at(-1)?.online === false)
})
