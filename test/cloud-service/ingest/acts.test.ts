import { beforeAll, describe, expect, it } from 'vitest'
import type { ManualAct } from '#edge/acts'
import type { LaneId } from '#edge/ids'
import type { RecordBody } from '#edge/records'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { compareTotals } from '../../../cloud-service/jobs/compare-totals.ts'
import { shareTares } from '../../../cloud-service/orders/tare-sharing.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { aTeller } from './a-teller.ts'
import { AgentDouble, aTareOf, aWeighing, newKey } from './agent-double.ts'
import { issueTicket, settle } from './town.ts'

const issuing = { issuer: newKey(), clock: trueClock() }
let pool: Pool
let sites = 0

beforeAll(async () => {
  pool = testPool(await freshDatabase())
})
const rows = async <T extends object = object>(text: string, values: unknown[] = []): Promise<T[]> =>
  asIngest(pool, async (tx) => (await tx.query<T>(text, values)).rows)

/** A site of its own, with a ticket for its truck. */
async function aSite(): Promise<{ agent: AgentDouble; ticket: string; tell: () => Promise<void> }> {
  sites += 1
  const agent = new AgentDouble(`lane-${sites}`, 'a1')
  await settle(pool, [agent])
  const ticket = `610881-261121-DDDDDDD${sites % 10}${Math.floor(sites / 10)}`
  await issueTicket(pool, agent.site, ticket)
  const { tell } = await aTeller(pool, agent, issuing)
  return { agent, ticket, tell }
}
const aDecision = (
  act: ManualAct | 'timed-out' | 'turned-back',
  weighing: number | null,
  differs: Partial<RecordBody<'decision'>> = {},
): RecordBody<'decision'> => ({
  lane: 'north' as LaneId,
  visit: weighing === null ? null : 1,
  weighing: weighing as never,
  act,
  reason: 'checked-by-eye',
  operator: 'zhang',
  note: '',
  second: null,
  photo: null,
  ...differs,
})
const ticketOf = async (number: string) =>
  (await rows('select state, tare_kg as tare, gross_kg as gross, net_kg as net from ticket where number = $1', [number]))[0]
const tonnage = async (site: string): Promise<number> =>
  (await rows<{ kg: number }>('select coalesce(sum(net_kg), 0)::int as kg from tonnage_hourly where site = $1', [site]))[0]?.kg ?? -1

/** The nightly job derives the same from the ledger alone. */
const derivesAgain = async (): Promise<void> =>
  expect(await compareTotals(pool, issuing.clock)).toMatchObject({ ok: true, figures: { differences: 0 } })

const CHECKED_IN = { state: 'checked-in', tare: 15_900, gross: null, net: null }
const RELEASED = { state: 'released', tare: 15_900, gross: 48_900, net: 33_000 }
const HELD = { state: 'held', tare: 15_900, gross: 48_900, net: 33_000 }

describe('a ticket whose truck was let go and', () => {
  it.each<[string, ManualAct | 'turned-back', object, number]>([
    ['is held by a person is held, its tonnes not counted', 'hold', HELD, 0],
    ['whose weighing is voided is what it was before', 'void', CHECKED_IN, 0],
    ['is weighed again is what it was before', 're-weigh', CHECKED_IN, 0],
    ['gets another plate is what it was before', 'plate', CHECKED_IN, 0],
    ['backs off is what it was before', 'turned-back', CHECKED_IN, 0],
    ['is helped by a lift stays released', 'lift', RELEASED, 33_000],
    ['is let go once more stays released', 'release', RELEASED, 33_000],
    ['at a lane that a person attends stays released', 'attended-on', RELEASED, 33_000],
  ])('%s', async (_, act, after, kg) => {
    const { agent, ticket, tell } = await aSite()
    agent.append('weighing', aTareOf(ticket))
    const gross = agent.append('weighing', aWeighing({ ticket: ticket as never }))
    await tell()
    expect([await ticketOf(ticket), await tonnage(agent.site)]).toEqual([RELEASED, 33_000])
    agent.append('decision', aDecision(act, gross))
    await tell()
    expect([await ticketOf(ticket), await tonnage(agent.site)]).toEqual([after, kg])
    await derivesAgain()
  })
})

it('tells all of it at once as it tells it one by one', async () => {
  const { agent, ticket, tell } = await aSite()
  agent.append('weighing', aTareOf(ticket))
  const first = agent.append('weighing', aWeighing({ ticket: ticket as never }))
  agent.append('decision', aDecision('re-weigh', first))
  const again = { nth: 2, because: 're-weigh' } as const
  const second = agent.append('weighing', aWeighing({ ticket: ticket as never, weightKg: 50_400, netKg: 34_500, verdict: 'hold', again }))
  agent.append('decision', aDecision('release', second, { second: 'wang' }))
  await tell()
  expect(await ticketOf(ticket)).toEqual({ state: 'released', tare: 15_900, gross: 50_400, net: 34_500 })
  expect(await tonnage(agent.site)).toBe(34_500)
  expect(await rows('select nth, because from weighing where site = $1 order by seq', [agent.site])).toEqual([
    { nth: null, because: null },
    { nth: null, because: null },
    { nth: 2, because: 're-weigh' },
  ])
  expect(await rows('select state from ticket_history where ticket = $1 order by number', [ticket])).toEqual(
    ['issued', 'checked-in', 'released', 'checked-in', 'held', 'released'].map((state) => ({ state })),
  )
  await derivesAgain()
})

