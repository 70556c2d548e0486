import { afterEach, beforeEach, expect, it } from 'vitest'
import { minutes } from '#edge/units'
import { type PeopleDoor, peopleDoor } from '../../../edge-agent/console/people-door.ts'
import { lockFor } from '../../../edge-agent/console/sign-in.ts'
import { createLog } from '../../../edge-agent/log.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type LaneWorld, laneWorld } from '../lane-rig.ts'
import { anOperator, COOKIE_NAME, credentialOf, orderOperator, orderPeople, PINS } from './people-rig.ts'

let world: LaneWorld
let store: Store
let door: PeopleDoor
const doorOn = (on: Store): PeopleDoor =>
  peopleDoor({ store: on, lanes: [], clock: world.clock, log: createLog('test', 'silent'), secure: false })

beforeEach(async () => {
  world = laneWorld()
  store = world.rig.open()
  await orderPeople(world.orders, store)
  door = doorOn(store)
})
afterEach(async () => {
  await store.close()
  world.remove()
})

/** The `Cookie` header a browser sends after this sign-in. */
async function signedIn(id: keyof typeof PINS = 'zhang'): Promise<string> {
  const answer = await door.signIn({ id, secret: PINS[id] })
  if (!answer.ok) throw new Error(answer.refusal.en)
  return answer.setCookie.split(';')[0] ?? ''
}
const refused = async (id: string, secret: string): Promise<string | null> => {
  const answer = await door.signIn({ id, secret })
  return answer.ok ? null : answer.refusal.kind
}
const fail = async (times: number, id = 'zhang'): Promise<void> => {
  for (let n = 0; n < times; n += 1) await refused(id, '000000')
}

it('signs in whom an order named, with no cloud anywhere, in a cookie no script reads', async () => {
  const answer = await door.signIn({ id: 'zhang', secret: PINS.zhang })
  expect(answer).toMatchObject({ ok: true, person: { id: 'zhang', name: '张司磅', role: 'operator' } })
  expect(answer.ok && answer.setCookie).toMatch(/^pitgate-console=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const cookie = answer.ok ? (answer.setCookie.split(';')[0] ?? '') : ''
  expect(door.personOf(`other=1; ${cookie}`)).toEqual({ id: 'zhang', name: '张司磅', role: 'operator' })
  expect(door.health()).toEqual({ known: 3, signedIn: ['zhang'], locked: [] })
  expect(door.signOut(cookie)).toContain('Max-Age=0')
  expect(door.personOf(cookie)).toBeNull()
})

it.each([undefined, '', COOKIE_NAME, `${COOKIE_NAME}=`, `${COOKIE_NAME}=${'a'.repeat(43)}`, `${COOKIE_NAME}=../../x`, '='.repeat(100_000)])(
  'knows nobody by the cookies %j',
  (cookies) => {
    expect(door.personOf(cookies)).toBeNull()
  },
)

it('says the same of a wrong secret and of somebody unknown, and locks both after five', async () => {
  for (const id of ['zhang', 'nobody', '__proto__'])
    expect([id, await refused(id, '000000'), await refused(id, '')]).toEqual([id, 'wrong-secret', 'wrong-secret'])
  await fail(3)
  await fail(3, 'nobody')
  expect([await refused('zhang', PINS.zhang), await refused('nobody', '1')]).toEqual(['locked', 'locked'])
  expect(await refused('li', PINS.li)).toBeNull()
  expect(door.health().locked.map(({ id }) => id)).toEqual(['zhang'])
})

it('locks for five minutes, says how long, and each time for twice as long', async () => {
  await fail(5)
  expect(await door.signIn({ id: 'zhang', secret: PINS.zhang })).toMatchObject({ refusal: { kind: 'locked', retryAfterSeconds: 300 } })
  await world.clock.advance(minutes(5))
  await fail(5)
  await world.clock.advance(minutes(9))
  expect(await refused('zhang', PINS.zhang)).toBe('locked')
  await world.clock.advance(minutes(1))
  expect(await refused('zhang', PINS.zhang)).toBeNull()
  // It was right once: five new tries.
  await fail(4)
  expect(await refused('zhang', PINS.zhang)).toBeNull()
})

it('locks for no longer than an hour', () => {
  expect([4, 5, 9, 10, 15, 20, 25, 5_000].map((failures) => lockFor(failures))).toEqual(
    [null, 5, null, 10, 20, 40, 60, 60].map((lock) => lock && minutes(lock)),
  )
})

it('remembers wrong tries over a power cut', async () => {
  await fail(5)
  await store.close()
  store = world.rig.open()
  door = doorOn(store)
  expect(await refused('zhang', PINS.zhang)).toBe('locked')
})

it('is not shut out for years by a clock that was set back', async () => {
  store.operators.keepTries('zhang', { failures: 5, lockedUntil: (world.clock.now() + minutes(60 * 24 * 365)) as never })
  expect(await refused('zhang', PINS.zhang)).toBeNull()
})

it('looks at a hundred tries at once one after another, and not at all of them', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => refused('zhang', '000000')))
  const counted = (kind: string): number => answers.filter((answer) => answer === kind).length
  expect([counted('wrong-secret'), counted('locked'), counted('busy')]).toEqual([5, 11, 84])
})

it('ends a session at once when an order revokes its person, and does not let him in again', async () => {
  const cookie = await signedIn()
  orderOperator(world, store, await anOperator('zhang', { revoked: true }))
  expect(door.personOf(cookie)).toBeNull()
  expect(await refused('zhang', PINS.zhang)).toBe('wrong-secret')
  expect(door.health()).toMatchObject({ known: 2, signedIn: [] })
})

it('ends a session when the credential is changed, and keeps it over another name or role', async () => {
  const cookie = await signedIn()
  orderOperator(world, store, await anOperator('zhang', { name: '张三', role: 'supervisor' }))
  expect(door.personOf(cookie)).toEqual({ id: 'zhang', name: '张三', role: 'supervisor' })
  orderOperator(world, store, await anOperator('zhang', { credential: await credentialOf('another secret') }))
  expect(door.personOf(cookie)).toBeNull()
  expect([await refused('zhang', PINS.zhang), await refused('zhang', 'another secret')]).toEqual(['wrong-secret', null])
})

it('is unlocked by the next order about the person', async () => {
  await fail(5)
  orderOperator(world, store, await anOperator('zhang'))
  expect(await refused('zhang', PINS.zhang)).toBeNull()
})

it('signs out after fifteen minutes in which the person did nothing, whatever the screen asked', async () => {
  const cookie = await signedIn()
  await world.clock.advance(minutes(10))
  expect(door.actingPerson(cookie)?.id).toBe('zhang')
  await world.clock.advance(minutes(14))
  expect(door.personOf(cookie)?.id).toBe('zhang')
  await world.clock.advance(minutes(2))
  expect(door.personOf(cookie)).toBeNull()
})

it('signs out after twelve hours of work', async () => {
  const cookie = await signedIn()
  for (let hour = 0; hour < 12 * 6; hour += 1) {
    await world.clock.advance(minutes(10))
    expect(door.actingPerson(cookie)?.id).toBe('zhang')
  }
  await world.clock.advance(minutes(1))
  expect(door.actingPerson(cookie)).toBeNull()
})

it('refuses a credential that is none', async () => {
  orderOperator(world, store, await anOperator('zhang', { credential: '$argon2id$nonsense' }))
  expect(await refused('zhang', PINS.zhang)).toBe('wrong-secret')
})
