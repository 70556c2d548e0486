import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LaneStatus } from '#edge/lane-status'
import { type Hello, type MessageName, readTopic, topicOf } from '#edge/messages'
import { decodeBatch, emptyHead, type Head, type Receipt, receiptFor } from '#edge/stream'
import { milliseconds } from '#edge/units'
import { hasher } from '../../../edge-agent/keys.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import type { connection } from '../../../edge-agent/sync/connection.ts'
import { createUplink, type Uplink } from '../../../edge-agent/sync/uplink.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { aRig, aState, LANE, type Rig } from '../store/store-rig.ts'

/** The real uplink over a line that carries so little that whatever is said too early stands before the next alarm (reliability T08). */
let clock: ManualClock
let rig: Rig
let store: Store
beforeEach(() => {
  clock = manualClock()
  rig = aRig({ clock })
  store = rig.open()
})
afterEach(async () => {
  const closed = store.close()
  await clock.advance(5_000)
  await closed
  rig.remove()
})

const backlog = (count: number): void => {
  const records = Array.from(
    { length: count },
    (_, at) => ({ kind: 'alarm-returned', body: { kind: 'device-silent', occurrence: `scale/${at}` } }) as const,
  )
  store.ink({ lane: LANE, state: aState(), records, useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
}

interface Line {
  bytesPerSecond: number
  /** Each way. */
  readonly delayMs: number
}
interface Seen {
  /** Bytes that went up, by message. */
  readonly said: Partial<Record<MessageName, number>>
  /** When an alarm of the journal, by its number, first was in the cloud. */
  readonly alarms: Map<number, number>
  /** How far the ledger of the cloud stands, and how many records arrived that it held. */
  upto: number
  again: number
}

/** A line with a cloud at its end that holds what comes in order, and answers each batch and each hello, as the real one does. */
function over(line: Line): { readonly toBroker: typeof connection; readonly seen: Seen } {
  const seen: Seen = { said: {}, alarms: new Map(), upto: 0, again: 0 }
  let have: Head = emptyHead(store.head().epoch)
  let free = 0
  const noted = (seq: number, bytes: string): void => {
    if (bytes.includes('"kind":"alarm","mono"') && !seen.alarms.has(seq)) seen.alarms.set(seq, clock.monotonic())
  }
  const hear = (name: MessageName, payload: string, answer: (receipt: Receipt) => void): void => {
    if (name === 'hello') answer(receiptFor(have, (JSON.parse(payload) as Hello).records))
    const reading = decodeBatch(payload)
    if (!reading.ok) return
    const { from, lines, head } = reading.batch
    for (const [at, { bytes }] of lines.entries()) {
      const seq = from + at
      if (name === 'express' || seq === have.seq + 1) noted(seq, bytes)
      if (name === 'express') continue
      if (seq <= have.seq) seen.again += 1
      if (seq === have.seq + 1) have = { epoch: head.epoch, seq, hash: hasher.hash(bytes) }
    }
    seen.upto = have.seq
    if (name === 'ledger') answer(receiptFor(have, head))
  }
  const toBroker: typeof connection = (parts) => ({
    start: () => parts.onConnected(),
    stop: async () => {},
    connected: () => true,
    proven: () => {},
    publish({ topic, payload }) {
      const name = readTopic(topic)?.message as MessageName
      const bytes = Buffer.byteLength(payload) + topic.length
      seen.said[name] = (seen.said[name] ?? 0) + bytes
      free = Math.max(free, clock.monotonic()) + (bytes / line.bytesPerSecond) * 1_000
      clock.timer(milliseconds(free + line.delayMs - clock.monotonic()), () =>
        hear(name, payload, (receipt) => {
          const text = Buffer.from(JSON.stringify(receipt))
          clock.timer(milliseconds(line.delayMs), () => parts.onMessage(topicOf(rig.parts.site, rig.parts.agent, 'receipt'), text))
        }),
      )
    },
  })
  return { toBroker, seen }
}

/** As large as a lane's is while a vehicle is on it: twenty seconds of weight. */
const shown = (lane: string): LaneStatus =>
  ({ lane, devices: 'x'.repeat(300), trace: Array.from({ length: 80 }, (_, at) => [at * 250, 48_900 + at]) }) as unknown as LaneStatus

/** As many records as a night without a network leaves, and alarms among them. */
function aNightOf(records: number): void {
  backlog(records)
  for (let nth = 0; nth < 15; nth += 1)
    store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `before/${nth}`, facts: {} })
}
/** Ninety seconds of a site at work: an alarm every two seconds. Returns how late each was in the cloud, least first, in milliseconds. */
async function atWork(
  uplink: Uplink,
  seen: Seen,
  { lanes, recordsPerSecond, alarmEverySeconds = 2 }: { lanes: number; recordsPerSecond: number; alarmEverySeconds?: number },
): Promise<number[]> {
  const raised = new Map<number, number>()
  for (let second = 0; second < 90; second += 1) {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      for (let lane = 0; lane < lanes; lane += 1) uplink.showLane(`${lane}`, () => shown(`${lane}`))
      await clock.advance(100)
    }
    if (second % alarmEverySeconds === alarmEverySeconds - 1) {
      store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: `now/${second}`, facts: {} })
      raised.set(store.head().seq, clock.monotonic())
    }
    if (recordsPerSecond > 0) backlog(recordsPerSecond)
  }
  await clock.advance(20_000)
  return [...raised].map(([seq, at]) => (seen.alarms.get(seq) ?? Number.POSITIVE_INFINITY) - at).sort((one, other) => one - other)
}
const uplinkOver = (toBroker: typeof connection): Uplink =>
  createUplink({ ...rig.parts, url: '', password: '', ca: null, store, chance: () => 0.5 }, toBroker)

