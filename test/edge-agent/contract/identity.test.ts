import fc from 'fast-check'
import { expect, it } from 'vitest'
import { areConfusable } from '#edge/confusable'
import { type Identity, identityOf, USUAL_IDENTITY_RULES } from '#edge/identity'
import { isTrailer, PROVINCES, readPlate } from '#edge/plate'
import type { SeenPlate } from '#edge/plate-reads'
import type { TaggedVehicle, TagSeen } from '#edge/tag'
import { NOON } from '../../builders/ticket.ts'

const front = (plate: string | null, differing: Partial<SeenPlate> = {}): SeenPlate => ({
  camera: 'front',
  at: NOON,
  plate,
  colour: 'yellow',
  confidence: 90,
  fake: false,
  backfill: false,
  ...differing,
})
const rear = (plate: string | null, differing: Partial<SeenPlate> = {}): SeenPlate => front(plate, { camera: 'rear', ...differing })
/** A text that the camera could not give as a plate. */
const text = (raw: string, differing: Partial<SeenPlate> = {}): SeenPlate => front(null, { raw, ...differing })
const tag = (of: string): TagSeen => ({ by: 'tag', tag: of })
const card = (of: string): TagSeen => ({ by: 'card', tag: of })
const fused = (seen: SeenPlate[], register: TaggedVehicle[] = [], tags: TagSeen[] = []): Identity =>
  identityOf(seen, register, tags, USUAL_IDENTITY_RULES)
const asides = (of: Identity): string[] => of.basis.aside.map(({ text: said, why, reads }) => `${why} ${said} ${reads}`)

const TAGGED: TaggedVehicle = { plate: '陕K12345', tags: ['E200001722110144'], cards: ['0012345678'] }
const OTHER: TaggedVehicle = { plate: '陕K99887', tags: ['E200001722119999'] }

it.each<[when: string, seen: SeenPlate[], tractor: string | null, trailer: string | null, how: string]>([
  ['nothing was seen', [], null, null, 'none'],
  ['there is no plate', [front(null), text('_无_')], null, null, 'none'],
  ['one camera read it once', [front('陕K12345')], '陕K12345', null, 'read'],
  ['front and rear agree', [front('陕K12345'), rear('陕K12345')], '陕K12345', null, 'read'],
  [
    'the rear reads the trailer three times',
    [front('陕K12345'), rear('陕K6780挂'), rear('陕K6780挂'), rear('陕K6780挂')],
    '陕K12345',
    '陕K6780挂',
    'read',
  ],
  ['only the trailer was read', [rear('陕K6780挂')], null, '陕K6780挂', 'none'],
  [
    'the front camera has a trailer still before it',
    [front('陕K1111挂'), front('陕K12345'), rear('陕K6780挂')],
    '陕K12345',
    '陕K6780挂',
    'read',
  ],
  ['two of three reads agree', [front('陕K12345'), front('陕K1234S'), front('陕K12345')], '陕K12345', null, 'read'],
  [
    'each of three reads has its own slip',
    [front('陕KI2345'.replace('I', 'L')), front('陕KZZ345'.replace('Z', '1')), front('陕K1234S')],
    '陕K12345',
    null,
    'voted',
  ],
  ['an O stands for a 0', [text('陕K1O345')], '陕K10345', null, 'mended'],
  ['an I may be anything', [text('陕KI2345')], null, null, 'none'],
  ['the tail of a new-energy plate is lost once', [front('陕KD1234'), front('陕KD12345', { colour: 'green' })], '陕KD12345', null, 'read'],
  ['the province is misread once in three', [front('蒙K12345'), front('陕K12345'), rear('陕K12345')], '陕K12345', null, 'read'],
  ['history says another plate', [front('陕K99887', { backfill: true }), front('陕K12345')], '陕K12345', null, 'read'],
  [
    'a print shows another plate',
    [front('陕K99887', { fake: true }), front('陕K99887', { fake: true }), rear('陕K12345')],
    '陕K12345',
    null,
    'read',
  ],
  ['only a print was seen', [front('陕K99887', { fake: true })], null, null, 'none'],
  [
    'front and rear are different vehicles',
    [front('陕K12345'), rear('陕K99887', { confidence: 99 }), rear('陕K99887')],
    '陕K12345',
    null,
    'read',
  ],
  ['two letters and five digits are white', [front('KD12345', { colour: 'white' })], 'KD12345', null, 'read'],
  ['two letters and five digits are green: a province was lost', [front('KD12345', { colour: 'green' })], null, null, 'none'],
  ['a foreign plate came', [text('OTM2022', { colour: 'white' })], null, null, 'none'],
])('when %s', (_when, seen, tractor, trailer, how) => {
  expect(fused(seen)).toMatchObject({ tractor, trailer, basis: { how } })
})

