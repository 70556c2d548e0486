import { beforeAll, describe, expect, it } from 'vitest'
import type { Booklet } from '#edge/booklet'
import type { Epoch, TicketNumber } from '#edge/ids'
import { bodyIsSigned } from '#edge/seal'
import type { SignedTicket } from '#edge/ticket'
import { qrIsSigned, readQr } from '#edge/ticket-qr'
import { hours, after as later } from '#edge/units'
import { closeBooklets } from '../../../cloud-service/booklets/close.ts'
import { withdrawBooklet } from '../../../cloud-service/booklets/withdraw.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createRecorder } from '../../../cloud-service/ingest/record.ts'
import { compareTotals } from '../../../cloud-service/jobs/compare-totals.ts'
import { expireTickets } from '../../../cloud-service/jobs/expire-tickets.ts'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { fillBook } from '../../../cloud-service/orders/fill-book.ts'
import { replayQuarantine } from '../../../cloud-service/quarantine/replay.ts'
import { voidTicket } from '../../../cloud-service/tickets/void.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, aTareOf, aWeighing } from '../ingest/agent-double.ts'
import { aDraw, aTown, EIGHT, PLATES, SIX, saidAt, TEN } from './a-town.ts'

let pool: Pool
let owner: Pool
let town: Awaited<ReturnType<typeof aTown>>
beforeAll(async () => {
  const url = await freshDatabase()
  pool = testPool(url)
  owner = testPool(url, null, 1)
  town = await aTown(pool)
})
const rows = async <T extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  asIngest(pool, async (tx) => (await tx.query<T>(text, values)).rows)

const whysAt = async (site: string): Promise<string[]> =>
  (
    await rows<{ says: string }>(
      `select kind || ' ' || coalesce(facts ->> 'why', '') || ' ' || coalesce(facts ->> 'serial', '') as says from alarm where site = $1 order by says`,
      [site],
    )
  ).map(({ says }) => says.trim())
const ticketsOf = (booklet: Booklet) =>
  rows(`select number, state, net_kg as net from ticket where origin ->> 'booklet' = $1 order by (origin ->> 'serial')::int`, [
    booklet.booklet,
  ])
const drawsOf = async (booklet: Booklet): Promise<number> =>
  (await rows<{ n: number }>('select count(*)::int as n from booklet_draw where booklet = $1', [booklet.booklet]))[0]?.n ?? -1

/** Numbers of the tickets that came to the agent by order, and of those whose signature and code are ours. */
const orderedTo = async (site: string): Promise<string[]> =>
  (await rows<{ number: string }>('select number from ordered_ticket where site = $1 order by number', [site])).map(({ number }) => number)
async function vouchedFor(site: string): Promise<string[]> {
  const issuer = verifierOf([town.issuing.issuer.publicKey])
  const tickets = await rows<{ number: string; signed: SignedTicket; code: string }>(
    'select number, signed, qr as code from ticket where site = $1 order by number',
    [site],
  )
  const ours = tickets.filter(({ signed, code }) => {
    const qr = readQr(code)
    return bodyIsSigned('ticket', signed, issuer) || (qr !== null && qrIsSigned(qr, issuer))
  })
  expect(await orderedTo(site)).toEqual(ours.map(({ number }) => number))
  return ours.map(({ number }) => number)
}

/** Tare and gross of the truck with this ticket, both let go. */
function drives(agent: AgentDouble, ticket: TicketNumber): void {
  agent.append('weighing', aTareOf(ticket))
  agent.append('weighing', aWeighing({ ticket, weightKg: 35_900, netKg: 20_000, plannedNetKg: 20_000 }))
}
const RELEASED = { state: 'released', net: 20_000 }

