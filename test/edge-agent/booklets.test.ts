import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BookletDraw } from '#edge/console'
import { identityText } from '#edge/ids'
import type { RegisteredVehicle } from '#edge/orders'
import { signBody } from '#edge/seal'
import type { Instant } from '#edge/units'
import { bookletDesk, bookletsListed, type DrawAnswer } from '../../edge-agent/booklets.ts'
import { bookletLines } from '../../edge-agent/booklets-command.ts'
import { findRecord } from '../../edge-agent/found-record.ts'
import { verifierOf } from '../../edge-agent/keys.ts'
import { createLog } from '../../edge-agent/log.ts'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { tellWhy } from '../../edge-agent/why.ts'
import { aBooklet, aSignedBooklet, someNumbers } from '../builders/booklet.ts'
import { aVehicle } from '../builders/ticket.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { aPolicy, aTicketNumber } from './store/store-rig.ts'

const software = softwareIdentity()
const OTHER = '陕K54321'
let world: LaneWorld
let life: LaneLife
let dark: Instant | null
beforeEach(async () => {
  world = laneWorld({ software })
  life = world.start()
  fillBook(world, life.store)
  vehicle()
  vehicle({ plate: OTHER })
  arrives()
  dark = world.clock.now()
})
afterEach(async () => {
  expect(life.broke).toEqual([])
  await life.dies()
  world.remove()
})
const vehicle = (differing: Partial<RegisteredVehicle> = {}): unknown =>
  life.store.orders.apply(world.orders.batch({ kind: 'vehicle', body: aVehicle(differing) }))
const arrives = (differing: Parameters<typeof aBooklet>[0] = {}): unknown =>
  life.store.orders.apply(world.orders.batch({ kind: 'booklet', body: aSignedBooklet(world.rig.issuer, differing) }))
const desk = () => bookletDesk({ store: life.store, darkSince: () => dark, log: createLog('test', 'silent') })
const draw = (differing: Partial<BookletDraw> = {}): DrawAnswer =>
  desk().draw(
    { booklet: aBooklet().booklet, plate: OTHER, plateColour: 'yellow', trailer: null, product: 0, plannedNetKg: 31_000, ...differing },
    'zhang',
  )
const observing = () => signBody('policy', { ...aPolicy(), version: 2, rules: {}, otherwise: 'observe' as const }, world.rig.issuer)
const refusal = (answer: DrawAnswer): string => (answer.ok ? expect.unreachable('it was drawn') : answer.kind)

describe('at the desk', () => {
  it('a truck gets the next number, with its axles from the register and never from whoever asks', () => {
    vehicle({ plate: OTHER, axles: 5, drivenAxles: 1 })
    const answer = draw({ plate: ' 陕k·54321 ', trailer: '陕K6780挂', plannedNetKg: 28_000 })
    expect(answer).toMatchObject({
      ok: true,
      drawn: { serial: 1, ticket: { plate: OTHER, trailer: '陕K6780挂', axles: 5, drivenAxles: 1, number: someNumbers(1)[0] } },
    })
    expect(bodiesOf(life.store, 'drawn-ticket')).toMatchObject([{ operator: 'zhang', serial: 1, darkSince: '2026-11-21T00:00:00.000Z' }])
  })

  it.each<[string, () => unknown, Partial<BookletDraw>, string]>([
    ['with the cloud in reach', () => (dark = null), {}, 'cloud-is-there'],
    ['for what is no plate', () => {}, { plate: '陕K1234' }, 'plate-wrong'],
    ['for a trailer alone', () => {}, { plate: '陕K6780挂' }, 'plate-wrong'],
    ['behind a tractor', () => {}, { trailer: '陕K77777' }, 'trailer-wrong'],
    ['from a booklet that is not here', () => {}, { booklet: 'BK-ELSEWHERE' }, 'no-such-booklet'],
    ['for a truck that has an open ticket', () => {}, { plate: PLATE }, 'vehicle-has-open-ticket'],
    ['for a suspended truck', () => vehicle({ plate: OTHER, suspended: true }), {}, 'vehicle-suspended'],
    ['for a truck nobody registered', () => {}, { plate: '陕K00007' }, 'vehicle-unknown'],
    ['for a water truck', () => vehicle({ plate: OTHER, use: 'non-cargo', capKg: 9_000 }), {}, 'vehicle-not-for-coal'],
    ['for more than its axles may carry', () => vehicle({ plate: OTHER, axles: 3, combination: false }), {}, 'planned-over-payload'],
    ['for more than one may have', () => {}, { plannedNetKg: 35_001 }, 'over-each'],
  ])('nothing is drawn %s', (_what, before, wanted, kind) => {
    before()
    const head = life.store.head()
    const answer = draw(wanted)
    expect(refusal(answer)).toBe(kind)
    expect(answer).toMatchObject({ zh: expect.stringMatching(/[\u4e00-\u9fff]/), en: expect.stringMatching(/[a-z]{3}/) })
    expect(life.store.head()).toEqual(head)
  })

  it('a suspended truck gets none under a policy that only observes, and an unknown one does', () => {
    life.store.orders.apply(world.orders.batch({ kind: 'policy', body: observing() }))
    vehicle({ plate: OTHER, suspended: true })
    expect(refusal(draw())).toBe('vehicle-suspended')
    expect(draw({ plate: '陕K00007' })).toMatchObject({ ok: true, drawn: { ticket: { axles: 0 } } })
  })

  it('the same truck gets no second one while the first is good, and another when it has ended', async () => {
    expect(draw().ok).toBe(true)
    expect(refusal(draw())).toBe('vehicle-has-open-ticket')
    await world.clock.advance(12 * 3_600_000)
    expect(draw()).toMatchObject({ ok: true, drawn: { serial: 2 } })
  })
})

