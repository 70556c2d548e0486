import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import { BATCH_MAX_BYTES, BATCH_MAX_LINES, batchLength, decodeBatch, encodeBatch, type Line } from '#edge/stream'

const line = fc.record({
  bytes: fc
    .tuple(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 700 }))
    .map(([text, times]) => JSON.stringify(text.repeat(times))),
  signature: fc.option(fc.base64String({ maxLength: 120 })),
})

it('a batch is as long as the wire allows and no longer, in whatever script', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 600 }), (lines: Line[]) => {
      const length = batchLength(lines)
      const epoch = '1-00000000' as Epoch
      const head = { epoch, seq: length, hash: 'a'.repeat(64), key: 'b'.repeat(16), signature: 'c'.repeat(86) }
      const text = encodeBatch({ epoch, from: 1, lines: lines.slice(0, length), head })
      expect(length).toBeGreaterThanOrEqual(1)
      expect(length).toBeLessThanOrEqual(BATCH_MAX_LINES)
      if (length > 1) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BATCH_MAX_BYTES)
      const reading = decodeBatch(text)
      expect(reading.ok && reading.batch.lines).toEqual(lines.slice(0, length))
    }),
    { numRuns: 60 },
  )
})
