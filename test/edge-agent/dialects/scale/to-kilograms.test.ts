import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Reading, WeightUnit } from '#dialects/scale/reading'
import { toKilograms } from '#dialects/scale/to-kilograms'

const aReading = (says: Partial<Reading>): Reading => ({
  digits: 0,
  decimals: 0,
  unit: null,
  stable: null,
  mode: null,
  overload: null,
  underload: null,
  zero: null,
  tare: null,
  ...says,
})

it.each<[says: string, reading: Partial<Reading>, configured: WeightUnit | null, is: number | string]>([
  ['45680 on a kilogram indicator', { digits: 45_680 }, 'kg', 45_680],
  ['45.68 on a tonne indicator', { digits: 4_568, decimals: 2 }, 't', 45_680],
  ['0.32 t', { digits: 32, decimals: 2 }, 't', 320],
  ['2.01 t, which a float makes 2009.9999…', { digits: 201, decimals: 2 }, 't', 2_010],
  ['1.2345 t is 1234.5 kg', { digits: 12_345, decimals: 4 }, 't', 'fraction'],
  ['0.32 kg', { digits: 32, decimals: 2 }, 'kg', 'fraction'],
  ['12.0 kg', { digits: -120, decimals: 1 }, 'kg', -12],
  ['minus nothing', { digits: -0, decimals: 2 }, 'kg', 0],
  ['85000 g', { digits: 85_000 }, 'g', 85],
  ['a pound', { digits: 1 }, 'lb', 'fraction'],
  ['a hundred million pounds', { digits: 100_000_000 }, 'lb', 'out-of-range'],
  ['45680 "tonnes"', { digits: 45_680 }, 't', 'out-of-range'],
  ['no unit anywhere', { digits: 1 }, null, 'no-unit'],
  ["the frame's own unit over the configured one", { digits: 3, unit: 't' }, 'kg', 3_000],
  ['a short ton of the other continent', { digits: 100, unit: 'tn' }, null, 'fraction'],
  ['an empty display', { digits: null }, 'kg', 'no-value'],
  ['digits shown during overload', { digits: 99_999, overload: true }, 'kg', 'overload'],
  ['an underload', { digits: null, underload: true }, 'kg', 'underload'],
])('%s', (_says, reading, configured, is) => {
  expect(toKilograms(aReading(reading), { unit: configured, decimals: null })).toEqual(
    typeof is === 'number' ? { ok: true, kg: is } : { ok: false, reason: is },
  )
})

const TARE = { digits: 15_000, decimals: 0 }
const NO_TARE = { digits: 0, decimals: 0 }

it.each<[says: string, reading: Partial<Reading>, acceptNet: boolean, is: number | string]>([
  ['a tare in memory', { mode: 'tare' }, true, 'tare'],
  ['gross', { mode: 'gross' }, false, 30_680],
  ['gross, with the tare beside it', { mode: 'gross', tare: TARE }, false, 30_680],
  ['a format that does not say which', { mode: null }, false, 30_680],
  ['net, and nothing about a tare', { mode: 'net' }, false, 'net'],
  ['net, where the profile says that it may be', { mode: 'net' }, true, 30_680],
  ['net of a tare the frame tells', { mode: 'net', tare: TARE }, false, 'net'],
  ['net of a tare the frame tells, whatever the profile says', { mode: 'net', tare: TARE }, true, 'net'],
  ['net of no tare', { mode: 'net', tare: NO_TARE }, false, 30_680],
  ['net beside a larger gross', { mode: 'net', beside: { gross: { digits: 45_680, decimals: 0 } } }, true, 'net'],
  ['net beside the same gross', { mode: 'net', beside: { gross: { digits: 30_680, decimals: 0 } } }, false, 30_680],
  ['net with the tare lamp on', { mode: 'net', beside: { tareActive: true } }, true, 'net'],
  ['net with the tare lamp off', { mode: 'net', beside: { tareActive: false } }, false, 30_680],
])('what stands on the platform: %s', (_says, reading, acceptNet, is) => {
  expect(toKilograms(aReading({ digits: 30_680, unit: 'kg', ...reading }), { unit: 'kg', decimals: null, acceptNet })).toEqual(
    typeof is === 'number' ? { ok: true, kg: is } : { ok: false, reason: is },
  )
})

it('takes the point from the configuration only where the frame has none', () => {
  expect(toKilograms(aReading({ digits: 4_568, decimals: null }), { unit: 't', decimals: 2 })).toEqual({ ok: true, kg: 45_680 })
  expect(toKilograms(aReading({ digits: 4_568, decimals: null }), { unit: 't', decimals: null })).toEqual({
    ok: false,
    reason: 'no-decimals',
  })
  expect(toKilograms(aReading({ digits: 4_568, decimals: 2 }), { unit: 't', decimals: 0 })).toEqual({ ok: true, kg: 45_680 })
})

it('every tonne display with three decimals is exact to the kilogram', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), (kg) => {
      expect(toKilograms(aReading({ digits: kg, decimals: 3 }), { unit: 't', decimals: null })).toEqual({ ok: true, kg: kg === 0 ? 0 : kg })
    }),
  )
})
