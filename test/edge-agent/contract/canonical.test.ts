import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { isCanonical } from '#edge/is-canonical'

const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null))
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('any'), { maxLength: 5 }), fc.dictionary(fc.string(), tie('any'), { maxKeys: 6 })),
})).any

describe('the canonical form', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ z: -0 }, '{"z":0}'],
    [{ left: undefined, kept: 0 }, '{"kept":0}'],
    ['line\nfeed\ttab"', '"line\\nfeed\\ttab\\""'],
    ['e\u0301', '"\u00e9"'],
    ['陕K12345', '"陕K12345"'],
  ])('of %j is %s', (given, text) => {
    expect(canonical(given)).toBe(text)
  })

  /** RFC 8785 section 3.2.3: members are sorted by UTF-16 code units. */
  it('sorts members by code units, as the standard does', () => {
    const keys = ['\u20ac', '\r', '1', '\u0080', '\ud83d\ude00', 'ö']
    const text = canonical(Object.fromEntries(keys.map((key, at) => [key, at])))
    expect(Object.values(JSON.parse(text) as Record<string, number>).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
    expect(text.indexOf('\ud83d\ude00')).toBeGreaterThan(text.indexOf('\u20ac'))
  })

  it('is a fixed point: read and written again it is the same text, and it has no raw line feed or tab', () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = canonical(given)
        expect(canonical(JSON.parse(text))).toBe(text)
        expect(text).not.toMatch(/[\n\t]/)
      }),
    )
  })

  it('does not depend on the order in which members were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), scalar), (given) => {
        expect(canonical(Object.fromEntries(Object.entries(given).reverse()))).toBe(canonical(given))
      }),
    )
  })

  it.each([1.5, Number.NaN, 2 ** 53, Number.NEGATIVE_INFINITY])('refuses %s: records hold whole numbers', (number) => {
    expect(() => canonical({ number })).toThrow(TypeError)
  })
  it('refuses what has no form', () => {
    for (const wrong of [undefined, () => 0, Symbol('x'), 1n]) expect(() => canonical(wrong)).toThrow(TypeError)
  })
})

describe('bytes that came', () => {
  it('are canonical when they are what the form of their value is, and only then', () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = canonical(given)
        expect(isCanonical(text, JSON.parse(text))).toBe(true)
        const plain = JSON.stringify(given)
        expect(isCanonical(plain, JSON.parse(plain))).toBe(plain === text)
      }),
    )
  })

  it('stay canonical where the engine would write the members in another order, or a mark follows an escape', () => {
    for (const text of ['{"10":1,"9":2}', '{"__proto__":1,"a":2}', '"\\n\u0303"', '"陕K12345"'])
      expect(isCanonical(text, JSON.parse(text))).toBe(true)
  })

  it.each([
    ['space', '{"a": 1}'],
    ['space at the end', '{"a":1} '],
    ['members out of order', '{"b":1,"a":2}'],
    ['deep inside out of order', '{"a":[{"y":1,"x":2}]}'],
    ['a member said twice', '{"a":1,"a":1}'],
    ['a fraction', '{"a":1.5}'],
    ['a whole number written as a fraction', '{"a":1.0}'],
    ['an exponent', '{"a":1e2}'],
    ['minus nothing', '{"a":-0}'],
    ['a number no double holds', '{"a":9007199254740993}'],
    ['a needless escape', '{"a":"\\u0041"}'],
    ['an escaped slash', '{"a":"\\/"}'],
    ['a letter and its mark apart', '{"a":"e\u0301"}'],
  ])('are not with %s', (_what, text) => {
    expect(isCanonical(text, JSON.parse(text))).toBe(false)
  })

  it('are judged and not thrown at when they are nested deeper than anybody can count', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    expect(isCanonical(deep, JSON.parse(deep))).toBe(true)
    expect(isCanonical(`${deep} `, JSON.parse(deep))).toBe(false)
  })
})
