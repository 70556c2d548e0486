import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import type { BookTicket } from '#edge/book-ticket'
import { canonical } from '#edge/canonical'
import { BasisSchema } from '#edge/identity-basis'
import { bestPlate, type MatchFacts, matchTicket, platesToAsk, type SeenPlate } from '#edge/match-ticket'
import type { TagSeen } from '#edge/tag'
import { aBookTicket, aStaffCar, aTare, aTicketNumber, aVehicle, NOON } from '../../builders/ticket.ts'

const seen = (plate: string | null, differing: Partial<SeenPlate> = {}): SeenPlate => ({
  camera: 'front',
  at: NOON,
  plate,
  colour: 'yellow',
  confidence: 90,
  fake: false,
  backfill: false,
  ...differing,
})
const rear = (plate: string, differing: Partial<SeenPlate> = {}): SeenPlate => seen(plate, { camera: 'rear', ...differing })
const book = (n: number, plate: string, differing: Parameters<typeof aBookTicket>[0] = {}): BookTicket =>
  aBookTicket({ ...differing, ticket: { number: aTicketNumber(n), plate, ...differing.ticket } })
const shown = (n: number, known = true): MatchFacts['shown'] => ({ number: aTicketNumber(n), known })
const facts = (differing: Partial<MatchFacts>): MatchFacts => ({
  at: NOON,
  sightings: [seen('陕K12345')],
  shown: null,
  tickets: [],
  register: [],
  acceptNear: true,
  ...differing,
})

it.each<[when: string, sightings: SeenPlate[], best: string | null]>([
  ['nothing was seen', [], null],
  ['only "no plate" was seen', [seen(null)], null],
  ['one reading stands against two', [seen('陕K1234S', { confidence: 99 }), seen('陕K12345'), rear('陕K12345')], '陕K12345'],
  ['as many readings stand against one another, the surer one', [seen('陕K1234S', { confidence: 70 }), seen('陕K12345')], '陕K12345'],
  ['the rear camera reads the trailer, however often', [seen('陕K12345'), rear('陕K6780挂'), rear('陕K6780挂')], '陕K12345'],
  ['only the trailer was read', [rear('陕K6780挂')], null],
  ['a camera sends history', [seen('陕K99887', { backfill: true }), seen('陕K99887', { backfill: true }), seen('陕K12345')], '陕K12345'],
  ['something is no plate by grammar', [seen('陕K12'), seen('陕K12345')], '陕K12345'],
])('the best plate when %s', (_when, sightings, best) => {
  expect(bestPlate(sightings)).toBe(best)
})

