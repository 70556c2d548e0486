import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rinstrumReg } from '#dialects/scale/rinstrum-reg'
import { hexOf } from '../tapes.ts'
import { asExpected, asHeard, decoded, readExpected } from './as-expected.ts'
import { keepsItsPromises } from './properties.ts'

const text = (said: string): Uint8Array => Uint8Array.from(said, (character) => character.charCodeAt(0))
const entries = readExpected('rinstrum-reg')

it.each(entries.map((entry) => [entry.id, entry.description, entry] as const))('%s: %s', (_id, _about, entry) => {
  expect(asHeard(entry, rinstrumReg)).toEqual(asExpected(entry))
})

it('asks for the status and the displayed weight in one go, as the manual prints both', () => {
  const [request] = entries
  expect(hexOf(rinstrumReg.asking?.ask() ?? new Uint8Array()).startsWith(request?.hex ?? '?')).toBe(true)
  expect(rinstrumReg.asking?.ask({ address: 3 })).toEqual(text('23110021;23050025;'))
})

it('reads a weight in the forms the manuals print', () => {
  const values = (said: string): unknown => decoded(rinstrumReg, text(said)).readings
  expect(values('81050026: 100 kg G;')).toMatchObject([{ value: 100, unit: 'kg', weightKg: 100, mode: 'gross', stable: null }])
  expect(values('81050025:  -45.68 t N\r\n')).toMatchObject([{ value: -45.68, unit: 't', decimals: 2, mode: 'net' }])
  expect(values('81110026:00000040;')).toMatchObject([{ value: 64, decimals: null, unit: null, mode: 'gross' }])
  expect(values('81110027:FFFFFF88\r\n')).toMatchObject([{ value: -120, decimals: null, mode: 'net' }])
})

it('a status goes with the weight behind it, and with no other', () => {
  const { readings } = decoded(rinstrumReg, text('81110021:00001200\r\n81050025:    100 kg N\r\n81050025:    120 kg N\r\n'))
  expect(readings).toMatchObject([
    { value: 100, stable: false, overload: false, zero: false, mode: 'net' },
    { value: 120, stable: null },
  ])
})

it('no weight is used that the status calls out of range or faulty', () => {
  const { readings } = decoded(
    rinstrumReg,
    text('81110021:00020000\r\n81050025: 130000 kg G\r\n81110021:00008000\r\n81050025:    100 kg G\r\n'),
  )
  expect(readings).toMatchObject([
    { value: null, overload: true, frameValue: 130_000 },
    { value: null, overload: false, valid: false },
  ])
})

it('an error, another instrument and a text that is no number are no weights', () => {
  expect(decoded(rinstrumReg, text('C1050025:0601;')).remarks).toMatchObject([{ remark: 'reply', status: 'error' }])
  expect(decoded(rinstrumReg, text('82050025: 100 kg G;'), { address: 1 })).toMatchObject({ readings: [], reasons: ['address-mismatch'] })
  expect(decoded(rinstrumReg, text('81050025: ------ kg G;')).reasons).toEqual(['bad-number'])
  expect(decoded(rinstrumReg, text('81050025: 100 st G;')).reasons).toEqual(['bad-unit'])
})

it('answers what it is asked, and is silent for another', () => {
  const ask = rinstrumReg.asking?.ask({ address: 2 }) ?? new Uint8Array()
  const said = { digits: 4_568, decimals: 2, unit: 't', stable: true } as const
  const answer = rinstrumReg.asking?.answer(ask, said, { address: 2 }) ?? new Uint8Array()
  expect(decoded(rinstrumReg, answer, { address: 2 }).readings).toMatchObject([{ value: 45.68, weightKg: 45_680, stable: true }])
  expect(rinstrumReg.asking?.answer(ask, said, { address: 3 })).toBeNull()
  expect(rinstrumReg.asking?.answer(text('garbage'), said, { address: 2 })).toBeNull()
})

keepsItsPromises({
  dialect: rinstrumReg,
  settings: { address: 1 },
  said: fc.record({
    digits: fc.integer({ min: -99_999, max: 99_999 }),
    decimals: fc.integer({ min: 0, max: 2 }),
    unit: fc.constantFrom('kg', 't'),
    stable: fc.boolean(),
    mode: fc.constantFrom('gross', 'net'),
    zero: fc.boolean(),
  }),
})