it('says what it rests on and why the rest was set aside', () => {
  const of = fused([
    front('陕K12345'),
    front('陕K1234S', { confidence: 40 }),
    rear('陕K12345'),
    text('陕K123'),
    text('未识别'),
    rear('陕K99887', { backfill: true }),
    front('陕K55555', { fake: true }),
    front('KD12345', { colour: 'green' }),
    text('榆林欢迎您'),
  ])
  expect(of).toMatchObject({ tractor: '陕K12345', colour: 'yellow', fakes: ['陕K55555'], others: [], ambiguous: [] })
  expect(of.basis).toMatchObject({ by: ['front', 'rear'], agreed: 2, counted: 3 })
  expect(asides(of)).toEqual([
    'fake 陕K55555 1',
    'misread 陕K1234S 1',
    'not-white KD12345 1',
    'part 陕K123 1',
    'unreadable 榆林欢迎您 1',
    'no-plate 未识别 1',
    'history 陕K99887 1',
  ])
})

it('two vehicles in one passage are both named, and neither is silently dropped', () => {
  const of = fused([front('陕K12345'), rear('陕K99887')])
  expect(of).toMatchObject({ tractor: '陕K12345', others: ['陕K99887'], confidence: 30 })
  expect(asides(of)).toEqual(['other-vehicle 陕K99887 1'])
})

it('plates as alike as they may be are two vehicles where both are registered', () => {
  const alike = [front('陕K12345'), front('陕K1234S')]
  expect(fused(alike).others).toEqual([])
  expect(fused(alike, [{ plate: '陕K12345' }, { plate: '陕K1234S' }]).others).toEqual(['陕K1234S'])
})

it('of two reads that differ the one a register knows is taken, and the doubt is told', () => {
  const of = fused([front('陕K1234S', { confidence: 99 }), rear('陕K12345', { confidence: 60 })], [{ plate: '陕K12345' }])
  expect(of).toMatchObject({ tractor: '陕K12345', ambiguous: ['陕K12345', '陕K1234S'] })
})

it("cameras' own figures are compared within one camera only", () => {
  expect(fused([front('陕K12345', { confidence: 20 }), rear('陕K1234S', { confidence: 99 })]).tractor).toBe('陕K12345')
  expect(fused([front('陕K12345', { confidence: 20 }), front('陕K1234S', { confidence: 21 })]).tractor).toBe('陕K1234S')
})

it.each<
  [when: string, seen: SeenPlate[], tags: TagSeen[], tractor: string | null, against: string | null, by: string[], confidence: number]
