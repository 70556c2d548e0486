import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fromGbk, gbkBytes } from '../gbk.ts'
import type { SpeechDialect, SpeechOrder } from './speech.ts'
import { spokenText } from './spoken-text.ts'

/**
 * SYN6288 voice module, 9600 8N1:
 *
 *   FD │ length 2, high byte first │ command │ parameter │ text │ XOR of all before
 *
 * Length counts from the command to the XOR: text + 3. Command 01 says, with music in the parameter's upper bits and the code page below
 * (1 = GBK); 02 stop, 03 pause, 04 resume, 21 status have no parameter. A text has at most 200 bytes. A new one breaks off the old.
 */
const START = 0xfd
const SAY = 0x01
const GBK = 0x01
const LONGEST_TEXT = 200
const ORDERS: ReadonlyMap<number, 'stop' | 'pause' | 'resume' | 'status'> = new Map([
  [0x02, 'stop'],
  [0x03, 'pause'],
  [0x04, 'resume'],
  [0x21, 'status'],
])

const xor = (bytes: Iterable<number>): number => [...bytes].reduce((sum, byte) => sum ^ byte, 0)

export function syn6288Frame(command: number, data: readonly number[]): Uint8Array {
  const length = data.length + 2
  const body = [START, length >> 8, length & 0xff, command, ...data]
  return Uint8Array.of(...body, xor(body))
}

function judge(bytes: Uint8Array, from: number, to: number): Judgement<SpeechOrder> {
  if (to - from < 4) return 'need-more'
  const length = (byteAt(bytes, from + 1) << 8) | byteAt(bytes, from + 2)
  if (length < 2 || length > LONGEST_TEXT + 3) return 'bad-length'
  const end = from + 3 + length
  if (to < end) return 'need-more'
  if (xor(bytes.subarray(from, end)) !== 0) return 'bad-checksum'
  const command = byteAt(bytes, from + 3)
  const order = ORDERS.get(command)
  if (order !== undefined) return length === 2 ? { length: end - from, said: { kind: order } } : 'bad-length'
  if (command !== SAY || length < 3) return 'bad-frame'
  if ((byteAt(bytes, from + 4) & 0x07) > GBK) return 'bad-frame'
  return { length: end - from, said: { kind: 'say', text: fromGbk(bytes.subarray(from + 5, end - 1)) } }
}

const framing: Framing<SpeechOrder> = { starts: [START], shortest: 4, longest: 3 + LONGEST_TEXT + 3, judge }

export const syn6288: SpeechDialect = {
  name: 'syn6288',
  about: 'SYN6288 语音模块 / voice module',
  evidence: 'solid',
  usual: { baud: 9600 },
  say: (parts, replace = new Map()) =>
    syn6288Frame(SAY, [GBK, ...gbkBytes(spokenText(parts, { marks: true, replace, longest: LONGEST_TEXT }))]),
  stop: syn6288Frame(0x02, []),
  hears: framing,
}
