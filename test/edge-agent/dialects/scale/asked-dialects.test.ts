import { describe, expect, it } from 'vitest'
import { flintecBsi } from '#dialects/scale/flintec-bsi'
import { FRAMED_DIALECTS } from '#dialects/scale/framed-dialects'
import type { Asking, DialectSettings, Remark, ScaleDialect } from '#dialects/scale/reading'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { bytesOf, joined } from '../tapes.ts'
import { hear } from './properties.ts'

/** Indicators that speak when asked: the question, its answer, and what else they say. */
const named = (name: string): ScaleDialect => {
  const dialect = scaleDialect(name)
  if (!dialect) throw new Error(`no dialect ${name}`)
  return dialect
}
const asking = (dialect: ScaleDialect): Asking => {
  if (!dialect.asking) throw new Error(`${dialect.name} is not asked`)
  return dialect.asking
}
const text = (bytes: Uint8Array | null): string | null => bytes && String.fromCharCode(...bytes)
const ascii = (characters: string): Uint8Array => Uint8Array.from(characters, (character) => character.charCodeAt(0))
const told = ({ remarks }: { remarks: readonly Remark[] }): unknown[] =>
  remarks.map(({ remark, status, facts }) => ({ [remark]: status, ...facts }))

it('six of the families by hand are asked', () => {
  expect(FRAMED_DIALECTS.filter((dialect) => dialect.asking).map(({ name }) => name)).toEqual([
    'yaohua-cmd',
    'keli-xk3118t1-cmd',
    'dingsong-ds822',
    'gm-rsp1',
    'laumas-ascii',
    'flintec-bsi',
  ])
})

it.each<[name: string, settings: DialectSettings, question: string]>([
  ['yaohua-cmd', {}, '\x02AB03\x03'],
  ['yaohua-cmd', { ask: 'net' }, '\x02AD05\x03'],
  ['yaohua-cmd', { address: 'B' }, '\x02BB00\x03'],
  ['yaohua-cmd', { address: ' ' }, '\x02 B62\x03'],
  ['keli-xk3118t1-cmd', {}, '\x02A\x03'],
  ['keli-xk3118t1-cmd', { ask: 'net' }, '\x02B\x03'],
  ['dingsong-ds822', {}, '\x02AAB\x03'],
  ['dingsong-ds822', { ask: 'display' }, '\x02AC@\x03'],
  ['gm-rsp1', {}, '\x02011RWT01\r\n'],
  ['laumas-ascii', {}, '$01t75\r'],
  ['laumas-ascii', { ask: 'net' }, '$01n6F\r'],
  ['flintec-bsi', { ask: 'P' }, '01P4F\r\n'],
  ['flintec-bsi', { address: '00', ask: 'P', checksum: 'never' }, 'P\r\n'],
])('%s %o is asked as its manual prints it', (name, settings, question) => {
  expect(text(asking(named(name)).ask(settings))).toBe(question)
})

const addresses: Record<string, readonly DialectSettings[]> = {
  'yaohua-cmd': [{}, { address: 'C' }, { address: 'Z', ask: 'net' }],
  'keli-xk3118t1-cmd': [{}, { ask: 'net' }],
  'dingsong-ds822': [{}, { address: 'D', ask: 'display' }],
  'gm-rsp1': [{}, { scaleNo: '02', channel: '3' }],
  'laumas-ascii': [{}, { address: '07', ask: 'net' }],
  'flintec-bsi': [{}, { address: '00' }, { address: '05', checksum: 'never', ask: 'B' }],
}
describe.each(Object.entries(addresses).flatMap(([name, all]) => all.map((settings) => [name, settings] as const)))(
  '%s %o',
  (name, settings) => {
    const dialect = named(name)
    const { ask, answer } = asking(dialect)
    const question = ask(settings)

    it('answers its own question with what it weighs', () => {
      const answered = answer(question, { digits: 45_680, decimals: 0, stable: true }, settings)
      const { readings, rejected } = hear({ dialect, settings }, [answered ?? new Uint8Array(0)])
      expect(rejected).toEqual([])
      expect(readings).toMatchObject([{ digits: 45_680, decimals: 0 }])
    })

    it('answers the newest question, whatever stands around it, and none that is not whole', () => {
      const weight = { digits: 20, decimals: 0 }
      const noise = Uint8Array.of(0xff, 0x00, 0x7f)
      expect(answer(joined([noise, question, noise, question]), weight, settings)).toEqual(answer(question, weight, settings))
      expect(answer(question.subarray(0, -1), weight, settings)).toBeNull()
      expect(answer(noise, weight, settings)).toBeNull()
      expect(answer(new Uint8Array(0), weight, settings)).toBeNull()
    })
  },
)

