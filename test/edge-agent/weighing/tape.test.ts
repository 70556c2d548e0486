import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { milliseconds } from '#edge/units'
import { type Weighing, WeighingDraftSchema } from '#edge/weighing'
import { curveOf, decodeTape, draftOf, encodeTape, replay } from '#weighing/tape'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare, aTicketNumber, aVehicle } from '../../builders/ticket.ts'

function oneVisit() {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.arrives('陕K12345')
  lane.shows(aTicketNumber())
  lane.reads('E20000172211014418905449')
  lane.drivesOn(46_600)
  lane.seen('陕K6780挂', { camera: 'rear' })
  lane.stands()
  const [taped] = lane.tapes
  const [draft] = lane.weighings()
  if (!taped || !draft) throw new Error('nothing was weighed')
  return { lane, tape: taped.tape, draft }
}

it('begins on the platform, ends with the verdict, and says the weighing again byte for byte', () => {
  const { tape, draft } = oneVisit()
  expect(tape.inputs.at(-1)?.kind).toBe('dossier')
  const read = decodeTape(encodeTape(tape))
  expect(read.ok && read.tape).toEqual(tape)
  expect(read.ok && replay(read.tape).map(canonical)).toEqual([canonical(draft)])
})

it('gives another weighing when a reading on it was changed', () => {
  const { tape, draft } = oneVisit()
  const inputs = tape.inputs.map((input) =>
    input.kind === 'reading' ? { ...input, weight: (input.weight - 5_000) as typeof input.weight } : input,
  )
  expect(replay({ ...tape, inputs }).map(canonical)).not.toEqual([canonical(draft)])
})

it('of 500 readings takes no more than 12 kB', () => {
  const { tape } = oneVisit()
  const readings = tape.inputs.filter(({ kind }) => kind === 'reading')
  const rest = tape.inputs.filter(({ kind }) => kind !== 'reading')
  const long = Array.from({ length: 500 }, (_, n) => readings[n % readings.length] as (typeof readings)[number])
  expect(Buffer.byteLength(encodeTape({ ...tape, inputs: [...rest, ...long] }))).toBeLessThan(12 * 1_024)
})

it('has a curve to be drawn', () => {
  const { tape } = oneVisit()
  const curve = curveOf(tape)
  expect(curve[0]?.[0]).toBe(0)
  expect(curve.at(-1)?.[1]).toBe(46_600)
})

it('keeps a tag or a card read on the platform', () => {
  const { lane, tape } = oneVisit()
  const read = { kind: 'tag-read', at: lane.at, tag: '0012345678', by: 'card' } as const
  const again = decodeTape(encodeTape({ ...tape, inputs: [...tape.inputs, read] }))
  expect(again.ok && again.tape.inputs.at(-1)).toEqual(read)
  expect(decodeTape(encodeTape(tape).replace('"inputs":[', '"inputs":[[0,"g","nobody","1"],'))).toEqual({ ok: false, reason: 'bad-row' })
})

it('keeps how late a sensor was told', () => {
  const { lane, tape } = oneVisit()
  const told = { kind: 'sensor', at: lane.at, sensor: 'exit-beam', on: true, lateBy: milliseconds(420) } as const
  const again = decodeTape(encodeTape({ ...tape, inputs: [...tape.inputs, told] }))
  expect(again.ok && again.tape.inputs.at(-1)).toEqual(told)
})

it('of a version before tags, kinds of lanes and the fusion of reads re-runs', () => {
  const { tape, draft } = oneVisit()
  const before = JSON.parse(encodeTape({ ...tape, inputs: tape.inputs.filter(({ kind }) => kind !== 'tag-read') }), (name, value) =>
    name === 'tags' || name === 'said' || name === 'layout' ? undefined : value,
  )
  const old = canonical(before)
  const read = decodeTape(old)
  const [again] = read.ok ? replay(read.tape) : []
  expect(again).toMatchObject({ verdict: draft.verdict, weightKg: draft.weightKg, ticket: draft.ticket, findings: draft.findings })
  const { basis: _basis, ...vehicle } = draft.vehicle
  expect(Check(WeighingDraftSchema, { ...draft, vehicle })).toBe(true)
})

it('is refused with a reason when it is not one', () => {
  const text = encodeTape(oneVisit().tape)
  expect(decodeTape('no JSON')).toEqual({ ok: false, reason: 'not-json' })
  expect(decodeTape('null')).toEqual({ ok: false, reason: 'not-json' })
  expect(decodeTape(text.replace('"v":1', '"v":2'))).toEqual({ ok: false, reason: 'other-version' })
  expect(decodeTape(text.replace('"inputs":[[', '"inputs":[["x",'))).toEqual({ ok: false, reason: 'bad-row' })
})

it('the weighing on it fits its schema and stays small', () => {
  const { draft } = oneVisit()
  expect(Check(WeighingDraftSchema, draft)).toBe(true)
  expect(Buffer.byteLength(canonical(draft))).toBeLessThan(4_096)
  const stored: Weighing = { ...draft, photos: [], tape: 'a'.repeat(64), software: { version: '0.1.0', legal: 'x' } }
  expect(canonical(draftOf(stored))).toBe(canonical(draft))
})

it('the weighing stays small with every camera, tag and sensor talking', () => {
  const lane = playLane({
    dossier: { tickets: [aBookTicket({ tare: aTare() })], register: [aVehicle({ tags: ['E20000172211014418905449'] })] },
  })
  lane.starts()
  lane.arrives('陕K12345')
  for (let n = 0; n < 8; n += 1) lane.reads(`E2000017221101441890544${n}`)
  lane.reads('0012345678', 'card')
  for (let n = 0; n < 20; n += 1) lane.sensor('entry-beam', n % 2 === 0)
  lane.drivesOn(52_400)
  for (let n = 0; n < 12; n += 1) lane.seen(null, { camera: n % 2 === 0 ? 'front' : 'rear', raw: `陕K1234${n % 10}${n}` })
  lane.seen('陕K99887', { camera: 'rear' })
  lane.seen('陕K6780挂', { camera: 'rear' })
  lane.stands()
  const [draft] = lane.weighings()
  // Twelve messages without a plate push out none that has one.
  expect(draft?.sightings.flatMap(({ plate }) => plate ?? [])).toEqual(['陕K12345', '陕K99887', '陕K6780挂'])
  expect(Check(WeighingDraftSchema, draft)).toBe(true)
  expect(Buffer.byteLength(canonical(draft))).toBeLessThan(4_096)
})
