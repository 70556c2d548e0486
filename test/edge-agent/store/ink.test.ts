import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseIdentity } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import { sentence } from '#edge/seal'
import { hasher, verifierOf } from '../../../edge-agent/keys.ts'
import type { Ink } from '../../../edge-agent/store/ink.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { AGENT, anOrderStream, aRig, aSignedTicket, aState, aTicketNumber, aWeighing, LANE, type Rig, SITE } from './store-rig.ts'

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

const anInk = (different: Partial<Ink> = {}): Ink => ({
  lane: LANE,
  state: aState(),
  records: [],
  useTickets: [],
  gates: [],
  tape: '{"v":1}',
  photos: [],
  stamps: store.stamps(),
  ...different,
})
const exitOpens = { kind: 'gate', gate: 'exit', move: 'open', why: 'released' } as const
const bodyOf = (record: SealedRecord | undefined): Record<string, unknown> => JSON.parse(record?.bytes ?? '{}').body

it('a weighing is sealed, signed and linked to the record before it, and its release is minted with it', () => {
  const before = store.head()
  const { sealed, tokens } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens] }))
  const [weighing] = sealed as [SealedRecord]
  expect(weighing.identity).toEqual({ site: SITE, agent: AGENT, epoch: before.epoch, seq: 2 })
  expect(JSON.parse(weighing.bytes).prev).toBe(before.hash)
  expect(weighing.hash).toBe(hasher.hash(weighing.bytes))
  const key = verifierOf({ [rig.signer.key]: rig.signer.publicKey })
  expect(key.verify(rig.signer.key, sentence('record', weighing.hash), weighing.signature as string)).toBe(true)
  expect(bodyOf(weighing)).toMatchObject({ tape: hasher.hash('{"v":1}'), software: rig.parts.software, photos: [] })
  expect(store.evidence.text(hasher.hash('{"v":1}'))).toBe('{"v":1}')
  expect(tokens.exit).toMatch(/^1-[0-9a-f]{8}\.t1$/)
  expect(store.record(parseIdentity(`${SITE}.${AGENT}.${before.epoch}.2`) as never)).toEqual(weighing)
})

it('a token may be pulsed once, by the process that minted it', async () => {
  const { tokens } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens] }))
  expect([store.mayPulse(tokens.exit as string), store.mayPulse(tokens.exit as string)]).toEqual([true, false])
  const { tokens: unused } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing({ visit: 2 }) }], gates: [exitOpens] }))
  await store.close()
  store = rig.open()
  expect(store.mayPulse(unused.exit as string)).toBe(false)
})

it('a restart puts on record that nobody knows what became of an unanswered token, once', async () => {
  const { tokens } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens] }))
  await store.close()
  store = rig.open()
  const outcome = store.record({ site: SITE, agent: AGENT, epoch: store.head().epoch, seq: store.head().seq })
  expect(outcome?.kind).toBe('gate-outcome')
  expect(bodyOf(outcome ?? undefined)).toMatchObject({ token: tokens.exit, outcome: 'unknown' })
  const { seq } = store.head()
  await store.close()
  store = rig.open()
  expect(store.head().seq).toBe(seq)
})

it('the board’s answer is put on record once', () => {
  const { tokens } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens] }))
  const answer = { lane: LANE, token: tokens.exit as string, outcome: 'accepted', detail: '' } as const
  expect(store.gateAnswered(answer)?.kind).toBe('gate-outcome')
  expect(store.gateAnswered({ ...answer, outcome: 'refused' })).toBeNull()
})

it('an exit without a weighing or a decision in the same ink is not opened, and nothing is written', () => {
  const { seq } = store.head()
  expect(() => store.ink(anInk({ gates: [exitOpens] }))).toThrow('decides')
  expect(store.head().seq).toBe(seq)
  expect(store.laneState(LANE)).toBeNull()
})

it.each([
  ['a weighing that holds', { kind: 'weighing', body: aWeighing({ verdict: 'hold' }) }],
  ['a weighing that asks', { kind: 'weighing', body: aWeighing({ verdict: 'ask' }) }],
  ['a refusal', { kind: 'decision', body: { lane: LANE, visit: 1, act: 'refuse', reason: '', operator: 'zhang' } }],
  ['an answer that never came', { kind: 'decision', body: { lane: LANE, visit: 1, act: 'timed-out', reason: '', operator: 'automatic' } }],
] as const)('%s opens no exit', (_what, record) => {
  expect(() => store.ink(anInk({ records: [record], gates: [exitOpens] }))).toThrow('decides')
  expect(store.head().seq).toBe(1)
})

