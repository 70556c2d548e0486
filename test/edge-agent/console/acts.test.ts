import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualAct } from '#edge/acts'
import type { ActRequest } from '#edge/console'
import { signBody } from '#edge/seal'
import type { ActAnswer } from '../../../edge-agent/console/acts.ts'
import { type PeopleDoor, peopleDoor } from '../../../edge-agent/console/people-door.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { eventually } from '../../support/eventually.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, recordsOf } from '../lane-rig.ts'
import { aPolicy, aTicketNumber, LANE } from '../store/store-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'

let world: LaneWorld
let life: LaneLife
let door: PeopleDoor
let cookies: Record<keyof typeof PINS, string>

beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  await orderPeople(world.orders, life.store)
  door = peopleDoor({ store: life.store, lanes: [life.lane], clock: world.clock, log: createLog('test', 'silent'), secure: false })
  cookies = { zhang: await signedIn('zhang'), li: await signedIn('li'), wang: await signedIn('wang') }
  await life.speaks()
  if (life.broke.length > 0) throw life.broke[0]
})
afterEach(async () => {
  await life.dies()
  world.remove()
})

async function signedIn(id: keyof typeof PINS): Promise<string> {
  const answer = await door.signIn({ id, secret: PINS[id] })
  if (!answer.ok) throw new Error(answer.refusal.en)
  return answer.setCookie.split(';')[0] ?? ''
}
const visitNow = (): number | null => {
  const state = life.lane.state()
  return 'visit' in state ? (state.visit?.number ?? null) : null
}
const WANG = { id: 'wang', secret: PINS.wang }
const wish = (act: ManualAct, differs: Partial<ActRequest> = {}): ActRequest => ({
  lane: LANE,
  act,
  reason: 'checked-by-eye',
  note: '',
  visit: visitNow(),
  ...(act === 'lift' || act === 'void' ? { second: WANG } : {}),
  ...differs,
})
let jpegs = 0
const aPicture = () => {
  jpegs += 1
  const jpeg = Buffer.from(`a photo ${jpegs}`)
  return { camera: 'camera-front', side: 'front', asked: true, at: world.clock.now(), plate: null, backfill: false, jpeg } as const
}
/** Acts as `who`; the camera answers, unless it is dead, after what else happens `meanwhile`. */
async function acts(
  request: ActRequest,
  { who = 'zhang', camera = true, meanwhile = () => {} }: { who?: keyof typeof PINS; camera?: boolean; meanwhile?: () => void } = {},
): Promise<ActAnswer> {
  const asked = life.photographed.filter((why) => why === 'act').length
  let answer: ActAnswer | null = null
  const answered = door.act(cookies[who], request).then((done) => {
    answer = done
    return done
  })
  await eventually(() => answer !== null || life.photographed.filter((why) => why === 'act').length > asked)
  meanwhile()
  if (camera) life.lane.picture(aPicture())
  else if (answer === null) await world.clock.advance(3_000)
  return answered
}
const refusedAs = async (...of: Parameters<typeof acts>): Promise<string | null> => {
  const answer = await acts(...of)
  return answer.ok ? null : answer.refusal.kind
}
const decisions = () => bodiesOf(life.store, 'decision')
const alarms = () => bodiesOf(life.store, 'alarm').map(({ kind, occurrence }) => `${kind} ${occurrence}`)

/** A gross without a tare stands on the platform, held. */
async function heldTruck(): Promise<void> {
  await life.isWeighed(46_000)
  expect(life.phase()).toBe('held')
}
/** An empty truck with a good ticket waits for a person, because somebody attends the lane. */
async function askingTruck(): Promise<void> {
  await acts(wish('attended-on', { reason: 'regulator-order' }))
  await life.isWeighed(15_900)
  expect(life.phase()).toBe('asking')
}