it.each<[name: string, own: DialectSettings, other: DialectSettings]>([
  ['yaohua-cmd', { address: 'A' }, { address: 'B' }],
  ['yaohua-cmd', { address: 'C', ask: 'net' }, { address: 'A', ask: 'net' }],
  ['dingsong-ds822', { address: 'A' }, { address: 'B' }],
  ['gm-rsp1', { scaleNo: '01' }, { scaleNo: '02' }],
  ['gm-rsp1', { channel: '1' }, { channel: '2' }],
  ['laumas-ascii', { address: '01' }, { address: '02' }],
  ['flintec-bsi', { address: '01' }, { address: '02' }],
  ['flintec-bsi', { address: '00' }, { address: '01' }],
])('%s with %o is silent to a question for %o and takes no answer of that one', (name, own, other) => {
  const dialect = named(name)
  expect(asking(dialect).answer(asking(dialect).ask(other), { digits: 20, decimals: 0 }, own)).toBeNull()
  const { readings, rejected } = hear({ dialect, settings: own }, [dialect.encode({ digits: 20, decimals: 0 }, other)])
  expect(readings).toEqual([])
  expect(rejected[0]?.reason).toBe('address-mismatch')
})

describe('Yaohua in command mode', () => {
  const yaohua = named('yaohua-cmd')
  const listen = (frame: string, settings?: DialectSettings): ReturnType<typeof hear> =>
    hear(settings ? { dialect: yaohua, settings } : { dialect: yaohua }, [ascii(frame)])

  it.each([
    ['a truck number of five digits', '\x02AE1234535\x03', { reply: null, address: 'A', command: 'E', data: '12345' }],
    ['a cargo number of three', '\x02AF12337\x03', { reply: null, address: 'A', command: 'F', data: '123' }],
    ['cannot be executed', '\x02AN0F\x03', { reply: 'not-executable', address: 'A', command: 'N' }],
    ['an unknown command', '\x02AX19\x03', { reply: 'unknown-command', address: 'A', command: 'X' }],
    ['a question without an address', '\x02 B62\x03', { request: null, address: ' ', command: 'B' }],
  ])('%s is no weight', (_what, frame, fact) => {
    const heard = listen(frame)
    expect(heard.readings).toEqual([])
    expect(heard.rejected).toEqual([])
    expect(told(heard)).toEqual([fact])
  })

  it.each([
    ['in its middle', '\x02AB+0123.4532\x03', 12_345, 2],
    ['before a last digit that could be a place', '\x02AB+01234.032\x03', 12_340, 1],
  ])('a point among the digits, %s, is one', (_where, frame, digits, decimals) => {
    const sum = [...frame.slice(1, 11)].reduce((xor, character) => xor ^ character.charCodeAt(0), 0)
    const checked = `${frame.slice(0, 11)}${sum.toString(16).toUpperCase().padStart(2, '0')}\x03`
    expect(listen(checked).readings).toMatchObject([{ digits, decimals, mode: 'gross' }])
  })

  it.each([
    ['continuous output on the line', '\x02+0015600190\x03', 'bad-header'],
    ['a lower-case command', '\x02Ab23\x03', 'bad-header'],
    ['a digit lost', '\x02AB+0088803\x03', 'bad-checksum'],
    ['no end', '\x02AB+008880313', 'bad-length'],
  ])('%s is rejected', (_what, frame, reason) => {
    const { readings, rejected } = listen(frame)
    expect(readings).toEqual([])
    expect(rejected[0]?.reason).toBe(reason)
  })

  it('the tare is told when it is asked for, the handshake by itself', () => {
    const { answer } = asking(yaohua)
    const weight = { digits: 100, decimals: 0, tare: { digits: 12_500, decimals: 0 } }
    expect(text(answer(ascii('\x02AC02\x03'), weight, {}))).toBe('\x02AC+01250001F\x03')
    expect(text(answer(ascii('\x02AA00\x03'), weight, {}))).toBe('\x02AA00\x03')
    expect(answer(ascii('\x02AE04\x03'), weight, {})).toBeNull()
  })
})

