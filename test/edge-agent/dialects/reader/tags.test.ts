import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CardForm, TagDialect, TagSettings } from '#dialects/reader/tag'
import { TAG_DIALECTS, tagDialect } from '#dialects/reader/tag-dialects'
import { uhfReader18 } from '#dialects/reader/uhf-reader18'
import { bitsOfCard, cardOfBits, wiegand } from '#dialects/reader/wiegand'
import { cut, feed, flips } from '../feed.ts'
import { bytesOf, hexOf, joined, readTape } from '../tapes.ts'

interface Read extends TagSettings {
  readonly id: string
  readonly dialect: string
  readonly hex: string
  readonly tags: readonly string[]
}
const tapes = readTape<Read[]>('tag-readers')
const AT_ZERO: TagSettings = { unit: 0, form: 'decimal' }
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const ofLine = (text: string, form: CardForm) => feed(wiegand.decoder({ unit: 0, form }), ascii(text))

it.each(tapes)('reads what was published: $id', ({ dialect, hex, tags, ...settings }) => {
  const of = tagDialect(dialect) ?? expect.unreachable()
  expect(feed(of.decoder(settings), bytesOf(hex))).toEqual({ said: [{ kind: 'tags', tags }], reasons: [], bytes: 0 })
})

it('asks as published', () => {
  expect(hexOf(uhfReader18.ask?.(0) ?? new Uint8Array())).toBe('04 00 01 DB 4B')
  expect(hexOf(tagDialect('m100')?.ask?.(0) ?? new Uint8Array())).toBe('BB 00 22 00 00 22 7E')
})

it('the encoder makes the published tag again', () => {
  const [one] = tapes
  expect(hexOf(uhfReader18.encode(one?.tags ?? [], AT_ZERO))).toBe(one?.hex)
  expect(hexOf(tagDialect('m100')?.encode(['30751FEB705C5904E3D50D70'], AT_ZERO) ?? new Uint8Array()).slice(0, 59)).toBe(
    'BB 02 22 00 11 C9 30 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70',
  )
})

describe('UHFReader18', () => {
  it('another reader on the line is not heard, unless any was asked', () => {
    const answer = bytesOf(tapes[0]?.hex ?? '')
    expect(feed(uhfReader18.decoder({ unit: 2, form: 'decimal' }), answer).said).toEqual([])
    expect(feed(uhfReader18.decoder({ unit: 0xff, form: 'decimal' }), answer).said).toHaveLength(1)
  })

  it('a refusal is told with its code', () => {
    expect(feed(uhfReader18.decoder(AT_ZERO), bytesOf('05 00 01 F8 00 00')).said).toEqual([])
    const refused = withCrc([0x00, 0x01, 0xf8])
    expect(feed(uhfReader18.decoder(AT_ZERO), refused).said).toEqual([{ kind: 'refused', code: 0xf8 }])
  })

  it('a count that does not fit what follows is refused', () => {
    expect(feed(uhfReader18.decoder(AT_ZERO), withCrc([0x00, 0x01, 0x01, 0x02, 0x02, 0xe2, 0x00])).said).toEqual([])
    expect(feed(uhfReader18.decoder(AT_ZERO), withCrc([0x00, 0x01, 0x01, 0x01, 0x02, 0xe2, 0x00])).said).toEqual([
      { kind: 'tags', tags: ['E200'] },
    ])
  })
})

describe('Wiegand', () => {
  it('has even parity over the first half and odd over the second', () => {
    // Site 188, number 12345: 10111100 00110000 00111001: seven ones, then four.
    expect(bitsOfCard(188 * 65_536 + 12_345)).toBe('11011110000110000001110011')
    expect(cardOfBits(bitsOfCard(12_345_678))).toBe(12_345_678)
    expect(cardOfBits(bitsOfCard(4_000_000_000, 34))).toBe(4_000_000_000)
  })

  it.each<[CardForm, string, string]>([
    ['decimal', '0012345678\r\n', '0012345678'],
    ['decimal', '\u000212345678\u0003\r\n', '0012345678'],
    ['decimal', '188,12345\r\n', '0012333113'],
    ['hex', 'BC614E\n', '0012345678'],
    ['hex', 'EE6B2800\r', '4000000000'],
    ['bits', `${bitsOfCard(12_345_678)}\r\n`, '0012345678'],
  ])('tells the printed digits of a card written as %s: %j', (form, line, card) => {
    expect(ofLine(line, form)).toMatchObject({ said: [{ kind: 'tags', tags: [card] }], reasons: [] })
  })

  it.each<[CardForm, string, string]>([
    ['decimal', '345678\r\n', 'bad-length'],
    ['decimal', 'x0012345678\r\n', 'bad-digit'],
    ['decimal', '9999999999\r\n', 'bad-number'],
    ['decimal', '300,12345\r\n', 'bad-number'],
    ['hex', 'BC61\r\n', 'bad-length'],
    ['bits', `${'1'.repeat(25)}\r\n`, 'bad-length'],
    ['decimal', '0012345678', 'bad-length'],
    ['decimal', `${'0'.repeat(200)}\r\n`, 'bad-length'],
  ])('a broken line is no card at all, nor is its tail (%s, %j)', (form, line, reason) => {
    expect(ofLine(line, form)).toMatchObject({ said: [], reasons: [reason] })
  })

  it('raw bits with one of them turned are no card', () => {
    const bits = bitsOfCard(12_345_678)
    for (let at = 0; at < bits.length; at++) {
      const turned = bits.slice(0, at) + (bits[at] === '0' ? '1' : '0') + bits.slice(at + 1)
      expect(ofLine(`${turned}\r\n`, 'bits').said).toEqual([])
    }
  })
})

const dialects: [string, TagDialect, readonly string[]][] = Object.values(TAG_DIALECTS).map((dialect) => [
  dialect.name,
  dialect,
  dialect.by === 'tag' ? ['E20000172211014418905449', '300833B2DDD9014000000000'] : ['0012345678', '4000000000'],
])
describe.each(dialects)('%s', (_name, dialect, tags) => {
  const tagsOf = (...chunks: readonly Uint8Array[]): string[] =>
    feed(dialect.decoder(AT_ZERO), ...chunks).said.flatMap((said) => (said.kind === 'tags' ? [...said.tags] : []))

  it('reads its own tags whatever the chunking', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), fc.nat(2), (sizes, count) => {
        const some = tags.slice(0, count)
        expect(tagsOf(...cut(joined([dialect.encode(some, AT_ZERO), dialect.encode(some, AT_ZERO)]), sizes))).toEqual([...some, ...some])
      }),
    )
  })

  it('a single flipped bit never makes another tag', () => {
    const [tag = ''] = tags
    // Text lines have no check: a card's digit can become another. The converter's bits have parity, which is tried above.
    if (dialect.name === 'wiegand') return
    for (const flipped of flips(dialect.encode([tag], AT_ZERO))) expect(tagsOf(flipped).filter((read) => read !== tag)).toEqual([])
  })

  it('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void tagsOf(bytes)))
  })
})

/** With length and CRC of the family (polynomial 8408). */
function withCrc(body: readonly number[]): Uint8Array {
  const checked = [body.length + 2, ...body]
  let crc = 0xffff
  for (const byte of checked) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1
  }
  return Uint8Array.of(...checked, crc & 0xff, crc >> 8)
}