it('an entry opens for an arrival that has no record yet', () => {
  const { sealed, tokens } = store.ink(anInk({ gates: [{ ...exitOpens, gate: 'entry', why: 'arrival' }] }))
  expect(sealed).toEqual([])
  expect(store.mayPulse(tokens.entry as string)).toBe(true)
})

it('later records of the visit point to its weighing and leave on its token', () => {
  const { tokens } = store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens] }))
  const passage = { lane: LANE, passage: 1, visit: 1, plate: null, ticket: null, zeroAfterKg: null }
  const free = store.ink(anInk({ tape: null, records: [{ kind: 'passage', body: passage, free: true }] }))
  expect(bodyOf(free.sealed[0])).toMatchObject({ weighing: 2, token: tokens.exit })
  const second = store.ink(anInk({ tape: null, records: [{ kind: 'passage', body: { ...passage, passage: 2 }, free: true }] }))
  expect(bodyOf(second.sealed[0])).toMatchObject({ token: null })
  const escaped = store.ink(
    anInk({ tape: null, records: [{ kind: 'passage', body: { ...passage, passage: 3, visit: null }, free: false }] }),
  )
  expect(bodyOf(escaped.sealed[0])).toMatchObject({ weighing: null, token: null })
})

it('an occurrence is raised once, however often it is seen', () => {
  const alarm = {
    kind: 'alarm',
    body: { kind: 'escape', severity: 'critical', lane: LANE, occurrence: 'north/1', facts: { plate: '陕K1' } },
  } as const
  expect(store.ink(anInk({ records: [alarm] })).sealed).toHaveLength(1)
  expect(store.ink(anInk({ records: [alarm] })).sealed).toHaveLength(0)
})

it('a ticket is checked in with the tare of this weighing and used once', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'ticket', body: aSignedTicket(rig.issuer) }))
  const tare = aWeighing({ kind: 'tare', weightKg: 15_640 })
  const checkIn = { kind: 'use-ticket', number: aTicketNumber(1), from: 'issued', to: 'checked-in', tare: 'this-weighing' } as const
  store.ink(anInk({ records: [{ kind: 'weighing', body: tare }], useTickets: [checkIn] }))
  const { epoch } = store.head()
  expect(store.book.get(aTicketNumber(1))).toMatchObject({
    state: 'checked-in',
    sealGood: true,
    tare: { kg: 15_640, epoch, seq: 2, at: tare.weighedAt },
    usedAt: null,
  })
  const leave = { kind: 'use-ticket', number: aTicketNumber(1), from: 'checked-in', to: 'released', tare: 'keep' } as const
  const gross = { records: [{ kind: 'weighing', body: aWeighing({ visit: 2 }) }], useTickets: [leave], gates: [exitOpens] } as const
  store.ink(anInk(gross))
  const { seq } = store.head()
  expect(() => store.ink(anInk(gross))).toThrow(expect.objectContaining({ code: 'ticket-moved' }))
  expect(store.head().seq).toBe(seq)
  const used = store.book.get(aTicketNumber(1))
  expect(used).toMatchObject({ state: 'released', tare: { kg: 15_640 } })
  expect(used?.usedAt).toMatch(/^north 20/)
})

it('an operator who releases later checks the ticket in with the weighing of that visit', () => {
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'ticket', body: aSignedTicket(rig.issuer) }))
  store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing({ weightKg: 15_700, verdict: 'ask' }) }] }))
  const decision = { lane: LANE, visit: 1, act: 'release', reason: '车号核对无误', operator: 'zhang' } as const
  const { sealed } = store.ink(
    anInk({
      tape: null,
      records: [{ kind: 'decision', body: decision }],
      useTickets: [{ kind: 'use-ticket', number: aTicketNumber(1), from: 'issued', to: 'checked-in', tare: 'this-weighing' }],
      gates: [exitOpens],
    }),
  )
  expect(bodyOf(sealed[0])).toMatchObject({ act: 'release', weighing: 2 })
  expect(store.book.get(aTicketNumber(1))?.tare).toMatchObject({ kg: 15_700, seq: 2 })
})

it('a record that breaks its schema is never sealed', () => {
  const { seq } = store.head()
  expect(() => store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing({ weightKg: 1.5 as never }) }] }))).toThrow('weightKg')
  expect(store.head().seq).toBe(seq)
})

it('listeners hear of records once they are durable, in order', () => {
  const heard: number[] = []
  store.onAppended((records) => heard.push(...records.map((it) => it.identity.seq)))
  store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }] }))
  expect(() => store.ink(anInk({ records: [{ kind: 'weighing', body: aWeighing() }], gates: [exitOpens, exitOpens] }))).toThrow('once')
  store.raise({ kind: 'device-silent', severity: 'high', lane: LANE, occurrence: 'scale/1', facts: {} })
  expect(heard).toEqual([2, 3])
})
