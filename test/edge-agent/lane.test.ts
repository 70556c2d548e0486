import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { Instant } from '#edge/units'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import type { Picture } from '../../edge-agent/devices/camera.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import { aVehicle } from '../builders/ticket.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { aTicketNumber, LANE } from './store/store-rig.ts'

let world: LaneWorld
let life: LaneLife
beforeEach(() => {
  world = laneWorld()
})
afterEach(async () => {
  await life.dies()
  world.remove()
})

/** A start over an empty lane, with the book filled, until it is idle. */
async function openForBusiness(spy?: (store: Store) => Store, confirmed = true): Promise<void> {
  life = world.start(spy ? { spy } : {})
  fillBook(world, life.store, { confirmed })
  await life.speaks()
  expect(life.phase()).toBe('idle')
}
const voidTicket = (store: Store): unknown =>
  store.orders.apply(world.orders.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: '作废', state: 'voided' } }))
const picture = (jpeg: string, backfill = false, asked = false): Picture => ({
  camera: 'camera-front',
  side: 'front',
  asked,
  at: Instant(world.clock.now()),
  plate: PLATE,
  backfill,
  jpeg: Buffer.from(jpeg),
})
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

it('a tag the site was told of stands in the sealed weighing beside the plate, and the tape says the same again', async () => {
  await openForBusiness()
  life.store.orders.apply(world.orders.batch({ kind: 'vehicle', body: aVehicle({ tags: ['E200 0017 2211'] }) }))
  life.lane.tell({ kind: 'tag-read', at: Instant(world.clock.now()), tag: 'E20000172211', by: 'tag' })
  await life.isWeighed(15_640)
  const [weighing] = bodiesOf(life.store, 'weighing')
  expect(weighing?.vehicle).toMatchObject({
    plate: PLATE,
    basis: { by: ['front', 'tag'], confidence: 85, tags: [{ tag: 'E20000172211', plate: PLATE }] },
  })
  const tape = decodeTape(life.store.evidence.text(weighing?.tape ?? '') ?? '')
  expect(tape.ok && replay(tape.tape).map(canonical)).toEqual([weighing && canonical(draftOf(weighing))])
})

describe('ink before iron', () => {
  it('when the exit is asked to open, the weighing that opens it and the state after it are in the store, on the disk', async () => {
    await openForBusiness()
    let onDisk = ''
    life.store.onAppended((records) => {
      if (records.some(({ kind }) => kind === 'weighing')) onDisk = readFileSync(join(world.rig.parts.folder, 'ledger.db-wal'), 'latin1')
    })
    await life.isWeighed(15_640)
    const [opening] = life.heard.filter(({ gate, move }) => gate === 'exit' && move === 'open')
    expect(opening).toMatchObject({ storedPhase: 'released', newest: { kind: 'weighing' } })
    expect(JSON.parse(opening?.newest?.bytes ?? '{}').body).toMatchObject({ verdict: 'open', weightKg: 15_640, kind: 'tare' })
    expect(onDisk).toContain(opening?.newest?.hash)
    expect(life.store.book.get(aTicketNumber(1))).toMatchObject({ state: 'checked-in', tare: { kg: 15_640 } })
    expect(life.exitPulses()).toBe(1)
  })

  it('each opening has a token of its own and one answer on record, closings have none', async () => {
    await openForBusiness()
    await life.isWeighed(15_640)
    await life.leavesByExit()
    expect(life.heard.map(({ gate, move }) => `${gate} ${move}`)).toEqual(['entry open', 'entry close', 'exit open', 'exit close'])
    const outcomes = bodiesOf(life.store, 'gate-outcome')
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
    expect(new Set(outcomes.map(({ token }) => token)).size).toBe(2)
    const [passage] = bodiesOf(life.store, 'passage')
    expect(passage).toMatchObject({ token: outcomes[1]?.token, plate: PLATE })
  })

  it('a truck that is held gets no pulse at the exit, and no token', async () => {
    await openForBusiness(undefined)
    voidTicket(life.store)
    await life.isWeighed(15_640)
    expect([life.phase(), life.exitPulses()]).toEqual(['held', 0])
    expect(bodiesOf(life.store, 'weighing')).toMatchObject([{ verdict: 'hold' }])
  })

  it('the stored tape gives the stored weighing again', async () => {
    await openForBusiness()
    await life.isWeighed(15_640)
    const [weighing] = bodiesOf(life.store, 'weighing')
    if (!weighing) return expect.unreachable()
    const tape = decodeTape(life.store.evidence.text(weighing.tape) ?? '')
    expect(tape.ok && replay(tape.tape).map(canonical)).toEqual([canonical(draftOf(weighing))])
  })
})