describe('with nobody on the lane', () => {
  it('a gate is lifted once, by two people, with a photo, sealed before it moves, and alarmed', async () => {
    const answer = await acts(wish('lift', { gate: 'entry', reason: 'other', note: ' 消防车要通过 ' }))
    expect(answer).toMatchObject({ ok: true })
    const [decision] = decisions()
    expect(decision).toEqual({
      lane: LANE,
      visit: null,
      weighing: null,
      act: 'lift',
      reason: 'other',
      note: '消防车要通过',
      operator: 'zhang',
      second: 'wang',
      photo: expect.stringMatching(/^[0-9a-f]{64}$/),
      gate: 'entry',
    })
    const record = recordsOf(life.store).find(({ kind }) => kind === 'decision')
    expect(answer.ok && answer.done.record).toBe(`hongliu.a1.${record?.epoch}.${record?.seq}`)
    expect(alarms()).toEqual([expect.stringMatching(/^manual-lift /)])
    expect(life.heard.map(({ gate, move }) => `${move} ${gate}`)).toEqual(['open entry'])
    expect(life.heard[0]?.newest?.bytes).toContain('manual-lift')
  })

  it('a key pressed twice lifts once', async () => {
    const first = acts(wish('lift', { gate: 'entry' }))
    expect(await refusedAs(wish('lift', { gate: 'entry' }), { camera: false })).toBe('act-under-way')
    expect(await first).toMatchObject({ ok: true })
    expect([life.heard.length, decisions().length]).toEqual([1, 1])
  })

  it('each lift raises an alarm of its own', async () => {
    for (let n = 0; n < 3; n += 1) await acts(wish('lift', { gate: 'entry' }))
    expect([new Set(alarms()).size, decisions().length]).toEqual([3, 3])
  })

  it('a person attends the lane, and no longer', async () => {
    expect(await acts(wish('attended-on'))).toMatchObject({ ok: true })
    expect(life.lane.state().attended).toMatchObject({ why: 'checked-by-eye' })
    expect(await refusedAs(wish('attended-on'))).toBe('nothing-changed')
    expect(await acts(wish('attended-off'))).toMatchObject({ ok: true })
    expect(decisions().map(({ act, visit }) => [act, visit])).toEqual([
      ['attended-on', null],
      ['attended-off', null],
    ])
  })

  it.each(['release', 'refuse', 'hold', 're-weigh', 'void', 'resume'] as const)('%s means nothing, and says so', async (act) => {
    const before = life.store.head()
    expect(await refusedAs(wish(act, { second: WANG }))).toBe('nothing-changed')
    expect(life.store.head()).toEqual(before)
  })
})

describe('a held truck', () => {
  beforeEach(heldTruck)

  it('is let go by a person, sealed and alarmed, on one pulse', async () => {
    const before = life.exitPulses()
    expect(await acts(wish('release', { reason: 'papers-checked' }))).toMatchObject({ ok: true, done: { phase: 'released' } })
    expect(decisions()).toMatchObject([{ act: 'release', visit: 1, weighing: expect.any(Number), operator: 'zhang', second: null }])
    expect(alarms().some((alarm) => alarm.startsWith('manual-lift'))).toBe(true)
    expect(life.exitPulses() - before).toBe(1)
  })

  it.each<[ManualAct, object, string | null]>([
    ['re-weigh', { reason: 'moved-on-scale' }, null],
    ['plate', { plate: ' 陕k·12345 ' }, null],
    ['void', { reason: 'wrong-vehicle' }, null],
    ['lift', { reason: 'emergency' }, null],
    ['hold', {}, 'nothing-changed'],
    ['refuse', {}, 'nothing-changed'],
  ])('%s: %j', async (act, differs, refused) => {
    expect(await refusedAs(wish(act, differs))).toBe(refused)
    expect(decisions().map((decision) => decision.act)).toEqual(refused === null ? [act] : [])
  })

  it('is weighed again and both weighings stay', async () => {
    await acts(wish('re-weigh'))
    await life.wait(8_000)
    expect(bodiesOf(life.store, 'weighing').map(({ again = null }) => again)).toEqual([null, { nth: 2, because: 're-weigh' }])
  })

  it.each(['陕K1234挂', '无牌', 'K12345', '', undefined])('gets no plate %j from anybody', async (plate) => {
    expect(await refusedAs(wish('plate', plate === undefined ? {} : { plate }))).toBe('plate-wanted')
  })

  it('is let go also where no camera answers, three seconds later, and the record says there is no photo', async () => {
    expect(await acts(wish('release'), { camera: false })).toMatchObject({ ok: true })
    expect(decisions()).toMatchObject([{ photo: null }])
  })

  it('is not mistaken for the one on a screen that is late', async () => {
    expect(await refusedAs(wish('release', { visit: 7 }))).toBe('other-vehicle')
    expect(await refusedAs(wish('release', { visit: null }))).toBe('other-vehicle')
    expect(decisions()).toEqual([])
  })

  it('is not let go when it has backed off while the photo was taken', async () => {
    const answer = door.act(cookies.zhang, wish('release'))
    await eventually(() => life.photographed.includes('act'))
    for (const sensor of ['entry-loop', 'entry-beam'] as const) life.sensor(sensor, true)
    await life.wait(400)
    world.platform.kg = 0
    await life.wait(1_200)
    for (const sensor of ['entry-loop', 'entry-beam'] as const) life.sensor(sensor, false)
    await life.wait(800)
    expect(life.phase()).toBe('clearing')
    life.lane.picture(aPicture())
    expect(await answer).toMatchObject({ ok: false, refusal: { kind: 'nothing-changed' } })
    expect(life.exitPulses()).toBe(0)
  })
})

