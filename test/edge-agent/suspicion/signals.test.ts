import { describe, expect, it } from 'vitest'
import type { KnownTare, RecentWeighing } from '#edge/history'
import { Kilograms, toIso } from '#edge/units'
import { initialState } from '#weighing/step'
import { cameraBlind } from '#weighing/suspicion/camera-blind'
import { isOver } from '#weighing/suspicion/measured'
import { NO_SWEEPS, swept } from '#weighing/suspicion/sweeps'
import { tareOffHistory } from '#weighing/suspicion/tare-history'
import { untilItFits } from '#weighing/suspicion/until-fits'
import { drifting, notReturned } from '#weighing/suspicion/zero'
import type { Visit } from '#weighing/vocabulary'
import { aSighting, someRules } from '../../builders/lane.ts'
import { EPOCH, LANE, NOON, SITE } from '../../builders/ticket.ts'

const rules = someRules()
const pair = { plate: '陕K12345', trailer: '陕K6780挂' }
const tare = (kg: number, differing: Partial<KnownTare> = {}): KnownTare => ({
  ...pair,
  kg: Kilograms(kg),
  at: toIso(NOON),
  site: SITE,
  approved: true,
  epoch: EPOCH,
  seq: 1,
  ...differing,
})
const some = [tare(15_800), tare(15_900), tare(15_700)]

describe('a tare against this truck’s own', () => {
  it.each<[when: string, kg: number, tares: readonly KnownTare[], found: boolean]>([
    ['it is as usual', 15_900, some, false],
    ['its tank is full', 16_250, some, false],
    ['there is a tonne of water in it', 16_800, some, true],
    ['it is far too light', 14_900, some, true],
    ['only two tares are known', 18_000, some.slice(0, 2), false],
    ['the tares were of another trailer', 18_000, some.map((one) => ({ ...one, trailer: '陕K9999挂' })), false],
    ['the tares were taken on scales nobody approved', 18_000, some.map((one) => ({ ...one, approved: false })), false],
    ['its own tares scatter widely', 16_500, [tare(15_200), tare(15_700), tare(16_300)], false],
  ])('when %s', (_when, kg, tares, expected) => {
    expect(tareOffHistory({ ...pair, kg, groupsKg: null }, tares, rules).some(isOver)).toBe(expected)
  })

  const landed = (kg: number, rear: number): KnownTare => tare(kg, { groupsKg: [kg - rear, rear] })
  const lands = [landed(15_800, 8_500), landed(15_900, 8_540), landed(15_700, 8_480)]
  const off = (kg: number, rear: number, known: readonly KnownTare[], vehicle: Partial<typeof pair> | { trailer: null } = {}) =>
    tareOffHistory({ ...pair, ...vehicle, kg, groupsKg: [kg - rear, rear] }, known, rules)
      .filter(isOver)
      .map(({ facts }) => facts)
  it('finds half a tonne of water under the trailer, which a low fuel tank hides in the whole', () => {
    expect(off(16_000, 8_900, lands)).toEqual([{ group: 'rear-axles', weightKg: 8_900, usualKg: 8_500, bandKg: 310, weighings: 3 }])
    expect(off(16_000, 8_900, [landed(15_800, 8_500)])).toEqual([])
    expect(off(16_300, 9_050, [landed(15_800, 8_500)])).toMatchObject([{ group: 'rear-axles', bandKg: 510, weighings: 1 }])
  })
  it.each<[when: string, kg: number, rear: number, known: readonly KnownTare[]]>([
    ['a full fuel tank is on the tractor', 16_250, 8_560, lands],
    ['its driver halted on other axles this time', 15_800, 5_600, lands],
    ['its drivers halted on other axles before', 15_800, 8_900, lands.map(({ kg }) => landed(kg, 5_600))],
    ['its tares were taken before groups were kept', 15_800, 8_900, some],
    ['a trailer is lighter by its mud', 15_700, 8_200, lands],
  ])('lets it pass when %s', (_when, kg, rear, known) => {
    expect(off(kg, rear, known)).toEqual([])
  })
  it('compares no axles of a single truck, whose fuel hangs between them', () => {
    const single = lands.map((one) => ({ ...one, trailer: null }))
    expect(off(16_000, 8_900, single, { trailer: null })).toEqual([])
  })
  it('tells of the whole where that is further off', () => {
    expect(off(17_500, 9_000, lands)).toMatchObject([{ group: 'whole', weightKg: 17_500 }])
  })
})

