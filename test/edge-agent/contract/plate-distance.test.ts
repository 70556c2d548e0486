import fc from 'fast-check'
import { expect, it } from 'vitest'
import { areConfusable, confusableKey } from '#edge/confusable'
import { plateDistance } from '#edge/plate-distance'

it.each<[what: string, a: string, b: string, apart: number]>([
  ['the same', '陕K12345', '陕K12345', 0],
  ['8 for B', '陕K1B345', '陕K18345', 1],
  ['two look-alikes', '陕K1B345', '陕K1834S', 2],
  ['another province', '陕K12345', '蒙K12345', 2],
  ['another city letter', '陕K12345', '陕A12345', 4],
  ['the last letter lost', '陕KD1234', '陕KD12345', 2],
  ['the last two lost', '陕K123', '陕K12345', 4],
  ['the province lost', 'K12345', '陕K12345', 2],
  ['one in the middle lost', '陕K1245', '陕K12345', 3],
  ['an arbitrary letter', '陕K12345', '陕K12385', 4],
  ['6 for 9, which nobody takes for one another', '陕K12346', '陕K12349', 4],
  ['a look-alike and a lost tail', '陕KB1234', '陕K812345', 3],
])('%s: %s and %s', (_what, a, b, apart) => {
  expect(plateDistance(a, b)).toBe(apart)
})

const text = fc.string({ unit: fc.constantFrom(...'陕蒙京K08B5S1I2Z69GMFPD挂'), maxLength: 9 })

it('the way back is as long, and nothing else lies where a text lies', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const apart = plateDistance(a, b)
      expect(plateDistance(b, a)).toBe(apart)
      expect(apart === 0).toBe(a === b)
      expect(apart).toBeLessThanOrEqual(3 * (a.length + b.length))
    }),
  )
})

it('letters that are taken for one another share their index key', () => {
  const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  for (const a of letters)
    for (const b of letters) {
      expect(areConfusable(a, b)).toBe(areConfusable(b, a))
      if (areConfusable(a, b)) expect(confusableKey(a)).toBe(confusableKey(b))
    }
  // Stored beside every ticket and vehicle of a site: another key would lose them.
  expect(confusableKey(letters.join(''))).toBe('0123486186A8C0EF6M1JK1MM0F0R81UVWXY2')
})
