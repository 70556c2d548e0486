import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Instant } from '#edge/units'
import type { Picture } from '../../edge-agent/devices/camera.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { LANE } from './store/store-rig.ts'

let world: LaneWorld
let life: LaneLife
beforeEach(async () => {
  world = laneWorld()
  life = world.start()
  fillBook(world, life.store)
  await life.speaks()
})
afterEach(async () => {
  expect(life.broke).toEqual([])
  await life.dies()
  world.remove()
})

const picture = (jpeg: string, about: Partial<Picture> = {}): void =>
  life.lane.picture({
    camera: `camera-${about.side ?? 'front'}`,
    side: 'front',
    asked: true,
    at: Instant(world.clock.now()),
    plate: PLATE,
    backfill: false,
    jpeg: Buffer.from(jpeg),
    ...about,
  })
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const receiptAll = (): void => void life.store.receipted({ ...life.store.head(), upto: life.store.head().seq, missing: [] })
/** Everything that may travel now, in the order in which it would. */
const travelling = (): string[] => {
  const hashes: string[] = []
  for (let next = life.store.evidence.next(); next; next = life.store.evidence.next()) {
    hashes.push(next.hash)
    life.store.evidence.sent(next.hash)
  }
  return hashes
}

describe('a weighing', () => {
  it('has every camera asked when the vehicle stands right, and names what came with the side of its camera', async () => {
    await life.arrives()
    await life.rollsOn(15_640)
    expect(life.photographed).toEqual([])
    await life.standsRight()
    await life.wait(2_400)
    expect(life.photographed).toEqual(['weighing'])
    picture('scene front')
    picture('scene rear', { side: 'rear' })
    await life.wait(4_000)
    expect(bodiesOf(life.store, 'weighing')[0]).toMatchObject({
      photos: [sha256('scene front'), sha256('scene rear')],
      cameras: ['front', 'rear'],
    })
    expect(bodiesOf(life.store, 'photos')).toEqual([])
  })

  it('names eight of a camera that cannot stop, and among them those that were asked for', async () => {
    await life.arrives()
    picture('asked')
    for (let nth = 1; nth <= 20; nth++) picture(`pushed ${nth}`, { asked: false })
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    const [weighing] = bodiesOf(life.store, 'weighing')
    expect(weighing?.photos).toHaveLength(8)
    expect(weighing?.photos[0]).toBe(sha256('asked'))
    expect(weighing?.photos.at(-1)).toBe(sha256('pushed 20'))
  })
})

describe('a picture that comes after the ink', () => {
  it('is sealed beside its weighing, those of one moment in one record', async () => {
    await life.isWeighed(15_640)
    picture('late front')
    picture('late rear', { side: 'rear' })
    expect(bodiesOf(life.store, 'photos')).toEqual([])
    await life.wait(1_200)
    const weighing = recordsOf(life.store).find(({ kind }) => kind === 'weighing')
    expect(bodiesOf(life.store, 'photos')).toEqual([
      {
        lane: LANE,
        visit: 1,
        weighing: weighing?.seq,
        photos: [
          { hash: sha256('late front'), camera: 'front', at: expect.any(String) },
          { hash: sha256('late rear'), camera: 'rear', at: expect.any(String) },
        ],
      },
    ])
  })

  it('of half a minute later is not of that moment any more', async () => {
    await life.isWeighed(15_640)
    await life.wait(31_000)
    picture('much later')
    await life.wait(2_000)
    expect(bodiesOf(life.store, 'photos')).toEqual([])
  })

  it('travels as its visit does: with the tape of a vehicle that was not let go', async () => {
    await life.store.orders.apply(
      world.orders.batch({
        kind: 'void-ticket',
        body: { number: bookNumber(), reason: '作废', state: 'voided' },
      }),
    )
    await life.isWeighed(15_640)
    picture('late')
    await life.wait(1_200)
    receiptAll()
    expect(travelling()).toContain(sha256('late'))
  })

  it('and not at all by itself where the vehicle was let go', async () => {
    await life.isWeighed(15_640)
    picture('late')
    await life.wait(1_200)
    receiptAll()
    expect(travelling()).toEqual([])
  })

  it('belongs to nobody once the next vehicle is there', async () => {
    await life.isWeighed(15_640)
    await life.leavesByExit()
    await life.wait(12_000)
    await life.arrives()
    picture('of the next', { asked: false })
    await life.wait(2_000)
    expect(bodiesOf(life.store, 'photos')).toEqual([])
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    expect(bodiesOf(life.store, 'weighing').at(-1)?.photos).toContain(sha256('of the next'))
  })

  it('is sealed before the agent ends', async () => {
    await life.isWeighed(15_640)
    picture('late')
    life.lane.stop()
    expect(bodiesOf(life.store, 'photos')).toHaveLength(1)
  })
})

describe('an escape', () => {
  it('is photographed, its pictures are sealed, and all of that visit travels first', async () => {
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    life.sensor('exit-loop', true)
    await life.wait(400)
    expect(bodiesOf(life.store, 'alarm').map(({ kind }) => kind)).toContain('escape')
    expect(life.photographed).toContain('alarm')
    picture('it drives off')
    await life.wait(1_200)
    expect(bodiesOf(life.store, 'photos')).toMatchObject([{ visit: 1, weighing: null, photos: [{ hash: sha256('it drives off') }] }])
    receiptAll()
    expect(travelling()).toEqual([sha256('it drives off')])
  })
})

describe('a manual act', () => {
  it('on an empty lane names its photo, which travels, and which is not the next vehicle’s', async () => {
    picture('nobody here')
    life.lane.tell({
      kind: 'operator-act',
      at: world.clock.now(),
      act: 'lift',
      gate: 'exit',
      reason: 'maintenance',
      note: '',
      operator: 'zhang',
      second: 'wang',
      photo: sha256('nobody here'),
    })
    await life.wait(400)
    expect(bodiesOf(life.store, 'decision')).toMatchObject([{ act: 'lift', visit: null, photo: sha256('nobody here') }])
    receiptAll()
    expect(travelling()).toContain(sha256('nobody here'))
  })

  it('asked for while nobody is here, a picture is not the next vehicle’s; pushed, it is', async () => {
    picture('asked of an empty lane')
    picture('the truck that waits', { asked: false })
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.wait(6_000)
    expect(bodiesOf(life.store, 'weighing')[0]?.photos).toEqual([sha256('the truck that waits')])
  })
})

const bookNumber = () => life.store.book.candidates([PLATE])[0]?.ticket.number ?? expect.unreachable()
