import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualAct } from '#edge/acts'
import type { ActRequest } from '#edge/console'
import type { ActAnswer } from '../../../edge-agent/console/acts.ts'
import { type PeopleDoor, peopleDoor } from '../../../edge-agent/console/people-door.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { eventually } from '../../support/eventually.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld } from '../lane-rig.ts'
import { LANE } from '../store/store-rig.ts'
import { anOperator, orderOperator, orderPeople, PINS } from './people-rig.ts'

let world: LaneWorld
let life: LaneLife
let door: PeopleDoor

beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  await orderPeople(world.orders, life.store)
  door = peopleDoor({ store: life.store, lanes: [life.lane], clock: world.clock, log: createLog('test', 'silent'), secure: false })
  await life.speaks()
})
afterEach(async () => {
  await life.dies()
  expect(life.broke).toEqual([])
  world.remove()
})

async function signedIn(id: keyof typeof PINS): Promise<string> {
  const answer = await door.signIn({ id, secret: PINS[id] })
  if (!answer.ok) throw new Error(answer.refusal.en)
  return answer.setCookie.split(';')[0] ?? ''
}
const wish = (act: ManualAct, differs: Partial<ActRequest> = {}): ActRequest => ({
  lane: LANE,
  act,
  reason: 'checked-by-eye',
  note: '',
  visit: null,
  ...differs,
})
/** Acts with a dead camera; the wait for the picture is the time in which something else happens. */
async function acts(cookie: string, request: ActRequest, meanwhile: () => void = () => {}): Promise<ActAnswer> {
  const asked = life.photographed.filter((why) => why === 'act').length
  let answer: ActAnswer | null = null
  const answered = door.act(cookie, request).then((done) => {
    answer = done
    return done
  })
  await eventually(() => answer !== null || life.photographed.filter((why) => why === 'act').length > asked)
  meanwhile()
  if (answer === null) await world.clock.advance(3_000)
  return answered
}
const decisions = () => bodiesOf(life.store, 'decision')

describe('somebody whose rights end while his act is under way', () => {
  it('does nothing any more once an order revoked him', async () => {
    const zhang = await signedIn('zhang')
    const gone = await anOperator('zhang', { revoked: true })
    const answer = await acts(zhang, wish('attended-on'), () => orderOperator(world, life.store, gone))
    expect(answer).toMatchObject({ ok: false, refusal: { kind: 'not-signed-in' } })
    expect(decisions()).toEqual([])
  })

  it('confirms nothing any more either', async () => {
    const zhang = await signedIn('zhang')
    const gone = await anOperator('wang', { revoked: true })
    const lift = wish('lift', { gate: 'entry', second: { id: 'wang', secret: PINS.wang } })
    const answer = await acts(zhang, lift, () => orderOperator(world, life.store, gone))
    expect(answer).toMatchObject({ ok: false, refusal: { kind: 'second-wrong' } })
    expect([decisions(), life.heard]).toEqual([[], []])
  })

  it('is no supervisor any more', async () => {
    const wang = await signedIn('wang')
    const lower = await anOperator('wang', { role: 'operator' })
    const lift = wish('lift', { gate: 'entry', second: { id: 'li', secret: PINS.li } })
    const answer = await acts(wang, lift, () => orderOperator(world, life.store, lower))
    expect(answer).toMatchObject({ ok: false, refusal: { kind: 'no-supervisor' } })
    expect(decisions()).toEqual([])
  })
})

describe('words nobody should write', () => {
  it.each<[string, string, string]>([
    ['half a character', 'ab\ud800cd', 'ab\ufffdcd'],
    ['a letter in two parts', 'cafe\u0301', 'café'],
    ['what moves a terminal', 'a\u001b[2Jb\r\nc\u0007', 'a [2Jb c'],
    ['what no database holds', 'a\u0000b', 'a b'],
    ['what turns text round', 'ok \u202egnihton\u2066', 'ok gnihton'],
  ])('%s is written so that everybody reads the same', async (_, note, written) => {
    const zhang = await signedIn('zhang')
    expect(await acts(zhang, wish('attended-on', { note }))).toMatchObject({ ok: true })
    expect(decisions()).toMatchObject([{ note: written }])
  })
})
