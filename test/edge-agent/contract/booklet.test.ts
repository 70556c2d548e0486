import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import {
  BookletSchema,
  type Drawn,
  DrawnTicketSchema,
  isTicketOf,
  nextSerial,
  refusalOfBooklet,
  refusalOfDraw,
  ticketFits,
  ticketFrom,
} from '#edge/booklet'
import { TicketSchema } from '#edge/ticket'
import { after, fromIso, hours, type Instant, minutes, toIso } from '#edge/units'
import { BOOKLET_WORDS, REFUSALS_AT_SITE, sayBookletRefusal } from '#edge/words/booklet'
import { namesIn } from '#edge/words/words'
import { aBooklet, aWanted, someNumbers } from '../../builders/booklet.ts'
import { NOON } from '../../builders/ticket.ts'

const moment = (iso: string): Instant => fromIso(iso) ?? expect.unreachable(iso)
const nothing: Drawn = { count: 0, kg: 0, withdrawn: false }

describe('a number is drawn', () => {
  it.each([
    ['from a fresh booklet', aBooklet(), nothing, aWanted(), NOON, null],
    ['in its first moment', aBooklet(), nothing, aWanted(), moment('2026-11-21T00:00:00Z'), null],
    ['not before', aBooklet(), nothing, aWanted(), moment('2026-11-20T23:59:59Z'), 'not-yet-valid'],
    ['in its last second', aBooklet(), nothing, aWanted(), moment('2026-11-21T23:59:59Z'), null],
    ['not at its end', aBooklet(), nothing, aWanted(), moment('2026-11-22T00:00:00Z'), 'over'],
    ['not in 1970', aBooklet(), nothing, aWanted(), moment('1970-01-01T00:00:00Z'), 'not-yet-valid'],
    ['the last of five', aBooklet(), { ...nothing, count: 4 }, aWanted(), NOON, null],
    ['not a sixth of five', aBooklet(), { ...nothing, count: 5 }, aWanted(), NOON, 'used-up'],
    ['to the last kilogram', aBooklet(), { ...nothing, kg: 129_000 }, aWanted(), NOON, null],
    ['not a kilogram more', aBooklet(), { ...nothing, kg: 129_001 }, aWanted(), NOON, 'over-tonnes'],
    ['for as much as one may have', aBooklet(), nothing, aWanted({ plannedNetKg: 35_000 }), NOON, null],
    ['not for more', aBooklet(), nothing, aWanted({ plannedNetKg: 35_001 }), NOON, 'over-each'],
    ['for its second product', aBooklet(), nothing, aWanted({ product: 1 }), NOON, null],
    ['not for a third', aBooklet(), nothing, aWanted({ product: 2 }), NOON, 'product-not-in-booklet'],
    ['not for a product before the first', aBooklet(), nothing, aWanted({ product: -1 }), NOON, 'product-not-in-booklet'],
    ['not once it was withdrawn', aBooklet(), { ...nothing, withdrawn: true }, aWanted(), NOON, 'withdrawn'],
  ])('%s', (_what, booklet, drawn, wanted, at, refusal) => {
    expect(refusalOfDraw(booklet, drawn, wanted, at)).toBe(refusal)
  })

  it('a booklet whose tonnes are gone gives nothing, whatever is wanted', () => {
    expect(refusalOfBooklet(aBooklet(), { ...nothing, kg: 159_999 }, NOON)).toBeNull()
    expect(refusalOfBooklet(aBooklet(), { ...nothing, kg: 160_000 }, NOON)).toBe('over-tonnes')
  })
})

