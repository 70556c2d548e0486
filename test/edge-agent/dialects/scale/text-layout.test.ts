import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DialectSettings } from '#dialects/scale/reading'
import { SettingsRefused } from '#dialects/scale/settings-refused'
import { textLayout } from '#dialects/scale/text-layout'
import { mistakeFinder } from '#edge/mistakes'
import { decoded } from './as-expected.ts'
import { keepsItsPromises } from './properties.ts'

const bytes = (line: string): Uint8Array => Uint8Array.from(line, (one) => one.charCodeAt(0))
const find = mistakeFinder(textLayout.settings)

/** As the profile of an indicator nobody has met yet would have it. */
const BENCH = {
  ends: ['cr-lf'],
  lines: [
    {
      says: ['in-range'],
      fields: [
        { text: '\x02' },
        { words: { S: ['stable'], D: ['moving'], E: ['invalid'], '+': ['overload'], '-': ['underload'] } },
        { words: { B: ['gross'], N: ['net'] } },
        { number: 7, sign: '+ ', mark: 'comma', filledWith: 'zeros', messages: { '*': ['overload'] } },
        { text: ' ' },
        { unit: 2 },
        { flags: 'hex', bits: { 1: ['zero'] } },
        { check: 'xor' },
      ],
    },
  ],
} satisfies DialectSettings