describe('the ticket moves between dossier and ink', () => {
  it('it was voided: nothing of the first verdict is written, the truck is judged again and held', async () => {
    let voided = false
    await openForBusiness((store) => ({
      ...store,
      book: {
        ...store.book,
        candidates(plates) {
          const found = store.book.candidates(plates)
          if (!voided) voidTicket(store)
          voided = true
          return found
        },
      },
    }))
    await life.isWeighed(15_640)
    expect([life.phase(), life.exitPulses(), life.broke]).toEqual(['held', 0, []])
    const [weighing, ...more] = bodiesOf(life.store, 'weighing')
    expect(more).toEqual([])
    expect(weighing).toMatchObject({ verdict: 'hold' })
    expect(weighing?.findings.map(({ code }) => code)).toContain('ticket-voided')
    const tape = decodeTape(life.store.evidence.text(weighing?.tape ?? '') ?? '')
    expect(tape.ok && replay(tape.tape).map(canonical)).toEqual([canonical(draftOf(weighing as never))])
  })

  it('a person who releases on a ticket that is gone opens nothing; silence then holds', async () => {
    await openForBusiness(undefined, false)
    await life.isWeighed(15_640)
    expect(life.phase()).toBe('asking')
    voidTicket(life.store)
    life.lane.tell({ kind: 'operator-act', at: world.clock.now(), act: 'release', reason: '核对无误', operator: 'zhang' })
    expect([life.phase(), life.exitPulses(), life.broke]).toEqual(['asking', 0, []])
    expect(bodiesOf(life.store, 'decision')).toEqual([])
    await life.wait(60_000)
    expect([life.phase(), life.exitPulses()]).toEqual(['held', 0])
    expect(bodiesOf(life.store, 'decision')).toMatchObject([{ act: 'timed-out' }])
  })
})

describe('what the board answers', () => {
  it.each(['unknown', 'refused'] as const)('an opening that is %s is put on record and never repeated', async (answer) => {
    await openForBusiness()
    await life.arrives()
    life.answer = answer
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    expect(bodiesOf(life.store, 'gate-outcome').at(-1)).toMatchObject({ outcome: answer })
    await life.wait(150_000)
    expect([life.phase(), life.exitPulses()]).toEqual(['blocked', 1])
    expect(bodiesOf(life.store, 'gate-outcome')).toHaveLength(2)
  })

  it('a person may let such a truck go once more, by a decision and a token of its own', async () => {
    await openForBusiness()
    await life.arrives()
    life.answer = 'unknown'
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(150_000)
    life.answer = 'accepted'
    life.lane.tell({ kind: 'operator-act', at: world.clock.now(), act: 'release', reason: '道闸未动', operator: 'zhang' })
    await life.wait(400)
    expect([life.phase(), life.exitPulses()]).toEqual(['released', 2])
    expect(bodiesOf(life.store, 'decision')).toMatchObject([{ act: 'release', operator: 'zhang' }])
    expect(bodiesOf(life.store, 'gate-outcome').map(({ outcome }) => outcome)).toEqual(['accepted', 'unknown', 'accepted'])
  })

  it('stopping while the board has not answered breaks nothing; the next start says that nobody knows', async () => {
    await openForBusiness()
    await life.arrives()
    life.answer = 'never'
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    expect(life.exitPulses()).toBe(1)
    await life.dies()
    expect(life.broke).toEqual([])
    life = world.start()
    expect(bodiesOf(life.store, 'gate-outcome').at(-1)).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('before the board had answered'),
    })
  })
})

describe('the store is broken', () => {
  it('the agent is told and no gate is pulsed', async () => {
    await openForBusiness()
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    const before = life.heard.length
    await life.store.close()
    await life.wait(6_000)
    expect(life.broke[0]).toMatchObject({ code: 'store-broken' })
    expect(life.heard).toHaveLength(before)
  })

  it('a photo that cannot be kept is told the same way', async () => {
    await openForBusiness()
    await life.store.close()
    life.lane.picture(picture('front'))
    expect(life.broke).toMatchObject([{ code: 'store-broken' }])
  })
})

