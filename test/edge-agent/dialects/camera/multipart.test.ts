import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LONGEST_PART, type Part, partSplitter, partsOf } from '#dialects/camera/multipart'
import { joined } from '../tapes.ts'
import { cutAt, utf8 } from './samples.ts'

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const bodies = (text: string): string[] => (partsOf(bytes(text)) ?? []).map(({ body, state }) => `${state}:${ascii(body)}`)
function split(chunks: readonly Uint8Array[]): Part[] {
  const parts: Part[] = []
  const splitter = partSplitter()
  for (const chunk of chunks) splitter.push(chunk, (part) => parts.push(part))
  splitter.end((part) => parts.push(part))
  return parts
}
const JPEG = '\xff\xd8\xff\xe0 picture \r\n--b\r\n with its own delimiter \xff\xd9'

describe('a body', () => {
  it('is split at its delimiters; names of headers are lower case', () => {
    const parts = partsOf(utf8('preamble\r\n--b\r\nContent-Type: text/xml\r\nX-Y:  z \r\n\r\n<a/>\r\n--b\r\n\r\nsecond\r\n--b--\r\nafter'))
    expect(parts?.map(({ headers }) => headers)).toEqual([{ 'content-type': 'text/xml', 'x-y': 'z' }, {}])
    expect(parts?.map(({ body }) => ascii(body))).toEqual(['<a/>', 'second'])
  })

  it.each<[says: string, text: string, parts: string[]]>([
    ['without carriage returns', '--b\nA: 1\n\nx\ny\n--b\n\nz\n--b--', ['whole:x\ny', 'whole:z']],
    ['without its last line', '--b\r\n\r\nx\r\n--b\r\n\r\nyz', ['whole:x', 'cut:yz']],
    ['whose length is 0', '--b\r\nContent-Length: 0\r\n\r\nxyz\r\n--b--', ['whole:xyz']],
    ['with an empty part', '--b\r\nContent-Length: 0\r\nContent-Type: image/jpeg\r\n\r\n\r\n--b--\r\n', ['whole:']],
    ['whose length is too small', '--b\r\nContent-Length: 2\r\n\r\nx\r\nyz\r\n--b--', ['whole:x\r\nyz']],
    ['whose length is too large', '--b\r\nContent-Length: 90\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--', ['whole:x', 'whole:y']],
    ['whose length is absurd', '--b\r\nContent-Length: 99999999\r\n\r\nx\r\n--b--', ['whole:x']],
    ['whose length is no number', '--b\r\nContent-Length: -1\r\n\r\nx\r\n--b--', ['whole:x']],
    ['with a text whose length is wrong', '--b\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nxyz\r\n--b--', ['whole:xyz']],
    ['that mentions its boundary', '--b\r\n\r\nx --b\r\n--bb\r\n--b--', ['whole:x --b\r\n--bb']],
    [
      'whose picture has a delimiter in it',
      `--b\r\nContent-Length: ${JPEG.length}\r\n\r\n${JPEG}\r\n--b\r\n\r\nx\r\n--b--`,
      [`whole:${JPEG}`, 'whole:x'],
    ],
    [
      'whose picture, no JPEG, has a delimiter in it',
      '--b\r\nContent-Length: 10\r\n\r\n1\r\n--b\r\n34\r\n--b\r\n\r\nx\r\n--b--',
      ['whole:1\r\n--b\r\n34', 'whole:x'],
    ],
    ['whose picture ends without a line break', '--b\r\nContent-Length: 3\r\n\r\n123--b\r\n\r\nx\r\n--b--', ['whole:123', 'whole:x']],
    ['whose picture ends in line breaks', '--b\r\nContent-Length: 4\r\n\r\n1\r\n\r\r\n--b--', ['whole:1\r\n\r']],
    ['of nothing but a delimiter', '--b\r\n', []],
    ['of nothing but the last delimiter', '--b--', []],
  ])('%s', (_says, text, parts) => {
    expect(bodies(text)).toEqual(parts)
  })

  it('without any delimiter is none', () => {
    expect(partsOf(utf8('<a/>'))).toBeNull()
    expect(partsOf(new Uint8Array())).toBeNull()
  })
})

describe('a stream without end', () => {
  it('tells a picture when it is there, not when the next event comes', () => {
    const heard: string[] = []
    partSplitter().push(bytes(`--b\r\nContent-Length: ${JPEG.length}\r\n\r\n${JPEG}`), ({ body }) => heard.push(ascii(body)))
    expect(heard).toEqual([JPEG])
  })

  it('tells a text when it says itself that it ends', () => {
    const heard: string[] = []
    const splitter = partSplitter({ textEnd: { at: 0x21, isEnd: (_, length) => length > 4 } })
    const text = '--b\r\nContent-Type: text/plain\r\n\r\nab!d!\r\n--b\r\nContent-Type: text/plain\r\n\r\nefgh!'
    splitter.push(utf8(text), ({ body }) => heard.push(ascii(body)))
    expect(heard).toEqual(['ab!d!', 'efgh!'])
  })

  it('skips a part without end and goes on behind it', () => {
    const parts = split([
      bytes('--b\r\n\r\n'),
      new Uint8Array(LONGEST_PART - 1).fill(10),
      new Uint8Array(LONGEST_PART + 7).fill(65),
      bytes('\r\n--b\r\n\r\nx\r\n--b--'),
    ])
    expect(parts.map(({ state, body }) => `${state} ${body.length}`)).toEqual(['too-long 0', 'whole 1'])
  })

  it('skips headers without end and goes on behind them', () => {
    const parts = split([bytes('--b\r\n'), new Uint8Array(20_000).fill(65), bytes('\r\n--b\r\n\r\nx\r\n--b--')])
    expect(parts.map(({ body }) => ascii(body))).toEqual(['x'])
  })
})

/** A length that is too long and ends by chance at another delimiter cannot be told from a picture with a delimiter in it: here none does. */
const aPart = fc.record({
  body: fc.uint8Array({ maxLength: 60 }).map((body) => body.map((byte) => (byte === 10 ? 11 : byte))),
  length: fc.constantFrom('right', 'zero', 'missing', 'short', 'long'),
})
const written = (parts: readonly { body: Uint8Array; length: string }[]): Uint8Array =>
  joined([
    ...parts.flatMap(({ body, length }) => {
      const said = { right: body.length, zero: 0, short: Math.max(0, body.length - 4), long: body.length + 5 }[length]
      return [utf8(`--b\r\n${said === undefined ? '' : `Content-Length: ${said}\r\n`}\r\n`), body, utf8('\r\n')]
    }),
    utf8('--b--\r\n'),
  ])

it('however lengths lie and chunks fall, the parts are those that were sent', () => {
  const ends = fc.array(fc.nat(), { maxLength: 12 })
  fc.assert(
    fc.property(fc.array(aPart, { minLength: 1, maxLength: 6 }), ends, (parts, places) => {
      const heard = split(cutAt(written(parts), places))
      expect(heard.map(({ body }) => [...body])).toEqual(parts.map(({ body }) => [...body]))
    }),
    { numRuns: 500 },
  )
})

it('whatever comes, any chunks give the same parts', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\n',
      '\r\n\r\n',
      'Content-Length: 5',
      'Content-Length: 40',
      'Content-Type: text/plain',
      '\xff\xd9',
      'x',
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.nat(), { maxLength: 12 }), (pieces, places) => {
      const text = bytes(`--b\r\n${pieces.join('')}`)
      expect(split(cutAt(text, places))).toEqual(split([text]))
    }),
    { numRuns: 500 },
  )
})