describe('Laumas', () => {
  const laumas = named('laumas-ascii')
  const framed = (inner: string, doubled = false, withSecond = doubled): Uint8Array => {
    const checked = withSecond ? `&${inner}` : inner
    const xor = [...checked].reduce((all, character) => all ^ character.charCodeAt(0), 0)
    return ascii(`&${doubled ? '&' : ''}${inner}\\${xor.toString(16).toUpperCase().padStart(2, '0')}\r`)
  }
  const listen = (bytes: Uint8Array, settings: DialectSettings = {}): ReturnType<typeof hear> =>
    hear({ dialect: laumas, settings }, [bytes])

  it.each([
    ['done', framed('01!', true), { reply: 'ok', address: '01' }],
    ['done, the second & unchecked', framed('01!', true, false), { reply: 'ok', address: '01' }],
    ['a reception error', framed('01?', true), { reply: 'transmission-error', address: '01' }],
    ['not to be done now', ascii('&01#\r'), { reply: 'not-executable', address: '01' }],
    ['decimals and division', framed('0127D'), { reply: 'ok', address: '01', command: 'D', decimals: 2, divisionDigits: 20 }],
    [
      'decimals and division without the letter',
      framed('0103'),
      { reply: 'ok', address: '01', command: 'D', decimals: 0, divisionDigits: 1 },
    ],
    ['a peak', framed('01012340p'), { reply: null, address: '01', command: 'p', data: '012340' }],
  ])('%s is no weight', (_what, bytes, fact) => {
    const heard = listen(bytes)
    expect(heard.readings).toEqual([])
    expect(heard.rejected).toEqual([])
    expect(told(heard)).toEqual([fact])
  })

  it.each([
    ['over the range', '  O-L ', { digits: null, overload: true }],
    ['a load cell fault', '  O-F ', { digits: null, overload: null, beside: { valid: false, address: '01' } }],
    ['with its point', '0123.40', { digits: 12_340, decimals: 2 }],
    ['with its point in six', '123.40', { digits: 12_340, decimals: 2 }],
  ])('a weight %s', (_what, field, reading) => {
    expect(listen(framed(`01${field}t`)).readings).toMatchObject([reading])
  })

  it('the point stands where the profile says, when the frame has none', () => {
    expect(listen(framed('01012340n'), { decimals: 2 }).readings).toMatchObject([{ digits: 12_340, decimals: 2, mode: 'net' }])
  })

  it.each([
    ['five characters', framed('0112340t'), 'bad-length'],
    ['a letter among the digits', framed('01012X40t'), 'bad-digit'],
    ['a check that does not hold', ascii('&01012340t\\70\r'), 'bad-checksum'],
    ['no check', ascii('&01012340t\r'), 'bad-frame'],
    ['cut off', ascii('&01012340t'), 'bad-length'],
    ['a second start', ascii('&0101&01012340t\\71\r'), 'bad-length'],
  ])('%s is rejected', (_what, bytes, reason) => {
    expect(listen(bytes).rejected[0]?.reason).toBe(reason)
  })

  it('the display tells net and gross, either of them as the weight', () => {
    const display = named('laumas-display')
    const frame = ascii('&N003340L012340\\02\r')
    expect(hear({ dialect: display }, [frame]).readings).toMatchObject([
      { digits: 3_340, mode: 'net', beside: { gross: { digits: 12_340 } } },
    ])
    expect(hear({ dialect: display, settings: { weight: 'gross', decimals: 1 } }, [frame]).readings).toMatchObject([
      { digits: 12_340, decimals: 1, mode: 'gross', beside: { net: { digits: 3_340, decimals: 1 } } },
    ])
  })
})