type Row = readonly [when: string, facts: Partial<MatchFacts>, match: string, ticket: number | null, codes: readonly string[]]
it.each<Row>([
  ['its own ticket is open', { tickets: [book(1, '陕K12345')] }, 'same', 1, []],
  ['it has none', {}, 'none', null, ['no-ticket']],
  ['others have tickets', { tickets: [book(1, '陕K99887')] }, 'none', null, ['no-ticket']],
  ['its ticket was used', { tickets: [book(1, '陕K12345', { state: 'released', usedAt: '北磅' })] }, 'none', null, ['ticket-used']],
  ['its ticket was voided', { tickets: [book(1, '陕K12345', { state: 'voided' })] }, 'none', null, ['ticket-voided']],
  ['its ticket was closed as expired', { tickets: [book(1, '陕K12345', { state: 'expired' })] }, 'none', null, ['ticket-expired']],
  ['a used one lies beside an open one', { tickets: [book(1, '陕K12345', { state: 'released' }), book(2, '陕K12345')] }, 'same', 2, []],
  [
    'one of two open ones has been weighed empty',
    { tickets: [book(1, '陕K12345'), book(2, '陕K12345', { tare: aTare() })] },
    'same',
    2,
    [],
  ],
  [
    'one of two open ones is valid today',
    {
      tickets: [
        book(1, '陕K12345', { ticket: { validFrom: '2026-11-22T00:00:00Z', validUntil: '2026-11-23T00:00:00Z' } }),
        book(2, '陕K12345'),
      ],
    },
    'same',
    2,
    [],
  ],
  ['one open ticket is a letter away', { tickets: [book(1, '陕K1234S')] }, 'near', 1, ['plate-near']],
  ['near is not accepted here', { tickets: [book(1, '陕K1234S')], acceptNear: false }, 'none', null, ['plate-near', 'no-ticket']],
  ['two open tickets are a letter away', { tickets: [book(1, '陕K1234S'), book(2, '陕KL2345')] }, 'none', null, ['plate-ambiguous']],
  ['the near ticket is used up', { tickets: [book(1, '陕K1234S', { state: 'released' })] }, 'none', null, ['no-ticket']],
  ['two letters are wrong', { tickets: [book(1, '陕KL234S')] }, 'none', null, ['no-ticket']],
  ['the plate as read is a registered truck', { tickets: [book(1, '陕K1234S')], register: [aVehicle()] }, 'none', null, ['no-ticket']],
  [
    'the plate as read has had a ticket of its own',
    { tickets: [book(1, '陕K1234S'), book(2, '陕K12345', { state: 'released' })] },
    'none',
    null,
    ['ticket-used'],
  ],
  ['a staff car is registered', { register: [aStaffCar({ plate: '陕K12345' })] }, 'register', null, []],
  ['no plate was read', { sightings: [seen(null)], tickets: [book(1, '陕K12345')] }, 'none', null, ['no-plate']],
  ['no plate was read but a ticket is shown', { sightings: [], shown: shown(1), tickets: [book(1, '陕K12345')] }, 'shown', 1, ['no-plate']],
  [
    'no plate was read and the shown ticket is unknown',
    { sightings: [], shown: shown(1, false) },
    'none',
    null,
    ['no-plate', 'ticket-unknown'],
  ],
  ['its own ticket is shown', { shown: shown(1), tickets: [book(1, '陕K12345')] }, 'same', 1, []],
  ["another truck's ticket is shown", { shown: shown(1), tickets: [book(1, '陕K99887')] }, 'none', null, ['ticket-other-truck']],
  [
    "another truck's ticket is shown beside an own one",
    { shown: shown(1), tickets: [book(1, '陕K99887'), book(2, '陕K12345')] },
    'none',
    null,
    ['ticket-other-truck'],
  ],
  ['a ticket nobody knows is shown', { shown: shown(1, false), tickets: [book(2, '陕K12345')] }, 'none', null, ['ticket-unknown']],
  [
    'an old paper is shown beside the open ticket',
    { shown: shown(1), tickets: [book(1, '陕K12345', { state: 'released' }), book(2, '陕K12345')] },
    'same',
    2,
    [],
  ],
  ['a used ticket is shown', { shown: shown(1), tickets: [book(1, '陕K12345', { state: 'released' })] }, 'none', null, ['ticket-used']],
  ['a near ticket is shown', { shown: shown(1), tickets: [book(1, '陕K1234S')] }, 'near', 1, ['plate-near']],
  [
    'the camera suspects the plate',
    { sightings: [seen('陕K12345', { fake: true })], tickets: [book(1, '陕K12345')] },
    'same',
    1,
    ['fake-plate'],
  ],
])('when %s', (_when, differing, match, ticket, codes) => {
  const found = matchTicket(facts(differing))
  expect(found.vehicle.match).toBe(match)
  expect(found.ticket?.ticket.number ?? null).toBe(ticket === null ? null : aTicketNumber(ticket))
  expect(found.findings.map(({ code }) => code)).toEqual(codes)
})

it('a near match is the truck of the ticket, and the finding keeps what was read', () => {
  const found = matchTicket(facts({ tickets: [book(1, '陕K1234S')] }))
  expect(found.vehicle.plate).toBe('陕K1234S')
  expect(found.findings[0]?.facts).toEqual({ seen: '陕K12345', ticketPlate: '陕K1234S', number: aTicketNumber(1) })
})

it('the trailer is noted beside the tractor', () => {
  expect(matchTicket(facts({ sightings: [seen('陕K12345'), rear('陕K6780挂')] })).vehicle).toMatchObject({
    plate: '陕K12345',
    trailer: '陕K6780挂',
  })
})