it('gives a voided tare back, and takes the next one', async () => {
  const { agent, ticket, tell } = await aSite()
  const tare = agent.append('weighing', aTareOf(ticket))
  agent.append('decision', aDecision('void', tare))
  await tell()
  expect(await ticketOf(ticket)).toEqual({ state: 'issued', tare: null, gross: null, net: null })
  agent.append('weighing', aTareOf(ticket, { weightKg: 16_200 }))
  await tell()
  expect(await ticketOf(ticket)).toEqual({ state: 'checked-in', tare: 16_200, gross: null, net: null })
})

it('releases in one pass on a stored tare, and takes exactly that back', async () => {
  const { agent, ticket, tell } = await aSite()
  const gross = agent.append('weighing', aWeighing({ ticket: ticket as never }))
  await tell()
  expect(await ticketOf(ticket)).toEqual(RELEASED)
  agent.append('decision', aDecision('turned-back', gross, { operator: 'automatic' }))
  await tell()
  expect(await ticketOf(ticket)).toEqual({ state: 'issued', tare: null, gross: null, net: null })
  await derivesAgain()
})

it('counts a held truck once when it is let go, held and let go again', async () => {
  const { agent, ticket, tell } = await aSite()
  agent.append('weighing', aTareOf(ticket))
  const gross = agent.append('weighing', aWeighing({ ticket: ticket as never, verdict: 'hold' }))
  const steps: [ManualAct, object, number][] = [
    ['release', RELEASED, 33_000],
    ['hold', HELD, 0],
    ['release', RELEASED, 33_000],
  ]
  for (const [act, after, kg] of steps) {
    agent.append('decision', aDecision(act, gross))
    await tell()
    expect([act, await ticketOf(ticket), await tonnage(agent.site)]).toEqual([act, after, kg])
  }
  await derivesAgain()
})

it('does not release a held truck’s ticket by lifting the gate for it', async () => {
  const { agent, ticket, tell } = await aSite()
  agent.append('weighing', aTareOf(ticket))
  const gross = agent.append('weighing', aWeighing({ ticket: ticket as never, verdict: 'hold' }))
  agent.append('decision', aDecision('lift', gross, { gate: 'exit', second: 'wang' }))
  await tell()
  expect([await ticketOf(ticket), await tonnage(agent.site)]).toEqual([HELD, 0])
})

it('lists acts with nobody there, looks at a scale and later photos, once each', async () => {
  const { agent, tell } = await aSite()
  const photo = 'a'.repeat(64)
  agent.append('decision', aDecision('lift', null, { reason: 'other', note: '消防车要通过', second: 'wang', photo, gate: 'entry' }))
  agent.append('scale-check', {
    lane: 'north' as LaneId,
    what: 'known-weight',
    knownKg: 20_000,
    shownKg: 20_020,
    limitKg: 40,
    seal: null,
    good: true,
    note: '',
    operator: 'li',
  })
  const weighing = agent.append('weighing', aWeighing())
  agent.append('photos', {
    lane: 'north' as LaneId,
    visit: 1,
    weighing: weighing as never,
    photos: [
      { hash: 'b'.repeat(64), camera: 'front', at: '2026-11-21T08:00:01.000Z' },
      { hash: 'c'.repeat(64), camera: 'rear', at: '2026-11-21T08:00:02.000Z' },
    ],
  })
  await tell()
  expect(
    await rows('select act, operator, second, photo, visit, body from manual_act where site = $1 order by seq', [agent.site]),
  ).toMatchObject([
    { act: 'lift', operator: 'zhang', second: 'wang', photo, visit: null, body: { note: '消防车要通过', gate: 'entry' } },
    { act: 'scale-check', operator: 'li', body: { what: 'known-weight', good: true } },
  ])
  expect(await rows('select weighing, camera from later_photo where site = $1 order by ordinal', [agent.site])).toEqual([
    { weighing, camera: 'front' },
    { weighing, camera: 'rear' },
  ])
})

it('orders a good tare to the sites where the city lets it count, and a doubted one to none', async () => {
  const [here, there] = [await aSite(), await aSite()]
  const share = { issuing, from: here.agent.site, to: there.agent.site, by: '市局' }
  const ordered = () =>
    rows<{ body: object }>(`select bytes::json -> 'body' as body from orders where site = $1 and kind = 'tare' order by seq`, [
      there.agent.site,
    ])
  here.agent.append('weighing', aTareOf(here.ticket))
  await here.tell()
  expect(await ordered()).toEqual([])
  expect(await asIngest(pool, (tx) => shareTares(tx, { ...share, share: true }))).toBe('done')
  const seq = here.agent.append('weighing', aTareOf(here.ticket, { visit: 2 }))
  here.agent.append('weighing', aTareOf(here.ticket, { visit: 3, verdict: 'ask' }))
  here.agent.append('weighing', aWeighing({ visit: 4 }))
  await here.tell()
  const { site, epoch } = here.agent
  const tare = { plate: '陕KB6718', trailer: null, kg: 15_900, at: '2026-11-21T08:00:00.000Z', site, approved: true, epoch, seq }
  expect(await ordered()).toEqual([{ body: tare }])
  expect(await asIngest(pool, (tx) => shareTares(tx, { ...share, share: false }))).toBe('done')
  here.agent.append('weighing', aTareOf(here.ticket, { visit: 5 }))
  await here.tell()
  expect(await ordered()).toHaveLength(1)
})