>([
  ['the tag agrees', [front('陕K12345')], [tag('E200001722110144')], '陕K12345', null, ['front', 'tag'], 85],
  ['the tag is typed with blanks', [front('陕K12345')], [tag('e200 0017 2211 0144')], '陕K12345', null, ['front', 'tag'], 85],
  ['tag and card agree', [front('陕K12345')], [tag('E200001722110144'), card('12345678')], '陕K12345', null, ['front', 'tag', 'card'], 100],
  ['nobody knows the tag', [front('陕K12345')], [tag('AABB')], '陕K12345', null, ['front'], 65],
  ["a card's digits are no tag", [front('陕K77777')], [tag('0012345678')], '陕K77777', null, ['front'], 60],
  ["another truck's tag was read", [front('陕K12345')], [tag('E200001722119999')], '陕K12345', '陕K99887', ['front'], 35],
  [
    "the neighbour's tag was read too",
    [front('陕K12345')],
    [tag('E200001722119999'), tag('E200001722110144')],
    '陕K12345',
    null,
    ['front', 'tag'],
    85,
  ],
  ['no plate was read', [text('_无_')], [tag('E200001722110144')], '陕K12345', null, ['tag'], 55],
  ['no plate was read and a card shown', [], [card('0012345678')], '陕K12345', null, ['card'], 45],
  ['no plate was read and two trucks have tags here', [], [tag('E200001722119999'), tag('E200001722110144')], null, null, [], 0],
  [
    'the tag stands behind one of two reads',
    [front('陕K1234S'), front('陕K12345')],
    [tag('E200001722110144')],
    '陕K12345',
    null,
    ['front', 'tag'],
    80,
  ],
  ['the tag is but a look-alike away', [front('陕K1234S')], [tag('E200001722110144')], '陕K1234S', null, ['front'], 60],
])('when %s', (_when, seen, tags, tractor, against, by, confidence) => {
  const of = fused(seen, [TAGGED, OTHER], tags)
  expect(of).toMatchObject({ tractor, confidence, basis: { by } })
  expect(of.contradictedBy?.plate ?? null).toBe(against)
})

it('a tag that two vehicles are registered with names neither', () => {
  const twice = [TAGGED, { plate: '陕K99887', tags: TAGGED.tags ?? [] }]
  expect(fused([], twice, [tag('E200001722110144')])).toMatchObject({ tractor: null, basis: { tags: [{ plate: null }] } })
})

it('a colour the plate does not come in makes it less sure and nothing else', () => {
  const blue = fused([front('陕K12345', { colour: 'white' })])
  expect(blue).toMatchObject({ tractor: '陕K12345', confidence: 50, basis: { oddColour: true } })
  expect(fused([front('陕K12345D', { colour: 'yellow-green' })]).basis.oddColour).toBe(false)
})

const plates = [
  '陕K12345',
  '陕K1234S',
  '陕K12S4S',
  '陕KL2345',
  '蒙K12345',
  '陕K99887',
  '陕KD12345',
  '陕KD1234',
  'KD12345',
  '陕K6780挂',
  '陕K678O挂',
  null,
]
const seen: fc.Arbitrary<SeenPlate> = fc.record({
  camera: fc.constantFrom('front', 'rear'),
  at: fc.constant(NOON),
  plate: fc.constantFrom(...plates),
  raw: fc.constantFrom('_无_', '陕K1O345', '陕K123', '榆林'),
  colour: fc.constantFrom('yellow', 'blue', 'green', 'white', 'unknown'),
  confidence: fc.constantFrom(null, 20, 90, 90),
  fake: fc.constantFrom(false, false, false, true),
  backfill: fc.constantFrom(false, false, false, true),
})
const tags = fc.array(
  fc.constantFrom(tag('E200001722110144'), tag('E200001722119999'), card('12345678'), card('0012345678'), tag('AABB')),
  { maxLength: 4 },
)
const registers = fc.subarray<TaggedVehicle>([TAGGED, OTHER, { plate: '陕K1234S' }, { plate: '陕KD12345' }])

