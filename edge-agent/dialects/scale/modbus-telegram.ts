import { framed, isFrame, REFUSED } from '../board/modbus-frame.ts'
import { byteAt, type Framing, type Judgement } from '../framing.ts'
import type { Reading, RejectReason, Remark } from './reading.ts'

/**
 * Reading registers over Modbus, both wrappings:
 *
 *   rtu   unit │ function 3 or 4 │ …                                     │ CRC-16 (A001, from FFFF), low byte first
 *   tcp   transaction (2) │ 00 00 │ length (2) │ unit │ function │ …     (MBAP, no CRC)
 *
 *   question … = offset (2), count (2)       answer … = byte count, registers       refusal: function + 80, … = code
 *
 * An answer does not say which registers it brings: it is known by unit, function and byte count. A telegram over RTU has no start
 * byte, so that any byte may begin one and the CRC decides.
 */
export interface Question {
  /** Null hears every unit, as in a capture; questions then go to unit 1. */
  readonly unit: number | null
  readonly function: 3 | 4
  readonly from: number
  readonly count: number
}
export type Wrapping = 'rtu' | 'tcp'

const HIGHEST_UNIT = 247
const MOST_REGISTERS = 125
const TCP_HEAD = 6

export const askTelegram = (wrapping: Wrapping, { unit, function: asked, from, count }: Question): Uint8Array =>
  wrapped(wrapping, 1, [unit ?? 1, asked, from >> 8, from & 0xff, count >> 8, count & 0xff])

export const answerTelegram = (wrapping: Wrapping, unit: number, asked: number, data: Uint8Array, transaction = 1): Uint8Array =>
  wrapped(wrapping, transaction, [unit, asked, data.length, ...data])

export const refusalTelegram = (wrapping: Wrapping, unit: number, asked: number, code: number, transaction = 1): Uint8Array =>
  wrapped(wrapping, transaction, [unit, asked | REFUSED, code])

const wrapped = (wrapping: Wrapping, transaction: number, pdu: readonly number[]): Uint8Array =>
  wrapping === 'rtu'
    ? framed(...pdu)
    : Uint8Array.of(transaction >> 8, transaction & 0xff, 0, 0, pdu.length >> 8, pdu.length & 0xff, ...pdu)

/** The framing of one question's telegrams; `understand` gets the registers of an answer. */
export function modbusFraming(
  wrapping: Wrapping,
  question: Question,
  understand: (data: Uint8Array) => Reading | RejectReason,
): Framing<Reading | Remark> {
  const head = wrapping === 'tcp' ? TCP_HEAD : 0
  const tail = wrapping === 'rtu' ? 2 : 0
  const dataBytes = 2 * question.count

  function judge(bytes: Uint8Array, from: number, to: number): Judgement<Reading | Remark> {
    const start = from + head
    const transaction = wrapping === 'tcp' ? (byteAt(bytes, from) << 8) | byteAt(bytes, from + 1) : null
    if (wrapping === 'tcp' && (byteAt(bytes, from + 2) !== 0 || byteAt(bytes, from + 3) !== 0 || byteAt(bytes, from + 4) !== 0))
      return 'noise'
    const unit = byteAt(bytes, start)
    const asked = byteAt(bytes, start + 1)
    if (unit < 1 || unit > HIGHEST_UNIT) return 'noise'
    const kind = kindOf(bytes, start, asked)
    if (kind === null) return 'noise'
    const body = kind === 'answer' ? 3 + dataBytes : kind === 'refusal' ? 3 : 6
    if (wrapping === 'tcp' && byteAt(bytes, from + 5) !== body) return 'bad-length'
    const length = head + body + tail
    if (to - from < length) return 'need-more'
    const ours = question.unit === null || question.unit === unit
    if (wrapping === 'rtu' && !isFrame(bytes.subarray(from, from + length), length)) return ours ? 'bad-crc' : 'noise'
    if (!ours) return 'address-mismatch'
    if (kind === 'answer') {
      const said = understand(bytes.subarray(start + 3, start + 3 + dataBytes))
      return typeof said === 'string' ? said : { length, said }
    }
    const said: Remark =
      kind === 'refusal'
        ? {
            remark: 'reply',
            status: 'exception',
            facts: { code: byteAt(bytes, start + 2) },
          }
        : {
            remark: 'request',
            status: null,
            facts: {
              ...(transaction === null ? {} : { transactionId: transaction }),
              unitId: unit,
              function: asked,
              offset: wordAt(bytes, start + 2),
              count: wordAt(bytes, start + 4),
            },
          }
    return { length, said }
  }

  function kindOf(bytes: Uint8Array, start: number, asked: number): 'answer' | 'refusal' | 'question' | null {
    if (asked === (question.function | REFUSED)) return 'refusal'
    if (asked !== question.function) return null
    if (byteAt(bytes, start + 2) === dataBytes) return 'answer'
    // A question's count is a small number in two bytes, and the fifth byte is there: the shortest telegram has five.
    return wrapping === 'tcp' || byteAt(bytes, start + 4) === 0 ? 'question' : null
  }

  return { starts: 'any', shortest: head + 3 + tail, longest: head + Math.max(6, 3 + dataBytes) + tail, judge }
}

/** What a unit is asked in these bytes: the newest whole question for it. */
export function heardQuestion(wrapping: Wrapping, unit: number, heard: Uint8Array): (Question & { readonly transaction: number }) | null {
  const head = wrapping === 'tcp' ? TCP_HEAD : 0
  const length = wrapping === 'tcp' ? 12 : 8
  for (let from = heard.length - length; from >= 0; from--) {
    const start = from + head
    const asked = byteAt(heard, start + 1)
    const count = wordAt(heard, start + 4)
    if (byteAt(heard, start) !== unit || (asked !== 3 && asked !== 4) || count < 1 || count > MOST_REGISTERS) continue
    if (
      wrapping === 'rtu'
        ? !isFrame(heard.subarray(from, from + length), length)
        : wordAt(heard, from + 2) !== 0 || wordAt(heard, from + 4) !== 6
    )
      continue
    return { unit, function: asked, from: wordAt(heard, start + 2), count, transaction: wrapping === 'tcp' ? wordAt(heard, from) : 1 }
  }
  return null
}

const wordAt = (bytes: Uint8Array, at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)
