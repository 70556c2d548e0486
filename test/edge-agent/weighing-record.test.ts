import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FACTS_OF, FINDING_CODES, type Finding } from '#edge/findings'
import { bytesOf, DRAFT_AT_MOST, fitted } from '#edge/record-size'
import type { LedgerRecord } from '#edge/records'
import { Instant } from '#edge/units'
import { SENSORS, type WeighingDraft } from '#edge/weighing'
import { decodeTape, draftOf, replay } from '#weighing/tape'
import { hasher } from '../../edge-agent/keys.ts'
import { fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { aState, aWeighing, LANE } from './store/store-rig.ts'

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
const newest = <K extends LedgerRecord['kind']>(kind: K): LedgerRecord<K> =>
  (recordsOf(life.store).findLast((one) => one.kind === kind) ?? expect.unreachable()) as LedgerRecord<K>

it('a weighing is complete enough to rebuild it', async () => {
  await life.arrives()
  life.lane.picture({
    camera: 'camera-front',
    side: 'front',
    asked: true,
    at: Instant(world.clock.now()),
    plate: PLATE,
    backfill: false,
    jpeg: Buffer.from('scene'),
  })
  await life.rollsOn(15_640)
  await life.standsRight()
  await life.wait(6_000)
  await life.leavesByExit()
  const record = newest('weighing')
  const { body } = record
  // Identity, and when by three clocks: the wall's with its quality, the steady one, and which start.
  expect(record).toMatchObject({ site: 'hongliu', agent: 'a1', kind: 'weighing', clock: 'synchronised' })
  expect([record.epoch, record.boot, record.mono > 0, Date.parse(record.at) > 0]).toEqual([
    expect.stringMatching(/^1-[0-9a-f]{8}$/),
    expect.stringMatching(/^[0-9a-f]{8}$/),
    true,
    true,
  ])
  // Scale, weight with its evidence of rest, zero before; the platform's zero after stands in the passage.
  expect(body).toMatchObject({
    visit: 1,
    lane: LANE,
    scale: { eKg: 20, maxKg: 120_000, certificate: expect.any(String), serial: expect.any(String) },
    weightKg: 15_640,
    zeroBeforeKg: 0,
    settled: { by: 'computed', readings: expect.any(Number), spreadKg: 0, overMs: expect.any(Number) },
  })
  expect(newest('passage').body.zeroAfterKg).toBe(0)
  // What the sensors did, what the cameras said with raw text and confidence, and their photos.
  expect(body.sensors).toEqual(expect.arrayContaining([[expect.any(Number), 'entry-loop', true]]))
  expect(body.sightings).toMatchObject([{ camera: 'front', plate: PLATE, raw: PLATE, confidence: 95 }])
  expect([body.photos, body.cameras]).toEqual([[hasher.hash('scene')], ['front']])
  // Who judged, by which rules and which software.
  expect(body).toMatchObject({ policy: 1, operator: 'automatic', software: { version: '0.1.0', legal: expect.any(String) } })
  // The curve and every input, by hash; told again they give this very weighing.
  const text = life.store.evidence.text(body.tape) ?? expect.unreachable()
  expect(hasher.hash(text)).toBe(body.tape)
  const tape = decodeTape(text)
  expect(tape.ok && replay(tape.tape)).toEqual([draftOf(body)])
})

/** A visit that everything happened to. */
function fullest(findings: number): WeighingDraft {
  const talkative = [...FINDING_CODES].sort((a, b) => FACTS_OF[b].length - FACTS_OF[a].length).slice(0, findings)
  return aWeighing({
    sensors: Array.from({ length: 40 }, (_, nth) => [-60_000 + nth * 1_500, SENSORS[nth % SENSORS.length] ?? 'entry-loop', nth % 2 === 0]),
    sightings: Array.from({ length: 12 }, (_, nth) => ({
      camera: nth % 2 === 0 ? ('front' as const) : ('rear' as const),
      at: '2026-11-21T08:00:00.000Z',
      plate: '陕K12345',
      raw: '无牌车辆识别失败'.repeat(5),
      colour: 'yellow' as const,
      confidence: 97,
    })),
    vehicle: {
      plate: '陕K12345',
      colour: 'yellow',
      trailer: '陕K1234挂',
      match: 'near',
      basis: {
        confidence: 88,
        how: 'voted',
        by: ['front', 'rear', 'tag', 'card'],
        agreed: 7,
        counted: 9,
        oddColour: false,
        tags: [
          { by: 'tag', tag: 'E2000017221101441890549A', plate: '陕K12345' },
          { by: 'card', tag: '0012345678', plate: null },
        ],
        aside: Array.from({ length: 4 }, () => ({ text: '陕K1234S挂', why: 'other-vehicle' as const, reads: 12 })),
      },
    },
    tare: { kg: 15_640, epoch: '1-0c10ad01' as never, seq: 123_456, at: '2026-11-21T07:00:00.000Z' } as never,
    netKg: 32_980 as never,
    again: { nth: 3, because: 're-weigh' },
    findings: talkative.map((code): Finding => {
      const facts = Object.fromEntries(FACTS_OF[code].map((name) => [name, name.endsWith('Kg') ? 48_620 : '陕K12345']))
      return { code, mode: 'enforce', facts }
    }),
  })
}

describe('a record is at most 4 kB', () => {
  it.each([0, 4, 8])('also the fullest there can be, with %i of the most talkative findings and eight photos', (findings) => {
    const draft = fitted(fullest(findings))
    const photos = Array.from({ length: 8 }, (_, nth) => hasher.hash(String(nth)))
    const { sealed } = life.store.ink({
      lane: LANE,
      state: aState(1),
      records: [{ kind: 'weighing', body: draft }],
      useTickets: [],
      gates: [],
      tape: '{}',
      photos,
      cameras: photos.map(() => 'front'),
      stamps: life.store.stamps(),
    })
    expect(Buffer.byteLength(sealed[0]?.bytes ?? '')).toBeLessThanOrEqual(4_096)
  })

  it('what gives way is what the tape has anyway, the oldest first; no finding, weight or identity', () => {
    const draft = fullest(8)
    const short = fitted(draft)
    expect(bytesOf(short)).toBeLessThanOrEqual(DRAFT_AT_MOST)
    expect({ ...short, sensors: [], sightings: [], vehicle: null }).toEqual({ ...draft, sensors: [], sightings: [], vehicle: null })
    expect(short.vehicle.plate).toBe(draft.vehicle.plate)
    expect(short.sensors).toEqual(draft.sensors.slice(-short.sensors.length))
    expect(new Set(short.sightings.map(({ camera }) => camera))).toEqual(new Set(['front', 'rear']))
  })

  it('an ordinary weighing is kept as it is', () => {
    const draft = aWeighing()
    expect(fitted(draft)).toBe(draft)
  })

  it('whatever is in it, making it fit ends and changes nothing that decides', () => {
    fc.assert(
      fc.property(fc.nat(24), fc.nat(40), fc.nat(12), (findings, sensors, sightings) => {
        const full = fullest(findings)
        const draft = { ...full, sensors: full.sensors.slice(0, sensors), sightings: full.sightings.slice(0, sightings) }
        const short = fitted(draft)
        expect(bytesOf(short)).toBeLessThanOrEqual(Math.max(DRAFT_AT_MOST, bytesOf(draft)))
        expect(short.findings).toEqual(draft.findings)
      }),
      { numRuns: 50 },
    )
  })
})
