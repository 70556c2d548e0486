import { describe, expect, it } from 'vitest'
import type { Finding } from '#edge/findings'
import { Kilograms, milliseconds, toIso } from '#edge/units'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aTare, EPOCH, NOON, SITE } from '../../builders/ticket.ts'

/** The signals as the lane's machine gives them: readings and sensors in, findings of the weighing and of the passage out. */

type Lane = ReturnType<typeof playLane>
const loaded = { tickets: [aBookTicket({ tare: aTare() })], policy: aPolicy({ checkWeighingHours: 24 }) }
const codesOf = (lane: Lane): string[] => lane.weighings().flatMap(({ findings }) => findings.map(({ code }) => code))
const found = (lane: Lane, code: string): Finding | undefined =>
  lane
    .weighings()
    .flatMap(({ findings }) => findings)
    .find((one) => one.code === code)
const later = (lane: Lane): string[] => lane.passages().flatMap(({ body }) => (body.findings ?? []).map(({ code }) => code))

/** Axle by axle over the beam, at rest at `kg`, the entry clear behind it. */
function rollsOn(lane: Lane, kg: number): void {
  lane.sensor('entry-beam', true)
  for (const part of [0.13, 0.3, 0.46, 0.64, 0.82, 1]) {
    const now = Math.round((kg * part) / 20) * 20
    for (const shake of [40, -60, 20, 0, -20, 20, 0]) {
      lane.weighs(Math.max(0, now + shake))
      lane.wait(80)
    }
  }
  lane.weighs(kg)
  lane.wait(400)
  lane.sensor('entry-loop', false)
  lane.sensor('entry-beam', false)
}
/** For so long the indicator shows this, without any of the shaking a moving truck makes. */
function shows(lane: Lane, kg: number, milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= 80) {
    lane.silence(80)
    lane.tell({ kind: 'reading', at: lane.at, weight: Kilograms(kg), stable: null })
  }
}
/** A tractor, a moment alone on the deck, then its trailer. */
function couplingRollsOn(lane: Lane, tractorKg: number, kg: number): void {
  lane.starts()
  lane.arrives('陕K12345')
  lane.sensor('entry-beam', true)
  const landings: readonly (readonly [kg: number, readings: number])[] = [
    [1_940, 6],
    [tractorKg, 24],
    [kg - 1_600, 7],
    [kg, 5],
  ]
  for (const [rests, readings] of landings)
    for (let nth = 0; nth < readings; nth += 1) {
      lane.weighs(rests + ([20, -40, 0, 20][nth % 4] ?? 0))
      lane.wait(80)
    }
  lane.weighs(kg)
  lane.wait(400)
  lane.sensor('entry-loop', false)
  lane.sensor('entry-beam', false)
  lane.wait(7_000)
}
function comes(lane: Lane, kg: number): void {
  lane.starts()
  lane.arrives('陕K12345')
  rollsOn(lane, kg)
}

it('an honest load has no finding, on and off', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(7_000)
  lane.leavesByExit()
  lane.clears()
  expect(codesOf(lane)).toEqual([])
  expect(later(lane)).toEqual([])
  expect(lane.alarms()).toEqual([])
})

it.each([
  [-1_000, 'weight-step'],
  [1_000, 'weight-step'],
  [-400, 'weight-step'],
])('a weight that steps by %i kg while the truck stands is a %s, with its size and its limit', (step, code) => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(2_600)
  shows(lane, 46_600 + step, 7_000)
  expect(found(lane, code)?.facts).toMatchObject({ stepKg: step, leastKg: 300 })
  expect(lane.weighings()[0]?.verdict).toBe('hold')
  expect(lane.alarms()).toMatchObject([{ kind: 'weight-curve' }])
})

it('a driver who climbs out is none', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(2_600)
  shows(lane, 46_520, 7_000)
  expect(codesOf(lane)).toEqual([])
})

it('a chip switched off on green is found as the truck leaves, and raises its alarm then', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(7_000)
  expect(lane.weighings()[0]?.verdict).toBe('open')
  shows(lane, 47_800, 1_500)
  lane.leavesByExit()
  lane.clears()
  expect(later(lane)).toContain('weight-step')
  expect(lane.alarms()).toMatchObject([{ kind: 'weight-curve' }])
})

it('a truck that rolled between two rests and weighs less now is asked about', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(2_600)
  for (const kg of [47_400, 45_500, 47_300, 45_600]) shows(lane, kg, 160)
  shows(lane, 46_000, 7_000)
  expect(found(lane, 'moved-while-weighing')?.facts).toMatchObject({ movedKg: 600, leastKg: 460 })
  expect(lane.weighings()[0]?.verdict).toBe('ask')
})

it('wheels that climb on as it leaves were off the deck when it was weighed', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 40_000)
  lane.wait(7_000)
  lane.weighs(46_600)
  lane.wait(600)
  lane.leavesByExit()
  lane.clears()
  expect(later(lane)).toContain('half-on')
})

it('an axle that rolls off at the far end before it rests is half on', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.weighs(40_400)
  lane.wait(7_000)
  expect(found(lane, 'half-on')?.facts).toMatchObject({ why: 'fell-before-rest', weightKg: 40_400 })
})

