import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc16, framed } from '#dialects/board/modbus-frame'
import { encodeOrder, readAnswer } from '#dialects/board/modbus-relay'
import { answer, type BoardRequest, readRequest } from '#dialects/board/modbus-relay-board'
import type { BoardAnswer, BoardOrder } from '#dialects/board/orders'
import { bytesOf, hexOf, joined } from '../tapes.ts'

const board = { unit: 1, channels: 8 }
const eight = (on: boolean): boolean[] => Array.from({ length: 8 }, () => on)

/** Frames of the Waveshare Modbus RTU Relay as its maker prints them (waveshare.com/wiki/Modbus_RTU_Relay). */
const PRINTED: readonly [says: string, frame: string, order: BoardOrder | null, request: BoardRequest][] = [
  ['relay 0 on', '01 05 00 00 FF 00 8C 3A', { kind: 'set', output: 0, on: true }, { kind: 'set', from: 0, on: [true] }],
  ['relay 0 off', '01 05 00 00 00 00 CD CA', { kind: 'set', output: 0, on: false }, { kind: 'set', from: 0, on: [false] }],
  ['all relays on', '01 05 00 FF FF 00 BC 0A', null, { kind: 'set', from: 0, on: eight(true) }],
  ['relay 0 the other way', '01 05 00 00 55 00 F2 9A', null, { kind: 'toggle', from: 0, count: 1 }],
  ['which relays are on', '01 01 00 00 00 08 3D CC', { kind: 'read-outputs' }, { kind: 'read-outputs', from: 0, count: 8 }],
  ['which inputs are on', '01 02 00 00 00 08 79 CC', { kind: 'read-inputs' }, { kind: 'read-inputs', from: 0, count: 8 }],
  ['all relays off', '01 0F 00 00 00 08 01 00 FE 95', null, { kind: 'set', from: 0, on: eight(false) }],
  [
    'half a second',
    '01 05 02 00 00 05 0C 71',
    { kind: 'pulse', output: 0, milliseconds: 500 },
    { kind: 'pulse', output: 0, on: true, milliseconds: 500 },
  ],
  [
    '0.7 seconds',
    '01 05 02 00 00 07 8D B0',
    { kind: 'pulse', output: 0, milliseconds: 700 },
    { kind: 'pulse', output: 0, on: true, milliseconds: 700 },
  ],
  [
    'one second',
    '01 05 02 00 00 0A 4C 75',
    { kind: 'pulse', output: 0, milliseconds: 1_000 },
    { kind: 'pulse', output: 0, on: true, milliseconds: 1_000 },
  ],
  ['off for 0.7 seconds', '01 05 04 00 00 07 8D 38', null, { kind: 'pulse', output: 0, on: false, milliseconds: 700 }],
]

it.each(PRINTED)('%s is the printed frame on both sides of the line', (_says, frame, order, request) => {
  const bytes = bytesOf(frame)
  if (order !== null) expect(hexOf(encodeOrder(board, order))).toBe(frame)
  expect(readRequest(bytes, board)).toEqual({ kind: 'request', request, frame: bytes, used: bytes.length })
})

it('another address and its answer, as somebody recorded them on an LC board', () => {
  const request = encodeOrder({ unit: 255, channels: 8 }, { kind: 'read-inputs' })
  expect(hexOf(request)).toBe('FF 02 00 00 00 08 6C 12')
  expect(readAnswer(bytesOf('FF 02 01 01 51 A0'), request)).toEqual({
    kind: 'answer',
    answer: { kind: 'inputs', on: [true, false, false, false, false, false, false, false] },
    used: 6,
  })
  expect(hexOf(encodeOrder({ unit: 255, channels: 8 }, { kind: 'set', output: 0, on: true }))).toBe('FF 05 00 00 FF 00 99 E4')
})

describe('an order the board cannot carry out is refused before it is sent', () => {
  it.each<BoardOrder>([
    { kind: 'set', output: 8, on: true },
    { kind: 'set', output: -1, on: true },
    { kind: 'pulse', output: 0.5, milliseconds: 500 },
    { kind: 'pulse', output: 0, milliseconds: 0 },
    { kind: 'pulse', output: 0, milliseconds: Number.NaN },
    { kind: 'pulse', output: 0, milliseconds: 3_276_800 },
  ])('%o', (order) => {
    expect(() => encodeOrder(board, order)).toThrow(RangeError)
  })
})

const pulse = encodeOrder(board, { kind: 'pulse', output: 0, milliseconds: 500 })
const inputs = encodeOrder(board, { kind: 'read-inputs' })

describe('what stands in the buffer', () => {
  it.each<[says: string, buffer: Uint8Array, request: Uint8Array, is: object]>([
    ['nothing yet', new Uint8Array(0), pulse, { kind: 'need-more' }],
    ['half an echo', pulse.subarray(0, 5), pulse, { kind: 'need-more' }],
    ['the echo', pulse, pulse, { kind: 'answer', answer: { kind: 'accepted' }, used: 8 }],
    ['a refusal', framed(1, 0x85, 2), pulse, { kind: 'answer', answer: { kind: 'refused', code: 2 }, used: 5 }],
    ['a refused question', framed(1, 0x82, 1), inputs, { kind: 'answer', answer: { kind: 'refused', code: 1 }, used: 5 }],
    ['an echo with a wrong end', Uint8Array.of(...pulse.subarray(0, 7), 0), pulse, { kind: 'rejected', reason: 'bad-checksum', used: 8 }],
    ["another unit's answer", framed(2, 2, 1, 0), inputs, { kind: 'rejected', reason: 'foreign-address' }],
    [
      "an earlier order's echo",
      encodeOrder(board, { kind: 'pulse', output: 1, milliseconds: 500 }),
      pulse,
      { kind: 'rejected', reason: 'other-answer', used: 8 },
    ],
    ['an echo to a question', pulse, inputs, { kind: 'rejected', reason: 'other-answer' }],
    ['answers for sixteen inputs', framed(1, 2, 2, 0, 0), inputs, { kind: 'rejected', reason: 'other-answer' }],
  ])('%s', (_says, buffer, request, is) => {
    expect(readAnswer(buffer, request)).toMatchObject(is)
  })
})

