import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packetLimit } from '../../../edge-agent/devices/packet-limit.ts'

const packet = (length: number): Buffer => {
  const head = [0x30]
  for (let left = length; ; left = Math.floor(left / 128)) {
    head.push(left >= 128 ? (left % 128) | 0x80 : left)
    if (left < 128) return Buffer.concat([Buffer.from(head), Buffer.alloc(length, 0xff)])
  }
}
async function through(most: number, chunks: readonly Uint8Array[]): Promise<Buffer | Error> {
  const limit = packetLimit(most)
  const out: Uint8Array[] = []
  limit.on('data', (bytes: Uint8Array) => out.push(bytes))
  return new Promise((done) => {
    limit.on('error', done)
    limit.on('end', () => done(Buffer.concat(out)))
    for (const chunk of chunks) limit.write(chunk)
    limit.end()
  })
}
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end))
}

it('lets whole packets up to the limit through unchanged, however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (lengths, cuts) => {
        const bytes = Buffer.concat(lengths.map(packet))
        const out = await through(2_000, cutAt(bytes, cuts))
        expect(out instanceof Error ? out : out.equals(bytes)).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

it('fails at the head of a longer one, before its body has come', async () => {
  const head = packet(2_001).subarray(0, 3)
  expect(await through(2_000, [packet(5), head])).toBeInstanceOf(RangeError)
  expect(await through(1e9, [Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff)])).toBeInstanceOf(RangeError)
})
