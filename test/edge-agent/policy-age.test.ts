import { afterEach, beforeEach, expect, it } from 'vitest'
import { days, hours, Instant, type Span } from '#edge/units'
import { explain, sayDriver } from '#edge/why'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld } from './lane-rig.ts'
import { aSignedTicket, aTicketNumber } from './store/store-rig.ts'

/** A site whose cloud has been silent for days: it goes on by itself for a week and says so from the second day, then a person opens. */
let world: LaneWorld
let life: LaneLife
beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  const ticket = aSignedTicket(world.rig.issuer, { number: aTicketNumber(2), validUntil: '2026-12-21T00:00:00Z' })
  life.store.orders.apply(world.orders.batch({ kind: 'ticket', body: ticket }))
})
afterEach(async () => {
  await life.dies()
  world.remove()
})
async function weighedAfter(silence: Span) {
  await world.clock.advance(silence)
  await life.speaks()
  await life.isWeighed(15_640)
  const [weighing] = bodiesOf(life.store, 'weighing')
  return weighing ?? expect.unreachable()
}
const found = (weighing: Awaited<ReturnType<typeof weighedAfter>>): string[] =>
  weighing.findings.map(({ code, mode }) => `${code} ${mode}`).filter((one) => one.startsWith('policy'))

it('for a day nothing is said', async () => {
  const weighing = await weighedAfter(hours(23))
  expect([weighing.verdict, found(weighing)]).toEqual(['open', []])
})

it('from then on it opens, with a warning the operator and the regulator can read', async () => {
  const weighing = await weighedAfter(hours(25))
  expect([weighing.verdict, found(weighing)]).toEqual(['open', ['policy-stale warn']])
  expect(life.exitPulses()).toBe(1)
  expect(explain(weighing, 'zh', 'operator').join('\n')).toContain('[提示] 策略已 25 小时未经平台确认')
  expect(explain(weighing, 'en', 'regulator').join('\n')).toContain('[warning] Policy unconfirmed for 25 hours')
})

it('after a week every truck waits for a person, who lets it go', async () => {
  const weighing = await weighedAfter(days(8))
  expect([weighing.verdict, life.phase(), life.exitPulses()]).toEqual(['ask', 'asking', 0])
  expect(found(weighing)).toEqual(['policy-over-age enforce'])
  expect(life.said.at(-1)).toBe('wait-for-operator')
  expect(sayDriver('wait-for-operator', {}, 'zh')).toContain('请等待')
  expect(explain(weighing, 'zh', 'operator').join('\n')).toMatch(/策略.*192 小时/)
  const act = {
    kind: 'operator-act',
    at: Instant(world.clock.now()),
    act: 'release',
    reason: 'papers-checked',
    operator: 'li',
    second: 'wang',
  } as const
  life.lane.tell(act)
  expect([life.phase(), life.exitPulses()]).toEqual(['released', 1])
})

it('after a week it is a hold when nobody comes in time', async () => {
  await weighedAfter(days(8))
  await life.wait(61_000)
  expect([life.phase(), life.exitPulses()]).toEqual(['held', 0])
  expect(bodiesOf(life.store, 'decision')).toMatchObject([{ act: 'timed-out', operator: 'automatic' }])
})

it('when the cloud has confirmed the policy, the lane works by itself again', async () => {
  await world.clock.advance(days(8))
  life.store.policies.confirm()
  const weighing = await weighedAfter(hours(1))
  expect([weighing.verdict, found(weighing)]).toEqual(['open', []])
})
