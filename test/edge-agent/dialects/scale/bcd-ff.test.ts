import { describe, expect, it } from 'vitest'
import { bcdFf } from '#dialects/scale/bcd-ff'
import { bytesOf } from '../tapes.ts'
import { hear } from './properties.ts'

const listen = (hex: string, bits?: string): ReturnType<typeof hear> =>
  hear(bits ? { dialect: bcdFf, settings: { bits } } : { dialect: bcdFf }, [bytesOf(hex)])

/** One family, two makers, and nothing printed about either that was seen on a device. */
describe.each([undefined, 'ht9800'])('an HT9800 (%s)', (bits) => {
  it.each([
    ['stable, two decimals', 'FF 12 45 23 01', { digits: 12_345, decimals: 2, stable: true, unit: null, overload: false }],
    ['moving and negative', 'FF 20 05 00 00', { digits: -5, decimals: 0, stable: false }],
    ['over the range', 'FF 90 99 99 99', { digits: null, decimals: null, overload: true }],
  ])('%s', (_what, hex, reading) => {
    expect(listen(hex, bits)).toMatchObject({ readings: [reading], rejected: [] })
  })
})

it('five or six bytes between two starts tell the maker', () => {
  expect(listen('FF 12 45 23 01 FF 12 45 23 01').readings.map(({ decimals }) => decimals)).toEqual([2, 2])
  expect(listen('FF 42 45 23 01 00 FF 42 45 23 01 00').readings.map(({ decimals }) => decimals)).toEqual([1, 1])
})

it('a JCS-B frame that lost its last byte is not read as one of an HT9800', () => {
  const { readings, rejected } = listen('FF 42 45 23 01 00 FF 42 45 23 01 FF 42 45 23 01 00')
  expect(readings.map(({ decimals }) => decimals)).toEqual([1, 1])
  expect(rejected.map(({ reason }) => reason)).toEqual(['bad-length'])
})

it.each([
  ['a mode that is no weighing', 'FF 4C 45 23 01 00', 'jcs-b', 'bad-status'],
  ['a unit that is none', 'FF 42 45 23 01 07', 'jcs-b', 'bad-unit'],
  ['no decimals code', 'FF 40 45 23 01 00', 'jcs-b', 'decimal-position-out-of-range'],
  ['a nibble above nine', 'FF 42 4A 23 01 00', 'jcs-b', 'bad-digit'],
  ['too short', 'FF 42 45 23 01', 'jcs-b', 'bad-length'],
  ['a start inside', 'FF 42 45 FF 42 45 23 01 00', 'jcs-b', 'bad-length'],
  ['decimals beyond five', 'FF 16 45 23 01', 'ht9800', 'decimal-position-out-of-range'],
])('%s is rejected', (_what, hex, bits, reason) => {
  expect(listen(hex, bits).rejected[0]?.reason).toBe(reason)
})
