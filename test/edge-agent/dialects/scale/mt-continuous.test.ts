import { describe, expect, it } from 'vitest'
import { mtContinuous } from '#dialects/scale/mt-continuous'
import type { Reading } from '#dialects/scale/reading'
import { bytesOf, joined } from '../tapes.ts'
import { hear, type Said } from './properties.ts'

const hearMt = (chunks: readonly Uint8Array[], settings = {}): ReturnType<typeof hear> => hear({ dialect: mtContinuous, settings }, chunks)
const weights = (readings: readonly Reading[]): unknown[] => readings.map(({ digits }) => digits)
const said = (digits: number): Said => ({ digits, decimals: 0, stable: true })
const frame = (digits: number, form: string, more = {}): Uint8Array => mtContinuous.encode(said(digits), { form, ...more })
const reasons = (heard: ReturnType<typeof hear>): string[] => heard.rejected.map(({ reason }) => reason)

/** How many bytes behind its own last one had to come before each frame was told. */
function lateness(frames: readonly Uint8Array[]): number[] {
  const decoder = mtContinuous.decoder()
  const late: number[] = []
  let ends = 0
  let fed = 0
  const endings = frames.map((bytes) => (ends += bytes.length))
  for (const byte of joined(frames)) {
    fed++
    decoder.push(
      Uint8Array.of(byte),
      () => late.push(fed - (endings[late.length] ?? 0)),
      () => {},
    )
  }
  return late
}

describe.each(['cr', 'cr-checksum', 'cr-lf', 'cr-lf-checksum'])('frames that end in %s', (form) => {
  it('alone are read whatever follows: nothing', () => {
    expect(hearMt([frame(41_230, form)])).toMatchObject({ readings: [{ digits: 41_230 }], rejected: [] })
  })

  it('are read one behind the other', () => {
    const all = Array.from({ length: 300 }, (_, i) => i * 370)
    const heard = hearMt([joined(all.map((digits) => frame(digits, form)))])
    expect(weights(heard.readings)).toEqual(all)
    expect(heard.rejected).toEqual([])
  })

  it('are told at their own last byte once three were heard', () => {
    const late = lateness([20, 40, 80, 100, 120, 140].map((digits) => frame(digits, form)))
    expect(late.slice(3)).toEqual([0, 0, 0])
    expect(Math.max(...late)).toBeLessThanOrEqual(3)
  })

  it('without a tare field as well', () => {
    const all = [0, 20, 45_680, 999_999]
    const heard = hearMt([joined(all.map((digits) => frame(digits, form, { tareField: false })))])
    expect(weights(heard.readings)).toEqual(all)
    expect(heard.readings.every(({ tare }) => tare === null)).toBe(true)
    expect(heard.rejected).toEqual([])
  })
})

it('learns another ending when the indicator is set anew, and loses no more than three frames by it', () => {
  const first = [10, 20, 30, 40].map((digits) => frame(digits, 'cr-checksum'))
  const then = [50, 60, 70, 80, 90, 100, 110].map((digits) => frame(digits, 'cr-lf'))
  const { readings } = hearMt([joined([...first, ...then])])
  expect(weights(readings)).toEqual([10, 20, 30, 40, 80, 90, 100, 110])
})

it('a frame whose check was 02 and does not hold is not taken for one without a check', () => {
  const whole = bytesOf('02 29 30 20 20 20 34 39 39 30 20 20 20 20 30 30 0D 02')
  const spoiled = whole.slice()
  spoiled[7] = 0x38
  for (const behind of [new Uint8Array(0), frame(200, 'cr-checksum')]) {
    const heard = hearMt([joined([spoiled, behind])])
    expect(weights(heard.readings)).toEqual(behind.length === 0 ? [] : [200])
    expect(reasons(heard)).toContain('bad-checksum')
  }
})

it('a frame without a check whose weight makes the next 02 look like one is read, and the next one too', () => {
  // The sum of these seventeen bytes asks for 02 as its check.
  const asked = Array.from({ length: 2_000 }, (_, i) => i * 10).filter((digits) => frame(digits, 'cr-checksum').at(-1) === 0x02)
  expect(asked.length).toBeGreaterThan(0)
  for (const digits of asked) {
    const heard = hearMt([joined([frame(digits, 'cr'), frame(60, 'cr')])])
    expect(weights(heard.readings)).toEqual([digits, 60])
    expect(heard.rejected).toEqual([])
  }
})

