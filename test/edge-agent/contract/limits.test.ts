import fc from 'fast-check'
import { expect, it } from 'vitest'
import { grossLimit, legalLimit, netError, scaleError, shanghaiDay, strictestLimit } from '#edge/limits'
import { fromIso, type Instant } from '#edge/units'

const DAY = '2026-11-21'
/** Transport ministry order 62/2016, the figures of GB 1589-2016. */
it.each<[what: string, axles: number, combination: boolean, drivenAxles: number, tonnes: number | null]>([
  ['two axles', 2, false, 1, 18],
  ['a three-axle truck', 3, false, 2, 25],
  ['a three-axle combination', 3, true, 1, 27],
  ['a four-axle truck', 4, false, 2, 31],
  ['a four-axle combination', 4, true, 1, 36],
  ['a five-axle combination', 5, true, 2, 43],
  ['a six-axle combination', 6, true, 2, 49],
  ['a six-axle combination with one driven axle', 6, true, 1, 46],
  ['eight axles', 8, true, 2, 49],
  ['one axle', 1, false, 1, null],
])('%s may weigh so much', (_what, axles, combination, drivenAxles, tonnes) => {
  expect(grossLimit({ axles, combination, drivenAxles }, DAY)).toBe(tonnes === null ? null : tonnes * 1_000)
})

it('before the order there was no such limit', () => {
  expect(grossLimit({ axles: 6, combination: true, drivenAxles: 2 }, '2016-09-20')).toBeNull()
})

it.each([
  [12_000, 18],
  [18_000, 18],
  [18_020, 25],
  [45_000, 46],
  [49_000, 49],
  [60_000, 49],
])('%s kg on axles nobody knows is held against %s t', (kg, tonnes) => {
  expect(strictestLimit(kg, DAY)).toBe(tonnes * 1_000)
  expect(legalLimit(null, false, kg, DAY)).toEqual({ kg: tonnes * 1_000, known: false })
})

it('a trailer makes a combination of any truck', () => {
  expect(legalLimit({ axles: 4, drivenAxles: 1, combination: false }, true, 30_000, DAY)).toEqual({ kg: 36_000, known: true })
  expect(legalLimit({ axles: 0, drivenAxles: 0 }, true, 30_000, DAY)).toEqual({ kg: 31_000, known: false })
})

/** OIML R 76 / JJG 539, class III, in service; the table of the founders' metrology paper. */
it.each([
  [20, 16_000, 40],
  [20, 49_000, 60],
  [20, 10_000, 20],
  [50, 16_000, 50],
  [50, 49_000, 100],
])('with e = %s kg a weight of %s kg may be off by %s kg', (e, kg, error) => {
  expect(scaleError(kg, e)).toBe(error)
})
it('a net weight may be off by the sum of both errors', () => {
  expect(netError(49_000, 16_000, 20)).toBe(100)
  expect(netError(49_000, 16_000, 50)).toBe(150)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120_000 }), fc.constantFrom(5, 10, 20, 50), (kg, e) => {
      expect(scaleError(kg, e)).toBeGreaterThanOrEqual(e)
      expect(scaleError(kg, e)).toBeLessThanOrEqual(3 * e)
    }),
  )
})

it('the law changes its day at midnight in Shanghai', () => {
  expect(shanghaiDay(fromIso('2026-11-21T15:59:59Z') as Instant)).toBe('2026-11-21')
  expect(shanghaiDay(fromIso('2026-11-21T16:00:00Z') as Instant)).toBe('2026-11-22')
})