/** Reads on until something is said or nothing is left, as a driver does. */
function firstAnswer(buffer: Uint8Array, request: Uint8Array): BoardAnswer | null {
  for (let rest = buffer; ; ) {
    const read = readAnswer(rest, request)
    if (read.kind === 'answer') return read.answer
    if (read.kind === 'need-more') return null
    expect(read.used).toBeGreaterThan(0)
    rest = rest.subarray(read.used)
  }
}

const anOrder = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), output: fc.nat(7), on: fc.boolean() }),
  fc.record({
    kind: fc.constant('pulse' as const),
    output: fc.nat(7),
    milliseconds: fc.integer({ min: 1, max: 32_767 }).map((n) => n * 100),
  }),
  fc.record({ kind: fc.constantFrom('read-inputs' as const, 'read-outputs' as const) }),
)
const states = fc.record({
  outputs: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  inputs: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
})

it('what the simulated board answers is what is heard, for every order and state', () => {
  fc.assert(
    fc.property(anOrder, states, fc.integer({ min: 1, max: 255 }), (order, of, unit) => {
      const request = encodeOrder({ unit, channels: 8 }, order)
      const heard = readRequest(request, { unit, channels: 8 })
      if (heard.kind !== 'request') throw new Error(`the board heard ${heard.kind}`)
      const said = answer(heard.request, heard.frame, of)
      const is: BoardAnswer =
        order.kind === 'read-inputs'
          ? { kind: 'inputs', on: of.inputs }
          : order.kind === 'read-outputs'
            ? { kind: 'outputs', on: of.outputs }
            : { kind: 'accepted' }
      for (let length = 0; length < said.length; length++)
        expect(readAnswer(said.subarray(0, length), request)).toEqual({ kind: 'need-more' })
      expect(readAnswer(joined([said, Uint8Array.of(9, 9)]), request)).toEqual({ kind: 'answer', answer: is, used: said.length })
    }),
  )
})

it('no single flipped bit is taken for an answer', () => {
  fc.assert(
    fc.property(anOrder, states, fc.nat(127), (order, of, bit) => {
      const request = encodeOrder(board, order)
      const heard = readRequest(request, board)
      if (heard.kind !== 'request') throw new Error(`the board heard ${heard.kind}`)
      const said = answer(heard.request, heard.frame, of)
      const at = (bit >> 3) % said.length
      said[at] = (said[at] ?? 0) ^ (1 << (bit & 7))
      expect(firstAnswer(said, request)).toBeNull()
    }),
  )
})

it('noise ahead of an answer that cannot be its start costs nothing, and nothing makes it throw or stand still', () => {
  const noise = fc.uint8Array({ maxLength: 20 })
  fc.assert(
    fc.property(
      noise.map((bytes) => bytes.filter((byte) => byte !== board.unit)),
      (before) => {
        expect(firstAnswer(joined([before, pulse]), pulse)).toEqual({ kind: 'accepted' })
        const heard = readRequest(joined([before, pulse]), board)
        expect(before.length === 0 ? heard.kind : heard).toEqual(
          before.length === 0 ? 'request' : { kind: 'rejected', reason: 'foreign-address', used: before.length },
        )
      },
    ),
  )
  fc.assert(fc.property(noise, fc.constantFrom(pulse, inputs), (bytes, request) => void firstAnswer(bytes, request)))
})

it.each<[says: string, frame: Uint8Array, code: number]>([
  ['a function it has not', framed(1, 3, 0, 0, 0, 1), 1],
  ['a relay it has not', framed(1, 5, 0, 8, 0xff, 0), 2],
  ['nine inputs of eight', framed(1, 2, 0, 0, 0, 9), 2],
  ['no inputs at all', framed(1, 2, 0, 0, 0, 0), 2],
  ['"on" as an old clone spells it', framed(1, 5, 0, 1, 1, 0), 3],
])('the board refuses %s', (_says, frame, code) => {
  const heard = readRequest(frame, board)
  if (heard.kind !== 'request') throw new Error(`the board heard ${heard.kind}`)
  expect(heard.request).toEqual({ kind: 'refused', code })
  expect(answer(heard.request, heard.frame, { outputs: [], inputs: [] })).toEqual(framed(1, (frame[1] ?? 0) | 0x80, code))
})

it('confirms a list of relays by its head', () => {
  const frame = bytesOf('01 0F 00 00 00 08 01 00 FE 95')
  const heard = readRequest(frame, board)
  if (heard.kind !== 'request') throw new Error(`the board heard ${heard.kind}`)
  expect(answer(heard.request, heard.frame, { outputs: [], inputs: [] })).toEqual(framed(1, 0x0f, 0, 0, 0, 8))
})

it('computes the published CRC', () => {
  expect(crc16(bytesOf('01 03 00 06 00 08'))).toBe(0x0da4)
})