it('the order of tickets and sightings does not matter', () => {
  const tickets = [book(1, '陕K12345'), book(2, '陕K12345'), book(3, '陕K1234S')]
  const sightings = [seen('陕K12345'), rear('陕K1234S'), rear('陕K6780挂')]
  const forth = matchTicket(facts({ tickets, sightings }))
  expect(matchTicket(facts({ tickets: [...tickets].reverse(), sightings: [...sightings].reverse() }))).toEqual(forth)
})

const tagged = (plate: string, tag: string) => aVehicle({ plate, tags: [tag] })
const reads = (...tags: string[]): TagSeen[] => tags.map((tag) => ({ by: 'tag', tag }))

it.each<Row>([
  [
    'front and rear are two vehicles',
    { sightings: [seen('陕K12345'), rear('陕K99887')], tickets: [book(1, '陕K12345')] },
    'same',
    1,
    ['two-plates'],
  ],
  [
    'the second of two plates has the ticket',
    { sightings: [seen('陕K12345'), rear('陕K99887')], tickets: [book(1, '陕K99887')] },
    'none',
    null,
    ['two-plates', 'no-ticket'],
  ],
  [
    'a tag is registered for another truck',
    { tags: reads('AA01'), register: [tagged('陕K99887', 'AA01')], tickets: [book(1, '陕K12345')] },
    'same',
    1,
    ['tag-other-truck'],
  ],
  [
    'no plate was read but a tag',
    { sightings: [seen(null)], tags: reads('AA01'), register: [tagged('陕K12345', 'AA01')], tickets: [book(1, '陕K12345')] },
    'tag',
    1,
    ['no-plate'],
  ],
  [
    'no plate was read and the tag is a staff car',
    { sightings: [], tags: reads('AA01'), register: [aStaffCar({ plate: '陕K12345', tags: ['AA01'] })] },
    'register',
    null,
    ['no-plate'],
  ],
  [
    'no plate was read and nobody knows the tag',
    { sightings: [], tags: reads('AA02'), register: [tagged('陕K12345', 'AA01')], tickets: [book(1, '陕K12345')] },
    'none',
    null,
    ['no-plate'],
  ],
  [
    'two open tickets are as near and the tag names one',
    { tags: reads('AA01'), register: [tagged('陕KL2345', 'AA01')], tickets: [book(1, '陕K1234S'), book(2, '陕KL2345')] },
    'near',
    2,
    ['plate-near'],
  ],
  [
    'its ticket fits one read and not the other',
    { sightings: [seen('陕K1234S'), rear('陕K12345')], tickets: [book(1, '陕K12345')] },
    'same',
    1,
    ['plate-near'],
  ],
  [
    'it fits one read and not the other, and near is not accepted',
    { sightings: [seen('陕K1234S'), rear('陕K12345')], tickets: [book(1, '陕K12345')], acceptNear: false },
    'same',
    1,
    ['plate-ambiguous'],
  ],
  [
    'a print hides another plate',
    { sightings: [seen('陕K99887', { fake: true }), rear('陕K12345')], tickets: [book(1, '陕K12345')] },
    'same',
    1,
    ['fake-plate'],
  ],
  ['an O stands for a 0', { sightings: [seen(null, { raw: '陕K1O345' })], tickets: [book(1, '陕K10345')] }, 'same', 1, []],
])('when %s', (_when, differing, match, ticket, codes) => {
  const found = matchTicket(facts(differing))
  expect(found.vehicle.match).toBe(match)
  expect(found.ticket?.ticket.number ?? null).toBe(ticket === null ? null : aTicketNumber(ticket))
  expect(found.findings.map(({ code }) => code)).toEqual(codes)
})

it('every plate that was read is looked up, also one a letter was mended in, and each once', () => {
  const asked = platesToAsk([
    seen('陕K12345'),
    rear('陕K6780挂'),
    seen(null, { raw: '陕K1O345' }),
    seen('陕K12345'),
    seen('陕K99887', { fake: true }),
  ])
  expect(asked).toEqual(['陕K12345', '陕K10345', '陕K99887'])
})

