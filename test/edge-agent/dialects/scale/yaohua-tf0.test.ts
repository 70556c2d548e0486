import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LONGEST_SPAN } from '#dialects/framing'
import type { Reading, Rejected } from '#dialects/scale/reading'
import { quietTime } from '#dialects/scale/reading'
import { SCALE_DIALECTS, scaleDialect } from '#dialects/scale/scale-dialects'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { bytesOf, joined, readTape, type TapeFrame } from '../tapes.ts'

interface Heard {
  readonly readings: Reading[]
  readonly rejected: Rejected[]
}

function hear(chunks: readonly Uint8Array[]): Heard {
  const heard: Heard = { readings: [], rejected: [] }
  const decoder = yaohuaTf0.decoder()
  for (const chunk of chunks) {
    decoder.push(
      chunk,
      (reading) => heard.readings.push(reading),
      (rejected) => heard.rejected.push(rejected),
    )
  }
  decoder.quiet((rejected) => heard.rejected.push(rejected))
  return heard
}

const weights = ({ readings }: Heard): unknown[] => readings.map(({ digits, decimals }) => ({ digits, decimals }))
const reasons = ({ rejected }: Heard): string[] => rejected.map(({ reason }) => reason)

const aReading = fc.record({ digits: fc.integer({ min: -999_999, max: 999_999 }), decimals: fc.integer({ min: 0, max: 4 }) })
const aFrame = aReading.map((reading) => yaohuaTf0.encode(reading))
/** Bytes a line may bring, a frame's own characters among them more often than chance would have it. */
const aNoise = fc
  .uint8Array({ maxLength: 40 })
  .chain((bytes) =>
    fc.array(fc.constantFrom(0x02, 0x03, 0x2b, 0x30, 0x39), { maxLength: 12 }).map((own) => joined([bytes, Uint8Array.from(own)])),
  )
const aLine = fc.array(fc.oneof(aFrame, aNoise), { maxLength: 12 }).map(joined)

/** Cuts bytes at arbitrary places. */
const cut = (bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...chunks, bytes.subarray(at)]
}

const tape = readTape<{ frames: TapeFrame[] }>('yaohua-tf0').frames

it.each(tape.map((frame) => [frame.id, frame.about, frame] as const))('%s is heard as published: %s', (_id, _about, frame) => {
  const heard = hear([bytesOf(frame.hex)])
  expect(weights(heard)).toEqual(frame.readings)
  expect(reasons(heard)).toEqual(frame.rejected)
})

it('every published good frame is encoded to the very same bytes, minus zero apart', () => {
  for (const frame of tape.filter(
    ({ readings, hex }) => readings.length === 1 && hex.length === 35 && !hex.startsWith('02 2D 30 30 30 30 30 30'),
  )) {
    const [reading] = frame.readings
    expect(yaohuaTf0.encode({ digits: reading?.digits ?? null, decimals: reading?.decimals ?? 0 })).toEqual(bytesOf(frame.hex))
  }
})

it('claims no unit, mode or flag that the frame does not carry', () => {
  const [reading] = hear([yaohuaTf0.encode({ digits: 45_680, decimals: 0 })]).readings
  expect(reading).toEqual({
    digits: 45_680,
    decimals: 0,
    unit: null,
    stable: null,
    mode: null,
    overload: null,
    underload: null,
    zero: null,
    tare: null,
  })
})

it('says where in everything fed a rejected span began, and gives its bytes', () => {
  const good = yaohuaTf0.encode({ digits: 20, decimals: 0 })
  const noise = Uint8Array.of(0xff, 0x00, 0x7f)
  const { rejected } = hear([good, noise, good, noise, good])
  expect(rejected).toEqual([
    { reason: 'noise', at: 12, bytes: noise },
    { reason: 'noise', at: 27, bytes: noise },
  ])
})