const xored = (line: string): string => {
  const sum = [...line].reduce((all, one) => all ^ one.charCodeAt(0), 0)
  return `${line}${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
}

describe('an indicator described in a profile', () => {
  it('is one its schema admits', () => expect(find(BENCH)).toEqual([]))

  it.each([
    ['a stable weight', '\x02SB+00045,6 t 0', { value: 45.6, unit: 't', stable: true, mode: 'gross', overload: false, zero: null }],
    ['a moving net weight below zero', '\x02DN-0012340 kg0', { value: -12340, unit: 'kg', stable: false, mode: 'net' }],
    ['zero', '\x02SB 0000000 kg1', { value: 0, zero: true }],
    ['overload by its word', '\x02+B+0080200 kg0', { value: null, overload: true, decimals: null }],
    ['overload by its fill', '\x02SB+******* kg0', { value: null, overload: true }],
    ['what the indicator calls invalid', '\x02EB+0000000 kg0', { value: null, valid: false }],
  ])('says %s', (_what, line, expected) => {
    const { readings, reasons } = decoded(textLayout, bytes(xored(line)), BENCH)
    expect(reasons).toEqual([])
    expect(readings).toEqual([expect.objectContaining(expected)])
  })

  it.each([
    ['a word that is none', xored('\x02XB+00045,6 t 0'), 'bad-status'],
    ['a point where a comma is set', xored('\x02SB+00045.6 t 0'), 'bad-digit'],
    ['another check', '\x02SB+00045,6 t 000\r\n', 'bad-checksum'],
    ['a column too many', xored('\x02SB+000045,6 t 0'), 'bad-length'],
  ])('rejects %s', (_what, line, reason) => {
    expect(decoded(textLayout, bytes(line), BENCH)).toEqual({ readings: [], remarks: [], reasons: [reason] })
  })

  keepsItsPromises({
    dialect: textLayout,
    settings: BENCH,
    said: fc.record({
      digits: fc.integer({ min: -99_999, max: 99_999 }),
      decimals: fc.integer({ min: 0, max: 2 }),
      stable: fc.boolean(),
      mode: fc.constantFrom('gross' as const, 'net' as const),
      unit: fc.constantFrom('kg' as const, 't' as const),
    }),
  })
})

it('puts the sign where the profile has it', () => {
  const settings = {
    ends: ['etx'],
    lines: [{ fields: [{ text: '\x02' }, { number: 6 }, { words: { C: ['positive'], D: ['negative'] } }] }],
  }
  expect(find(settings)).toEqual([])
  expect(decoded(textLayout, bytes('\x02 12340D\x03\x02     0D\x03'), settings).readings).toMatchObject([{ value: -12340 }, { value: 0 }])
  expect(textLayout.encode({ digits: -20, decimals: 0 }, settings)).toEqual(bytes('\x02    20D\x03'))
  expect(textLayout.encode({ digits: 20, decimals: 0 }, settings)).toEqual(bytes('\x02    20C\x03'))
})

it('is one line of another width for one setting more, and hears nothing without any', () => {
  const line = (number: number): DialectSettings => ({ lines: [{ fields: [{ text: 'W' }, { number }, { unit: 2 }] }] })
  expect(decoded(textLayout, bytes('W  45680kg\r\n'), line(7)).readings).toMatchObject([{ value: 45680, unit: 'kg' }])
  expect(decoded(textLayout, bytes('W  45680kg\r\n'), line(8)).reasons).toEqual(['bad-length'])
  expect(decoded(textLayout, bytes('W  45680kg\r\n')).reasons).toEqual(['noise'])
})

describe('mistakes in a layout are told with their path', () => {
  const refused = (settings: DialectSettings): string[] => {
    try {
      textLayout.decoder(settings)
      return []
    } catch (error) {
      if (!(error instanceof SettingsRefused)) throw error
      expect(error.mistakes.every(({ zh, en }) => zh !== '' && en !== '')).toBe(true)
      return error.mistakes.map(({ path, en }) => `${path} ${en}`)
    }
  }
  const one = (...fields: object[]): DialectSettings => ({ lines: [{ fields }] })

  it.each([
    ['two kinds in one', one({ number: 7, unit: 2 }), 'lines.0.fields.0 is both number and unit: make them fields of their own'],
    ['no kind', one({ number: 7 }, { sign: '+' }), /^lines\.0\.fields\.1 must say what these columns are/],
    ['a sign on a unit', one({ number: 7 }, { unit: 2, sign: '+' }), 'lines.0.fields.1.sign belongs to number, and this is unit'],
    [
      'words of two lengths',
      one({ words: { ST: [], STABLE: [] } }, { number: 7 }),
      /^lines\.0\.fields\.0\.words must all have the same length/,
    ],
    ['no number', one({ text: 'W' }, { unit: 2 }), 'lines.0.fields must have one number, the weight; it has 0'],
    ['two numbers', one({ number: 3 }, { number: 3 }), 'lines.0.fields must have one number, the weight; it has 2'],
    ['a line end among the columns', one({ number: 7 }, { text: '\r\n' }), /^lines\.0\.fields\.1\.text may have a control character/],
    ['Chinese characters', one({ text: '重' }, { number: 7 }), 'lines.0.fields.0.text may have single-byte characters only'],
    ['bits that say nothing', one({ number: 7 }, { flags: 'hex' }), 'lines.0.fields.1.bits is missing: what each bit says'],
    ['an address nobody sends', { ...one({ number: 7 }), address: '01' }, 'lines.0.fields have no address, and address is set'],
  ])('%s', (_what, settings, sentence) => {
    const [said, ...more] = refused(settings)
    expect(more).toEqual([])
    expect(said).toMatch(sentence)
  })

  it('and misspelt ones by the schema', () => {
    expect(find(one({ nubmer: 7 }))).toMatchObject([{ path: 'lines.0.fields.0.nubmer' }])
    expect(find(one({ number: 99, blanks: 'some' })).map(({ path }) => path)).toEqual([
      'lines.0.fields.0.number',
      'lines.0.fields.0.blanks',
    ])
    expect(find(one({ number: 7 }, { flags: 'hex', bits: { 3: ['zero'] } })).map(({ path }) => path)).toEqual(['lines.0.fields.1.bits.3'])
    expect(find({ lines: [{ says: ['stabel'], fields: [{ number: 7 }] }] }).map(({ path }) => path)).toEqual(['lines.0.says.0'])
  })
})