const THIN: Line = { bytesPerSecond: 8_000, delayMs: 65 }
it.each([
  ['64 kbit/s', THIN, { lanes: 0, latestMs: 2_000, medianMs: 1_300 }],
  ['64 kbit/s by satellite', { bytesPerSecond: 8_000, delayMs: 350 }, { lanes: 0, latestMs: 3_000, medianMs: 1_500 }],
  ['32 kbit/s', { bytesPerSecond: 4_000, delayMs: 30 }, { lanes: 0, latestMs: 4_000, medianMs: 2_500 }],
  ['64 kbit/s with four lanes at work', THIN, { lanes: 4, latestMs: 3_000, medianMs: 1_500 }],
])('over %s a backlog holds up no alarm for long, and little goes twice', async (_name, line, { lanes, latestMs, medianMs }) => {
  aNightOf(3_000)
  const { toBroker, seen } = over(line)
  const uplink = uplinkOver(toBroker)
  uplink.start()
  const late = await atWork(uplink, seen, { lanes, recordsPerSecond: 10 })
  expect(late.at(-1)).toBeLessThan(latestMs)
  expect(late[late.length >> 1]).toBeLessThan(medianMs)
  expect(seen.again / seen.upto).toBeLessThan(0.05)
  // Not by keeping records back: they have most of the line.
  expect(seen.said.ledger ?? 0).toBeGreaterThan(0.6 * line.bytesPerSecond * 90)
  await uplink.stop()
})

it('what four lanes look like holds up no alarm for long where nothing else is said', async () => {
  const { toBroker, seen } = over(THIN)
  const uplink = uplinkOver(toBroker)
  uplink.start()
  await clock.advance(5_000)
  const late = await atWork(uplink, seen, { lanes: 4, recordsPerSecond: 0 })
  expect(late.at(-1)).toBeLessThan(4_000)
  expect(late[late.length >> 1]).toBeLessThan(1_500)
  await uplink.stop()
})

it('nor after a minute in which nothing else was said at all', async () => {
  const { toBroker, seen } = over(THIN)
  const uplink = uplinkOver(toBroker)
  uplink.start()
  const late = await atWork(uplink, seen, { lanes: 4, recordsPerSecond: 0, alarmEverySeconds: 60 })
  expect(late.at(-1)).toBeLessThan(3_000)
  await uplink.stop()
})

it('a line that becomes thin with much under way is not filled anew with what it bears already', async () => {
  aNightOf(3_000)
  const line = { bytesPerSecond: 200_000, delayMs: 65 }
  const { toBroker, seen } = over(line)
  const uplink = uplinkOver(toBroker)
  uplink.start()
  await clock.advance(3_000)
  line.bytesPerSecond = THIN.bytesPerSecond
  const late = await atWork(uplink, seen, { lanes: 0, recordsPerSecond: 10 })
  expect(seen.again / seen.upto).toBeLessThan(0.1)
  // What stood in the line when it became thin takes half a minute; then an alarm is as soon there as ever.
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(1_500)
  await uplink.stop()
})
