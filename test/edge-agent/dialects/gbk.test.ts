import fc from 'fast-check'
import { expect, it } from 'vitest'
import { columnsOf, fitColumns, fromGbk, gbkBytes, padColumns, toGbk } from '#dialects/gbk'
import { hexOf } from './tapes.ts'

it('writes the bytes other encoders write', () => {
  expect(hexOf(gbkBytes('晋B12345,请上磅'))).toBe('BD FA 42 31 32 33 34 35 2C C7 EB C9 CF B0 F5')
  // A character of GBK that GB 2312 does not have, and a full-width blank, which stands twice in the code page.
  expect(hexOf(gbkBytes('镕\u3000'))).toBe('E9 46 A1 A1')
})

it('a character it does not have becomes a question mark and is counted', () => {
  const { bytes, unknown } = toGbk('重😀量')
  expect([fromGbk(bytes), unknown]).toEqual(['重?量', 1])
})

it('what GBK can say is read back as it was said', () => {
  const pair = fc.tuple(fc.integer({ min: 0xb0, max: 0xf7 }), fc.integer({ min: 0xa1, max: 0xf9 }))
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 40 }), (pairs) => {
      const text = fromGbk(Uint8Array.from(pairs.flat()))
      expect(fromGbk(gbkBytes(text))).toBe(text)
    }),
  )
})

it('a wide character is never halved, and a column is a byte', () => {
  expect(fitColumns('陕K12345', 4)).toBe('陕K1')
  expect(fitColumns('称重', 3)).toBe('称')
  expect(padColumns('称重', 3)).toBe('称 ')
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('称', '重', 'A', '1', ' ') }), fc.nat(20), (text, columns) => {
      expect(gbkBytes(padColumns(text, columns)).length).toBe(columns)
      expect(columnsOf(fitColumns(text, columns))).toBeLessThanOrEqual(columns)
    }),
  )
})
