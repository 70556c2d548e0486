import { describe, expect, it } from 'vitest'
import type { DialectSettings, ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { TEXT_DIALECTS } from '#dialects/scale/text-dialects'
import { joined } from '../tapes.ts'
import { decoded } from './as-expected.ts'

const bytes = (line: string): Uint8Array => Uint8Array.from(line, (one) => one.charCodeAt(0))
const named = (name: string): ScaleDialect => {
  const dialect = scaleDialect(name)
  if (!dialect) throw new Error(`no dialect ${name}`)
  return dialect
}
const hear = (name: string, line: string, settings?: DialectSettings) => decoded(named(name), bytes(line), settings)
const saying = (line: string) => `${line}\r\n`

/** Lines built from the printed layouts, one for each way of saying something that no published frame shows. */
describe('is read as its manual says', () => {
  it.each<[string, string, string, object]>([
    ['yaohua-eq-reversed', 'a whole positive weight', '=08654000', { value: 45680, decimals: 0 }],
    ['yaohua-eq-forward', 'the other way', '=0003.000', { value: 3, decimals: 3 }],
    ['yaohua-eq-forward', 'a price beside it', '=0002.000kg;0001.00;0002.00', { value: 2, unit: 'kg' }],
    ['eq-reversed-trailing', 'a negative weight', '51.0700-=', { value: -70.15 }],
    ['eq-reversed-trailing', 'eight bytes with a weight', '.086540=', { value: 45680, decimals: 0 }],
    ['yaohua-a12e-wg', 'overload', saying('         OL23'), { value: null, overload: true, underload: null, unit: null, decimals: null }],
    ['yaohua-a12e-wg', 'underload', saying('         LO23'), { value: null, overload: null, underload: true }],
    ['yaohua-ww', 'a negative weight', saying('ww-0015.000kg'), { value: -15, mode: 'gross' }],
    ['mt-sics', 'underload', saying('S -'), { value: null, underload: true, overload: null }],
    ['mt-sics', 'other spacing', saying('S S 16960 kg'), { value: 16960, stable: true }],
    ['mt-sics', 'a sign apart', saying('S D - 0.50 kg'), { value: -0.5, stable: false }],
    ['keli-xk3118t1-ascii', 'a sign in front', saying('=-023.45(kg)'), { value: -23.45, unit: 'kg' }],
    ['stgs-18', 'blanks behind the sign', saying('US,GS,+  13.87kg'), { value: 13.87, stable: false }],
    ['stgs-18', 'underload', saying('UL,GS,-     . kg'), { value: null, underload: true, overload: null, stable: null }],
    ['stgs-18', 'LO for out of range', saying('LO,GS,+     . kg'), { value: null, overload: true }],
    ['stgs-18', 'nines for out of range', saying('OL,GS,+9999999kg'), { value: null, overload: true, decimals: null }],
    ['stgs-18', 'hold', saying('HD,NT,+0012340kg'), { value: 12340, stable: null, mode: 'net', overload: false }],
    ['stgs-18', 'a comma for a point', saying('ST,GS,+00123,0kg'), { value: 123, decimals: 1 }],
    ['stgs-18', 'CR alone at the end', 'ST,GS,+00123.0kg\r', { value: 123 }],
    ['stgs-18', 'a unit of one letter', saying('ST,GS,+0045.680t'.replace('0045.680', '045.680')), { value: 45.68, unit: 't' }],
    ['stgs-18', 'one letter for gross', saying('ST,G,+0045680kg'), { value: 45680, mode: 'gross' }],
    ['stgs-18', 'Tiger TI-02-P', saying('ST,NT-  123.4,kg'), { value: -123.4, mode: 'net' }],
    ['stgs-18', 'preset tare', saying('ST,PT,+0015000kg'), { value: 15000, mode: 'tare' }],
    ['excell-21', 'a range left below', saying('OL,GS,-            '), { value: null, overload: true }],
    ['cas-22', 'net below zero', saying('US,NT,1\xa2,    -500 kg'), { value: -500, mode: 'net', stable: false }],
    ['cas-22', 'a relay byte and tonnes', saying('ST,GS,=\xe4,   45.68\x05 t'), { value: 45.68, unit: 't' }],
    ['cas-22', 'no bit 5, as the CI-600D', saying('ST,GS,1\xc4,   12500 kg'), { value: 12500, stable: true }],
    ['cas-10', 'blanks in front', saying('   -1460'), { value: -1460 }],
    ['dini-standard', 'moving net below zero', saying('US,NT,   -12.5,kg'), { value: -12.5, stable: false, mode: 'net' }],
    ['dini-af', 'no preset tare', saying('US,1,     45680kg,           0kg'), { value: 45680, stable: false, tare: 0 }],
    ['dini-af', 'an address', saying('03ST,1,     45680kg,PT     15000kg'), { value: 45680, address: '03', tare: 15000 }],
    [
      'sma',
      'a zero error in dashes',
      '\nE1G  --------- kg \r'.replace('  --------- ', '  ----------'),
      { value: null, valid: false, overload: false },
    ],
    ['sma', 'a weight not displayed', '\ne1G       12340kg \r', { value: null, valid: false, decimals: null }],
    ['sma', 'a weight of eleven', '\n 1G        45680kg \r', { value: 45680, stable: true }],
    [
      'sma',
      'short tons, net in high resolution',
      '\n 2nM     45.625tn \r',
      { value: 45.625, unit: 'tn', mode: 'net', highResolution: true },
    ],
    ['ricelake-rlws', 'under range', saying('\x02 ]]]]]]]KGO'), { value: null, underload: true, overload: null }],
    ['ricelake-rlws', 'a value held', saying('\x02   12340KGH'), { value: 12340, stable: null }],
    ['ricelake-rlws', 'dashes', saying('\x02 -------KG '), { value: null, valid: false, overload: null }],
    ['ricelake-rlws', 'pounds, no unit said', saying('\x02   12340 G '), { value: 12340, unit: null }],
    [
      'ricelake-cardinal-stream',
      'over capacity',
      '\r+080200o kg g  \x03',
      { value: null, overload: true, frameValue: 80200, stable: null },
    ],
    ['ricelake-cardinal-stream', 'a point among the digits', '\r+01234.5  kg g  \x03', { value: 1234.5 }],
    ['cardinal-sb400', 'centre of zero', ' 000000kgGCZ\r', { value: 0, zero: true, stable: true }],
    ['cardinal-sb400', 'a point and tonnes', ' 0045.68t G  \r', { value: 45.68, unit: 't', stable: true, zero: null }],
    ['cardinal-sb200', 'motion', '\r-0012.34mlbN\x03', { value: -12.34, stable: false, mode: 'net', unit: 'lb' }],
    ['df1500', 'motion', saying('\x02-  123.4 LB NT M'), { value: -123.4, stable: false, mode: 'net', unit: 'lb' }],
    ['df1500', 'over', saying('\x02  888888 KG GR O'), { value: null, overload: true }],
    ['rinstrum-fmt1', 'overload', '\x02   12340O\x03', { value: null, overload: true, underload: false, decimals: null }],
    ['rinstrum-fmt1', 'an error', '\x02       0E\x03', { value: null, valid: false, overload: null }],
    ['rinstrum-fmt2', 'gross in kilograms', '\x02   12340G  - kg\x03', { value: 12340, unit: 'kg', stable: true, zero: false }],
    ['rinstrum-fmt3', 'moving', '\x02   12340NMI   \x03', { value: 12340, mode: 'net', stable: false, zero: false, overload: false }],
    ['rinstrum-fmt4', 'no end of its own', 'STGR   12340kg', { value: 12340, stable: true, unit: 'kg' }],
    ['rinstrum-fmt4', 'CR LF behind it', saying('USNT-  123.4 t'), { value: -123.4, stable: false, unit: 't' }],
    ['rinstrum-fmt5', 'overload', saying(' ^^^^^^^KGO'), { value: null, overload: true }],
    ['rinstrum-fmt6', 'the sign of FMT_2', '\x02-  12340G  - kg\x03', { value: -12340 }],
    ['bilanciai-ext', 'overload', saying('$    80200     15000 kg 0401'), { value: null, overload: true, frameValue: 80200, tare: 15000 }],
    ['bilanciai-ext', 'a weight not valid', saying('$        0         0 kg 0241'), { value: null, valid: false, decimals: null }],
  ])('%s: %s', (name, _what, line, expected) => {
    const { readings, reasons } = hear(name, line)
    expect(reasons).toEqual([])
    expect(readings).toEqual([expect.objectContaining(expected)])
  })
})

describe('is no weight', () => {
  it.each<[string, string, string, string]>([
    ['yaohua-eq-reversed', 'ten characters between two =', '=0003.0000=000.3000', 'bad-length'],
    ['yaohua-eq-reversed', 'a lost character', '=000.300=000.3000', 'bad-length'],
    ['eq-reversed-trailing', 'two frames joined', '51.0751.07000=', 'bad-length'],
    ['keli-xk3118t1-reversed', 'a letter', '54.A200=', 'bad-digit'],
    ['keli-xk3118t1-ascii', 'a lost digit', saying('=023.45(kg)'), 'bad-length'],
    ['yaohua-ww', 'a letter in the number', saying('ww0001A.000kg'), 'bad-digit'],
    ['mt-sics', 'blanks among the digits', saying('S S   16 960 kg'), 'bad-number'],
    ['mt-sics', 'a letter in the number', saying('S S   16A60 kg'), 'bad-digit'],
    ['mt-sics', 'no unit', saying('S S   16960'), 'bad-unit'],
    ['stgs-18', 'a lost digit', saying('ST,GS,+045680kg'), 'bad-length'],
    ['stgs-18', 'an unknown second header', saying('ST,XX,+0045680kg'), 'bad-header'],
    ['stgs-18', 'a letter in the number', saying('ST,GS,+00A5680kg'), 'bad-digit'],
    ['stgs-18', 'ounces', saying('ST,GS,+0045680oz'), 'bad-unit'],
    ['cas-22', 'a lamp byte lost by a text decoder', saying('ST,GS,1,   12500 kg'), 'bad-length'],
    ['cas-22', 'a lamp byte replaced by one', saying('ST,GS,1\xef\xbf\xbd,   12500 kg'), 'bad-length'],
    ['cas-22', 'a lamp byte without its top bit', saying('ST,GS,1d,   12500 kg'), 'bad-status'],
    ['cas-10', 'the tail of something longer', saying('W00000123.5'), 'noise'],
    ['dini-standard', 'a comma lost', saying('ST,GS,   80200kg'), 'bad-length'],
    ['sma', 'a range that is none', '\n G        12340kg \r', 'bad-status'],
    ['ricelake-rlws', 'ounces', saying('\x02   12340OG '), 'bad-unit'],
    ['ricelake-rlws', 'an unknown status', saying('\x02   12340KGX'), 'bad-status'],
    ['cardinal-sb400', 'an unknown status', ' 012340kgGXX\r', 'bad-status'],
    ['rinstrum-fmt6', 'a sign nobody has explained', '\x02C  12340G  - kg\x03', 'bad-status'],
    ['bilanciai-cb', 'a status that is none', '$212340\r', 'bad-status'],
    ['bilanciai-cb', 'a digit too few', '$01234\r', 'bad-length'],
    ['bilanciai-ext', 'a flag that is no hexadecimal', saying('$    12340     15000 kg 0G11'), 'bad-status'],
  ])('%s: %s', (name, _what, line, reason) => {
    const { readings, reasons } = hear(name, line)
    expect(readings.length).toBeLessThanOrEqual(line.includes('=000.3000') ? 1 : 0)
    expect(reasons[0]).toBe(reason)
  })
})

it('a kilogram that lost its k is no gram', () => {
  const { readings, reasons } = hear('stgs-18', 'ST,GS,+0045000kg\r\nST,GS,+0045000g\r\nST,GS,+0045000kg\r\n')
  expect(readings).toMatchObject([{ unit: 'kg' }, { unit: 'kg' }])
  expect(reasons).toEqual(['bad-length'])
  expect(hear('stgs-18', 'ST,GS,+0045000g\r\n'.repeat(2)).readings).toMatchObject([{ unit: 'g' }, { unit: 'g' }])
})

describe('questions and answers without a weight', () => {
  it.each<[string, string, object]>([
    ['mt-sics', saying('ES'), { remark: 'reply', status: 'syntax-error' }],
    ['mt-sics', saying('T S      100 kg'), { remark: 'reply', status: 'ok', facts: { command: 'T' } }],
    ['mt-sics', saying('Z I'), { remark: 'reply', status: 'not-executable' }],
    ['mt-sics', saying('S'), { remark: 'request', facts: { command: 'S' } }],
    ['sma', '\n?\r', { remark: 'reply', status: 'unknown-command' }],
    ['sma', '\nMFG:Sartorius\r', { remark: 'reply', facts: { field: 'MFG', content: 'Sartorius' } }],
    ['dini-standard', saying('OK'), { remark: 'reply', status: 'ok' }],
    ['dini-standard', saying('ST,VL,   12345,mV'), { remark: 'reply', status: 'no-weight', facts: { content: 'microvolts' } }],
    ['stgs-18', saying('@01RW'), { remark: 'request', facts: { address: '01', command: 'RW' } }],
    ['stgs-18', saying('NO?'), { remark: 'reply', status: 'not-executed' }],
    ['stgs-18', saying('I'), { remark: 'reply', status: 'not-executable' }],
    ['yaohua-ww', saying('R'), { remark: 'request', facts: { command: 'R' } }],
  ])('%s %j', (name, line, expected) => {
    const { readings, remarks, reasons } = hear(name, line)
    expect({ readings, reasons }).toEqual({ readings: [], reasons: [] })
    expect(remarks).toMatchObject([expected])
  })
})

describe('settings', () => {
  it('read what is another way of the same family', () => {
    expect(hear('stgs-18', saying('ST,GS,+00045680kg'), { numberWidth: 8 }).readings).toMatchObject([{ value: 45680 }])
    expect(hear('yaohua-ww', saying('ww0015.000kg'), { numberWidth: 9 }).reasons).toEqual(['bad-length'])
    expect(hear('ricelake-rlws', saying('\x02     12340KG '), { numberWidth: 9 }).readings).toMatchObject([{ value: 12340 }])
    expect(hear('ricelake-rlws', saying('\x02   12340TG '), { tons: 'short' }).readings).toMatchObject([{ unit: 'tn' }])
    expect(hear('rinstrum-fmt4', saying('ST,GR,   12340kg'), { commas: true }).readings).toMatchObject([{ value: 12340 }])
    expect(hear('rinstrum-fmt6', '\x02C  12340G  - kg\x03', { minus: 'C' }).readings).toMatchObject([{ value: -12340 }])
    expect(hear('eq-reversed-trailing', '1.07000=', { period: '8' }).readings).toMatchObject([{ value: 70.1 }])
  })

  it('hear only the indicator of the address that is set', () => {
    const both = '01ST,GS,   12340,kg\r\n02ST,GS,   45680,kg\r\n'
    const { readings, reasons } = hear('dini-standard', both, { address: '02' })
    expect(readings).toMatchObject([{ value: 45680, address: '02' }])
    expect(reasons).toEqual(['address-mismatch'])
    expect(hear('cas-22', saying('ST,GS,2\xe4,   12500 kg'), { deviceId: 1 }).reasons).toEqual(['address-mismatch'])
  })

  it('give a line out at its CR where CR alone ends it', () => {
    const heard: unknown[] = []
    const decoder = named('stgs-18').decoder({ terminator: 'cr' })
    decoder.push(
      bytes('ST,GS,+00123.0kg\r'),
      (reading) => heard.push(reading.digits),
      () => {},
    )
    expect(heard).toEqual([1230])
  })
})

describe('an indicator that is asked', () => {
  it.each<[string, DialectSettings, string, string]>([
    ['mt-sics', {}, 'SI\r\n', 'S D      45680 kg\r\n'],
    ['mt-sics', { command: 'S' }, 'S\r\n', 'S I\r\n'],
    ['sma', {}, '\nW\r', '\n 1GM      45680kg \r'],
    ['stgs-18', { address: 3 }, '@03RW\r\n', 'US,GS,+0045680kg\r\n'],
    ['stgs-18', { command: 'READ' }, 'READ\r\n', 'US,GS,+0045680kg\r\n'],
    ['dini-standard', { address: '01' }, '01READ\r\n', '01US,GS,   45680,kg\r\n'],
    ['cardinal-sb400', {}, '\x05', ' 045680kgGMO\r'],
  ])('%s %j asks %j', (name, settings, question, answer) => {
    const { asking } = named(name)
    expect(asking?.ask(settings)).toEqual(bytes(question))
    const reading = { digits: 45680, decimals: 0, unit: 'kg', stable: false } as const
    expect(asking?.answer(bytes(question), reading, settings)).toEqual(bytes(answer))
    expect(asking?.answer(bytes('noise'), reading, settings)).toBeNull()
  })

  it('is silent when another address is asked', () => {
    const reading = { digits: 0, decimals: 0 }
    expect(named('dini-standard').asking?.answer(bytes('01READ\r\n'), reading, { address: '02' })).toBeNull()
    expect(named('stgs-18').asking?.answer(bytes('@01RW\r\n'), reading, { address: 2 })).toBeNull()
  })
})

it('what does not fit its columns is refused, and what has no word is not said', () => {
  expect(() => named('stgs-18').encode({ digits: 123_456_789, decimals: 0 })).toThrow(RangeError)
  expect(() => named('bilanciai-cb').encode({ digits: -5, decimals: 0 })).toThrow(RangeError)
  expect(() => named('yaohua-eq-forward').encode({ digits: 0.5, decimals: 0 })).toThrow(RangeError)
  expect(named('yaohua-ww').encode({ digits: null, decimals: 0, overload: true })).toHaveLength(0)
  expect(named('stgs-18').encode({ digits: null, decimals: null })).toHaveLength(0)
  expect(named('stgs-18').encode({ digits: null, decimals: null, overload: true })).toEqual(bytes('OL,GS,+       kg\r\n'))
  expect(named('ricelake-rlws').encode({ digits: null, decimals: null, overload: true })).toEqual(bytes('\x02 ^^^^^^^KGO\r\n'))
})

/** Which other dialects hear weights in a stream of this one: the same layout by another name, or a question of direction. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  'yaohua-eq-reversed': ['yaohua-eq-forward', 'eq-reversed-trailing'],
  'yaohua-eq-forward': ['yaohua-eq-reversed', 'eq-reversed-trailing'],
  'eq-reversed-trailing': ['yaohua-eq-reversed', 'yaohua-eq-forward'],
  'rinstrum-fmt2': ['rinstrum-fmt6'],
  'rinstrum-fmt6': ['rinstrum-fmt2'],
}

it.each(TEXT_DIALECTS.filter(({ name }) => name !== 'text-layout').map((dialect) => [dialect.name, dialect] as const))(
  'a stream of %s is heard by no other family',
  (name, dialect) => {
    const stream = Array.from({ length: 40 }, (_, i) =>
      dialect.encode({
        digits: (i * 1_237) % 45_000,
        decimals: 0,
        unit: 'kg',
        stable: i % 3 > 0,
        mode: name.startsWith('bilanciai') || i % 2 ? 'net' : 'gross',
      }),
    )
    const heardBy = Object.values(SCALE_DIALECTS).filter((other) => decoded(other, joined(stream)).readings.length > 0)
    expect(heardBy.map((other) => other.name).sort()).toEqual([name, ...(ALIKE[name] ?? [])].sort())
  },
)
