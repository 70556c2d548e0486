import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fromGbk, gbkBytes } from '../gbk.ts'
import { fromUtf16, utf16Bytes } from '../utf16.ts'
import type { SpeechDialect, SpeechOrder } from './speech.ts'
import { spokenText } from './spoken-text.ts'

/**
 * SYN6658 and the XFS family (XFS5152 and others), 9600 8N1 as mostly delivered:
 *
 *   FD │ length 2, high byte first │ command │ code page │ text                  no check
 *
 * Length counts command, code page and text: text + 2. Code pages 0 GB2312, 1 GBK, 2 BIG5, 3 Unicode with the high byte first. Without a
 * check a flipped bit says a wrong word and nothing worse; what is said is never evidence.
 */
const START = 0xfd
const SAY = 0x01
const GBK = 0x01
const UNICODE = 0x03
const LONGEST_TEXT = 1_024
const ORDERS: ReadonlyMap<number, 'stop' | 'pause' | 'resume' | 'status'> = new Map([
  [0x02, 'stop'],
  [0x03, 'pause'],
  [0x04, 'resume'],
  [0x21, 'status'],
])

const frame = (...body: readonly number[]): Uint8Array => Uint8Array.of(START, body.length >> 8, body.length & 0xff, ...body)

/** A text as it is, marks and all. */
export const xfsSay = (text: string, page: 'gbk' | 'unicode' = 'gbk'): Uint8Array =>
  page === 'gbk' ? frame(SAY, GBK, ...gbkBytes(text)) : frame(SAY, UNICODE, ...utf16Bytes(text))

function judge(bytes: Uint8Array, from: number, to: number): Judgement<SpeechOrder> {
  if (to - from < 4) return 'need-more'
  const length = (byteAt(bytes, from + 1) << 8) | byteAt(bytes, from + 2)
  const command = byteAt(bytes, from + 3)
  const order = ORDERS.get(command)
  if (order !== undefined) return length === 1 ? { length: 4, said: { kind: order } } : 'bad-length'
  if (command !== SAY) return 'bad-frame'
  if (length < 2 || length > LONGEST_TEXT + 2) return 'bad-length'
  if (to < from + 5) return 'need-more'
  const page = byteAt(bytes, from + 4)
  if (page !== 0 && page !== GBK && page !== UNICODE) return 'bad-frame'
  const end = from + 3 + length
  if (to < end) return 'need-more'
  const text = bytes.subarray(from + 5, end)
  return { length: end - from, said: { kind: 'say', text: page === UNICODE ? fromUtf16(text) : fromGbk(text) } }
}

const framing: Framing<SpeechOrder> = { starts: [START], shortest: 4, longest: 3 + LONGEST_TEXT + 2, judge }

/** What stands in exactly these bytes; null for anything else. */
export function readSpeech(bytes: Uint8Array): SpeechOrder | null {
  if (byteAt(bytes, 0) !== START) return null
  const read = judge(bytes, 0, bytes.length)
  return typeof read === 'object' && read.length === bytes.length ? read.said : null
}

export const syn6658: SpeechDialect = {
  name: 'syn6658',
  about: 'SYN6658、XFS5152 类语音模块（无校验） / voice modules of the SYN6658 and XFS kind, without a check',
  evidence: 'fair',
  usual: { baud: 9600 },
  say: (parts, replace = new Map()) => xfsSay(spokenText(parts, { marks: true, replace, longest: LONGEST_TEXT })),
  stop: frame(0x02),
  hears: framing,
}