const recent = (differing: Partial<RecentWeighing> = {}): RecentWeighing => ({
  ...pair,
  lane: LANE,
  visit: 1,
  kind: 'gross',
  weightKg: Kilograms(49_300),
  at: toIso(NOON),
  verdict: 'hold',
  ticket: null,
  codes: ['over-legal-limit'],
  readBy: ['front'],
  cameras: ['front'],
  ...differing,
})

describe('weighed again and again', () => {
  const now = { at: NOON + 600_000, weight: 48_980, kind: 'gross' as const, plate: '陕K12345' }
  const at = (kg: number, differing: Partial<RecentWeighing> = {}): RecentWeighing => recent({ weightKg: Kilograms(kg), ...differing })
  it.each<[when: string, before: readonly RecentWeighing[], found: boolean]>([
    ['until it fits', [at(49_040), at(49_060)], true],
    ['once more only', [at(49_040)], false],
    ['after tipping off more than a few shovels each time', [at(50_200), at(49_900)], false],
    ['because its papers were not in order', [at(49_000, { codes: ['no-ticket'] }), at(48_960, { codes: ['no-ticket'] })], false],
    [
      'but hours ago',
      [at(49_040, { at: toIso((NOON - 7_200_000) as never) }), at(49_060, { at: toIso((NOON - 7_200_000) as never) })],
      false,
    ],
    ['by another truck', [at(49_040, { plate: '陕K00001' }), at(49_060, { plate: '陕K00001' })], false],
  ])('%s', (_when, before, expected) => {
    expect(untilItFits(now, before, rules).map(({ code }) => code)).toEqual(expected ? ['weighed-until-fits'] : [])
  })
})

describe('a camera that does not read one truck', () => {
  const visit = {
    sightings: [aSighting({ camera: 'front', plate: null }), aSighting({ camera: 'rear', plate: '陕K6780挂' })],
  } as Partial<Visit> as Visit
  const lane = initialState(NOON)
  const blind = (n: number): RecentWeighing => recent({ visit: n, readBy: ['rear'], cameras: ['front', 'rear'] })
  it('is blind for it after three of four stays', () => {
    const found = cameraBlind(visit, pair.plate, [blind(1), blind(2), recent({ visit: 3 })], lane)
    expect(found).toMatchObject([{ code: 'camera-blind', facts: { camera: 'front', unread: 3, visits: 4 } }])
  })
  it('is not when it was weighed three times in one stay', () => {
    expect(cameraBlind(visit, pair.plate, [blind(1), blind(1), blind(1)], lane)).toEqual([])
  })
  it('is dead, not blind, when it reads nobody', () => {
    const dead = { ...lane, habits: { 'camera-front': 3 } }
    expect(cameraBlind(visit, pair.plate, [blind(1), blind(2), blind(3)], dead)).toEqual([])
  })
})

it.each<[before: number | null, after: number | null, found: boolean]>([
  [0, 20, false],
  [20, 80, false],
  [0, 120, true],
  [0, -500, true],
  [null, 500, false],
  [0, null, false],
])('a zero of %s before and %s after', (before, after, expected) => {
  expect(notReturned(before, after, rules).some(isOver)).toBe(expected)
})

it('a zero that wandered over the day is drifting; one that was set again is not', () => {
  const zeros = (kg: number): [string, Kilograms][] => [[toIso((NOON - 6 * 3_600_000) as never), Kilograms(kg)]]
  const state = (kg: number) => ({ check: null, seal: null, zeros: zeros(kg) })
  expect(drifting(NOON, 140, state(0), rules)).toMatchObject([{ code: 'zero-drifting', facts: { zeroKg: 140, bandKg: 100, hours: 6 } }])
  expect(drifting(NOON, 0, state(140), rules)).toEqual([])
  expect(drifting(NOON, 140, undefined, rules)).toEqual([])
})

it('a curve with landings sweeps up once for every group of axles, a drawn one once', () => {
  const count = (curve: readonly number[]): number =>
    curve.reduce((sweeps, kg, n) => swept(sweeps, (NOON + n * 200) as never, kg), NO_SWEEPS).count
  expect(count([0, 0, 3_000, 6_000, 6_100, 6_100, 6_100, 14_000, 20_000, 20_100, 20_000, 32_000, 46_000, 46_000])).toBe(3)
  expect(count(Array.from({ length: 30 }, (_, n) => Math.round(46_000 * (3 * (n / 29) ** 2 - 2 * (n / 29) ** 3))))).toBe(1)
})