it('the same reads in any order are the same identity', () => {
  fc.assert(
    fc.property(
      fc.array(seen, { maxLength: 9 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      tags.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      registers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([some, shuffled], [read, readElse], [known, knownElse]) => {
        expect(fused(shuffled, knownElse, readElse)).toEqual(fused(some, known, read))
      },
    ),
    { numRuns: 500 },
  )
})

it('a trailer never drives, what is history or fake never counts, and nothing read is lost', () => {
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 9 }), registers, tags, (all, known, read) => {
      const of = fused(all, known, read)
      expect(of.tractor !== null && isTrailer(of.tractor)).toBe(false)
      expect(of.trailer === null || isTrailer(of.trailer)).toBe(true)
      const live = all.filter(({ fake, backfill }) => !fake && !backfill)
      const again = fused(live, known, read)
      expect({ ...again, basis: null, fakes: null, confidence: null }).toEqual({ ...of, basis: null, fakes: null, confidence: null })
      const trailers = all.filter(({ plate, fake, backfill }) => !fake && !backfill && plate === of.trailer && plate !== null).length
      const aside = of.basis.aside.reduce((sum, { reads }) => sum + reads, 0)
      expect(of.basis.agreed + trailers + aside).toBe(all.length)
      expect(of.confidence > 0).toBe(of.tractor !== null)
      expect(of.confidence).toBeLessThanOrEqual(100)
    }),
    { numRuns: 500 },
  )
})

it('a read more of the same plate by the same camera never makes it less sure', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (times) => {
      const once = fused(Array.from({ length: times }, () => front('陕K12345')))
      const more = fused(Array.from({ length: times + 1 }, () => front('陕K12345')))
      expect(more.confidence).toBeGreaterThanOrEqual(once.confidence)
    }),
  )
})

/** Errors as a parking operator has published them: 45 % look-alikes, 25 % a lost tail, 12 % arbitrary, 8 % a lost middle, 6 % province, 4 % several. */
function misread(plate: string, chance: () => number): string {
  const pick = (from: string): string => from.charAt(Math.floor(chance() * from.length))
  const at = 2 + Math.floor(chance() * (plate.length - 2))
  const instead = (letter: string): string => plate.slice(0, at) + letter + plate.slice(at + 1)
  const kind = chance()
  if (kind < 0.45) return instead(pick([...SERIALS].filter((one) => areConfusable(one, plate.charAt(at))).join('')))
  if (kind < 0.7) return plate.slice(0, -1 - Math.floor(chance() * 2))
  if (kind < 0.82) return instead(pick(SERIALS))
  if (kind < 0.9) return instead('')
  if (kind < 0.96) return pick(PROVINCES) + plate.slice(1)
  return misread(misread(plate, chance), chance)
}
const SERIALS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

it('of cameras that misread one plate in five, four reads are right where one was not, and what is called sure is', () => {
  let seed = 20_261_121
  const chance = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 0x80000000
  }
  const count = { passages: 3_000, first: 0, fused: 0, sure: 0, sureAndWrong: 0 }
  for (let n = 0; n < count.passages; n += 1) {
    const truth = `陕K${Array.from({ length: 5 }, () => SERIALS.charAt(Math.floor(chance() * (chance() < 0.85 ? 10 : 34)))).join('')}`
    const all = [front, front, rear, rear].map((by) => {
      const raw = chance() < 0.2 ? misread(truth, chance) : truth
      const read = readPlate(raw)
      return by(read.kind === 'plate' ? read.plate : null, { raw, confidence: 80 + Math.floor(chance() * 20) })
    })
    const of = fused(all)
    if (all[0]?.plate === truth) count.first += 1
    if (of.tractor === truth) count.fused += 1
    if (of.confidence >= 80) count.sure += 1
    if (of.confidence >= 80 && of.tractor !== truth) count.sureAndWrong += 1
  }
  expect(count.first / count.passages).toBeLessThan(0.85)
  expect(count.fused / count.passages).toBeGreaterThan(0.96)
  expect(count.sure / count.passages).toBeGreaterThan(0.75)
  expect(count.sureAndWrong / count.sure).toBeLessThan(0.01)
})