describe('who waits for a person', () => {
  it('is let go, and its ticket with it, without an alarm', async () => {
    await askingTruck()
    expect(await acts(wish('release'))).toMatchObject({ ok: true, done: { phase: 'released' } })
    expect(life.store.book.get(aTicketNumber(1))?.state).toBe('checked-in')
    expect(alarms()).toEqual([])
    expect(await acts(wish('hold'))).toMatchObject({ ok: true, done: { phase: 'held' } })
    expect(life.store.book.get(aTicketNumber(1))?.state).toBe('issued')
  })

  it('is refused', async () => {
    await askingTruck()
    expect(await acts(wish('refuse', { reason: 'wrong-vehicle' }))).toMatchObject({ ok: true, done: { phase: 'held' } })
  })

  it('is not let go on a ticket that was voided meanwhile, and the person hears why', async () => {
    await askingTruck()
    const voided = { number: aTicketNumber(1), reason: '换车', state: 'voided' } as const
    life.store.orders.apply(world.orders.batch({ kind: 'void-ticket', body: voided }))
    expect(await refusedAs(wish('release'))).toBe('ticket-moved')
    expect([life.exitPulses(), life.broke]).toEqual([0, []])
  })
})

describe('who may', () => {
  it('is nobody who is not signed in', async () => {
    expect(await door.act(undefined, wish('lift'))).toMatchObject({ ok: false, refusal: { kind: 'not-signed-in', status: 401 } })
  })

  it.each<[string, Partial<ActRequest>, keyof typeof PINS, string | null]>([
    ['alone', {}, 'zhang', 'second-wanted'],
    ['a supervisor alone', {}, 'wang', 'second-wanted'],
    ['confirmed by oneself', { second: { id: 'zhang', secret: PINS.zhang } }, 'zhang', 'second-same'],
    ['confirmed by somebody who is not there', { second: { id: 'wang', secret: '000000' } }, 'zhang', 'second-wrong'],
    ['confirmed by nobody known', { second: { id: 'zhao', secret: '000000' } }, 'zhang', 'second-wrong'],
    ['confirmed by another operator', { second: { id: 'li', secret: PINS.li } }, 'zhang', 'no-supervisor'],
    ['confirmed by a supervisor', { second: WANG }, 'zhang', null],
    ['by a supervisor, confirmed by an operator', { second: { id: 'li', secret: PINS.li } }, 'wang', null],
  ])('lifts %s', async (_, { second }, who, refused) => {
    const { second: _none, ...alone } = wish('lift', { gate: 'entry' })
    expect(await refusedAs(second ? { ...alone, second } : alone, { who })).toBe(refused)
    expect(life.heard.length).toBe(refused === null ? 1 : 0)
  })

  it('asks the policy which acts need a second person', async () => {
    const { second: _none, ...alone } = wish('lift', { gate: 'entry' })
    const policy = aPolicy({ version: 2, secondPerson: ['attended-off'] })
    life.store.orders.apply(world.orders.batch({ kind: 'policy', body: signBody('policy', policy, world.rig.issuer) }))
    expect(door.secondPersonActs()).toEqual(['attended-off'])
    expect(await acts(alone)).toMatchObject({ ok: true })
    await acts(wish('attended-on'))
    expect(await refusedAs(wish('attended-off'))).toBe('second-wanted')
  })

  it('locks a second person who is guessed at, too', async () => {
    const guess = wish('lift', { gate: 'entry', second: { id: 'wang', secret: '000000' } })
    for (let n = 0; n < 5; n += 1) expect(await refusedAs(guess)).toBe('second-wrong')
    expect(await refusedAs(wish('lift', { gate: 'entry' }))).toBe('second-locked')
    expect(life.heard).toEqual([])
  })

  it('writes why: a reason from the list, and words of his own where it says “other”', async () => {
    for (const note of ['', '    ', '....!!!!', '应急', '1 2 3 4'])
      expect([note, await refusedAs(wish('attended-on', { reason: 'other', note }))]).toEqual([note, 'words-wanted'])
    expect(await acts(wish('attended-on', { reason: 'other', note: '领导来检查' }))).toMatchObject({ ok: true })
  })

  it('acts at a lane that there is', async () => {
    expect(await refusedAs(wish('lift', { lane: 'west' as never }))).toBe('no-such-lane')
  })
})
