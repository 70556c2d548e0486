import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64, toBase64 } from '#dialects/camera/base64'

it('agrees with the platform on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
    }),
  )
})

it('skips line breaks, as old encoders insert them', () => {
  expect(fromBase64('5pml\r\nQjEy\n')).toEqual(fromBase64('5pmlQjEy'))
})

it.each(['陕K12345', 'abc', 'ab=c', '=', 'a===', 'ab c', '////=', 'é123'])('%s is no base64', (text) => {
  expect(fromBase64(text)).toBeNull()
})