describe('a drawn ticket', () => {
  it('is an ordinary one, of the booklet’s parties, valid for so many hours from its drawing, in whole seconds', () => {
    const booklet = aBooklet()
    const ticket = ticketFrom(booklet, 2, aWanted({ product: 1 }), after(NOON, 417 as never))
    expect(ticket).toEqual({
      number: booklet.numbers[1],
      site: booklet.site,
      category: 'in-city',
      carrier: 'qinyuan',
      carrierName: '秦源物流(示例)',
      consignee: '锦界电厂(示例)',
      plate: '陕K12345',
      plateColour: 'yellow',
      trailer: '陕K6780挂',
      axles: 6,
      drivenAxles: 2,
      product: { coalClass: 'BN', category: 'FINE' },
      plannedNetKg: 31_000,
      validFrom: '2026-11-21T04:00:00.000Z',
      validUntil: '2026-11-21T16:00:00.000Z',
      issuedAt: '2026-11-21T04:00:00.000Z',
      policy: 1,
    })
    expect(Compile(TicketSchema).Check(ticket)).toBe(true)
    const record = { booklet: booklet.booklet, serial: 2, ticket, operator: 'zhang', darkSince: toIso(NOON) }
    expect(Compile(DrawnTicketSchema).Check(record)).toBe(true)
  })

  it('of a serial or a product that is not there is a mistake of ours', () => {
    expect(() => ticketFrom(aBooklet(), 6, aWanted(), NOON)).toThrow(RangeError)
    expect(() => ticketFrom(aBooklet(), 0, aWanted(), NOON)).toThrow(RangeError)
    expect(() => ticketFrom(aBooklet(), 1, aWanted({ product: 7 }), NOON)).toThrow(RangeError)
  })

  it.each([
    ['number', { number: someNumbers(5)[1] }],
    ['carrier', { carrier: 'changsheng' }],
    ['consignee', { consignee: '别处' }],
    ['site', { site: 'other' }],
    ['tonnes', { plannedNetKg: 35_001 }],
    ['product', { product: { coalClass: 'BN', category: 'MIXED' } }],
    ['end', { validUntil: '2026-11-21T16:00:01.000Z' }],
    ['hours', { issuedAt: '2026-11-22T00:00:00.000Z' }],
    ['no moment', { issuedAt: 'noon' }],
    ['policy', { policy: 2 }],
  ])('with another %s does not fit its booklet', (_what, other) => {
    const ticket = ticketFrom(aBooklet(), 1, aWanted(), NOON)
    expect([ticketFits(aBooklet(), 1, ticket), ticketFits(aBooklet(), 1, { ...ticket, ...(other as object) })]).toEqual([true, false])
  })

  it('is its booklet’s however much and whenever it was drawn, and fits only within its limits', () => {
    const booklet = aBooklet()
    const tooMuch = ticketFrom(booklet, 1, aWanted({ plannedNetKg: 35_001 }), NOON)
    const tooLate = ticketFrom(booklet, 1, aWanted(), moment(booklet.validUntil))
    for (const ticket of [tooMuch, tooLate]) expect([isTicketOf(booklet, 1, ticket), ticketFits(booklet, 1, ticket)]).toEqual([true, false])
    expect([0, 2, 6].map((serial) => isTicketOf(booklet, serial, tooMuch))).toEqual([false, false, false])
    expect(isTicketOf(booklet, 1, { ...tooMuch, carrierName: '别家' })).toBe(false)
  })

  it('drawn in the first second of a booklet that began within it fits', () => {
    const booklet = aBooklet({ validFrom: '2026-11-21T00:00:00.700Z' })
    expect(ticketFits(booklet, 1, ticketFrom(booklet, 1, aWanted(), moment('2026-11-21T00:00:00.900Z')))).toBe(true)
    expect(ticketFits(booklet, 1, ticketFrom(booklet, 1, aWanted(), moment('2026-11-20T23:59:59.900Z')))).toBe(false)
  })
})

it('whatever is wanted, whenever: serials go out in order, each once, and never beyond count, tonnes or hours', () => {
  const wish = fc.record({ product: fc.integer({ min: -1, max: 3 }), plannedNetKg: fc.integer({ min: 1, max: 60_000 }), late: fc.nat(30) })
  const terms = fc.record({
    mostKg: fc.integer({ min: 1, max: 300_000 }),
    mostEachKg: fc.integer({ min: 1, max: 60_000 }),
    ticketHours: fc.integer({ min: 1, max: 72 }),
  })
  fc.assert(
    fc.property(terms, fc.array(wish, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (limits, wishes, count) => {
      const booklet = aBooklet({ ...limits, numbers: someNumbers(count) })
      let drawn = nothing
      let at = moment(booklet.validFrom)
      const numbers = new Set<string>()
      for (const { late, ...differing } of wishes) {
        at = after(at, minutes(late * 5))
        const wanted = aWanted(differing)
        const serial = nextSerial(booklet, drawn)
        if (refusalOfDraw(booklet, drawn, wanted, at) !== null || serial === null) continue
        const ticket = ticketFrom(booklet, serial, wanted, at)
        expect([serial, ticketFits(booklet, serial, ticket)]).toEqual([drawn.count + 1, true])
        expect(Date.parse(ticket.validUntil)).toBeLessThanOrEqual(after(moment(booklet.validUntil), hours(booklet.ticketHours)))
        numbers.add(ticket.number)
        drawn = { count: serial, kg: drawn.kg + ticket.plannedNetKg, withdrawn: false }
      }
      expect(numbers.size).toBe(drawn.count)
      expect(drawn.count).toBeLessThanOrEqual(count)
      expect(drawn.kg).toBeLessThanOrEqual(booklet.mostKg)
    }),
  )
})

it('the schema takes a booklet of two hundred and none of more, of none, or of a name that is none', () => {
  const schema = Compile(BookletSchema)
  const check = (booklet: unknown): boolean => schema.Check(booklet)
  expect([aBooklet(), aBooklet({ numbers: someNumbers(200) })].map(check)).toEqual([true, true])
  expect(new Set(someNumbers(200)).size).toBe(200)
  const wrong = [{ numbers: someNumbers(201) }, { numbers: [] }, { booklet: 'BK-x' }, { products: [] }, { ticketHours: 73 }]
  expect(wrong.map((one) => check({ ...aBooklet(), ...one }))).toEqual(wrong.map(() => false))
})

it('every refusal has its words in both languages, and no word is missing in one', () => {
  const facts = { validFrom: '2026-11-21T00:00:00Z', validUntil: '2026-11-22T00:00:00Z', mostEachKg: 35_000, leftKg: 12_000 }
  for (const code of REFUSALS_AT_SITE) {
    expect(new Set(namesIn(BOOKLET_WORDS.zh[code]))).toEqual(new Set(namesIn(BOOKLET_WORDS.en[code])))
    for (const language of ['zh', 'en'] as const) expect(sayBookletRefusal(code, facts, language)).not.toMatch(/[{}]| - |^-/)
  }
  expect(sayBookletRefusal('over-tonnes', facts, 'zh')).toBe('票册剩余 12.00 吨,不够')
  expect(sayBookletRefusal('over', facts, 'en')).toBe('This booklet ended at 2026-11-22 08:00')
})
