import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManualAct } from '#edge/acts'
import type { OperatorAct } from '#weighing/vocabulary'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { aTicketNumber } from './store/store-rig.ts'

/** The power is cut right after a person acted, or in a wait: what was decided holds, and no arm gets a second pulse. */
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
const act = (what: ManualAct, more: Partial<OperatorAct> = {}): void =>
  life.lane.tell({ kind: 'operator-act', at: world.clock.now(), act: what, reason: 'checked-by-eye', operator: 'zhang', ...more })
const opened = (gate: 'entry' | 'exit'): number => life.heard.filter((one) => one.gate === gate && one.move === 'open').length
const codes = (): string[] => bodiesOf(life.store, 'decision').map(({ act: what }) => what)
async function cut(): Promise<void> {
  const before = recordsOf(life.store).map(({ seq }) => seq)
  life.answer = 'never'
  await life.dies()
  life = world.start()
  const after = recordsOf(life.store).map(({ seq }) => seq)
  // Nothing that was dry is gone, and the order is without a gap.
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after).toEqual(after.map((_, at) => at + 1))
  await life.speaks()
  await life.wait(8_000)
}
const ticket = () => life.store.book.get(aTicketNumber(1))

describe('after', () => {
  it('a hold of a truck that had been let go: it is held still, its ticket is its own again', async () => {
    await life.isWeighed(15_640)
    expect([life.phase(), ticket()?.state]).toEqual(['released', 'checked-in'])
    act('hold')
    expect([life.phase(), ticket()]).toMatchObject(['held', { state: 'issued', tare: null, usedAt: null }])
    await cut()
    expect([life.phase(), opened('exit'), codes()]).toEqual(['held', 0, ['hold']])
    await life.leavesByExit()
    expect(bodiesOf(life.store, 'alarm').map(({ kind }) => kind)).toContain('held-vehicle-left')
  })

  it('a void: the weighing stays on record, the tare does not stay on the ticket', async () => {
    await life.isWeighed(15_640)
    act('void', { second: 'wang' })
    await cut()
    expect([life.phase(), ticket()?.tare, codes()]).toEqual(['held', null, ['void']])
    expect(bodiesOf(life.store, 'decision')).toMatchObject([{ act: 'void', second: 'wang', weighing: expect.any(Number) }])
    act('release')
    expect([life.phase(), opened('exit')]).toEqual(['held', 0])
  })

  it('a lift: whether the arm went up is unknown, no second pulse, and the truck leaves on that lift', async () => {
    act('attended-on')
    await life.isWeighed(15_640)
    expect(life.phase()).toBe('asking')
    life.answer = 'never'
    act('lift', { gate: 'exit' })
    expect([life.phase(), opened('exit')]).toEqual(['released', 1])
    await cut()
    expect([life.phase(), opened('exit')]).toEqual(['blocked', 0])
    expect(bodiesOf(life.store, 'gate-outcome').at(-1)).toMatchObject({ outcome: 'unknown' })
    await life.leavesByExit()
    const [passage] = bodiesOf(life.store, 'passage')
    expect(passage).toMatchObject({ token: bodiesOf(life.store, 'gate-outcome').at(-1)?.token, plate: PLATE })
    expect(bodiesOf(life.store, 'alarm').map(({ kind }) => kind)).toEqual(['manual-lift'])
  })

  it('attended: it is attended still', async () => {
    act('attended-on')
    await cut()
    await life.isWeighed(15_640)
    expect([life.phase(), opened('exit')]).toEqual(['asking', 0])
  })

  it('a re-weigh: weighed once more, let go once', async () => {
    await life.isWeighed(15_640)
    act('re-weigh')
    await cut()
    expect(bodiesOf(life.store, 'weighing').map(({ again }) => again)).toEqual([undefined, { nth: 2, because: 'restart' }])
    expect([life.phase(), opened('exit'), ticket()?.state]).toEqual(['released', 1, 'checked-in'])
  })

  it('reversing off after a release: the ticket is given back once', async () => {
    await life.isWeighed(15_640)
    life.sensor('entry-beam', true)
    life.sensor('entry-loop', true)
    await life.wait(800)
    world.platform.kg = 0
    await life.wait(1_600)
    life.sensor('entry-beam', false)
    life.sensor('entry-loop', false)
    await life.wait(4_000)
    expect([life.phase(), codes(), ticket()?.state]).toEqual(['idle', ['turned-back'], 'issued'])
    await cut()
    expect([life.phase(), codes(), ticket()?.state]).toEqual(['idle', ['turned-back'], 'issued'])
  })
})

describe('while it is blocked by', () => {
  it('a remote control: the truck is weighed when it is over, with that in its findings', async () => {
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    life.lane.tell({ kind: 'remote-control', at: world.clock.now(), heard: true })
    expect(life.phase()).toBe('blocked')
    await cut()
    expect([life.phase(), opened('exit')]).toEqual(['held', 0])
    expect(bodiesOf(life.store, 'weighing')[0]?.findings.map(({ code }) => code)).toContain('remote-control')
  })

  it('a zero far off: it is noticed anew, nobody is let in', async () => {
    world.platform.kg = 320
    await life.wait(24_000)
    expect(life.phase()).toBe('blocked')
    await cut()
    await life.wait(24_000)
    life.sensor('entry-loop', true)
    await life.wait(1_000)
    expect([life.phase(), opened('entry')]).toEqual(['blocked', 0])
  })
})

it('the one who waits before an arm that is up already is let in without a second pulse, read as he was', async () => {
  await life.arrives()
  expect(life.phase()).toBe('arriving')
  await cut()
  expect([life.phase(), opened('entry')]).toEqual(['arriving', 0])
  await life.rollsOn(15_640)
  await life.standsRight()
  await life.wait(6_000)
  expect(bodiesOf(life.store, 'weighing')).toMatchObject([{ vehicle: { plate: PLATE }, verdict: 'open' }])
})