describe('a drawn ticket at the lane', () => {
  it('opens the gate like any other, is used once, and `why` tells how it was drawn', async () => {
    life.store.orders.apply(
      world.orders.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: '换票', state: 'voided' } }),
    )
    vehicle({ plate: PLATE })
    await life.speaks()
    const answer = draw({ plate: PLATE })
    const { ticket } = answer.ok ? answer.drawn : expect.unreachable(answer.kind)
    await life.isWeighed(15_640)
    expect([life.phase(), life.store.book.get(ticket.number)?.state]).toEqual(['released', 'checked-in'])
    await life.leavesByExit()
    await life.isWeighed(46_600)
    expect(life.phase()).toBe('released')
    await life.leavesByExit()
    expect([life.exitPulses(), life.store.book.get(ticket.number)?.state]).toEqual([2, 'released'])

    const gross = recordsOf(life.store).findLast(({ kind }) => kind === 'weighing') ?? expect.unreachable()
    expect(gross.body).toMatchObject({ ticket: ticket.number, verdict: 'open', netKg: 30_960 })
    const said = (id: string) =>
      tellWhy(id, findRecord(life.store, id) ?? expect.unreachable(), {
        software,
        keys: verifierOf({ [world.rig.signer.key]: world.rig.signer.publicKey }),
      })
    const why = said(identityText(gross))
    expect(why.lines.join('\n')).toContain(`煤票 ${ticket.number} 由 zhang 于 2026-11-21 08:00 从预授权票册 BK-7QK2M9XA 开出,第 1 号`)
    expect(why.lines.join('\n')).toContain('drawn by zhang at 2026-11-21 08:00 from booklet BK-7QK2M9XA, serial 1')
    expect(why.lines.join('\n')).toContain('had not heard its cloud since 2026-11-21 08:00')
    expect(why.proved).toBe(true)
    const own = said(identityText(recordsOf(life.store).find(({ kind }) => kind === 'drawn-ticket') ?? expect.unreachable()))
    expect(own.lines.join('\n')).toContain(`车辆 ${PLATE},计划净重 31.00 吨,有效至 2026-11-21 20:00`)
    expect(own.proved).toBe(true)
  })

  it('lets a truck go that was held without one, once a person has it weighed again', async () => {
    life.store.orders.apply(
      world.orders.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: '换票', state: 'voided' } }),
    )
    await life.speaks()
    await life.isWeighed(15_640)
    expect([life.phase(), life.exitPulses()]).toEqual(['held', 0])
    expect(draw({ plate: PLATE }).ok).toBe(true)
    life.lane.tell({ kind: 'operator-act', at: world.clock.now(), act: 're-weigh', reason: 'papers-checked', operator: 'zhang' })
    await life.wait(6_000)
    expect([life.phase(), life.exitPulses()]).toEqual(['released', 1])
  })
})

describe('listed', () => {
  it('with what is left, and why nothing may be drawn', () => {
    arrives({ booklet: 'BK-WAITS' as never, numbers: someNumbers(1, 20), validFrom: '2026-11-21T06:00:00Z' })
    draw()
    expect(desk().listing()).toEqual({
      dark: true,
      darkSince: '2026-11-21T00:00:00.000Z',
      booklets: [
        expect.objectContaining({ booklet: 'BK-7QK2M9XA', count: 5, left: 4, mostKg: 160_000, leftKg: 129_000, refusal: null }),
        expect.objectContaining({ booklet: 'BK-WAITS', count: 1, left: 1, refusal: 'not-yet-valid' }),
      ],
    })
    dark = null
    expect(desk().listing()).toMatchObject({ dark: false, darkSince: null })
  })

  it('for a day after its end, and no longer', async () => {
    await world.clock.advance(2 * 86_400_000 - 1)
    expect(desk().listing().booklets).toMatchObject([{ refusal: 'over' }])
    await world.clock.advance(1)
    expect(desk().listing().booklets).toEqual([])
  })

  it('as lines for a site without a screen', () => {
    draw()
    const at = world.clock.now()
    expect(bookletLines(desk().listing(), true)).toEqual([
      '与云端失去联系，自 2026-11-21 08:00 起可用票册开票 / the cloud has been out of reach since 2026-11-21 08:00: booklets may be used',
      '',
      'BK-7QK2M9XA  秦源物流(示例) → 锦界电厂(示例)  BN LUMP, BN FINE',
      '  剩余 / left: 4/5, 129.00/160.00 t; 每车 / each ≤ 35.00 t',
      '  2026-11-21 08:00 – 2026-11-22 08:00',
    ])
    life.store.orders.apply(world.orders.batch({ kind: 'withdraw-booklet', body: { booklet: aBooklet().booklet, reason: '换新' } }))
    const stopped = bookletLines(bookletsListed(life.store, at, null), false)
    expect([stopped[0], stopped.at(-1)]).toEqual([
      '代理没有运行，不知道云端是否可达 / the agent is not running: nobody here knows whether the cloud is in reach',
      '  ✗ 这本票册已被收回,不能再开票 / This booklet was withdrawn: nothing is drawn from it any more',
    ])
    expect(bookletLines({ dark: false, darkSince: null, booklets: [] }, true).at(-1)).toContain('this site holds no booklet')
  })
})
