import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fitColumns } from '../gbk.ts'
import { spokenText } from '../speech/spoken-text.ts'
import { readSpeech, xfsSay } from '../speech/syn6658.ts'
import { fromUtf16, utf16Bytes } from '../utf16.ts'
import { linesFor, type SignDialect, type SignOrder } from './sign.ts'

/**
 * The two-line card of the smart-weighing controller (9600 8N1): text in UTF-16, high byte first.
 *
 *   A0 │ 90 │ line, from 1 │ 50 │ bytes of text, 2, high byte first │ text │ XOR of everything from the line on
 *
 * 51 in place of 50 hands its content on to a voice module of the XFS kind, in Unicode. The check does not cover A0 and 90. Read
 * from the published firmware that drives it; no frame of a running site is known.
 */
const FIRST = 0xa0
const SECOND = 0x90
const SHOW = 0x50
const SPEAK = 0x51
const BEFORE_DATA = 6
const LONGEST = 512
const LONGEST_SPOKEN = 240

const xor = (bytes: Iterable<number>): number => [...bytes].reduce((sum, byte) => sum ^ byte, 0)

function telegram(line: number, command: number, data: readonly number[]): Uint8Array {
  const body = [line, command, data.length >> 8, data.length & 0xff, ...data]
  return Uint8Array.of(FIRST, SECOND, ...body, xor(body))
}

function judge(bytes: Uint8Array, from: number, to: number): Judgement<SignOrder> {
  if (to > from + 1 && byteAt(bytes, from + 1) !== SECOND) return 'noise'
  if (to - from < BEFORE_DATA) return 'need-more'
  const command = byteAt(bytes, from + 3)
  const length = (byteAt(bytes, from + 4) << 8) | byteAt(bytes, from + 5)
  if (length > LONGEST) return 'bad-length'
  const end = from + BEFORE_DATA + length + 1
  if (to < end) return 'need-more'
  if (xor(bytes.subarray(from + 2, end)) !== 0) return 'bad-checksum'
  return { length: end - from, said: order(byteAt(bytes, from + 2), command, bytes.slice(from + BEFORE_DATA, end - 1)) }
}

function order(line: number, command: number, data: Uint8Array): SignOrder {
  if (command === SHOW) return { kind: 'show', line, text: fromUtf16(data) }
  const spoken = command === SPEAK ? readSpeech(data) : null
  return spoken?.kind === 'say' ? { kind: 'speak', text: spoken.text } : { kind: 'other', command }
}

const framing: Framing<SignOrder> = { starts: [FIRST], shortest: 1, longest: BEFORE_DATA + LONGEST + 1, judge }

export const smartWeighingSign: SignDialect = {
  name: 'smart-weighing',
  about: 'smart-weighing 控制器的两行屏，Unicode 文字与语音 / two-line card of the smart-weighing controller, Unicode text and voice',
  evidence: 'fair',
  usual: { baud: 9600 },
  show: (lines, look) =>
    linesFor(lines, look).map((line, at) => telegram(at + 1, SHOW, utf16Bytes(fitColumns(line === '' ? ' ' : line, look.columns)))),
  speak: (parts, replace) =>
    telegram(1, SPEAK, [...xfsSay(spokenText(parts, { marks: true, replace, longest: LONGEST_SPOKEN }), 'unicode')]),
  setUp: null,
  answers: null,
  hears: framing,
}
