import fc from 'fast-check'
import { expect, it } from 'vitest'
import { after, asTonnes, between, days, fromIso, hours, Instant, Kilograms, minutes, seconds, toIso } from '#edge/units'

it('kilograms are whole, and zero has no sign', () => {
  expect(Kilograms(38_420)).toBe(38_420)
  expect(Object.is(Kilograms(-0), 0)).toBe(true)
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => Kilograms(wrong)).toThrow(RangeError)
})

it('spans are milliseconds whatever they were written in', () => {
  expect([seconds(3), minutes(2), hours(1), days(1)]).toEqual([3_000, 120_000, 3_600_000, 86_400_000])
  expect(between(Instant(1_000), after(Instant(1_000), seconds(5)))).toBe(5_000)
})

it.each([
  ['2026-11-21T04:00:00Z', true],
  ['2026-11-21T04:00:00.5Z', true],
  ['2026-11-21T04:00:00.123Z', true],
  ['2026-11-21T04:00:00.1234Z', false],
  ['2026-11-21T04:00:00+08:00', false],
  ['2026-11-21 04:00:00Z', false],
  ['2026-13-21T04:00:00Z', false],
  ['2026-11-21T25:00:00Z', false],
  ['yesterday', false],
  ['', false],
])('%s off the wire is a moment: %s', (text, good) => {
  expect(fromIso(text) !== null).toBe(good)
})

it('a moment survives the wire', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (at) => {
      expect(fromIso(toIso(Instant(at)))).toBe(at)
    }),
  )
})

it('tonnes are for people', () => {
  expect(asTonnes(45_680)).toBe('45.68')
})