it('what the plate rests on is kept short, whatever was read', () => {
  const noise = Array.from({ length: 12 }, (_, n) => seen(null, { raw: `榆林欢迎您来到红柳煤矿请减速慢行谢谢合作${n}` }))
  const tags = Array.from({ length: 8 }, (_, n) => `${n}`.repeat(124))
  const { basis } = matchTicket(facts({ sightings: [seen('陕K12345'), ...noise], tags: reads(...tags) })).vehicle
  expect(basis).toMatchObject({ confidence: 60, how: 'read', by: ['front'] })
  expect(Check(BasisSchema, basis)).toBe(true)
  expect(Buffer.byteLength(canonical(basis))).toBeLessThan(700)
})

it.each<Row>([
  ['a person typed the plate nobody read', { sightings: [seen(null)], typed: '陕K12345', tickets: [book(1, '陕K12345')] }, 'typed', 1, []],
  ['a person typed what a camera read, too', { typed: '陕K12345', tickets: [book(1, '陕K12345')] }, 'same', 1, []],
  ['a person mended a letter of it', { sightings: [seen('陕K1234S')], typed: '陕K12345', tickets: [book(1, '陕K12345')] }, 'typed', 1, []],
  [
    'a person typed quite another plate than was read',
    { sightings: [seen('陕K99887')], typed: '陕K12345', tickets: [book(1, '陕K12345')] },
    'typed',
    1,
    ['two-plates'],
  ],
  [
    'a person typed the plate of the next truck of the fleet, and the read truck is registered',
    {
      sightings: [seen('陕K12346')],
      typed: '陕K12345',
      tickets: [book(1, '陕K12345')],
      register: [aVehicle({ plate: '陕K12345' }), aVehicle({ plate: '陕K12346' })],
    },
    'typed',
    1,
    ['two-plates'],
  ],
  [
    'a person typed a staff car’s plate over a truck with a ticket of its own',
    { sightings: [seen('陕K12346')], typed: '陕K12345', tickets: [book(1, '陕K12346')], register: [aStaffCar({ plate: '陕K12345' })] },
    'register',
    null,
    ['two-plates'],
  ],
  ['the typed plate has no ticket', { sightings: [seen(null)], typed: '陕K12345' }, 'none', null, ['no-ticket']],
  [
    'the typed plate is a staff car',
    { sightings: [], typed: '陕K12345', register: [aStaffCar({ plate: '陕K12345' })] },
    'register',
    null,
    [],
  ],
  ['its driver claimed the ticket', { sightings: [seen(null)], claimed: aTicketNumber(1), tickets: [book(1, '陕K12345')] }, 'code', 1, []],
  ['the claimed ticket is not in the book', { sightings: [], claimed: aTicketNumber(1) }, 'none', null, ['ticket-unknown']],
  [
    'the claimed ticket was used',
    { sightings: [], claimed: aTicketNumber(1), tickets: [book(1, '陕K12345', { state: 'released' })] },
    'none',
    null,
    ['ticket-used'],
  ],
  [
    'the claimed ticket is of another truck than was read',
    { claimed: aTicketNumber(1), tickets: [book(1, '陕K99887')] },
    'none',
    null,
    ['ticket-other-truck'],
  ],
  [
    'two tickets are as near and one is claimed',
    { claimed: aTicketNumber(2), tickets: [book(1, '陕K1234S'), book(2, '陕KL2345')] },
    'near',
    2,
    ['plate-near'],
  ],
  [
    'a ticket is shown that was weighed empty under another plate',
    { shown: shown(1), tickets: [book(1, '陕K99887', { tare: aTare() })] },
    'none',
    null,
    ['ticket-other-truck', 'plate-changed'],
  ],
])('when %s', (_when, differing, match, ticket, codes) => {
  const found = matchTicket(facts(differing))
  expect(found.vehicle.match).toBe(match)
  expect(found.ticket?.ticket.number ?? null).toBe(ticket === null ? null : aTicketNumber(ticket))
  expect(found.findings.map(({ code }) => code)).toEqual(codes)
})

it('who claims a ticket is the truck it is for; who typed a plate named it', () => {
  const tickets = [book(1, '陕K12345')]
  expect(matchTicket(facts({ sightings: [], claimed: aTicketNumber(1), tickets })).vehicle.plate).toBe('陕K12345')
  expect(matchTicket(facts({ sightings: [], typed: '陕K12345', tickets })).vehicle.plate).toBe('陕K12345')
})
