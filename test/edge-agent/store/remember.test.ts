import { join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KnownTare } from '#edge/history'
import { confusableKey, Plate } from '#edge/plate'
import { Instant } from '#edge/units'
import { dossierFor } from '../../../edge-agent/dossier.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import { historyIn } from '../../../edge-agent/store/history.ts'
import { aKnownTare } from '../../builders/history.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE } from '../lane-rig.ts'
import { aTicketNumber, aWeighing, LANE } from './store-rig.ts'

/** What a site remembers of a truck, drawn from its weighings in the transaction that writes them. */
let world: LaneWorld
let life: LaneLife
beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  await life.speaks()
})
afterEach(async () => {
  await life.dies()
  world.remove()
})
const remembered = () => dossierFor({ kind: 'fetch-dossier', plates: [PLATE], tags: [], shown: null }, life.store, LANE)

it('a tare that was let go is known from then on, with its place in the ledger; the load after it counts for the quota', async () => {
  life.store.orders.apply(world.orders.batch({ kind: 'quota', body: { month: '2026-11', limitKg: 900_000_000 } }))
  await life.isWeighed(15_640)
  const { seq, epoch } = life.store.book.get(aTicketNumber(1))?.tare ?? {}
  expect(remembered().tares).toEqual([
    expect.objectContaining({ plate: PLATE, trailer: null, kg: 15_640, site: 'hongliu', approved: true, seq, epoch }),
  ])
  await life.leavesByExit()
  expect(remembered().quota).toMatchObject({ usedKg: 0 })
  await life.isWeighed(46_440)
  expect(bodiesOf(life.store, 'weighing').map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual(['tare open', 'gross open'])
  expect(remembered().quota?.usedKg).toBe(30_800)
  expect(remembered().tares).toHaveLength(1)
  expect(remembered().recent?.map(({ kind, weightKg, readBy }) => [kind, weightKg, readBy])).toEqual([
    ['gross', 46_440, ['front']],
    ['tare', 15_640, ['front']],
  ])
})

it('a tare is remembered with its groups of axles, as its record has them', async () => {
  await life.arrives()
  await life.rollsOn(7_200)
  await life.rollsOn(15_640)
  await life.standsRight()
  life.sensor('entry-arm-down', true)
  await life.wait(6_000)
  expect(bodiesOf(life.store, 'weighing')).toMatchObject([{ kind: 'tare', weightKg: 15_640, groupsKg: [7_200, 8_440] }])
  expect(remembered().tares).toMatchObject([{ kg: 15_640, groupsKg: [7_200, 8_440] }])
})

it('one that was held is remembered as a weighing with what was found, and is no tare until a person lets it go', async () => {
  await life.isWeighed(45_000)
  expect(life.phase()).toBe('held')
  expect(remembered().tares).toEqual([])
  expect(remembered().recent).toMatchObject([{ verdict: 'hold', codes: expect.arrayContaining(['tare-implausible']) }])
  life.lane.tell({
    kind: 'operator-act',
    at: Instant(world.clock.now()),
    act: 'release',
    reason: 'checked-by-eye',
    operator: 'li',
    second: 'wang',
  })
  expect(remembered().tares).toMatchObject([{ kg: 45_000 }])
})

it('a tare that a person voids is nobody’s any more', async () => {
  await life.isWeighed(15_640)
  expect(remembered().tares).toHaveLength(1)
  const at = Instant(world.clock.now())
  life.lane.tell({ kind: 'operator-act', at, act: 'void', reason: 'wrong-vehicle', operator: 'li', second: 'wang' })
  expect(remembered().tares).toEqual([])
  expect(life.store.book.get(aTicketNumber(1))).toMatchObject({ state: 'issued', tare: null })
})

it('a ticket whose newer tare is given back has its older one again', async () => {
  await life.isWeighed(15_640)
  await life.leavesByExit()
  const before = life.store.book.get(aTicketNumber(1))?.tare ?? null
  const use = { kind: 'use-ticket', number: aTicketNumber(1), from: 'checked-in', to: 'checked-in' } as const
  const inked = (tare: 'this-weighing' | 'give-back') =>
    life.store.ink({
      lane: LANE,
      state: life.lane.state(),
      records: tare === 'give-back' ? [] : [{ kind: 'weighing', body: aWeighing({ weightKg: 17_000 as never }) }],
      useTickets: [{ ...use, tare, ...(before === null ? {} : { before }) }],
      gates: [],
      tape: '{}',
      photos: [],
      stamps: life.store.stamps(),
    })
  inked('this-weighing')
  expect(life.store.book.get(aTicketNumber(1))?.tare?.kg).toBe(17_000)
  inked('give-back')
  expect(life.store.book.get(aTicketNumber(1))?.tare).toEqual(before)
})

it('a tare of another site comes as an order, once', () => {
  const body: KnownTare = aKnownTare({ plate: PLATE, site: 'washery' as never, seq: 4 })
  life.store.orders.apply(world.orders.batch({ kind: 'tare', body }, { kind: 'tare', body: { ...body, kg: 15_900 } }))
  expect(remembered().tares).toEqual([{ ...body, kg: 15_900 }])
})

it('keeps the newest tares of a truck, finds them by index, and never another truck’s', () => {
  const folder = join(world.rig.folder, 'many')
  const database = openDatabase(folder)
  const history = historyIn(database)
  const at = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toISOString()
  database.transaction(() => {
    for (let n = 0; n < 100; n += 1) history.enterTare(aKnownTare({ seq: n + 1, at: at(n), kg: 15_000 + n }))
    history.enterTare(aKnownTare({ plate: '陕K1234S', seq: 500, at: at(500) }))
  })
  expect(history.tares(['陕K12345']).map(({ kg }) => kg)).toEqual([
    15_099, 15_098, 15_097, 15_096, 15_095, 15_094, 15_093, 15_092, 15_091, 15_090,
  ])
  const key = confusableKey(Plate('陕K12345'))
  expect(database.one<{ n: number }>('select count(*) as n from truck_tare where plate_key = ?', key)?.n).toBe(40)
  database.close()
  const file = new Libsql(join(folder, DATABASE_FILE))
  for (const table of ['truck_tare', 'truck_weighing']) {
    const plan = file.prepare(`explain query plan select body from ${table} where plate_key = ? order by at desc limit 40`).all(key)
    expect(JSON.stringify(plan)).toMatch(/USING INDEX/)
  }
  file.close()
})
