import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byteAt, type Framing, LONGEST_SPAN, scanner } from '#dialects/framing'

/** A language of its own: `[` length … `]`, so that frames differ in length and one may stand inside the pieces of another. */
const OPEN = 0x5b
const CLOSE = 0x5d
const brackets: Framing<number> = {
  starts: [OPEN],
  shortest: 3,
  longest: 12,
  judge(bytes, from, to) {
    const length = byteAt(bytes, from + 1)
    if (length < 3 || length > 12) return 'noise'
    if (to - from < length) return 'need-more'
    return byteAt(bytes, from + length - 1) === CLOSE ? { length, said: length } : 'bad-frame'
  },
}
/** Lines of up to eight letters, which may begin with any byte. */
const lines: Framing<string> = {
  starts: 'any',
  shortest: 2,
  longest: 9,
  judge(bytes, from, to) {
    for (let at = from; at < to; at++) {
      const byte = byteAt(bytes, at)
      if (byte === 0x0a) return at === from ? 'noise' : { length: at - from + 1, said: String.fromCharCode(...bytes.subarray(from, at)) }
      if (byte < 0x41 || byte > 0x5a) return 'noise'
    }
    return 'need-more'
  },
}

function hear<Said>(framing: Framing<Said>, chunks: readonly Uint8Array[], over = true): { said: Said[]; rejected: string[] } {
  const said: Said[] = []
  const rejected: string[] = []
  const through = scanner(framing)
  for (const chunk of chunks)
    through.push(
      chunk,
      (one) => said.push(one),
      ({ reason, at, bytes }) => rejected.push(`${reason} ${at}+${bytes.length}`),
    )
  if (over)
    through.quiet(
      ({ reason, at, bytes }) => rejected.push(`${reason} ${at}+${bytes.length}`),
      (one) => said.push(one),
    )
  return { said, rejected }
}
const oneByOne = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte))

it('goes on at the very next byte after a failure, so a frame behind a false start is heard', () => {
  const falseStart = Uint8Array.of(OPEN, 6, OPEN, 3, CLOSE, 0x41)
  expect(hear(brackets, [falseStart])).toEqual({ said: [3], rejected: ['bad-frame 0+2', 'noise 5+1'] })
})

it('hears a whole frame that stood behind a cut-off longer one, once the line is quiet', () => {
  const bytes = Uint8Array.of(OPEN, 12, 1, OPEN, 4, 7, CLOSE, 2)
  expect(hear(brackets, [bytes], false)).toEqual({ said: [], rejected: [] })
  expect(hear(brackets, [bytes])).toEqual({ said: [4], rejected: ['bad-length 0+3', 'noise 7+1'] })
})

it('tells one cut-off frame as one rejection', () => {
  expect(hear(brackets, [Uint8Array.of(OPEN, 12, OPEN, 11, OPEN, 9)])).toEqual({ said: [], rejected: ['bad-length 0+6'] })
})

it('gives up a candidate that is longer than its dialect allows', () => {
  const said = hear(lines, [new Uint8Array(50).fill(0x41), Uint8Array.of(0x0a)])
  expect(said.said).toEqual(['AAAAAAAA'])
  expect(said.rejected.length).toBe(42)
})

it('counts places through frames, noise and quiet alike', () => {
  const seen: number[] = []
  const through = scanner(brackets)
  const push = (...bytes: number[]): void =>
    through.push(
      Uint8Array.from(bytes),
      () => {},
      ({ at }) => seen.push(at),
    )
  push(OPEN, 3, CLOSE, 1, 1)
  through.quiet(({ at }) => seen.push(at))
  push(9, OPEN, 3, CLOSE)
  expect(seen).toEqual([3, 5])
})

/** `A<digit>\n`, or `A<digit>` at the end of everything: where the line ends is a part of the format. */
const words: Framing<number> = {
  starts: 'any',
  shortest: 2,
  longest: 6,
  lineEnd: 0x0a,
  judge(bytes, from, to, over) {
    for (let at = from; at < to; at++)
      if (bytes[at] === 0x0a) return at === from + 2 && bytes[from] === 0x41 ? { length: 3, said: bytes[from + 1] as number } : 'bad-header'
    if (over && to - from === 2 && bytes[from] === 0x41) return { length: 2, said: bytes[from + 1] as number }
    return to - from < 6 ? 'need-more' : 'bad-length'
  },
}

it('a line that fails is one rejection, and a whole frame behind a cut-off one is still found', () => {
  expect(hear(words, [Uint8Array.from([0x42, 0x42, 5, 0x0a, 0x41, 7, 0x0a, 0x41, 0x41, 8, 0x0a])])).toEqual({
    said: [7, 8],
    rejected: ['bad-header 0+4', 'bad-header 7+1'],
  })
})

it('a frame that could have been longer ends with the line', () => {
  expect(hear(words, [Uint8Array.of(0x41, 9)])).toEqual({ said: [9], rejected: [] })
})

const aLine = fc
  .array(fc.constantFrom(OPEN, CLOSE, 3, 4, 5, 12, 0x41, 0x42, 0x0a, 0x00), { maxLength: 200 })
  .map((bytes) => Uint8Array.from(bytes))

it('any chunking says the same, in every language', () => {
  fc.assert(
    fc.property(aLine, fc.nat(200), (line, at) => {
      for (const framing of [brackets, lines, words] as Framing<unknown>[]) {
        const whole = hear(framing, [line])
        expect(hear(framing, oneByOne(line))).toEqual(whole)
        expect(hear(framing, [line.subarray(0, at), line.subarray(at)])).toEqual(whole)
      }
    }),
  )
})

it('looks at garbage a bounded number of times, however it is cut', () => {
  let looks = 0
  const counted: Framing<number> = {
    ...brackets,
    judge(bytes, from, to, over) {
      looks++
      return brackets.judge(bytes, from, to, over)
    },
  }
  // Every second byte begins a frame that is never finished properly.
  const garbage = Uint8Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? OPEN : 12))
  hear(counted, [garbage])
  expect(looks).toBeLessThanOrEqual(garbage.length)
  looks = 0
  hear(counted, oneByOne(garbage))
  expect(looks).toBeLessThanOrEqual(garbage.length * brackets.longest)
})

it('holds one unfinished span and frame, never more', () => {
  const longest: number[] = []
  const through = scanner(brackets)
  for (let i = 0; i < 100; i++)
    through.push(
      new Uint8Array(10_000).fill(i),
      () => {},
      ({ bytes }) => longest.push(bytes.length),
    )
  expect(Math.max(...longest)).toBe(LONGEST_SPAN)
  expect(longest.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(100 * 10_000 - LONGEST_SPAN)
})