describe('Flintec', () => {
  const listen = (line: string, settings: DialectSettings = {}): ReturnType<typeof hear> =>
    hear({ dialect: flintecBsi, settings }, [ascii(line)])

  it.each([
    ['over the range', '01I++000123.4\r\n', { digits: null, overload: true, underload: null, beside: { frameValue: { digits: 1_234 } } }],
    ['under the range', '01I--000020.0\r\n', { digits: null, overload: null, underload: true, beside: { frameValue: { digits: -200 } } }],
    ['the converter out', '01IO+000000.0\r\n', { digits: null, beside: { valid: false } }],
    ['in range', '01II+00012340\r\n', { digits: 12_340, decimals: 0, stable: null }],
    ['gross', '01BS+00012340\r\n', { digits: 12_340, mode: 'gross', stable: true }],
    ['finer', '01XD+00123.41\r\n', { digits: 12_341, decimals: 2, beside: { highResolution: true } }],
    ['without an address', 'PS+00012340\r\n', { digits: 12_340 }],
    [
      'all three',
      '01AS+00003340+00009000+00012340\r\n',
      { digits: 3_340, mode: 'net', tare: { digits: 9_000 }, beside: { gross: { digits: 12_340 } } },
    ],
  ])('a weight %s', (_what, line, reading) => {
    const { readings, rejected } = listen(line)
    expect(rejected).toEqual([])
    expect(readings).toMatchObject([reading])
  })

  it.each([
    ['tared', '01TA\r\n', { reply: 'ok', address: '01', command: 'T' }],
    ['not tared', '01TN\r\n', { reply: 'not-executed', address: '01', command: 'T' }],
    ['zero is switched off', '01ZX\r\n', { reply: 'syntax-error', address: '01', command: 'Z' }],
    ['no weight to tell', '01IE\r\n', { reply: 'error', address: '01', command: 'I' }],
    ['an overload without digits', '01I+\r\n', { reply: null, address: '01', command: 'I', data: '+' }],
    ['a question', '01P\r\n', { request: null, address: '01', command: 'P' }],
    ['a question with its check', '01P4F\r\n', { request: null, address: '01', command: 'P' }],
    ['a status line', '01S123\r\n', { reply: null, address: '01', command: 'S', data: '123' }],
  ])('%s is no weight', (_what, line, fact) => {
    const heard = listen(line)
    expect(heard.readings).toEqual([])
    expect(heard.rejected).toEqual([])
    expect(told(heard)).toEqual([fact])
  })

  it.each([
    ['a check that does not hold', '01PS+000123.448\r\n', {}, 'bad-checksum'],
    ['no check where one must be', '01PS+000123.4\r\n', { checksum: 'always' }, 'bad-length'],
    ['a character lost', '01PS+00123.4\r\n', {}, 'bad-length'],
    ['a letter in the number', '01PS+00012A.4\r\n', {}, 'bad-digit'],
    ['an unknown status', '01PQ+000123.4\r\n', {}, 'bad-status'],
    ['half an address', '1PS+000123.4\r\n', {}, 'bad-header'],
  ])('%s is rejected', (_what, line, settings, reason) => {
    expect(listen(line, settings).rejected[0]?.reason).toBe(reason)
  })

  it('a line that lost two characters is no weight once a check was heard', () => {
    expect(listen('01PS+000123.449\r\n01PS+0123.449\r\n').readings).toMatchObject([{ digits: 1_234 }])
  })
})

describe('General Measure, asked', () => {
  const gm = named('gm-rsp1')
  const framed = (inner: string): Uint8Array => {
    const sum = [...inner].reduce((all, character) => all + character.charCodeAt(0), 2)
    return ascii(`\x02${inner}${String(sum % 100).padStart(2, '0')}\r\n`)
  }
  const listen = (inner: string, settings: DialectSettings = {}): ReturnType<typeof hear> =>
    hear({ dialect: gm, settings }, [framed(inner)])

  it.each([
    ['moving', '011RWT@@   700', { digits: 700, stable: false, zero: false }],
    ['negative', '011RWT@I   700', { digits: -700, stable: true }],
    ['at zero', '011RWT@E     0', { digits: 0, zero: true }],
    ['over the range', '011RWT@B  OFL ', { digits: null, overload: true, stable: false }],
    ['over the range with digits', '011RWT@C 80200', { digits: null, overload: true, beside: { frameValue: { digits: 80_200 } } }],
  ])('a weight %s', (_what, inner, reading) => {
    expect(listen(inner).readings).toMatchObject([reading])
  })

  it.each([
    ['an error in the place of the weight', '011RWTE2', { reply: 'error', command: 'RWT', errorCode: 2 }],
    ['an error alone', '011E1', { reply: 'error', errorCode: 1 }],
    ['another parameter', '011RDP3', { reply: null, command: 'RDP', data: '3' }],
    ['a write', '011WDP3', { request: null, scaleNo: '01', channel: '1', command: 'WDP', data: '3' }],
    ['a write done', '011WDPOK', { reply: 'ok', command: 'WDP' }],
  ])('%s is no weight', (_what, inner, fact) => {
    const heard = listen(inner)
    expect(heard.rejected).toEqual([])
    expect(told(heard)).toEqual([fact])
  })

  it.each([
    ['a letter in the weight', '011RWT@A   7A0', 'bad-digit'],
    ['a status without bit 6', '011RWT@\x01   700', 'bad-status'],
    ['a letter in the scale number', '0A1RWT@A   700', 'bad-header'],
    ['a weight one character short', '011RWT@A  700', 'bad-length'],
  ])('%s is rejected', (_what, inner, reason) => {
    expect(listen(inner).rejected[0]?.reason).toBe(reason)
  })

  it('the continuous frame has its point where the profile says', () => {
    const settings = { decimals: 2 }
    expect(
      hear({ dialect: named('gm-cont'), settings }, [bytesOf('02 30 31 31 40 41 20 20 20 37 30 30 32 34 0D 0A')]).readings,
    ).toMatchObject([{ digits: 700, decimals: 2 }])
  })
})

