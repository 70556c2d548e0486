import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DialectSettings, ScaleDialect } from '#dialects/scale/reading'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { bytesOf, hexOf } from '../tapes.ts'
import { asExpected, asHeard, decoded, readExpected } from './as-expected.ts'
import { keepsItsPromises, type Said } from './properties.ts'

function dialect(name: string): ScaleDialect {
  const found = scaleDialect(name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}
const entries = readExpected('modbus')
const heardOf = (name: string, hex: string, settings?: DialectSettings) => decoded(dialect(name), bytesOf(hex), settings)
const answerOf = (name: string, said: Said, settings?: DialectSettings): Uint8Array => {
  const { asking } = dialect(name)
  const answer = asking?.answer(asking.ask(settings), said, settings)
  if (!answer) throw new Error('no answer')
  return answer
}

it.each(entries.map((entry) => [entry.id, entry.description, entry] as const))('%s: %s', (_id, _about, entry) => {
  expect(asHeard(entry, dialect(entry.protocol))).toEqual(asExpected(entry))
})

it('asks what the manuals ask', () => {
  for (const entry of entries.filter(({ expected }) => expected.result === 'request'))
    expect(hexOf(dialect(entry.protocol).asking?.ask() ?? new Uint8Array())).toBe(entry.hex)
})

it('an indicator answers with the bytes of the collection', () => {
  const cases: [string, Said][] = [
    ['f274', { digits: -120, decimals: null, stable: true, mode: 'gross', beside: { net: { digits: -120, decimals: 0 } } }],
    ['f280', { digits: 45_680, decimals: null, stable: true }],
    ['f281', { digits: -120, decimals: null, stable: true }],
    ['f282', { digits: null, decimals: null, stable: false, overload: true }],
    ['f285', { digits: 45_680, decimals: null, stable: true, beside: { net: { digits: 30_680, decimals: 0 }, tareActive: true } }],
  ]
  for (const [id, said] of cases) {
    const entry = entries.find((one) => one.id === id)
    const bytes = answerOf(entry?.protocol ?? '', said)
    // The overflow word stands for the number; which bits the state has beside it is the indicator's own.
    if (id === 'f282') expect(decoded(dialect('modbus-gm8802f'), bytes).readings).toMatchObject([{ value: null, overload: true }])
    else expect(hexOf(bytes)).toBe(entry?.hex)
  }
})

describe('a wrong sign, unit, word or place is never guessed', () => {
  it('Laumas shows the net when its display does, and no number above its limits', () => {
    const net = answerOf('modbus-laumas', { digits: 30_680, decimals: 0, mode: 'net', beside: { gross: { digits: 45_680, decimals: 0 } } })
    expect(decoded(dialect('modbus-laumas'), net).readings).toMatchObject([{ value: 30_680, mode: 'net', gross: 45_680 }])
    const over = answerOf('modbus-laumas', {
      digits: null,
      decimals: null,
      overload: true,
      beside: { frameValue: { digits: 130_000, decimals: 0 } },
    })
    expect(decoded(dialect('modbus-laumas'), over).readings).toMatchObject([{ value: null, overload: true, frameValue: 130_000 }])
  })
  it('the words ERR and OFF of a GM8802F are no weights, nor is a number while its converter stands still', () => {
    const telegram = (registers: string): ReturnType<typeof heardOf> => {
      const { asking } = dialect('modbus-gm8802f')
      const bytes = asking?.answer(asking.ask(), { digits: 0, decimals: 0 }) ?? new Uint8Array()
      const head = [...bytes.subarray(0, 3), ...bytesOf(registers)]
      return decoded(dialect('modbus-gm8802f'), Uint8Array.from([...head, ...crc(head)]))
    }
    expect(telegram('7F 45 52 52 00 00 00 30').readings).toMatchObject([{ value: null, valid: false, overload: null }])
    expect(telegram('7F 4F 46 46 00 00 00 20').readings).toMatchObject([{ value: null, valid: false }])
    expect(telegram('00 00 00 64 00 00 00 30').readings).toMatchObject([{ value: null, valid: false }])
    expect(telegram('00 00 00 64 00 00 00 01').readings).toMatchObject([{ value: null, valid: false }])
    expect(telegram('00 00 00 64 00 00 00 22').readings).toMatchObject([{ value: null, overload: true, frameValue: 100 }])
  })
  it('words may come the other way round', () => {
    const low = answerOf('modbus-gm8802f', { digits: 70_000, decimals: 0 }, { order: 'cdab' })
    expect(decoded(dialect('modbus-gm8802f'), low, { order: 'cdab' }).readings).toMatchObject([{ value: 70_000 }])
    expect(hexOf(low.subarray(3, 7))).toBe('11 70 00 01')
  })
  it('the second channel is asked for by its own registers', () => {
    expect(hexOf(dialect('modbus-gm8802f').asking?.ask({ channel: 2 }).subarray(0, 6) ?? new Uint8Array())).toBe('01 03 00 04 00 04')
  })
  it('Dini with several scales has its flags one place off', () => {
    const said: Said = { digits: 45_680, decimals: 0, stable: true, underload: false }
    expect(decoded(dialect('modbus-dini-multi'), answerOf('modbus-dini-multi', said)).readings).toMatchObject([
      { value: 45_680, stable: true, overload: false, underload: false, mode: 'gross' },
    ])
    expect(hexOf(dialect('modbus-dini-multi').asking?.ask() ?? new Uint8Array()).slice(0, 17)).toBe('01 03 00 C9 00 05')
  })
  it('Dingsong brings its decimals, and an impossible count of them is no weight', () => {
    const good = answerOf('modbus-dingsong', { digits: 4_568, decimals: 2 })
    expect(decoded(dialect('modbus-dingsong'), good).readings).toMatchObject([{ value: 45.68, decimals: 2, stable: null, net: 45.68 }])
    const bad = good.subarray(0, good.length - 2).slice()
    bad[bad.length - 1] = 9
    expect(decoded(dialect('modbus-dingsong'), Uint8Array.from([...bad, ...crc(bad)])).reasons).toContain('decimal-position-out-of-range')
  })
  it('a float is the decimal it was made from, and what is no number is none', () => {
    const said: Said = { digits: 4_568, decimals: 2 }
    expect(decoded(dialect('modbus-eagle'), answerOf('modbus-eagle', said)).readings).toMatchObject([
      { value: 45.68, decimals: 2, unit: 'kg', weightKg: 45.68 },
    ])
    expect(decoded(dialect('modbus-eagle'), answerOf('modbus-eagle', said, { unit: 'lb' }), { unit: 'lb' }).readings).toMatchObject([
      { value: 45.68, unit: 'lb' },
    ])
    const nan = [1, 3, 4, 0x7f, 0xc0, 0, 0]
    expect(decoded(dialect('modbus-supmeter'), Uint8Array.from([...nan, ...crc(nan)])).reasons).toContain('bad-number')
  })
})

it('another unit’s answer is not ours, and our own question is no answer', () => {
  const foreign = answerOf('modbus-laumas', { digits: 100, decimals: 0 }, { unitId: 2 })
  expect(decoded(dialect('modbus-laumas'), foreign, { unitId: 1 })).toMatchObject({ readings: [], reasons: ['address-mismatch'] })
  expect(decoded(dialect('modbus-laumas'), foreign).readings).toHaveLength(1)
  const echo = dialect('modbus-laumas').asking?.ask({ unitId: 1 }) ?? new Uint8Array()
  expect(decoded(dialect('modbus-laumas'), echo, { unitId: 1 }).remarks).toMatchObject([{ remark: 'request' }])
  expect(dialect('modbus-laumas').asking?.answer(echo, { digits: 1, decimals: 0 }, { unitId: 2 })).toBeNull()
})

it('registers that are not there are refused', () => {
  const { asking } = dialect('modbus-laumas')
  const refusal = asking?.answer(bytesOf('01 03 01 00 00 02 C5 F7'), { digits: 1, decimals: 0 }) ?? new Uint8Array()
  expect(decoded(dialect('modbus-laumas'), refusal).remarks).toEqual([{ remark: 'reply', status: 'exception', facts: { code: 2 } }])
})

it('Modbus TCP wraps any table, one of the named or one that a profile brings', () => {
  const said: Said = { digits: 45_680, decimals: 0, stable: true }
  for (const table of ['laumas', 'gm8802f', 'dini', 'eagle', 'dingsong']) {
    const settings = { table, unitId: 3 }
    const bytes = answerOf('modbus-tcp', said, settings)
    expect(bytes.subarray(0, 7)).toEqual(Uint8Array.of(0, 1, 0, 0, 0, bytes.length - 6, 3))
    expect(decoded(dialect('modbus-tcp'), bytes, settings)).toMatchObject({ readings: [{ value: 45_680 }], reasons: [] })
    for (let at = 0; at < bytes.length; at++) expect(decoded(dialect('modbus-tcp'), bytes.subarray(0, at), settings).readings).toEqual([])
  }
  const own = { table: { function: 4, from: 100, count: 3, weight: { at: 100, type: 'i32' }, decimalsAt: 102, unit: 't' } }
  expect(decoded(dialect('modbus-table'), answerOf('modbus-table', { digits: 4_568, decimals: 2 }, own), own).readings).toMatchObject([
    { value: 45.68, unit: 't', weightKg: 45_680 },
  ])
})

it('a table whose registers are not among those read is a mistake', () => {
  const own = { table: { function: 4, from: 100, count: 1, weight: { at: 100, type: 'i32' } } }
  expect(() => dialect('modbus-table').decoder(own)).toThrow('weight')
})

const KG = fc.integer({ min: -99_999, max: 99_999 })
const spoken: [string, fc.Arbitrary<Said>][] = [
  ['modbus-laumas', fc.record({ digits: KG, decimals: fc.constant(0), stable: fc.boolean(), mode: fc.constantFrom('gross', 'net') })],
  ['modbus-gm8802f', fc.record({ digits: KG, decimals: fc.constant(0), stable: fc.boolean(), zero: fc.boolean() })],
  ['modbus-gmt-h1', fc.record({ digits: KG, decimals: fc.constant(0) })],
  ['modbus-gm9907', fc.record({ digits: KG, decimals: fc.constant(0), stable: fc.boolean(), zero: fc.boolean() })],
  ['modbus-dini', fc.record({ digits: KG, decimals: fc.constant(0), stable: fc.boolean(), zero: fc.boolean() })],
  ['modbus-dini-multi', fc.record({ digits: KG, decimals: fc.constant(0), stable: fc.boolean(), zero: fc.boolean() })],
  ['modbus-dingsong', fc.record({ digits: KG, decimals: fc.integer({ min: 0, max: 3 }) })],
  ['modbus-eagle', fc.record({ digits: KG, decimals: fc.constant(0) })],
  ['modbus-supmeter', fc.record({ digits: KG, decimals: fc.constant(0) })],
]
for (const [name, said] of spoken) keepsItsPromises({ dialect: dialect(name), settings: { unitId: 1 }, said })

it('every single flipped bit of an answer is noticed by the CRC', () => {
  for (const [name] of spoken) {
    const bytes = answerOf(name, { digits: 45_680, decimals: 0, stable: true })
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(decoded(dialect(name), flipped).readings).toEqual([])
    }
  }
})

function crc(bytes: Iterable<number>): [number, number] {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return [sum & 0xff, sum >> 8]
}
