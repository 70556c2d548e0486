import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import {
  accept,
  BATCH_MAX_LINES,
  type Batch,
  batchLength,
  decodeBatch,
  emptyHead,
  encodeBatch,
  type Head,
  type Line,
  type Receipt,
  receiptFor,
  recordsOf,
  signHead,
} from '#edge/stream'
import { aHasher, aKey } from '../../builders/keys.ts'
import { EPOCH } from '../../builders/ticket.ts'

const key = aKey()
const STREAM = recordsOf('hongliu', 'a1')

/** A chain of entries and the heads after each of them. */
function chain(length: number, salt = ''): { lines: Line[]; heads: Head[] } {
  const lines: Line[] = []
  const heads: Head[] = [emptyHead(EPOCH)]
  for (let seq = 1; seq <= length; seq += 1) {
    const bytes = canonical({ seq, prev: (heads.at(-1) as Head).hash, say: `陕K ${seq}${salt}\n\t` })
    lines.push({ bytes, signature: seq % 3 === 0 ? `signed${seq}` : null })
    heads.push({ epoch: EPOCH, seq, hash: aHasher.hash(bytes) })
  }
  return { lines, heads }
}
const batchOf = ({ lines, heads }: ReturnType<typeof chain>, from: number, count: number): Batch => ({
  epoch: EPOCH,
  from,
  lines: lines.slice(from - 1, from - 1 + count),
  head: signHead(STREAM, heads[from + count - 1] as Head, key),
})
const prevOf = (bytes: string): string | null => {
  try {
    return (JSON.parse(bytes) as { prev: string }).prev
  } catch {
    return null
  }
}

/** A receiver as both ends run it: takes what follows, answers with a receipt. */
function receiver() {
  let head = emptyHead(EPOCH)
  const stored: string[] = []
  return {
    stored,
    head: () => head,
    hear(payload: string): Receipt {
      const read = decodeBatch(payload)
      if (!read.ok) throw new Error(read.reason)
      const taken = accept(head, read.batch, aHasher, prevOf)
      if (taken.kind === 'conflict') throw new Error(taken.why)
      if (taken.kind === 'next') {
        stored.push(...read.batch.lines.slice(taken.skip).map(({ bytes }) => bytes))
        head = { epoch: EPOCH, seq: read.batch.head.seq, hash: read.batch.head.hash }
      }
      return receiptFor(head, read.batch.head)
    },
    hello: (theirs: Head): Receipt => receiptFor(head, theirs),
  }
}