it('a beam that did nothing for a truck that passed it is masked; for the second in a row it is stuck', () => {
  const lane = playLane({ dossier: loaded })
  const pass = (): void => {
    lane.arrives('陕K12345')
    lane.weighs(20_000)
    lane.wait(1_500)
    lane.weighs(46_600)
    lane.wait(500)
    lane.sensor('entry-loop', false)
    lane.wait(7_000)
    lane.leavesByExit()
    lane.clears()
    lane.wait(11_000)
  }
  lane.starts()
  pass()
  expect(found(lane, 'sensor-masked')?.facts).toMatchObject({ sensor: 'entry-beam' })
  pass()
  expect(found(lane, 'sensor-stuck')?.facts).toMatchObject({ sensor: 'entry-beam', visits: 2 })
})

describe('as it rolls off it weighs what it weighed', () => {
  const rollsOff = (kg: number, lateBy?: number) => {
    const lane = playLane({ dossier: loaded })
    comes(lane, 46_600)
    lane.wait(7_000)
    lane.sensor('exit-arm-down', false)
    lane.weighs(kg)
    lane.wait(1_000)
    lane.sensor('exit-beam', true, lateBy === undefined ? {} : { lateBy: milliseconds(lateBy) })
    lane.wait(400)
    lane.sensor('exit-loop', true)
    lane.wait(1_500)
    lane.weighs(0)
    lane.wait(800)
    lane.sensor('exit-beam', false)
    lane.sensor('exit-loop', false)
    lane.clears()
    return later(lane)
  }
  it.each<[when: string, kg: number, lateBy: number | undefined, found: boolean]>([
    ['as judged', 46_600, undefined, false],
    ['a tonne more: something was taken off while it stood', 47_600, undefined, true],
    ['a tonne less: something was put on while it stood', 45_600, undefined, true],
    ['an axle less, and the beam was told in time', 40_400, 250, true],
    ['an axle less, and the board was not heard as the beam was broken: the axle may be off', 40_400, 900, false],
  ])('%s', (_when, kg, lateBy, expected) => {
    expect(rollsOff(kg, lateBy).includes('curve-shape')).toBe(expected)
  })
})

it('coal left on the platform is told with the passage', () => {
  const lane = playLane({ dossier: loaded })
  comes(lane, 46_600)
  lane.wait(7_000)
  if (lane.state.exitCommanded === 'open') lane.sensor('exit-arm-down', false)
  lane.sensor('exit-beam', true)
  lane.wait(400)
  lane.sensor('exit-loop', true)
  lane.wait(1_500)
  lane.weighs(120)
  lane.sensor('exit-beam', false)
  lane.wait(2_000)
  lane.sensor('exit-loop', false)
  lane.clears()
  const told = [...later(lane), ...lane.alarms().map(({ kind }) => kind)]
  expect(told).toContain('zero-drift')
})

it('a tare with a full water tank is held against this truck’s own tares', () => {
  const tares = [15_800, 15_900, 15_700, 15_820].map((kg, ago) => ({
    plate: '陕K12345',
    trailer: '陕K6780挂',
    kg: Kilograms(kg),
    at: toIso(NOON),
    site: SITE,
    approved: true,
    epoch: EPOCH,
    seq: 100 - ago,
  }))
  const honest = playLane({ dossier: { tares } })
  comes(honest, 16_100)
  honest.wait(7_000)
  expect(codesOf(honest)).toEqual([])
  const lane = playLane({ dossier: { tares } })
  comes(lane, 16_800)
  lane.wait(7_000)
  expect(found(lane, 'tare-off-history')?.facts).toMatchObject({
    group: 'whole',
    weightKg: 16_800,
    usualKg: 15_810,
    bandKg: 614,
    weighings: 4,
  })
  expect(lane.alarms()).toMatchObject([{ kind: 'tare-anomaly' }])
})

it('half a tonne of water under the trailer is found by the trailer’s axles, and the record says what they weighed', () => {
  const tares = [15_800, 15_900, 15_700, 15_820].map((kg, ago) => ({
    plate: '陕K12345',
    trailer: '陕K6780挂',
    kg: Kilograms(kg),
    groupsKg: [kg - 8_500, 8_500],
    at: toIso(NOON),
    site: SITE,
    approved: true,
    epoch: EPOCH,
    seq: 100 - ago,
  }))
  const honest = playLane({ dossier: { tares } })
  couplingRollsOn(honest, 7_600, 16_100)
  expect(codesOf(honest)).toEqual([])
  expect(honest.weighings()).toMatchObject([{ weightKg: 16_100, groupsKg: [7_560, 8_540] }])
  // Its fuel is low: in the whole the water does not show.
  const lane = playLane({ dossier: { tares } })
  couplingRollsOn(lane, 7_200, 16_100)
  expect(found(lane, 'tare-off-history')?.facts).toEqual({
    group: 'rear-axles',
    weightKg: 8_940,
    usualKg: 8_500,
    bandKg: 285,
    weighings: 4,
  })
})
