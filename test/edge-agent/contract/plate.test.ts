import fc from 'fast-check'
import { expect, it } from 'vitest'
import { confusableKey, isTrailer, nearness, normalisePlate, Plate, readPlate, whyNotPlate } from '#edge/plate'

it.each([
  ['陕K12345', 'ordinary'],
  ['陕K·12345', 'ordinary'],
  [' 陕k 1234a ', 'ordinary'],
  ['陕K12345', 'ordinary'],
  ['蒙KA0B99', 'ordinary'],
  ['陕K6780挂', 'trailer'],
  ['陕A1234学', 'school'],
  ['陕A1234警', 'police'],
  ['陕O1234警', 'police'],
  ['京O12345', 'police'],
  ['京OA0001', 'police'],
  ['陕KD12345', 'nev-small'],
  ['陕KK12345', 'nev-small'],
  ['陕KDA1234', 'nev-small'],
  ['陕KD1234', 'ordinary'],
  ['陕K12345D', 'nev-large'],
  ['陕K12345K', 'nev-large'],
  ['粤Z1234港', 'cross-border'],
  ['粤Z1234澳', 'cross-border'],
  ['粤ZF023港', 'cross-border'],
  ['使123456', 'consulate'],
  ['沪A1234领', 'consulate'],
  ['陕K1234应急', 'emergency'],
  ['WJ陕12345', 'armed-police'],
  ['KA12345', 'military'],
] as const)('%s is a plate of kind %s', (text, form) => {
  expect(readPlate(text)).toMatchObject({ kind: 'plate', form })
})

it.each([
  '陕K·12345',
  '陕K●12345',
  '陕K⋅12345',
  '陕K・12345',
  '陕K‐12345',
  '陕K−12345',
  '陕K\u200b1 2345',
  '陕Ｋ－１２３４５',
  '陕k_12345',
])('whatever stands between the letters of %j is printed and no letter', (text) => {
  expect(readPlate(text)).toMatchObject({ kind: 'plate', plate: '陕K12345' })
})

/** `reference/cameras-and-io.md` 5.2 of the founders' papers: spellings met in the field. */
it.each([
  '_无_',
  '无牌车',
  '无牌',
  '无车牌',
  '未识别',
  '车牌',
  'noPlate',
  'unknown',
  'Unknown',
  'unlicensed',
  'No Plate',
  '--',
  '-',
  '—',
  'null',
  '',
  '00000000',
  '11111111',
  '22222222',
  'AAAAAAAA',
  '福A000000',
])('"%s" says that no plate was seen', (text) => {
  expect(readPlate(text)).toEqual({ kind: 'no-plate' })
})

it.each([
  '陕K1234',
  '陕K1234567',
  '陕I12345',
  '陕KI2345',
  '陕KO2345',
  'K12345',
  '陕K12345X',
  '陕12345',
  '陕K12 挂45',
  '你好',
  '榆K12345',
  '陕I1234警',
  '陕O12345',
  '学K12345',
  'OTM2022',
  'ABC1234',
  'KI12345',
  '粤Z12345港',
  '使12345',
  '陕K1234应',
  '陕KD1234D5',
  '陕KL12345',
  '陕K12345L',
  'WJ12345',
])('"%s" is text and no plate', (text) => {
  expect(readPlate(text).kind).toBe('unreadable')
  expect(() => Plate(text)).toThrow(RangeError)
})

it.each([
  ['陕K12345', '陕K12345', 'same'],
  ['陕K1B345', '陕K18345', 'near'],
  ['陕K12345', '陕K1234S', 'near'],
  ['陕K0D345', '陕KDD345', 'near'],
  ['陕K12345', '陕KZ2345', 'other'],
  ['陕K12345', '陕KZ234S', 'other'],
  ['陕K18B45', '陕K1B845', 'other'],
  ['陕K12345', '陕A12345', 'other'],
  ['陕K12345', '蒙K12345', 'other'],
  ['陕K12345', '陕K12346', 'other'],
  ['陕K12346', '陕K12349', 'other'],
  ['陕K1234G', '陕K12349', 'near'],
  ['陕KD1234', '陕KD12345', 'other'],
] as const)('%s beside %s is %s', (seen, asked, how) => {
  expect(nearness(Plate(seen), Plate(asked))).toBe(how)
  expect(nearness(Plate(asked), Plate(seen))).toBe(how)
})

it('a trailer is known by its last character', () => {
  expect(isTrailer(Plate('陕K6780挂'))).toBe(true)
  expect(isTrailer(Plate('陕K67801'))).toBe(false)
})

const serial = fc
  .array(fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'), { minLength: 5, maxLength: 5 })
  .map((all) => `陕K${all.join('')}`)

it('normalising twice changes nothing, and near plates share their index key', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'陕K１２ａＢo·• -_挂') }), (text) => {
      expect(normalisePlate(normalisePlate(text))).toBe(normalisePlate(text))
    }),
  )
  fc.assert(
    fc.property(serial, serial, (a, b) => {
      const [one, other] = [Plate(a), Plate(b)]
      if (nearness(one, other) !== 'other') expect(confusableKey(one)).toBe(confusableKey(other))
    }),
  )
})

it.each([
  ['晋B1234', 'length'],
  ['晋B12345晋B12345', 'length'],
  ['晋', 'length'],
  ['使12345', 'length'],
  ['晋B123456', 'grammar'],
  ['晋B1234O', 'grammar'],
  ['晋BD1234A', 'grammar'],
  ['晋I12345', 'grammar'],
  ['挂晋B1234', 'province'],
  ['B12345', 'province'],
  ['曾B12345', 'province'],
  ['蓝晋B12345', 'province'],
  ['ABC123', 'province'],
  ['晋\u{fffd}B12345', 'encoding'],
  ['?B12345', 'encoding'],
  ['鏅婤12345', 'encoding'],
  ['æ™‹B12345', 'encoding'],
  ['½úB12345', 'encoding'],
  ['晋B12345', null],
  ['晋B·12345', null],
  ['_无_', null],
  ['', null],
] as const)('"%s" is no plate by its %s', (text, why) => {
  expect(whyNotPlate(text)).toBe(why)
})
