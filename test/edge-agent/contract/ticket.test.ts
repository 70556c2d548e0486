import fc from 'fast-check'
import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import { TicketNumberSchema } from '#edge/ids'
import { bodyIsSigned, signBody } from '#edge/seal'
import { bookEntry, bookHash, SignedTicketSchema, ticketNumber, ticketNumberIsWhole } from '#edge/ticket'
import { aHasher, aKey } from '../../builders/keys.ts'
import { aTicket } from '../../builders/ticket.ts'

const numbers = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((random) => ticketNumber('610881', '261121', random))
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ*'

it('a number names county and day, and is whole', () => {
  fc.assert(
    fc.property(numbers, (number) => {
      expect(number).toMatch(/^610881-261121-/)
      expect(ticketNumberIsWhole(number)).toBe(true)
      expect(Check(TicketNumberSchema, number)).toBe(true)
    }),
  )
})

it('every single slip in a number is caught', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), fc.constantFrom(...ALPHABET), (number, place, letter) => {
      const at = place % number.length
      if (number[at] === letter || number[at] === '-') return
      expect(ticketNumberIsWhole(number.slice(0, at) + letter + number.slice(at + 1))).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

it('every swap of neighbours in a number is caught', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (number, place) => {
      const letters = [...number.replaceAll('-', '')]
      const at = place % (letters.length - 1)
      const [a, b] = [letters[at] as string, letters[at + 1] as string]
      if (a === b) return
      letters.splice(at, 2, b, a)
      const swapped = letters.join('')
      expect(ticketNumberIsWhole(`${swapped.slice(0, 6)}-${swapped.slice(6, 12)}-${swapped.slice(12)}`)).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

it('a signed ticket verifies by its own key only, and not with a word changed', () => {
  const issuer = aKey()
  const signed = signBody('ticket', aTicket(), issuer)
  expect(Check(SignedTicketSchema, signed)).toBe(true)
  expect(bodyIsSigned('ticket', signed, issuer)).toBe(true)
  expect(bodyIsSigned('ticket', signed, aKey())).toBe(false)
  expect(bodyIsSigned('qr', signed, issuer)).toBe(false)
  expect(bodyIsSigned('ticket', { ...signed, body: { ...signed.body, plannedNetKg: 99_000 } }, issuer)).toBe(false)
})

it('two books prove equal whatever the order, and differ by one voided ticket', () => {
  const entries = ['a', 'b', 'c'].map((number) => bookEntry(number, `signature-${number}`, false))
  const hash = bookHash(entries, aHasher)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(bookHash([...entries].reverse(), aHasher)).toBe(hash)
  expect(bookHash([...entries.slice(0, 2), bookEntry('c', 'signature-c', true)], aHasher)).not.toBe(hash)
  expect(bookHash([], aHasher)).toBe('0'.repeat(64))
})
