import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading, Rejected } from '#dialects/scale/reading'
import { clearBit7, dialectDecoder, looksSevenBit, type SevenBit } from '#dialects/scale/seven-bit'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'

const evenParity = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte) => ([...byte.toString(2)].filter((bit) => bit === '1').length % 2 === 0 ? byte : byte | 0x80))
const frames = (weights: readonly number[]): Uint8Array =>
  Uint8Array.from(weights.flatMap((digits) => [...yaohuaTf0.encode({ digits, decimals: 0 })]))

function heard(chunks: readonly Uint8Array[], sevenBit: SevenBit, eightBit = false) {
  const decoder = dialectDecoder({ ...yaohuaTf0, eightBit }, { sevenBit })
  const weights: (number | null)[] = []
  const rejected: Rejected[] = []
  const onReading = ({ digits }: Reading): void => {
    weights.push(digits)
  }
  for (const chunk of chunks) decoder.push(chunk, onReading, (span) => rejected.push(span))
  decoder.quiet((span) => rejected.push(span), onReading)
  return { weights, rejected }
}

describe('a 7E1 indicator on a line read with 8N1', () => {
  const weights = [14_300, 14_320, 14_320, 38_000, 20]
  it('is understood from its first frame on', () => {
    expect(heard([evenParity(frames(weights))], 'auto')).toEqual({ weights, rejected: [] })
    expect(heard([evenParity(frames(weights))], 'always')).toEqual({ weights, rejected: [] })
  })
  it('is not when bit 7 belongs to the dialect, or the profile says so', () => {
    expect(heard([evenParity(frames(weights))], 'auto', true).weights).toEqual([])
    expect(heard([evenParity(frames(weights))], 'never').weights).toEqual([])
  })
  it('loses a frame with a byte of odd parity, even where its checksum would not notice', () => {
    const spoiled = evenParity(frames(weights))
    // Two digits change in the same bit: the XOR stays right, both parities do not.
    const at = 12 * 3
    spoiled[at + 4] = (spoiled[at + 4] ?? 0) ^ 1
    spoiled[at + 5] = (spoiled[at + 5] ?? 0) ^ 1
    expect(heard([spoiled], 'auto').weights).toEqual([14_300, 14_320, 14_320, 20])
  })
})

it('an 8N1 stream is untouched, also when a noise byte has bit 7', () => {
  const noisy = Uint8Array.of(...frames([14_300, 14_320]), 0xb7, ...frames([38_000]))
  const { weights, rejected } = heard([noisy], 'auto')
  expect(weights).toEqual([14_300, 14_320, 38_000])
  expect(rejected.map(({ bytes }) => [...bytes])).toEqual([[0xb7]])
})

it('the chunks a port hands over change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.integer({ min: -999_999, max: 999_999 }).map((kg) => frames([kg])),
          fc.uint8Array({ maxLength: 9 }),
        ),
        {
          maxLength: 12,
        },
      ),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (parts, parity, sizes) => {
        const whole = Uint8Array.from(parts.flatMap((part) => [...(parity ? evenParity(part) : part)]))
        const chunks: Uint8Array[] = []
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = sizes[i % Math.max(1, sizes.length)] ?? 1
          chunks.push(whole.subarray(at, at + size))
          at += size
        }
        expect(heard(chunks, 'auto')).toEqual(heard([whole], 'auto'))
      },
    ),
  )
})

it('is told from a sample by its parity', () => {
  expect(looksSevenBit(evenParity(frames([14_300, 20])))).toBe(true)
  expect(looksSevenBit(frames([14_300, 20]))).toBe(false)
  expect(looksSevenBit(evenParity(frames([14_300])).subarray(0, 11))).toBe(false)
  expect(clearBit7(evenParity(frames([14_300])))).toEqual(frames([14_300]))
})