describe('a numbered stream', () => {
  it('travels as text and is read as it was said', () => {
    const batch = batchOf(chain(7), 2, 5)
    expect(decodeBatch(encodeBatch(batch))).toEqual({ ok: true, batch })
  })

  it.each([
    ['nothing', '', 'not-text'],
    ['noise', 'abc\ndef', 'bad-header'],
    ['another version', '{"v":2}\nx', 'bad-header'],
    ['a JSON null', 'null\nx', 'bad-header'],
    [
      'a line too few',
      encodeBatch(batchOf(chain(3), 1, 3))
        .split('\n')
        .slice(0, -1)
        .join('\n'),
      'bad-count',
    ],
    ['a line too many', `${encodeBatch(batchOf(chain(3), 1, 3))}\nx`, 'bad-count'],
    ['far too much', 'x'.repeat(600 * 1024), 'too-long'],
  ])('%s is refused with a reason', (_what, payload, reason) => {
    expect(decodeBatch(payload)).toEqual({ ok: false, reason })
  })

  it('never throws on noise', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (a, b) => void decodeBatch(`${a}\n${b}`)))
    fc.assert(fc.property(fc.json(), (header) => void decodeBatch(`${header}\nx`)))
  })

  it('names what is missing, and only within one epoch', () => {
    const { heads } = chain(9)
    expect(receiptFor(heads[4] as Head, heads[9] as Head).missing).toEqual([[5, 9]])
    expect(receiptFor(heads[9] as Head, heads[4] as Head).missing).toEqual([])
    expect(receiptFor(heads[4] as Head, null).missing).toEqual([])
    expect(receiptFor(heads[4] as Head, { ...(heads[9] as Head), epoch: '2-00000000' as Head['epoch'] }).missing).toEqual([])
  })

  it.each<[what: string, have: number, batch: () => Batch, kind: string]>([
    ['what follows', 3, () => batchOf(chain(8), 4, 2), 'next'],
    ['what overlaps', 3, () => batchOf(chain(8), 2, 5), 'next'],
    ['what is known', 5, () => batchOf(chain(8), 2, 3), 'known'],
    ['exactly what is known', 5, () => batchOf(chain(8), 1, 5), 'known'],
    ['what comes too early', 3, () => batchOf(chain(8), 5, 2), 'gap'],
    ['other bytes under the same numbers', 3, () => batchOf(chain(8, '!'), 2, 4), 'conflict'],
    ['another chain that goes on', 3, () => batchOf(chain(8, '!'), 4, 2), 'conflict'],
    ['a head its lines do not reach', 3, () => ({ ...batchOf(chain(8), 4, 2), head: batchOf(chain(8, '!'), 4, 2).head }), 'conflict'],
    [
      'a link broken in the middle',
      0,
      () => ({ ...batchOf(chain(8), 1, 4), lines: [...chain(8).lines.slice(0, 2), ...chain(8, '!').lines.slice(2, 4)] }),
      'conflict',
    ],
  ])('%s is judged at once', (_what, have, batch, kind) => {
    expect(accept(chain(8).heads[have] as Head, batch(), aHasher, prevOf).kind).toBe(kind)
  })

  it('converges whatever is lost, doubled or comes late', () => {
    const script = fc.array(
      fc.record({ take: fc.nat({ max: 7 }), fate: fc.constantFrom('arrives', 'lost', 'twice', 'late', 'receipt-lost') }),
      {
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), script, (length, fates) => {
        const sent = chain(length)
        const there = receiver()
        let receipted = 0
        const late: string[] = []
        const deliver = (payload: string, heard: boolean): void => {
          const receipt = there.hear(payload)
          expect(receipt.hash).toBe(sent.heads[receipt.upto]?.hash)
          if (heard) receipted = Math.max(receipted, receipt.upto)
        }
        for (const { take, fate } of fates) {
          if (receipted === length) break
          const from = receipted + 1
          const payload = encodeBatch(batchOf(sent, from, Math.min(take + 1, length - receipted)))
          if (fate === 'late') late.push(payload)
          if (fate === 'arrives' || fate === 'twice') deliver(payload, true)
          if (fate === 'twice') deliver(payload, true)
          if (fate === 'receipt-lost') deliver(payload, false)
          if (late.length > 2) deliver(late.shift() as string, true)
        }
        // The line heals: a hello says how far the sender is, and it goes on from the receipt.
        for (let rounds = 0; there.head().seq < length; rounds += 1) {
          expect(rounds).toBeLessThan(length + 1)
          const { upto, missing } = there.hello(sent.heads[length] as Head)
          expect(missing).toEqual([[upto + 1, length]])
          deliver(encodeBatch(batchOf(sent, upto + 1, Math.min(5, length - upto))), true)
        }
        expect(there.stored).toEqual(sent.lines.map(({ bytes }) => bytes))
      }),
    )
  })

  it('a line that cannot be read keeps its place', () => {
    const { lines, heads } = chain(2)
    const bytes = 'no JSON at all'
    const head = { epoch: EPOCH, seq: 3, hash: aHasher.hash(bytes) }
    const batch: Batch = { epoch: EPOCH, from: 1, lines: [...lines, { bytes, signature: null }], head: signHead(STREAM, head, key) }
    expect(accept(emptyHead(EPOCH), batch, aHasher, prevOf)).toMatchObject({ kind: 'next', skip: 0 })
    expect(heads).toHaveLength(3)
  })

  it('batches are cut to what the wire allows, and always move on', () => {
    const long: Line = { bytes: 'x'.repeat(4_000), signature: null }
    const huge: Line = { bytes: 'x'.repeat(400_000), signature: null }
    expect(batchLength(Array.from({ length: 900 }, () => ({ bytes: 'x', signature: null })))).toBe(BATCH_MAX_LINES)
    expect(batchLength(Array.from({ length: 100 }, () => long))).toBeLessThan(66)
    expect(batchLength([huge, huge])).toBe(1)
    expect(batchLength([])).toBe(0)
  })
})