describe('a ticket drawn in the dark', () => {
  it('is one like any other, and its truck’s weighings in the same batch move it', async () => {
    const { agent, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    drives(agent, booklet.numbers[0] as TicketNumber)
    agent.append('drawn-ticket', aDraw(booklet, 2))
    await tell()
    expect(await ticketsOf(booklet)).toEqual([
      { number: booklet.numbers[0], ...RELEASED },
      { number: booklet.numbers[1], state: 'issued', net: null },
    ])
    drives(agent, booklet.numbers[1] as TicketNumber)
    await tell()
    expect(await ticketsOf(booklet)).toMatchObject([RELEASED, RELEASED])
    expect(await whysAt(agent.site)).toEqual([])
    const [first] = await rows<{ signed: SignedTicket; qr: string; carrier: string; county: string; origin: object }>(
      'select signed, qr, carrier, county, origin from ticket where number = $1',
      [booklet.numbers[0]],
    )
    const issuer = verifierOf([town.issuing.issuer.publicKey])
    const qr = readQr(first?.qr ?? '')
    expect([first && bodyIsSigned('ticket', first.signed, issuer), qr && qrIsSigned(qr, issuer)]).toEqual([true, true])
    expect(first).toMatchObject({
      carrier: 'haoyun',
      county: '610881',
      origin: { booklet: booklet.booklet, serial: 1, agent: 'a1', darkSince: '2026-11-21T07:00:00.000Z' },
    })
    expect(first?.signed.body).toEqual(aDraw(booklet, 1).ticket)
    expect(await rows('select state, by_whom, reason from ticket_history where ticket = $1 order by number', [booklet.numbers[0]])).toEqual(
      [
        { state: 'issued', by_whom: `${agent.site}/a1`, reason: `${booklet.booklet} #1` },
        { state: 'checked-in', by_whom: `${agent.site}/a1`, reason: '' },
        { state: 'released', by_whom: `${agent.site}/a1`, reason: '' },
      ],
    )
    expect(await rows('select distinct carrier from weighing where site = $1', [agent.site])).toEqual([{ carrier: 'haoyun' }])
  })

  it('is ordered back to the agent that drew it, and so expires by an order like any other', async () => {
    const { agent, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    // Not before its record came: a number not drawn is no ticket yet.
    await expireTickets(pool, town.issuing, NOBODY_LISTENS)
    expect(await ticketsOf(booklet)).toEqual([])
    await tell()
    const ordered = () => rows(`select kind from orders where site = $1 and agent = 'a1' order by seq`, [agent.site])
    expect(await ordered()).toEqual([{ kind: 'booklet' }, { kind: 'ticket' }])
    await owner.query(`update ticket set valid_until = now() - interval '1 minute' where number = $1`, [booklet.numbers[0]])
    expect(await expireTickets(pool, town.issuing, NOBODY_LISTENS)).toEqual([booklet.numbers[0]])
    expect(await ticketsOf(booklet)).toMatchObject([{ state: 'expired' }])
    expect((await ordered()).at(-1)).toEqual({ kind: 'void-ticket' })
    // The truck had left in time; its record comes later and says so.
    drives(agent, booklet.numbers[0] as TicketNumber)
    await tell()
    expect([await ticketsOf(booklet), await whysAt(agent.site)]).toMatchObject([[RELEASED], []])
  })

  it('counts once, however often it is told', async () => {
    const { agent, booklet, tell, who } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    agent.append('drawn-ticket', aDraw(booklet, 2))
    await tell()
    // The cloud comes back from a backup: what it had is there, what the agent sends again is known.
    const other = createRecorder({ pool, issuing: town.issuing, fenceOf: () => ({ holder: 'me', fence: 1 }) })
    await other.record(who, agent.epoch, [{ batch: agent.batch(1, 2), payload: Buffer.from('') }])
    // A restored agent tells the same draws in a new epoch.
    const restored = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d', agent.key)
    restored.append('drawn-ticket', aDraw(booklet, 1))
    restored.append('drawn-ticket', aDraw(booklet, 2))
    restored.append('drawn-ticket', aDraw(booklet, 3, { wanted: { plannedNetKg: 40_000 } }))
    await tell(restored)
    expect([await drawsOf(booklet), (await ticketsOf(booklet)).length, await whysAt(agent.site)]).toEqual([5, 3, []])
  })

  it('finds its weighings where its epoch comes after theirs', async () => {
    const { agent, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    const second = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d', agent.key)
    drives(second, booklet.numbers[0] as TicketNumber)
    second.append(
      'weighing',
      aWeighing({ ticket: booklet.numbers[1] as TicketNumber, verdict: 'ask', weightKg: 36_000, netKg: 20_100, visit: 2 }),
    )
    second.append('decision', {
      lane: 'north' as never,
      visit: 2,
      weighing: 3 as never,
      act: 'release',
      reason: 'checked-by-eye',
      operator: 'zhang',
      note: '',
      second: null,
      photo: null,
    })
    await tell(second)
    expect(await ticketsOf(booklet)).toEqual([])
    agent.append('drawn-ticket', aDraw(booklet, 2))
    await tell()
    expect(await ticketsOf(booklet)).toMatchObject([RELEASED, { state: 'released', net: 20_100 }])
    expect(await whysAt(agent.site)).toEqual([])
  })
})

it('a draw that lay in quarantine is understood later: its ticket takes up what its truck did meanwhile, and is no latecomer', async () => {
  const { agent, booklet, tell } = await town.aSite({ reportWithinHours: 12 })
  await owner.query('alter table booklet_draw add constraint too_narrow check (planned_net_kg < 5) not valid')
  agent.append('drawn-ticket', aDraw(booklet, 1))
  drives(agent, booklet.numbers[0] as TicketNumber)
  await tell()
  await owner.query('alter table booklet_draw drop constraint too_narrow')
  expect([await ticketsOf(booklet), await drawsOf(booklet)]).toEqual([[], 0])
  // Two days later somebody has mended it.
  await owner.query(`update ledger set stored_at = stored_at - interval '48 hours' where site = $1`, [agent.site])
  town.at(later(TEN, hours(48)))
  expect((await replayQuarantine({ pool, issuing: town.issuing, by: 'a test' }, agent.site)).read).toBe(1)
  town.at(TEN)
  expect(await ticketsOf(booklet)).toMatchObject([RELEASED])
  // Its truck has left: a store that knows nothing of it must not open its book for it.
  expect(await rows(`select kind from orders where site = $1 order by seq`, [agent.site])).toEqual([
    { kind: 'booklet' },
    { kind: 'ticket' },
    { kind: 'void-ticket' },
  ])
  expect(await whysAt(agent.site)).toEqual(['quarantine refused-by-database'])
  expect((await replayQuarantine({ pool, issuing: town.issuing, by: 'a test' }, agent.site)).read).toBe(0)
  expect(await drawsOf(booklet)).toBe(1)
})

describe('what is wrong with a draw is an alarm, and the draw is kept all the same', () => {
  it('a serial that is missing, also when it comes later', async () => {
    const { agent, booklet, tell } = await town.aSite({ count: 9, mostKg: 200_000 })
    agent.append('drawn-ticket', aDraw(booklet, 1))
    agent.append('drawn-ticket', aDraw(booklet, 3))
    agent.append('drawn-ticket', aDraw(booklet, 7))
    await tell()
    expect(await whysAt(agent.site)).toEqual(['booklet-gap serial-missing 2', 'booklet-gap serial-missing 4–6'])
    const late = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d', agent.key)
    late.append('drawn-ticket', aDraw(booklet, 2))
    late.append('alarm-returned', { kind: 'booklet-gap', occurrence: 'x' })
    await tell(late)
    expect((await ticketsOf(booklet)).length).toBe(4)
    expect(await rows('select distinct state from alarm where site = $1', [agent.site])).toEqual([{ state: 'unacknowledged' }])
    expect(await whysAt(agent.site)).toHaveLength(2)
  })

  it('one serial for two trucks: both draws are kept, the first is the ticket', async () => {
    const { agent, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    await tell()
    const restored = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d', agent.key)
    restored.append('drawn-ticket', aDraw(booklet, 1, { wanted: { plate: PLATES[2] } }))
    drives(restored, booklet.numbers[0] as TicketNumber)
    await tell(restored)
    expect(await drawsOf(booklet)).toBe(2)
    expect(await rows(`select plate, state from ticket where number = $1`, [booklet.numbers[0]])).toEqual([
      { plate: PLATES[0], state: 'released' },
    ])
    expect(await whysAt(agent.site)).toEqual(['booklet-gap serial-twice 1'])
    const [alarm] = await rows<{ facts: object }>('select facts from alarm where site = $1', [agent.site])
    expect(alarm?.facts).toMatchObject({ booklet: booklet.booklet, plate: PLATES[2], ticket: booklet.numbers[0], record: '2-0a0b0c0d.1' })
  })

  it('a number, parties or a serial that the booklet has not: kept, and no ticket of ours', async () => {
    const { agent, booklet, tell } = await town.aSite()
    const draw = aDraw(booklet, 1)
    agent.append('drawn-ticket', { ...draw, ticket: { ...draw.ticket, number: booklet.numbers[3] as TicketNumber } })
    agent.append('drawn-ticket', { ...aDraw(booklet, 2), ticket: { ...aDraw(booklet, 2).ticket, carrierName: '别家' } })
    agent.append('drawn-ticket', { ...aDraw(booklet, 3), serial: 77 })
    await tell()
    expect([await drawsOf(booklet), await ticketsOf(booklet)]).toEqual([3, []])
    expect(await whysAt(agent.site)).toEqual(['booklet-gap number-wrong 1', 'booklet-gap over-count 77', 'booklet-gap ticket-differs 2'])
  })

  it('a booklet nobody signed, another site’s, and what no table can hold', async () => {
    const other = await town.aSite()
    const { agent, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', { ...aDraw(booklet, 1), booklet: 'BK-NOBODY' as never })
    agent.append('drawn-ticket', aDraw(other.booklet, 1))
    agent.append('drawn-ticket', { ...aDraw(booklet, 1), serial: Number.MAX_SAFE_INTEGER, darkSince: '2026-13-40T99:99:99Z' })
    await tell()
    expect(await whysAt(agent.site)).toEqual([
      'booklet-gap over-count 9007199254740991',
      'booklet-gap unknown-booklet 1',
      'booklet-gap unknown-booklet 1',
    ])
    expect(await rows('select count(*)::int as n from quarantine where site = $1', [agent.site])).toEqual([{ n: 0 }])
    expect([await ticketsOf(other.booklet), await whysAt(other.agent.site)]).toEqual([[], []])
    // The other site's own first draw is not the second for it.
    other.agent.append('drawn-ticket', aDraw(other.booklet, 1))
    await other.tell()
    expect([await ticketsOf(other.booklet), await whysAt(other.agent.site)]).toMatchObject([[{ state: 'issued' }], []])
  })

  it('more tonnes than were signed: the truck has left, the ticket stands', async () => {
    const { agent, booklet, tell } = await town.aSite({ mostKg: 50_000 })
    for (const serial of [1, 2, 3]) agent.append('drawn-ticket', aDraw(booklet, serial))
    await tell()
    expect((await ticketsOf(booklet)).map(({ state }) => state)).toEqual(['issued', 'issued', 'held'])
    expect(await whysAt(agent.site)).toEqual(['booklet-gap over-tonnes 3'])
    expect(await vouchedFor(agent.site)).toEqual([booklet.numbers[0], booklet.numbers[1]].sort())
    // Its truck was let go at the site all the same, and that is what is true of it.
    drives(agent, booklet.numbers[2] as TicketNumber)
    await tell()
    expect((await ticketsOf(booklet))[2]).toMatchObject(RELEASED)
  })

  it('drawn outside its hours, and told too late by this side’s clock', async () => {
    const { agent, booklet, tell } = await town.aSite({ validHours: 3, reportWithinHours: 12 })
    agent.append('drawn-ticket', aDraw(booklet, 1), saidAt(EIGHT))
    const nine = later(SIX, hours(3))
    agent.append('drawn-ticket', aDraw(booklet, 2, { at: nine }), saidAt(nine))
    await tell()
    expect(await whysAt(agent.site)).toEqual(['booklet-over-age drawn-late 2'])
    agent.append('drawn-ticket', aDraw(booklet, 3), saidAt(EIGHT))
    town.at(later(EIGHT, hours(12.5)))
    await tell()
    town.at(TEN)
    expect(await whysAt(agent.site)).toEqual(['booklet-over-age drawn-late 2', 'booklet-over-age reported-late 3'])
    expect((await ticketsOf(booklet)).length).toBe(3)
  })
})

it('nothing that a booklet forbids bears our signature, is ordered to its site, or comes to a new machine there', async () => {
  const { agent, booklet, tell } = await town.aSite({ validHours: 3, mostEachKg: 30_000 })
  agent.append('drawn-ticket', aDraw(booklet, 1))
  agent.append('drawn-ticket', aDraw(booklet, 2, { wanted: { plannedNetKg: 30_001 } }))
  const late = later(SIX, hours(3.5))
  agent.append('drawn-ticket', aDraw(booklet, 3, { at: late }), saidAt(late))
  // Dated back by its record, and late by what is written on the ticket.
  agent.append('drawn-ticket', aDraw(booklet, 4, { at: late }))
  await tell()
  expect((await ticketsOf(booklet)).map(({ state }) => state)).toEqual(['issued', 'held', 'held', 'held'])
  expect(await vouchedFor(agent.site)).toEqual([booklet.numbers[0]])
  await asIngest(pool, (tx) => fillBook(tx, town.issuing, agent.site, 'a1'))
  expect(await orderedTo(agent.site)).toEqual([booklet.numbers[0]])
})

it('a drawn ticket that nobody here vouches for, and a person voids, is voided at the agent that drew it', async () => {
  const { agent, booklet, tell } = await town.aSite({ mostEachKg: 10_000 })
  const number = booklet.numbers[0] as TicketNumber
  agent.append('drawn-ticket', aDraw(booklet, 1))
  await tell()
  expect([await ticketsOf(booklet), await orderedTo(agent.site)]).toMatchObject([[{ state: 'held' }], []])
  const book = () => rows('select book_tickets, book_hash from order_head where site = $1', [agent.site])
  const before = await book()
  await asIngest(pool, async (tx) => {
    const who = { id: 'person:li', name: 'li', by: '李先生', role: 'county', scope: '610881', session: null } as const
    const { order } = await voidTicket(tx, town.issuing, who, number, '超出票册限额')
    await order(tx)
  })
  expect(await ticketsOf(booklet)).toMatchObject([{ state: 'voided' }])
  const [last] = await rows<{ agent: string; kind: string; bytes: string }>(
    'select agent, kind, bytes from orders where site = $1 order by seq desc limit 1',
    [agent.site],
  )
  expect(last).toMatchObject({ agent: 'a1', kind: 'void-ticket' })
  expect(JSON.parse(last?.bytes ?? '')).toMatchObject({ body: { number, reason: '超出票册限额', state: 'voided' } })
  // It stands outside the proof of the book, there as here.
  expect(await book()).toEqual(before)
  // Its truck may have left before the order came.
  drives(agent, number)
  await tell()
  expect(await ticketsOf(booklet)).toMatchObject([RELEASED])
  expect(await whysAt(agent.site)).toContain('ticket-mismatch')
})

describe('a withdrawn booklet', () => {
  const withdraw = async (booklet: Booklet): Promise<void> =>
    asIngest(pool, async (tx) => {
      const taken = await withdrawBooklet(tx, town.issuing, { booklet: booklet.booklet, by: 'test', reason: '不再需要' })
      if (taken.outcome === 'done') await taken.order(tx)
    })

  it('is still drawn from, honestly, by a site that has not heard so; whoever has heard and draws is told of', async () => {
    const { agent, who, booklet, tell } = await town.aSite()
    agent.append('drawn-ticket', aDraw(booklet, 1))
    await withdraw(booklet)
    await tell()
    agent.append('drawn-ticket', aDraw(booklet, 2))
    const hello = (upto: number) => asIngest(pool, (tx) => closeBooklets(tx, who, { epoch: '1-00000001', upto }, agent.head()))
    // It has the booklet and its own first ticket, not the withdrawal yet.
    await hello(1)
    agent.append('drawn-ticket', aDraw(booklet, 3))
    // Now it has applied it, with three draws in its ledger of which the cloud has heard one.
    await hello(2)
    await hello(3)
    await tell()
    expect([await whysAt(agent.site), (await ticketsOf(booklet)).length]).toEqual([[], 3])
    agent.append('drawn-ticket', aDraw(booklet, 4))
    await tell()
    expect([await whysAt(agent.site), (await ticketsOf(booklet)).length]).toEqual([['booklet-gap withdrawn 4'], 4])
    expect((await ticketsOf(booklet))[3]).toMatchObject({ state: 'held' })
    expect(await orderedTo(agent.site)).not.toContain(booklet.numbers[3])
    const restored = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d' as Epoch, agent.key)
    restored.append('drawn-ticket', aDraw(booklet, 5))
    await tell(restored)
    expect(await whysAt(agent.site)).toEqual(['booklet-gap withdrawn 4', 'booklet-gap withdrawn 5'])
  })

  it('is withdrawn once', async () => {
    const { agent, booklet } = await town.aSite()
    await withdraw(booklet)
    await withdraw(booklet)
    expect(await rows('select kind from orders where site = $1 order by seq', [agent.site])).toEqual([
      { kind: 'booklet' },
      { kind: 'withdraw-booklet' },
    ])
  })
})

it('the nightly comparison finds draws that are not what the ledger says', async () => {
  expect(await compareTotals(pool, town.issuing.clock)).toMatchObject({ ok: true, figures: { differences: 0 } })
  const { agent, booklet, tell } = await town.aSite()
  agent.append('drawn-ticket', aDraw(booklet, 1))
  await tell()
  await owner.query('update booklet_draw set planned_net_kg = 1 where site = $1', [agent.site])
  expect(await compareTotals(pool, town.issuing.clock)).toMatchObject({ ok: false, figures: { differences: 1 } })
})