describe('photos', () => {
  it('are on disk as they come, and named by the weighing of the visit they belong to', async () => {
    await openForBusiness()
    await life.arrives()
    life.lane.picture(picture('front'))
    life.lane.picture(picture('plate'))
    life.lane.picture(picture('from memory', true))
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    expect(bodiesOf(life.store, 'weighing')[0]?.photos).toEqual([sha256('front'), sha256('plate')])
    expect(life.store.evidence.text(sha256('front'))).toBe('front')
    expect(life.store.evidence.text(sha256('from memory'))).toBeNull()
    await life.leavesByExit()
    expect(life.phase()).toBe('idle')
    await life.wait(12_000)
    await life.isWeighed(46_000)
    expect(bodiesOf(life.store, 'weighing').map(({ photos }) => photos.length)).toEqual([2, 0])
  })
})

describe('the agent dies and starts again', () => {
  const until: Record<string, () => Promise<void>> = {
    idle: async () => {},
    arriving: () => life.arrives(),
    boarding: async () => {
      await life.arrives()
      await life.rollsOn(15_640)
    },
    positioning: async () => {
      await life.arrives()
      await life.rollsOn(15_640)
      await life.standsRight()
    },
    settling: async () => {
      await life.arrives()
      await life.rollsOn(15_640)
      await life.standsRight()
      await life.wait(2_000)
    },
    released: () => life.isWeighed(15_640),
    held: async () => {
      voidTicket(life.store)
      await life.isWeighed(15_640)
    },
    asking: () => life.isWeighed(15_640),
    clearing: async () => {
      await life.isWeighed(15_640)
      life.sensor('exit-arm-down', false)
      life.sensor('exit-loop', true)
      await life.wait(800)
      world.platform.kg = 0
      await life.wait(400)
      life.sensor('exit-loop', false)
      await life.wait(1_200)
    },
  }
  it.each<[phase: string, then: string, pulses: number, weighings: number]>([
    ['idle', 'idle', 0, 0],
    ['arriving', 'arriving', 0, 0],
    ['boarding', 'boarding', 0, 0],
    ['positioning', 'released', 1, 1],
    ['settling', 'released', 1, 1],
    ['released', 'blocked', 0, 1],
    ['held', 'held', 0, 1],
    ['asking', 'asking', 0, 2],
    ['clearing', 'idle', 0, 1],
  ])('while %s: then it is %s, with %i pulses at the exit', async (phase, then, pulses, weighings) => {
    await openForBusiness(undefined, phase !== 'asking')
    life.answer = 'never'
    await until[phase]?.()
    expect(life.phase()).toBe(phase)
    const open = life.heard.filter(({ move }) => move === 'open').length
    await life.dies()

    life = world.start()
    expect(bodiesOf(life.store, 'gate-outcome').map(({ outcome }) => outcome)).toEqual(Array(open).fill('unknown'))
    await life.speaks()
    await life.wait(8_000)
    expect([life.phase(), life.exitPulses(), bodiesOf(life.store, 'weighing').length]).toEqual([then, pulses, weighings])
    expect(bodiesOf(life.store, 'alarm').map(({ kind }) => kind)).toEqual([])
    expect(recordsOf(life.store).map(({ seq }) => seq)).toEqual(recordsOf(life.store).map((_, at) => at + 1))
  })

  it('a truck that was being weighed and is gone when the lights come back is told as a dark lane', async () => {
    await openForBusiness()
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.dies()
    world.platform.kg = 0
    life = world.start()
    await life.speaks()
    expect(bodiesOf(life.store, 'alarm')).toMatchObject([{ kind: 'dark-lane', facts: { plate: PLATE } }])
  })

  it('also when the agent died a second time before any device had spoken', async () => {
    await openForBusiness()
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.dies()
    life = world.start()
    expect(life.store.laneState(LANE)?.phase).toBe('starting')
    await life.dies()
    world.platform.kg = 0
    life = world.start()
    await life.speaks()
    expect(bodiesOf(life.store, 'alarm')).toMatchObject([{ kind: 'dark-lane', facts: { plate: PLATE } }])
  })

  it('a released truck stays released over two deaths: no second pulse', async () => {
    await openForBusiness()
    await life.isWeighed(15_640)
    for (let death = 0; death < 2; death += 1) {
      await life.dies()
      life = world.start()
    }
    await life.speaks()
    await life.wait(8_000)
    expect([life.phase(), life.exitPulses()]).toEqual(['blocked', 0])
    expect(life.lane.status([])).toMatchObject({ phase: 'blocked', why: 'outcome-unknown', verdict: 'open' })
  })
})
