import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fitColumns, fromGbk, gbkBytes } from '../gbk.ts'
import { linesFor, type SignDialect, type SignOrder } from './sign.ts'

/**
 * The plain text card of the cement client, over TCP or a line:  40 │ address │ text in GBK │ 0D
 *
 * One address is one line of the sign; they follow each other from the configured one on. There is no check and no answer. The second
 * byte of a GBK pair is 40 or above, so 0D never stands inside a text.
 */
const START = 0x40
const END = 0x0d
const LONGEST = 256

function judge(bytes: Uint8Array, from: number, to: number): Judgement<SignOrder> {
  for (let at = from + 2; at < to; at++) {
    if (byteAt(bytes, at) !== END) continue
    return {
      length: at + 1 - from,
      said: { kind: 'show', line: byteAt(bytes, from + 1), text: fromGbk(bytes.subarray(from + 2, at)) },
    }
  }
  return 'need-more'
}

const framing: Framing<SignOrder> = { starts: [START], shortest: 3, longest: LONGEST, judge, lineEnd: END }

/** Control characters would end the text early. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

export const textCardSign: SignDialect = {
  name: 'text-card',
  about: '简易文字屏：40 地址 GBK 0D，多为 TCP / plain text card, mostly over TCP',
  evidence: 'fair',
  usual: { tcpPort: null },
  show: (lines, look) =>
    linesFor(lines, look).map((line, at) =>
      Uint8Array.of(START, (look.unit + at) & 0xff, ...gbkBytes(fitColumns(plain(line), Math.min(look.columns, LONGEST - 3))), END),
    ),
  speak: null,
  setUp: null,
  answers: null,
  hears: framing,
}
