import { beforeAll, expect, it } from 'vitest'
import type { Booklet } from '#edge/booklet'
import { type Batch, encodeBatch } from '#edge/stream'
import { hours, after as later, toIso } from '#edge/units'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Agent } from '../../../cloud-service/ingest/agents.ts'
import { createRecorder, type Recorder } from '../../../cloud-service/ingest/record.ts'
import { compareTotals } from '../../../cloud-service/jobs/compare-totals.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble, aWeighing } from '../ingest/agent-double.ts'
import { aDraw, aTown, PLATES, TEN } from './a-town.ts'

/** Draws in batches that other records have the place of: a copy's, or one that was spoilt on its way. */
let pool: Pool
let owner: Pool
let town: Awaited<ReturnType<typeof aTown>>
let recorder: Recorder
beforeAll(async () => {
  const url = await freshDatabase()
  pool = testPool(url)
  owner = testPool(url, null, 1)
  town = await aTown(pool)
  recorder = createRecorder({ pool, issuing: town.issuing, fenceOf: () => ({ holder: 'me', fence: 1 }) })
})
const rows = async <T extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  asIngest(pool, async (tx) => (await tx.query<T>(text, values)).rows)

const delivered = (batch: Batch) => ({ batch, payload: Buffer.from(encodeBatch(batch)) })
const shown = (who: Agent, batch: Batch) => recorder.record(who, batch.epoch, [delivered(batch)])
const whysAt = async (site: string): Promise<string[]> =>
  (
    await rows<{ says: string }>(`select kind || ' ' || coalesce(facts ->> 'why', '') as says from alarm where site = $1 order by says`, [
      site,
    ])
  ).map(({ says }) => says)
const drawsOf = (booklet: Booklet) =>
  rows(`select serial, ticket ->> 'plate' as plate, beside from booklet_draw where booklet = $1 order by serial, plate`, [booklet.booklet])
const keptBeside = async (site: string): Promise<number> =>
  (await rows<{ n: number }>('select count(*)::int as n from ledger_conflict where site = $1', [site]))[0]?.n ?? -1

/** A site whose first record the cloud has, and a copy of its computer that begins with other bytes. */
async function copied() {
  const { agent, who, booklet } = await town.aSite()
  agent.append('weighing', aWeighing())
  await shown(who, agent.batch(1, 1))
  const copy = new AgentDouble(agent.site, 'a1', agent.epoch, agent.key)
  return { agent, who, booklet, copy }
}

it.each([
  ['a year that no table has', { darkSince: '0000-01-01T00:00:00Z' }, {}, [1, 2, 3]],
  ['half a character', {}, { consignee: '\ud800' }, [1, 3]],
])('%s in a copy’s draw takes neither the alarm nor the other draws with it', async (_what, differs, onTicket, kept) => {
  const { who, booklet, copy } = await copied()
  const poisoned = aDraw(booklet, 2, { differs })
  copy.append('drawn-ticket', aDraw(booklet, 1))
  copy.append('drawn-ticket', { ...poisoned, ticket: { ...poisoned.ticket, ...onTicket } })
  copy.append('drawn-ticket', aDraw(booklet, 3))
  const { receipt } = await shown(who, copy.batch(1, 3))
  expect(receipt).toMatchObject({ upto: 1, beside: copy.head(3).hash, besideFrom: 1 })
  expect([await keptBeside(who.site), (await whysAt(who.site)).includes('conflict other-bytes')]).toEqual([1, true])
  expect((await drawsOf(booklet)).map(({ serial }) => serial)).toEqual(kept)
})

it('a draw of year 0 at a copy’s record is kept as of no known time', async () => {
  const { who, booklet, copy } = await copied()
  copy.append('drawn-ticket', aDraw(booklet, 1), (bytes) =>
    bytes.replace('"at":"2026-11-21T08:00:00.000Z"', '"at":"0000-11-21T08:00:00.000Z"'),
  )
  await shown(who, copy.batch(1, 1))
  expect(await rows('select drawn_at = to_timestamp(0) as unknown from booklet_draw where site = $1', [who.site])).toEqual([
    { unknown: true },
  ])
  expect(await keptBeside(who.site)).toBe(1)
})

it('a line whose own signature is broken is no draw, whatever head it travels under', async () => {
  const { who, booklet, copy } = await copied()
  copy.append('drawn-ticket', aDraw(booklet, 1))
  const batch = copy.batch(1, 1)
  const forged = batch.lines.map(({ bytes, signature }) => ({ bytes: bytes.replaceAll(PLATES[0], PLATES[2]), signature }))
  await shown(who, { ...batch, lines: forged })
  expect([await keptBeside(who.site), await drawsOf(booklet)]).toEqual([1, []])
  await shown(who, batch)
  expect([await keptBeside(who.site), await drawsOf(booklet)]).toEqual([2, [{ serial: 1, plate: PLATES[0], beside: true }]])
})

it('a batch spoilt on its way, and then whole: its draw becomes a ticket as if it had never been beside', async () => {
  const { agent, who, booklet } = await town.aSite()
  agent.append('drawn-ticket', aDraw(booklet, 1))
  agent.append('weighing', aWeighing({ vehicle: { ...aWeighing().vehicle, plate: PLATES[1] as never } }))
  const batch = agent.batch(1, 2)
  const spoilt = batch.lines.map(({ bytes, signature }, at) => ({
    bytes: at === 1 ? bytes.replace(PLATES[1], PLATES[2]) : bytes,
    signature,
  }))
  await shown(who, { ...batch, lines: spoilt })
  expect(await drawsOf(booklet)).toMatchObject([{ serial: 1, beside: true }])
  expect(await rows('select from ticket where number = $1', [booklet.numbers[0]])).toHaveLength(0)
  const { receipt } = await shown(who, batch)
  expect(receipt.upto).toBe(2)
  expect(await drawsOf(booklet)).toMatchObject([{ serial: 1, beside: false }])
  expect(await rows('select state from ticket where number = $1', [booklet.numbers[0]])).toEqual([{ state: 'issued' }])
  expect(await rows('select number from ordered_ticket where site = $1', [who.site])).toEqual([{ number: booklet.numbers[0] }])
  expect((await whysAt(who.site)).filter((says) => says.startsWith('booklet'))).toEqual([])
  expect(await compareTotals(pool, town.issuing.clock)).toMatchObject({ ok: true, figures: { differences: 0 } })
  // Shown again spoilt, it stays the ledger's own.
  await shown(who, { ...batch, lines: spoilt })
  expect(await drawsOf(booklet)).toMatchObject([{ serial: 1, beside: false }])
})

it('what a copy tells late is late, whenever the record came that has its place', async () => {
  const { who, booklet, copy } = await copied()
  copy.append('drawn-ticket', aDraw(booklet, 1))
  await owner.query(`update ledger set stored_at = stored_at - interval '240 hours' where site = $1`, [who.site])
  const tenDaysOn = later(TEN, hours(240))
  town.at(tenDaysOn)
  await shown(who, copy.batch(1, 1))
  town.at(TEN)
  expect(await whysAt(who.site)).toContain('booklet-over-age reported-late')
  expect(await rows('select received_at = $2::timestamptz as now from booklet_draw where site = $1', [who.site, toIso(tenDaysOn)])).toEqual(
    [{ now: true }],
  )
})
