import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BoardSettings, settingsOf } from '#dialects/board/board-dialect'
import { BOARD_KINDS, type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import type { BoardAnswer, BoardOrder } from '#dialects/board/orders'
import { bytesOf, hexOf, joined, readTape } from '../tapes.ts'

interface Printed {
  readonly kind: BoardKind
  readonly says: string
  readonly settings?: Partial<BoardSettings>
  /** Bytes in hexadecimal, or text between quotes. */
  readonly request?: string
  readonly order?: BoardOrder
  readonly answer?: string
  readonly means?: BoardAnswer
  readonly source: string
}
const tape = readTape<readonly Printed[]>('boards')

const written = (said: string): Uint8Array => (said.startsWith('"') ? new TextEncoder().encode(JSON.parse(said) as string) : bytesOf(said))
const made = (kind: BoardKind, said: Partial<BoardSettings> = {}) => {
  const dialect = boardDialect(kind)
  const settings = settingsOf(dialect, said, { output: -1, input: -1 })
  return { dialect, settings, host: dialect.host(settings), board: dialect.board(settings) }
}

describe('as printed', () => {
  it.each(tape.map((one) => [`${one.kind}: ${one.says}`, one] as const))('%s', (_, { kind, settings, request, order, answer, means }) => {
    const { host, board } = made(kind, settings)
    const bytes = request === undefined ? new Uint8Array() : written(request)
    if (order && request !== undefined) expect(hexOf(host.encode(order, 1) ?? new Uint8Array())).toBe(hexOf(bytes))
    if (request !== undefined) expect(board.readRequest(bytes)).toMatchObject({ kind: 'request', used: bytes.length })
    if (answer !== undefined && order)
      expect(host.readAnswer(written(answer), { order, bytes })).toEqual({ kind: 'answer', answer: means, used: written(answer).length })
  })

  it('there is something printed for every make', () => {
    expect([...new Set(tape.map(({ kind }) => kind))].sort()).toEqual([...BOARD_KINDS].sort())
  })
})

/** Every way a make can be set that changes its bytes. */
const VARIANTS: readonly [BoardKind, Partial<BoardSettings>][] = [
  ...BOARD_KINDS.map((kind): [BoardKind, Partial<BoardSettings>] => [kind, {}]),
  ['waveshare', { framing: 'tcp' }],
  ['waveshare', { inBoardPulse: false }],
  ['dam', { inBoardPulse: true }],
  ['dam', { framing: 'tcp', inBoardPulse: true }],
  ['clone-0100', { framing: 'tcp', outputs: 4, inputs: 4 }],
  ['iologik', { inBoardPulse: false }],
  ['adam-4000', { checksum: true, unit: 0x14 }],
  ['jmdm-ascii', { inputs: 11 }],
]
const ORDERS: readonly BoardOrder[] = [
  { kind: 'read-inputs' },
  { kind: 'read-outputs' },
  { kind: 'read-modes' },
  { kind: 'was-reset' },
  { kind: 'set', output: 0, on: true },
  { kind: 'set', output: 3, on: false },
  { kind: 'pulse', output: 2, milliseconds: 500 },
]
const flags = (length: number) => fc.array(fc.boolean(), { minLength: length, maxLength: length })

describe.each(VARIANTS)('%s %o', (kind, said) => {
  const { dialect, settings, host, board } = made(kind, said)
  const states = fc.record({
    outputs: flags(settings.outputs),
    inputs: flags(settings.inputs),
    modes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: settings.outputs, maxLength: settings.outputs }),
    wasReset: fc.boolean(),
  })
  const anOrder = fc.constantFrom(...ORDERS.filter((order) => host.encode(order, 1) !== null))

  it('what the board does is what was asked, and what it says is what is heard, in any chunks', () => {
    fc.assert(
      fc.property(anOrder, states, fc.nat(0xffff), (order, of, nth) => {
        const bytes = host.encode(order, nth) ?? new Uint8Array()
        for (let length = 0; length < bytes.length; length++)
          if (dialect.over === 'bytes') expect(board.readRequest(bytes.subarray(0, length)).kind).toBe('need-more')
        const heard = board.readRequest(bytes)
        if (heard.kind !== 'request') throw new Error(`the board heard ${heard.kind}`)
        if (order.kind === 'set') expect(heard.request).toEqual({ kind: 'set', from: order.output, on: [order.on] })
        else if (order.kind === 'pulse') expect(heard.request).toMatchObject({ kind: 'pulse', output: order.output, on: true })
        const answer = board.answer(heard.request, heard.frame, of)
        expect(answer.length > 0).toBe(host.answers(order))
        if (answer.length === 0) return
        const asked = { order, bytes }
        for (let length = 0; length < answer.length; length++)
          expect(host.readAnswer(answer.subarray(0, length), asked).kind).toBe('need-more')
        const read = host.readAnswer(answer, asked)
        if (read.kind !== 'answer') throw new Error(`heard ${read.kind}`)
        expect(read.used).toBe(answer.length)
        const [inputs, outputs] = [read.answer.kind === 'inputs' && read.answer.on, read.answer.kind === 'outputs' && read.answer.on]
        if (inputs) expect(inputs.slice(0, settings.inputs)).toEqual(of.inputs)
        if (outputs) expect(outputs.slice(0, settings.outputs)).toEqual(of.outputs)
        if (read.answer.kind === 'modes') expect(read.answer.modes).toEqual(of.modes)
        if (read.answer.kind === 'reset') expect(read.answer.was).toBe(of.wasReset)
        if (order.kind === 'set' || order.kind === 'pulse') expect(read.answer.kind).toBe('accepted')
      }),
      { numRuns: 60 },
    )
  })

  it('is never hung or thrown off by any bytes, on either side', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.constantFrom(...'O(I=!?>$#A\r\n'.split('').map((one) => Uint8Array.of(one.charCodeAt(0)))),
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(pieces, anOrder, (parts, order) => {
        const asked = { order, bytes: host.encode(order, 1) ?? new Uint8Array() }
        for (const read of [(buffer: Uint8Array) => host.readAnswer(buffer, asked), (buffer: Uint8Array) => board.readRequest(buffer)]) {
          let rest = joined(parts)
          for (let turns = rest.length; ; turns--) {
            const said = read(rest)
            if (said.kind === 'need-more') break
            expect(said.used).toBeGreaterThan(0)
            expect(turns).toBeGreaterThanOrEqual(0)
            rest = rest.subarray(said.used)
          }
          // What waits for more never waits for more than a line.
          expect(rest.length).toBeLessThanOrEqual(300)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('has no output beyond its own', () => {
    for (const output of [settings.outputs, -1, 0.5]) expect(() => host.encode({ kind: 'set', output, on: true }, 1)).toThrow(RangeError)
  })
})

describe('an answer to something else', () => {
  it('over TCP is told by its number', () => {
    const { host, board } = made('iologik')
    const order: BoardOrder = { kind: 'set', output: 0, on: true }
    const [before, now] = [host.encode(order, 7) ?? new Uint8Array(), host.encode(order, 8) ?? new Uint8Array()]
    const late = board.readRequest(before)
    if (late.kind !== 'request') return expect.unreachable()
    const said = board.answer(late.request, late.frame, { outputs: [], inputs: [] })
    expect(host.readAnswer(said, { order, bytes: now })).toEqual({ kind: 'rejected', reason: 'other-answer', used: said.length })
  })

  it.each<[kind: BoardKind, said: Partial<BoardSettings>, order: BoardOrder, answer: string, reason: string]>([
    ['adam-4000', {}, { kind: 'read-inputs' }, '">\\r"', 'other-answer'],
    ['adam-4000', {}, { kind: 'set', output: 0, on: true }, '"!110000\\r"', 'other-answer'],
    ['adam-4000', {}, { kind: 'set', output: 0, on: true }, '"?02\\r"', 'foreign-address'],
    ['adam-4000', {}, { kind: 'was-reset' }, '"!021\\r"', 'foreign-address'],
    ['adam-4000', { checksum: true }, { kind: 'read-inputs' }, '"!110000FF\\r"', 'bad-checksum'],
    ['adam-4000', {}, { kind: 'read-inputs' }, '"!1G0000\\r"', 'bad-frame'],
    ['jmdm-ascii', {}, { kind: 'read-inputs' }, '"I(I0,00000000110)"', 'bad-frame'],
    ['jmdm-ascii', {}, { kind: 'read-inputs' }, '"I(I0,000000002110)"', 'bad-frame'],
    ['jmdm-udp', {}, { kind: 'read-inputs' }, '"I=0000000001100"', 'bad-frame'],
    ['lcus', {}, { kind: 'read-outputs' }, '02 00 00 00 00 00 00 00', 'need-more'],
    ['iologik', {}, { kind: 'read-inputs' }, '00 01 00 01 00 04 01 02 01 00', 'bad-frame'],
    ['iologik', {}, { kind: 'read-inputs' }, '00 01 00 00 00 04 02 02 01 00', 'foreign-address'],
  ])('%s %o %o hears %s and does not believe it', (kind, said, order, answer, reason) => {
    const { host } = made(kind, said)
    const bytes = host.encode(order, 1) ?? new Uint8Array()
    const read = host.readAnswer(written(answer), { order, bytes })
    expect(read.kind === 'rejected' ? read.reason : read.kind).toBe(reason)
  })
})
