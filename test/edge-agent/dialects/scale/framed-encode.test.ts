import { expect, it } from 'vitest'
import type { DialectSettings, ScaleDialect } from '#dialects/scale/reading'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { clearBit7 } from '#dialects/scale/seven-bit'
import { bytesOf, hexOf } from '../tapes.ts'
import { type ExpectedEntry, readExpected } from './as-expected.ts'
import { hear } from './properties.ts'

/** How the indicator of an entry was set, where it is not the usual way. */
function asSet({ id, variant, description }: ExpectedEntry): DialectSettings {
  if (variant?.endsWith('7e1-raw') || id === 'f125') return { maker: 'toledo-brasil', leading: 'zeros' }
  if (variant === '17-byte-soh') return { maker: 'ind310' }
  if (variant === '17-byte') return { maker: 'dingsong', leading: 'zeros' }
  if (variant === '18-byte-crlf') return { maker: 'fairbanks-6011' }
  if (description.includes('without check characters')) return { checksum: 'never' }
  return {}
}

const dialectOf = ({ protocol }: ExpectedEntry): ScaleDialect => {
  const dialect = scaleDialect(protocol)
  if (!dialect) throw new Error(`no dialect ${protocol}`)
  return dialect
}

const good = readExpected('scale-framed').filter(({ expected }) => expected.result === 'accepted')

it.each(good.map((entry) => [entry.id, entry.description, entry] as const))('%s is encoded to its very bytes: %s', (_id, _about, entry) => {
  const dialect = dialectOf(entry)
  const settings = asSet(entry)
  const printed = entry.variant?.endsWith('7e1-raw') ? clearBit7(bytesOf(entry.hex)) : bytesOf(entry.hex)
  const [reading] = hear({ dialect, settings }, [printed]).readings
  if (!reading) throw new Error(`${entry.id} is not read`)
  expect(hexOf(dialect.encode(reading, settings))).toBe(hexOf(printed))
})

it.each([
  ['seven digits', 'mt-continuous', { digits: 1_000_000, decimals: 0 }],
  ['six decimals', 'mt-continuous', { digits: 1, decimals: 6 }],
  ['short tons', 'mt-continuous', { digits: 1, decimals: 0, unit: 'tn' }],
  ['a division of 3', 'mt-continuous', { digits: 3, decimals: 0, beside: { division: { digits: 3, decimals: 0 } } }],
  ['seven digits', 'yaohua-cmd', { digits: 1_000_000, decimals: 0 }],
  ['five decimals', 'yaohua-cmd', { digits: 1, decimals: 5 }],
  ['half a digit', 'gm-cont', { digits: 0.5, decimals: 0 }],
  ['seven digits below zero', 'keli-xk3118t1-cmd', { digits: -1_000_000, decimals: 0 }],
  ['tonnes', 'keli-xk3118t1-cmd', { digits: 1, decimals: 0, unit: 't' }],
  ['six digits below zero', 'laumas-ascii', { digits: -100_000, decimals: 0 }],
  ['a tare', 'laumas-ascii', { digits: 1, decimals: 0, mode: 'tare' }],
  ['seven digits', 'dingsong-ds822', { digits: 1_000_000, decimals: 0 }],
  ['nine digits', 'flintec-bsi', { digits: 123_456_789, decimals: 0 }],
  ['tonnes', 'bcd-ff', { digits: 1, decimals: 0, unit: 't' }],
] as const)('refuses to encode %s as %s', (_what, name, reading) => {
  expect(() => scaleDialect(name)?.encode(reading)).toThrow(RangeError)
})

it.each(['yaohua-cmd', 'keli-xk3118t1-cmd', 'dingsong-ds822'])('an indicator without a number sends nothing as %s', (name) => {
  expect(scaleDialect(name)?.encode({ digits: null, decimals: 0, overload: true })).toHaveLength(0)
})

it.each(['mt-continuous', 'gm-cont', 'gm-rsp1', 'laumas-display', 'laumas-ascii', 'flintec-bsi', 'bcd-ff'])(
  'an overload said as %s gives no weight',
  (name) => {
    const dialect = scaleDialect(name)
    if (!dialect) throw new Error(name)
    const { readings, remarks, rejected } = hear({ dialect }, [dialect.encode({ digits: null, decimals: 0, overload: true })])
    expect(rejected).toEqual([])
    expect(readings.map(({ digits, overload }) => ({ digits, overload }))).toEqual(
      remarks.length > 0 ? [] : [{ digits: null, overload: true }],
    )
  },
)
