import fc from 'fast-check'
import { expect, it } from 'vitest'
import { codeReader, encodeCode } from '#dialects/reader/code-line'
import { joined } from '../tapes.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
function hear(chunks: readonly Uint8Array[], longest?: number): { codes: string[]; rejected: string[] } {
  const codes: string[] = []
  const rejected: string[] = []
  const reader = codeReader(longest)
  for (const chunk of chunks)
    reader.push(
      chunk,
      (code) => codes.push(code),
      (why) => rejected.push(why),
    )
  return { codes, rejected }
}

it.each<[says: string, line: string, codes: string[], rejected: string[]]>([
  ['a line ended by CR LF', '610800-261103-AB12CD34X\r\n', ['610800-261103-AB12CD34X'], []],
  ['a line ended by CR', 'A\rB\r', ['A', 'B'], []],
  ['a line ended by LF', 'A\nB\n', ['A', 'B'], []],
  ['empty lines', '\r\n\r\n\n', [], []],
  ['a code between a scanner’s STX and ETX', '\u0002A1\u0003\r', ['A1'], []],
  ['a line not ended yet', 'A', [], []],
  ['a line that is too long, then a good one', '123456789\rA\r', ['A'], ['too-long']],
  ['a line of exactly the longest', '12345678\r', ['12345678'], []],
])('%s', (_says, line, codes, rejected) => {
  expect(hear([bytes(line)], line.length > 20 ? 40 : 8)).toEqual({ codes, rejected })
})

it('bytes that are no text are no code', () => {
  expect(hear([Uint8Array.of(0xff, 0xfe, 0x0d), bytes('A\r')])).toEqual({ codes: ['A'], rejected: ['not-text'] })
})

it('halves of two lines never become one code after a reconnect', () => {
  const codes: string[] = []
  const reader = codeReader()
  const push = (text: string): void =>
    reader.push(
      bytes(text),
      (code) => codes.push(code),
      () => {},
    )
  push('6108')
  reader.reset()
  push('00\r')
  expect(codes).toEqual(['00'])
})

it('whatever the chunks, what was sent is what is heard', () => {
  const aCode = fc.string({ minLength: 1, unit: 'grapheme', maxLength: 20 }).filter((text) => text.trim() === text && !/\p{Cc}/u.test(text))
  fc.assert(
    fc.property(fc.array(aCode), fc.nat(20), (codes, size) => {
      const line = joined(codes.map(encodeCode))
      const chunks = Array.from({ length: Math.ceil(line.length / (size + 1)) }, (_, i) =>
        line.subarray(i * (size + 1), (i + 1) * (size + 1)),
      )
      expect(hear(chunks)).toEqual({ codes, rejected: [] })
    }),
  )
})

it('holds one bounded line however much comes without an end', () => {
  const { codes, rejected } = hear([...Array.from({ length: 100 }, () => new Uint8Array(10_000).fill(0x41)), bytes('\rB\r')])
  expect({ codes, rejected }).toEqual({ codes: ['B'], rejected: ['too-long'] })
})
