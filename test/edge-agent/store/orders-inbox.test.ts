import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import type { Epoch, SiteId } from '#edge/ids'
import { signBody } from '#edge/seal'
import { type Batch, ordersOf, signHead } from '#edge/stream'
import { bookEntry, bookHash } from '#edge/ticket'
import { agentKey, hasher } from '../../../edge-agent/keys.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { AGENT, anOrderStream, aPolicy, aRig, aSignedTicket, aTicketNumber, type Rig, SITE } from './store-rig.ts'

let rig: Rig
let store: Store
beforeEach(() => {
  rig = aRig()
  store = rig.open()
})
afterEach(async () => {
  await store.close()
  rig.remove()
})

const ticket = (serial: number, plate = '陕K12345') => ({
  kind: 'ticket' as const,
  body: aSignedTicket(rig.issuer, { number: aTicketNumber(serial), plate }),
})
const alarms = (): Record<string, unknown>[] => store.alarmsWaiting(20).map((it) => JSON.parse(it.bytes).body)

it('tickets, vehicles and the policy arrive in order, are receipted, and are still there after a restart', async () => {
  const car = {
    plate: '陕KD1234',
    use: 'non-cargo',
    what: '洒水车',
    capKg: 9_000,
    axles: 2,
    drivenAxles: 1,
    combination: false,
    suspended: false,
  } as const
  const batch = anOrderStream(rig.issuer).batch({ kind: 'policy', body: signBody('policy', aPolicy(), rig.issuer) }, ticket(1), {
    kind: 'vehicle',
    body: car,
  })
  expect(store.orders.apply(batch)).toEqual({
    receipt: { epoch: batch.epoch, upto: 3, hash: batch.head.hash, missing: [] },
    applied: ['policy', 'ticket', 'vehicle'],
  })
  await store.close()
  store = rig.open()
  expect(store.orders.head()).toEqual({ epoch: batch.epoch, seq: 3, hash: batch.head.hash })
  expect(store.policies.current()).toEqual(aPolicy())
  expect(store.register.candidates(['陕KD1234'])).toEqual([car])
  expect(store.book.get(aTicketNumber(1))).toMatchObject({ state: 'issued', sealGood: true, tare: null, usedAt: null })
})

it('the book proves itself with the hash the cloud computes from what it sent', () => {
  const stream = anOrderStream(rig.issuer)
  const [one, two] = [ticket(1), ticket(2)]
  store.orders.apply(stream.batch(one, two))
  store.orders.apply(stream.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: '重复', state: 'voided' } }))
  const entries = [bookEntry(aTicketNumber(1), one.body.signature, true), bookEntry(aTicketNumber(2), two.body.signature, false)]
  expect(store.book.proof()).toEqual({ tickets: 2, hash: bookHash(entries, hasher) })
  expect(store.book.get(aTicketNumber(1))?.state).toBe('voided')
})

it('a plate finds the tickets one confusable letter away, and no others', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch(ticket(1, '陕K8B123'), ticket(2, '陕KBB123'), ticket(3, '陕K77777')))
  const found = store.book.candidates(['陕K88123']).map((it) => it.ticket.number)
  expect(found).toEqual([aTicketNumber(1), aTicketNumber(2)])
  expect(store.book.candidates(['陕K00000'])).toEqual([])
})

it('a batch again changes nothing and is receipted again; one after a gap asks for what is missing', () => {
  const stream = anOrderStream(rig.issuer)
  const [first, second, third] = [stream.batch(ticket(1)), stream.batch(ticket(2)), stream.batch(ticket(3))]
  store.orders.apply(first)
  expect(store.orders.apply(first)).toMatchObject({ receipt: { upto: 1, missing: [] }, applied: [] })
  expect(store.orders.apply(third)).toMatchObject({ receipt: { upto: 1, missing: [[2, 3]] }, applied: [] })
  expect(store.book.get(aTicketNumber(3))).toBeNull()
  store.orders.apply(second)
  expect(store.orders.apply(third)).toMatchObject({ receipt: { upto: 3, missing: [] }, applied: ['ticket'] })
})

it('a batch of the first kind ever that does not begin at 1 asks for the beginning', () => {
  const stream = anOrderStream(rig.issuer)
  stream.batch(ticket(1))
  expect(store.orders.apply(stream.batch(ticket(2)))).toMatchObject({ receipt: { upto: 0, missing: [[1, 2]] }, applied: [] })
})

it('a tampered ticket is not entered and raises its alarm; the stream goes on', () => {
  const good = aSignedTicket(rig.issuer)
  const tampered = { ...good, body: { ...good.body, plannedNetKg: 99_000 } }
  const answer = store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'ticket', body: tampered }, ticket(2)))
  expect(answer).toMatchObject({ receipt: { upto: 2, missing: [] }, applied: ['ticket'] })
  expect([store.book.get(aTicketNumber(1)), store.book.get(aTicketNumber(2))?.sealGood]).toEqual([null, true])
  expect(alarms()).toEqual([expect.objectContaining({ kind: 'seal-broken', severity: 'critical', occurrence: 'order/1-0c10ad01/1' })])
  expect(store.orders.refused()).toBe(1)
})

it('a ticket edited in the database afterwards no longer bears its seal', async () => {
  store.orders.apply(anOrderStream(rig.issuer).batch(ticket(1)))
  await store.close()
  const database = openDatabase(rig.parts.folder)
  database.run(`update ticket set signed = replace(signed, '32000', '49000')`)
  database.close()
  store = rig.open()
  expect(store.book.get(aTicketNumber(1))).toMatchObject({ ticket: { plannedNetKg: 49_000 }, sealGood: false })
})

