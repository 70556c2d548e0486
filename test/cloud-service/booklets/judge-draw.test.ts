import { describe, expect, it } from 'vitest'
import { type Booklet, ticketFrom } from '#edge/booklet'
import type { BookletId, CarrierId, SiteId } from '#edge/ids'
import { hours, after as later, milliseconds, minutes } from '#edge/units'
import { type DrawnBefore, judgeDraw, type KnownBooklet } from '../../../cloud-service/booklets/judge-draw.ts'
import { aTicketNumber } from '../../builders/ticket.ts'
import { aDraw, type DrawHow, EIGHT, SIX, TEN } from './a-town.ts'

const booklet: Booklet = {
  booklet: 'BK-0000000001' as BookletId,
  site: 'mine' as SiteId,
  numbers: [1, 2, 3, 4, 5].map(aTicketNumber),
  category: 'in-city',
  carrier: 'haoyun' as CarrierId,
  carrierName: '好运物流(示例)',
  consignee: '锦界电厂(示例)',
  products: [{ coalClass: 'BN', category: 'LUMP' }],
  mostKg: 100_000,
  mostEachKg: 35_000,
  validFrom: '2026-11-21T06:00:00.000Z',
  validUntil: '2026-11-21T18:00:00.000Z',
  ticketHours: 24,
  reportWithinHours: 12,
  policy: 1,
}
const known: KnownBooklet = { booklet, closed: null }
const drawnUpTo = (last: number, differs: Partial<DrawnBefore> = {}): DrawnBefore => ({
  last,
  kg: last * 20_000,
  underSerial: new Set(),
  ...differs,
})
const draw = (serial: number, how: DrawHow & { seq?: number; epoch?: string; received?: typeof TEN } = {}) => ({
  epoch: how.epoch ?? '1-0a0b0c0d',
  seq: how.seq ?? 10,
  body: aDraw(booklet, serial, how),
  ticketHash: 'this',
  at: how.at ?? EIGHT,
  received: how.received ?? TEN,
})
const numbered = (serial: number, differs: object) => ({
  ...aDraw(booklet, serial),
  ticket: { ...aDraw(booklet, serial).ticket, ...differs },
})

describe('a draw is in order when', () => {
  it.each([
    ['it is the first', draw(1), drawnUpTo(0)],
    ['it follows the last one', draw(4), drawnUpTo(3)],
    ['it is told again by a restored agent', draw(2), drawnUpTo(4, { underSerial: new Set(['this']) })],
    ['a serial missed comes late', draw(2), drawnUpTo(4)],
    ['it is the last number, and the tonnes are used up to the kilogram', draw(5), drawnUpTo(4)],
    ['it was drawn in the first moment', draw(1, { at: SIX }), drawnUpTo(0)],
    [
      'it was drawn in the last moment',
      draw(1, { at: later(SIX, milliseconds(hours(12) - 1)), received: later(SIX, hours(13)) }),
      drawnUpTo(0),
    ],
    ['it is told at the very end of its time', draw(1, { received: later(EIGHT, hours(12)) }), drawnUpTo(0)],
    ['the site’s clock is ahead', draw(1, { received: SIX }), drawnUpTo(0)],
  ])('%s', (_when, drawn, then) => {
    expect(judgeDraw(known, then, drawn)).toEqual([])
  })

  it('its booklet was withdrawn, and the site had not heard so', () => {
    const closed = { booklet, closed: { epoch: '2-0a0b0c0d', seq: 10 } }
    expect(judgeDraw(closed, drawnUpTo(0), draw(1, { epoch: '2-0a0b0c0d', seq: 10 }))).toEqual([])
    expect(judgeDraw(closed, drawnUpTo(0), draw(1, { epoch: '1-ffffffff', seq: 99 }))).toEqual([])
  })
})

it.each([
  ['unknown-booklet', null, draw(1), drawnUpTo(0)],
  ['serial-missing', known, draw(3), drawnUpTo(1)],
  ['serial-missing', known, draw(2), drawnUpTo(0)],
  ['serial-twice', known, draw(2), drawnUpTo(2, { underSerial: new Set(['other']) })],
  ['number-wrong', known, draw(2, { differs: numbered(2, { number: aTicketNumber(3) }) }), drawnUpTo(1)],
  ['ticket-differs', known, draw(2, { differs: numbered(2, { carrier: 'somebody' }) }), drawnUpTo(1)],
  ['ticket-differs', known, draw(2, { differs: numbered(2, { product: { coalClass: '', category: 'SEMICOKE' } }) }), drawnUpTo(1)],
  ['ticket-differs', known, draw(2, { differs: numbered(2, { validUntil: '2027-11-21T08:00:00.000Z' }) }), drawnUpTo(1)],
  ['ticket-differs', known, draw(2, { differs: numbered(2, { issuedAt: '2026-13-40T99:00:00Z' }) }), drawnUpTo(1)],
  ['over-tonnes', known, draw(5, { wanted: { plannedNetKg: 20_001 } }), drawnUpTo(4)],
  ['over-tonnes', known, draw(1, { wanted: { plannedNetKg: 35_001 } }), drawnUpTo(0)],
  ['drawn-late', known, draw(1, { at: later(SIX, milliseconds(-1)) }), drawnUpTo(0)],
  ['drawn-late', known, draw(1, { at: later(SIX, hours(12)), received: later(SIX, hours(13)) }), drawnUpTo(0)],
  ['reported-late', known, draw(1, { received: later(EIGHT, minutes(12 * 60 + 1)) }), drawnUpTo(0)],
  ['withdrawn', { booklet, closed: { epoch: '1-0a0b0c0d', seq: 9 } }, draw(1), drawnUpTo(0)],
  ['withdrawn', { booklet, closed: { epoch: '1-0a0b0c0d', seq: 99 } }, draw(1, { epoch: '2-00000000', seq: 1 }), drawnUpTo(0)],
] as const)('%s is found', (why, of, drawn, then) => {
  expect(judgeDraw(of, then, drawn)).toEqual([why])
})

it('a serial the booklet never had is over its count, and no number', () => {
  const beyond = draw(5, { differs: { serial: 6 } })
  expect(judgeDraw(known, drawnUpTo(5, { kg: 0 }), beyond)).toEqual(['over-count'])
  expect(judgeDraw(known, drawnUpTo(1, { kg: 0 }), beyond)).toEqual(['over-count'])
})

it('everything wrong is told at once', () => {
  const wrong = draw(4, { at: later(SIX, hours(13)), received: later(SIX, hours(48)), wanted: { plannedNetKg: 90_000 } })
  expect(judgeDraw(known, drawnUpTo(1), wrong)).toEqual(['serial-missing', 'over-tonnes', 'drawn-late', 'reported-late'])
})

it('a ticket as the rules write it is the booklet’s own', () => {
  const ticket = ticketFrom(
    booklet,
    1,
    { plate: '陕KB6718', plateColour: 'yellow', trailer: null, axles: 6, drivenAxles: 2, product: 0, plannedNetKg: 1 },
    EIGHT,
  )
  expect(judgeDraw(known, drawnUpTo(0), draw(1, { differs: { ticket } }))).toEqual([])
})