it.each([
  ['a check that does not hold', 'cr-checksum', '02 31 30 20 20 20 20 32 30 30 20 20 20 20 30 30 0D 1F', 'bad-checksum'],
  ['a character lost', 'auto', '02 31 30 20 20 20 32 30 30 20 20 20 20 30 30 0D 1E', 'bad-length'],
  ['a character twice', 'auto', '02 31 30 20 20 20 20 20 32 30 30 20 20 20 20 30 30 0D 1E', 'bad-length'],
  ['the end spoiled', 'auto', '02 31 30 20 20 20 20 32 30 30 20 20 20 20 30 30 4D 1E', 'bad-frame'],
  ['cut off', 'auto', '02 31 30 20 20 20 20 32 30', 'bad-length'],
  ['a digit before a blank', 'cr', '02 31 30 20 20 20 32 20 30 30 20 20 20 20 30 30 0D', 'bad-digit'],
  ['a letter in the tare', 'cr', '02 31 30 20 20 20 20 32 30 30 20 20 20 20 41 30 0D', 'bad-digit'],
  ['a unit nobody documents', 'cr', '02 2A 30 25 20 20 20 32 30 30 20 20 20 20 20 30 0D', 'bad-unit'],
  ['status C below 20', 'cr', '02 2A 30 10 20 20 20 32 30 30 20 20 20 20 20 30 0D', 'bad-status'],
  ['parity bits left on', 'cr', '02 AA 30 20 20 20 20 32 30 30 20 20 20 20 20 30 0D', 'bad-status'],
  ['no line feed where one is due', 'cr-lf', '02 31 30 20 20 20 20 32 30 30 20 20 20 20 30 30 0D 1E', 'bad-frame'],
])('%s is rejected (%s)', (_what, form, hex, reason) => {
  const heard = hearMt([bytesOf(hex)], { form })
  expect(heard.readings).toEqual([])
  expect(reasons(heard)[0]).toBe(reason)
})

it.each([
  ['grams', '02 2A 30 21 20 20 20 32 30 30 20 20 20 20 20 30 0D', {}, 'g'],
  ['tonnes', '02 2A 30 22 20 20 20 32 30 30 20 20 20 20 20 30 0D', {}, 't'],
  ['pounds by status B', '02 2A 20 20 20 20 20 32 30 30 20 20 20 20 20 30 0D', {}, 'lb'],
  ['pounds by status C on a LIDEN', '02 2A 30 31 20 20 20 32 30 30 20 20 20 20 20 30 0D', { maker: 'liden' }, 'lb'],
  ['kilograms on a LIDEN', '02 2A 30 30 20 20 20 32 30 30 20 20 20 20 20 30 0D', { maker: 'liden' }, 'kg'],
  ['pounds on a Flintec, known by bit 6 of status A', '02 6A 30 31 20 20 20 32 30 30 20 20 20 20 20 30 0D', {}, 'lb'],
  ['kilograms on an IND310, whatever its code', '01 2A 30 21 20 20 20 32 30 30 20 20 20 20 20 30 0D', { maker: 'ind310' }, 'kg'],
])('the unit is %s', (_what, hex, settings, unit) => {
  expect(hearMt([bytesOf(hex)], settings).readings).toMatchObject([{ digits: 200, unit }])
})

it('a Fairbanks that leaves bit 5 of status B out is read', () => {
  expect(hearMt([bytesOf('02 31 08 20 20 20 20 39 36 30 20 20 20 20 30 30 0D 0A')]).readings).toMatchObject([
    { digits: 960, unit: 'lb', stable: false },
  ])
})

it('blanks in place of the weight are no number, and blanks in place of the tare no tare', () => {
  expect(hearMt([bytesOf('02 2A 30 20 20 20 20 20 20 20 20 20 20 20 20 20 0D')]).readings).toMatchObject([
    { digits: null, overload: false, tare: null },
  ])
})

it('increments nobody names leave the division out', () => {
  const [reading] = hearMt([bytesOf('02 22 30 20 20 20 20 32 30 30 20 20 20 20 20 30 0D')]).readings
  expect(reading?.beside).toEqual({})
})

it.each([
  ['28', 100],
  ['30', 200],
  ['38', 500],
  ['29', 10],
  ['31', 20],
  ['39', 50],
  ['2A', 1],
  ['3A', 5],
])('status A %s says a division of %s', (a, division) => {
  const bytes = bytesOf(`02 ${a} 30 20 20 20 20 35 30 30 20 20 20 30 30 30 0D`)
  expect(hearMt([bytes]).readings).toMatchObject([{ digits: 500, beside: { division: { digits: division, decimals: 0 } } }])
})