describe('Dingsong', () => {
  const dingsong = named('dingsong-ds822')
  const framed = (inner: string): Uint8Array => {
    const xor = [...inner].reduce((all, character) => all ^ character.charCodeAt(0), 2)
    return ascii(`\x02${inner}${String.fromCharCode(xor | 0x40)}\x03`)
  }
  const listen = (inner: string, settings: DialectSettings = {}): ReturnType<typeof hear> =>
    hear({ dialect: dingsong, settings }, [framed(inner)])

  it.each([
    [
      'net with its tare',
      'Aa-00123420010000\x33\x30',
      {},
      { digits: -1_234, decimals: 2, stable: null, mode: 'net', tare: { digits: 1_000 } },
    ],
    ['with the status byte a profile names', 'Aa+00123400000000\x33\x30', { statusByte: 'first' }, { stable: true, zero: true }],
    ['with an error', 'Aa+00123400000001\x33\x30', {}, { digits: null, beside: { valid: false, frameValue: { digits: 1_234 } } }],
  ])('a weight %s', (_what, inner, settings, reading) => {
    const { readings, rejected } = listen(inner, settings)
    expect(rejected).toEqual([])
    expect(readings).toMatchObject([reading])
  })

  it('totals are no weight', () => {
    expect(told(listen('Ab010001200000045680'))).toEqual([{ reply: null, address: 'A', command: 'b', data: '010001200000045680' }])
  })

  it('a dark display is no number', () => {
    expect(listen('Ac<0<0<0<0<0<0').readings).toMatchObject([{ digits: null, decimals: null }])
  })

  it.each([
    ['a dark place inside the digits', 'Ac0 4 < 6 8 <0', 'bad-digit'],
    ['five decimals', 'Aa+0012345000000000', 'decimal-position-out-of-range'],
    ['an unknown letter', 'Ad123', 'bad-header'],
  ])('%s is rejected', (_what, inner, reason) => {
    expect(listen(inner).rejected[0]?.reason).toBe(reason)
  })
})

describe('Keli XK3118T1, asked', () => {
  const keli = named('keli-xk3118t1-cmd')
  it.each([
    ['gross', '\x02GW:0023.45(kg)\x03', { digits: 2_345, decimals: 2, unit: 'kg', mode: 'gross' }],
    ['tare', '\x02TW:0010.00(kg)\x03', { digits: 1_000, decimals: 2, mode: 'tare' }],
  ])('tells the %s', (_what, frame, reading) => {
    expect(hear({ dialect: keli }, [ascii(frame)]).readings).toMatchObject([reading])
  })

  it('zeroed is answered by the letter itself', () => {
    expect(told(hear({ dialect: keli }, [ascii('\x02D\x03')]))).toEqual([{ reply: 'ok', command: 'D' }])
  })

  it.each([
    ['two points', '\x02GW:00.3.45(kg)\x03', 'bad-number'],
    ['another unit', '\x02GW:0023.45(lb)\x03', 'bad-unit'],
    ['a digit lost', '\x02GW:023.45(kg)\x03', 'bad-length'],
    ['no end', '\x02GW:0023.45(kg)4', 'bad-frame'],
    ['broken off by the next', '\x02GW:002\x02A\x03', 'bad-length'],
  ])('%s is rejected', (_what, frame, reason) => {
    expect(hear({ dialect: keli }, [ascii(frame)]).rejected[0]?.reason).toBe(reason)
  })
})
