import { afterEach, beforeEach, expect, it } from 'vitest'
import { minutes } from '#edge/units'
import { type PeopleDoor, peopleDoor } from '../../../edge-agent/console/people-door.ts'
import type { SignInFrom } from '../../../edge-agent/console/sign-in.ts'
import type { Log } from '../../../edge-agent/log.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type LaneWorld, laneWorld } from '../lane-rig.ts'
import { anOperator, orderOperator, orderPeople, PINS } from './people-rig.ts'

let world: LaneWorld
let store: Store
let door: PeopleDoor
let logged: string[]

beforeEach(async () => {
  world = laneWorld()
  store = world.rig.open()
  logged = []
  await orderPeople(world.orders, store)
  const write = (about: unknown): void => void logged.push(JSON.stringify(about))
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Log
  door = peopleDoor({ store, lanes: [], clock: world.clock, log, secure: false })
})
afterEach(async () => {
  await store.close()
  world.remove()
})

const lan = (last: number): SignInFrom => ({ place: 'network', address: `192.168.1.${last}` })
const refused = async (id: string, secret: string, from?: SignInFrom): Promise<string | null> => {
  const answer = await door.signIn({ id, secret }, from)
  return answer.ok ? null : answer.refusal.kind
}
const guess = async (times: number, id: string, from?: SignInFrom): Promise<void> => {
  for (let n = 0; n < times; n += 1) await refused(id, '000000', from)
}

it('who guesses from the network locks the network out, not the person at this computer', async () => {
  await guess(5, 'zhang', lan(7))
  expect(await refused('zhang', PINS.zhang, lan(8))).toBe('locked')
  expect(door.health().locked.map(({ id }) => id)).toEqual(['zhang'])
  expect(await refused('zhang', PINS.zhang)).toBeNull()
  // Being right here does not give the network another five tries.
  expect(await refused('zhang', PINS.zhang, lan(8))).toBe('locked')
})

it('remembers the network’s tries over a power cut, and forgets them with the next order about the person', async () => {
  await guess(5, 'zhang', lan(7))
  await store.close()
  store = world.rig.open()
  door = peopleDoor({ store, lanes: [], clock: world.clock, log: { warn() {}, info() {} } as unknown as Log, secure: false })
  expect(await refused('zhang', PINS.zhang, lan(7))).toBe('locked')
  orderOperator(world, store, await anOperator('zhang'))
  expect(await refused('zhang', PINS.zhang, lan(7))).toBeNull()
  expect(door.health().locked).toEqual([])
})

it('one address tries ten people wrongly and waits a minute; the next address does not', async () => {
  for (let n = 0; n < 10; n += 1) expect(await refused(`nobody-${n}`, '000000', lan(7))).toBe('wrong-secret')
  expect(await refused('zhang', PINS.zhang, lan(7))).toBe('locked')
  expect(await refused('zhang', PINS.zhang, lan(8))).toBeNull()
  await world.clock.advance(minutes(1))
  expect(await refused('zhang', PINS.zhang, lan(7))).toBeNull()
})

it('a flood of sign-ins from one address, or from many, leaves room for everybody else', async () => {
  const one = Array.from({ length: 50 }, (_, n) => refused(`a${n}`, '0', lan(7)))
  const neighbour = refused('li', PINS.li, lan(9))
  const many = Array.from({ length: 50 }, (_, n) => refused(`b${n}`, '0', lan(20 + n)))
  const here = refused('zhang', PINS.zhang)
  expect([await neighbour, await here]).toEqual([null, null])
  expect((await Promise.all(one)).filter((answer) => answer === 'busy').length).toBe(47)
  expect((await Promise.all(many)).filter((answer) => answer === 'busy').length).toBeGreaterThanOrEqual(40)
})

it('a PIN in the wrong field is written nowhere', async () => {
  await guess(2, PINS.zhang, lan(7))
  expect(logged.length).toBe(2)
  expect(logged.join('\n')).not.toContain(PINS.zhang)
})

it('signs nobody else out by signing in again and again', async () => {
  const li = await door.signIn({ id: 'li', secret: PINS.li })
  const cookie = li.ok ? (li.setCookie.split(';')[0] ?? '') : ''
  for (let n = 0; n < 60; n += 1) await refused('zhang', PINS.zhang)
  expect(door.personOf(cookie)?.id).toBe('li')
})
