import { crc16 } from '../board/modbus-frame.ts'
import { byteAt, type Framing, type Judgement } from '../framing.ts'
import { fitColumns, fromGbk, gbkBytes } from '../gbk.ts'
import { spokenText } from '../speech/spoken-text.ts'
import { linesFor, type SignAnswer, type SignColour, type SignDialect, type SignLook, type SignOrder } from './sign.ts'

/**
 * KF cards (科发, also built into the screens of plate cameras and sold as "OLM"), version 100:
 *
 *   00 │ 64 │ FF FF packet │ command │ length │ data │ CRC-16 of Modbus over all before, low byte first
 *
 * Commands: 0C brightness, 0D volume, 30 speech (01 and GBK), 31 stop, 62 temporary text, 67 stored text (flash: never sent). Data of 62:
 *
 *   window │ enter, its speed │ stay mode, seconds │ leave, its speed │ font 03 │ rounds 00 = for ever │ colour R G B A
 *   │ background R G B A │ text length, 2, low byte first │ GBK
 *
 * Windows are the card's lines from 0. The layout of 62 is that of published frames of three programs; a card answers with the same
 * head, length 1 and a code, 00 for accepted. Cards of version 200 (C8, two bytes of length) are another format and not spoken.
 */
const HEAD = [0x00, 0x64, 0xff, 0xff] as const
const BEFORE_DATA = 6
const SHOW = 0x62
const SPEAK = 0x30
const STORE = 0x67
const BRIGHTNESS = 0x0c
const VOLUME = 0x0d
const BEFORE_TEXT = 19
const LONGEST = 255
const COLOURS: Readonly<Record<SignColour, readonly number[]>> = {
  red: [0xff, 0, 0, 0],
  green: [0, 0xff, 0, 0],
  yellow: [0xff, 0xff, 0, 0],
}
/** Appears at once and stays: no scrolling, which a driver cannot read at a glance. */
const AT_ONCE = [0x01, 0x00, 0x00, 0x00, 0x01, 0x00] as const
const SONG_16 = 0x03
const FOR_EVER = 0x00

function telegram(command: number, data: readonly number[]): Uint8Array {
  if (data.length > LONGEST) throw new RangeError(`${data.length} bytes do not fit one KF telegram`)
  const body = [...HEAD, command, data.length, ...data]
  const crc = crc16(Uint8Array.from(body))
  return Uint8Array.of(...body, crc & 0xff, crc >> 8)
}

function showLine(window: number, line: string, look: SignLook): Uint8Array {
  // An empty text leaves the old one standing on some cards; a blank does not.
  const text = gbkBytes(fitColumns(line === '' ? ' ' : line, Math.min(look.columns, LONGEST - BEFORE_TEXT)))
  const data = [window, ...AT_ONCE, SONG_16, FOR_EVER, ...COLOURS[look.colour], 0, 0, 0, 0, text.length & 0xff, text.length >> 8, ...text]
  return telegram(SHOW, data)
}

/** Where a frame ends by its own length, with a good CRC; or why there is none. */
function whole(bytes: Uint8Array, from: number, to: number): Exclude<Judgement<never>, object> | { readonly end: number } {
  for (const [at, byte] of HEAD.entries()) if (from + at < to && byteAt(bytes, from + at) !== byte) return 'noise'
  if (to - from < BEFORE_DATA) return 'need-more'
  const end = from + BEFORE_DATA + byteAt(bytes, from + 5) + 2
  if (to < end) return 'need-more'
  return crc16(bytes.subarray(from, end)) === 0 ? { end } : 'bad-checksum'
}

const framing = <Said>(read: (command: number, data: Uint8Array) => Said): Framing<Said> => ({
  starts: [HEAD[0]],
  shortest: 1,
  longest: BEFORE_DATA + LONGEST + 2,
  judge(bytes, from, to) {
    const found = whole(bytes, from, to)
    if (typeof found === 'string') return found
    return { length: found.end - from, said: read(byteAt(bytes, from + 4), bytes.slice(from + BEFORE_DATA, found.end - 2)) }
  },
})

function order(command: number, data: Uint8Array): SignOrder {
  const [first = 0] = data
  if (command === BRIGHTNESS) return { kind: 'set', what: 'brightness', percent: first }
  if (command === VOLUME) return { kind: 'set', what: 'volume', percent: first }
  if (command === SPEAK) return { kind: 'speak', text: fromGbk(data.subarray(1)) }
  if (command === SHOW && data.length >= BEFORE_TEXT) {
    const length = byteAt(data, 17) | (byteAt(data, 18) << 8)
    return { kind: 'show', line: first + 1, text: fromGbk(data.subarray(BEFORE_TEXT, BEFORE_TEXT + length)) }
  }
  if (command === STORE) return { kind: 'store', text: fromGbk(data.subarray(BEFORE_TEXT)) }
  return { kind: 'other', command }
}

const answer = (_command: number, [code = 0]: Uint8Array): SignAnswer => ({ accepted: code === 0, code })

export const kfSign: SignDialect = {
  name: 'kf',
  about: '科发 KF 控制卡（车牌相机一体屏、OLM），临时文字与语音 / KF card of plate-camera screens: temporary text and voice',
  evidence: 'solid',
  usual: { baud: 9600 },
  show: (lines, look) => linesFor(lines, look).map((line, window) => showLine(window, line, look)),
  speak: (parts, replace) => telegram(SPEAK, [0x01, ...gbkBytes(spokenText(parts, { marks: false, replace, longest: LONGEST - 1 }))]),
  setUp: (what, percent) => telegram(what === 'brightness' ? BRIGHTNESS : VOLUME, [Math.max(0, Math.min(100, Math.round(percent)))]),
  answers: framing(answer),
  hears: framing(order),
}

/** The card's answer to a telegram: its side of the page, for a simulated card. */
export const kfAnswer = (command: number, code = 0): Uint8Array => telegram(command, [code])