describe('whatever the line brings', () => {
  it('any chunking gives the same readings and the same rejections', () => {
    fc.assert(
      fc.property(aLine, fc.array(fc.nat(17), { maxLength: 60 }), (line, lengths) => {
        expect(hear(cut(line, lengths))).toEqual(hear([line]))
      }),
    )
  })

  it('what was encoded is what is heard', () => {
    fc.assert(
      fc.property(fc.array(aReading, { maxLength: 20 }), (said) => {
        const heard = hear([joined(said.map((reading) => yaohuaTf0.encode(reading)))])
        expect(weights(heard)).toEqual(said.map(({ digits, decimals }) => ({ digits: digits === 0 ? 0 : digits, decimals })))
        expect(heard.rejected).toEqual([])
      }),
    )
  })

  it('garbage before, between and after costs no frame', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(aNoise, aReading), { maxLength: 8 }), aNoise, (parts, last) => {
        const heard = hear([joined([...parts.flatMap(([noise, reading]) => [noise, yaohuaTf0.encode(reading)]), last])])
        expect(weights(heard)).toEqual(parts.map(([, { digits, decimals }]) => ({ digits: digits === 0 ? 0 : digits, decimals })))
      }),
    )
  })

  it('readings and rejected spans together are exactly the bytes that came', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const { readings, rejected } = hear([line])
        expect(readings.length * 12 + rejected.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(line.length)
        for (const { at, bytes } of rejected) expect(bytes).toEqual(line.subarray(at, at + bytes.length))
      }),
    )
  })

  it('no single flipped bit becomes another weight', () => {
    fc.assert(
      fc.property(aFrame, aFrame, fc.nat(95), (frame, after, bit) => {
        const damaged = frame.slice()
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const heard = hear([joined([damaged, after])])
        expect(weights(heard)).toEqual(weights(hear([after])))
        expect(heard.rejected.length).toBeGreaterThan(0)
      }),
    )
  })

  it('a run of noise is told in bounded spans, and the frame after it is heard', () => {
    const noise = new Uint8Array(100_000).fill(0xff)
    const heard = hear([noise, yaohuaTf0.encode({ digits: 1, decimals: 0 })])
    expect(new Set(reasons(heard))).toEqual(new Set(['noise']))
    expect(heard.rejected.map(({ bytes }) => bytes.length)).toEqual([...Array.from({ length: 390 }, () => LONGEST_SPAN), 160])
    expect(weights(heard)).toEqual([{ digits: 1, decimals: 0 }])
  })
})

it('an unfinished frame is rejected once the line is quiet, and does not spoil the next', () => {
  const decoder = yaohuaTf0.decoder()
  const readings: Reading[] = []
  const rejected: Rejected[] = []
  const frame = yaohuaTf0.encode({ digits: 33, decimals: 0 })
  decoder.push(
    frame.subarray(0, 7),
    (reading) => readings.push(reading),
    (span) => rejected.push(span),
  )
  expect(rejected).toEqual([])
  decoder.quiet((span) => rejected.push(span))
  expect(rejected).toEqual([{ reason: 'bad-length', at: 0, bytes: frame.subarray(0, 7) }])
  decoder.push(
    frame,
    (reading) => readings.push(reading),
    (span) => rejected.push(span),
  )
  expect(readings.map(({ digits }) => digits)).toEqual([33])
  expect(rejected).toHaveLength(1)
})

it.each([
  ['seven digits', { digits: 1_000_000, decimals: 0 }],
  ['five decimals', { digits: 1, decimals: 5 }],
  ['half a digit', { digits: 0.5, decimals: 0 }],
])('refuses to encode %s', (_what, reading) => {
  expect(() => yaohuaTf0.encode(reading)).toThrow(RangeError)
})

it('an indicator without a number to show sends nothing', () => {
  expect(yaohuaTf0.encode({ digits: null, decimals: 0, overload: true })).toHaveLength(0)
})

it('is known by its name, and nothing else is', () => {
  expect(scaleDialect('yaohua-tf0')).toBe(yaohuaTf0)
  expect(scaleDialect('constructor')).toBeNull()
  expect(Object.entries(SCALE_DIALECTS).every(([name, dialect]) => dialect.name === name)).toBe(true)
})

it('takes three frames of silence for quiet, and never less than 200 ms', () => {
  expect(quietTime(yaohuaTf0, 9_600)).toBe(200)
  expect(quietTime(yaohuaTf0, 1_200)).toBe(300)
})