it('orders under a foreign issuer’s head are not obeyed and not answered, and raise one alarm however often they come', () => {
  const foreign = agentKey(`${rig.folder}/foreign.key`)
  const batch = anOrderStream(foreign).batch(ticket(1))
  for (const _time of [1, 2]) expect(store.orders.apply(batch)).toEqual({ receipt: null, applied: [] })
  expect(alarms()).toEqual([expect.objectContaining({ kind: 'seal-broken', facts: expect.objectContaining({ why: 'foreign-issuer' }) })])
  expect(store.orders.head()).toBeNull()
})

it('a policy the issuer has not signed never comes into force', () => {
  const foreign = agentKey(`${rig.folder}/foreign.key`)
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'policy', body: signBody('policy', aPolicy(), foreign) }))
  expect([store.policies.current(), store.policies.version()]).toEqual([null, 0])
  expect(alarms()).toHaveLength(1)
})

it('the newest policy rules, whatever came last', () => {
  const stream = anOrderStream(rig.issuer)
  for (const version of [2, 1])
    store.orders.apply(stream.batch({ kind: 'policy', body: signBody('policy', aPolicy({ version }), rig.issuer) }))
  expect(store.policies.current()?.version).toBe(2)
})

it('orders for another site, another number or of an unknown kind keep their place and are counted', () => {
  const orders = (seq: number, different: object, prev: string): string =>
    canonical({
      v: 1,
      site: SITE,
      agent: AGENT,
      epoch: '1-0c10ad01',
      seq,
      prev,
      suite: 'ed25519-sha256',
      key: rig.issuer.key,
      kind: 'ticket',
      at: '2026-11-21T00:00:00Z',
      body: aSignedTicket(rig.issuer),
      ...different,
    })
  const lines: { bytes: string; signature: null }[] = []
  let prev = '0'.repeat(64)
  for (const different of [{ site: 'elsewhere' }, { seq: 7 }, { kind: 'dance', body: {} }, { body: { number: 'x' } }]) {
    const bytes = orders(lines.length + 1, different, prev)
    prev = hasher.hash(bytes)
    lines.push({ bytes, signature: null })
  }
  const epoch = '1-0c10ad01' as Epoch
  const batch: Batch = { epoch, from: 1, lines, head: signHead(ordersOf(SITE, AGENT), { epoch, seq: 4, hash: prev }, rig.issuer) }
  expect(store.orders.apply(batch)).toMatchObject({ receipt: { upto: 4 }, applied: [] })
  expect([store.orders.refused(), store.book.proof().tickets]).toEqual([4, 0])
})

it('a ticket of another site is not this site’s', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'ticket', body: aSignedTicket(rig.issuer, { site: 'fugu' as SiteId }) }))
  expect(store.book.get(aTicketNumber(1))).toBeNull()
})

it('other orders under the same numbers are a conflict: nothing is applied, the alarm says so', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch(ticket(1), ticket(2)))
  const forked = anOrderStream(rig.issuer)
  forked.batch(ticket(5))
  const batch = forked.batch(ticket(6), ticket(7))
  expect(store.orders.apply(batch)).toMatchObject({ receipt: { upto: 2 }, applied: [] })
  expect(alarms()).toEqual([expect.objectContaining({ kind: 'conflict', facts: expect.objectContaining({ why: 'other-bytes' }) })])
})

it('a later epoch of the cloud begins anew and leaves what has been used here used; an earlier one is over', () => {
  const old = anOrderStream(rig.issuer)
  store.orders.apply(old.batch(ticket(1)))
  const restored = anOrderStream(rig.issuer, '2-0c10ad02' as Epoch)
  expect(store.orders.apply(restored.batch(ticket(1), ticket(2)))).toMatchObject({ receipt: { epoch: '2-0c10ad02', upto: 2 } })
  expect(store.orders.apply(old.batch(ticket(3)))).toMatchObject({ receipt: { epoch: '2-0c10ad02', upto: 2 }, applied: [] })
  expect(store.book.proof().tickets).toBe(2)
})

it('a policy’s age runs from the cloud’s last word, and without one it has no end', async () => {
  expect(store.policies.age()).toBe(Number.MAX_SAFE_INTEGER)
  store.policies.confirm()
  expect(store.policies.age()).toBeLessThan(5_000)
  await store.close()
  store = rig.open()
  expect(store.policies.age()).toBeLessThan(60_000)
})

it('a store that was put back asks for its orders anew, and so learns which of its tickets have left', async () => {
  const stream = anOrderStream(rig.issuer)
  const first = stream.batch(ticket(1))
  store.orders.apply(first)
  await store.close()
  const file = join(rig.parts.folder, DATABASE_FILE)
  copyFileSync(file, join(rig.folder, 'backup'))
  store = rig.open()
  store.raise({ kind: 'device-silent', severity: 'high', lane: null, occurrence: 'scale', facts: {} })
  await store.close()
  copyFileSync(join(rig.folder, 'backup'), file)

  store = rig.open()
  expect(store.orders.head()).toBeNull()
  store.orders.apply(first)
  store.orders.apply(stream.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: 'left already', state: 'voided' } }))
  expect(store.book.get(aTicketNumber(1))?.state).toBe('voided')
  expect(store.orders.head()?.seq).toBe(2)
})

it('a receipt for records this store never had makes it ask for its orders anew too', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch(ticket(1)))
  const { epoch, seq } = store.head()
  store.receipted({ epoch, upto: seq + 5, hash: 'a'.repeat(64), missing: [] })
  expect(store.orders.head()).toBeNull()
})
