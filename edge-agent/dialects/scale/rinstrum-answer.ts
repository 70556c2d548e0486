import { decimalText } from './exact.ts'
import type { DialectSettings, Reading } from './reading.ts'
import { bytesOf, FLAGS, type Flag, numberIn, SHOWN, STATUS, textOf } from './rinstrum-words.ts'

type Said = Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>
const hex = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, '0')
const senderOf = (settings: DialectSettings | undefined): string => hex(0x80 + (numberIn(settings) || 1), 2)

function statusLine({ stable, overload, underload, zero, mode, beside }: Said, settings: DialectSettings | undefined): string {
  const on: Partial<Record<Flag, boolean>> = {
    motion: stable === false,
    overload: overload === true,
    underload: underload === true,
    zero: zero === true,
    net: mode === 'net',
    error: beside?.valid === false,
  }
  return `${senderOf(settings)}11${STATUS}:${hex(
    FLAGS.reduce((bits, [name, bit]) => bits + (on[name] ? bit : 0), 0),
    8,
  )}\r\n`
}

/** Throws a RangeError for what seven characters do not hold. */
function weightLine(said: Said, settings: DialectSettings | undefined): string {
  const shown = said.digits === null ? said.beside?.frameValue : { digits: said.digits, decimals: said.decimals ?? 0 }
  const text = shown ? decimalText({ digits: shown.digits + 0, decimals: shown.decimals ?? 0 }) : '0'
  if (text.length > 8) throw new RangeError(`${text} does not fit eight characters`)
  return `${senderOf(settings)}05${SHOWN}:${text.padStart(8)} ${said.unit ?? 'kg'} ${said.mode === 'net' ? 'N' : 'G'}\r\n`
}

/** The question for status and displayed weight, in one go. */
export function askRinstrum(settings?: DialectSettings): Uint8Array {
  const to = hex(0x20 + numberIn(settings), 2)
  return bytesOf(`${to}11${STATUS};${to}05${SHOWN};`)
}

/** The instrument's side: it answers both questions, or the one of them that was asked of it. */
export function answerOfRinstrum(heard: Uint8Array, said: Said, settings?: DialectSettings): Uint8Array | null {
  const number = numberIn(settings)
  const questions = textOf(heard, Math.max(0, heard.length - 64), heard.length).matchAll(/([0-9A-F]{2})(?:05|11)(0021|0025)(?::?;|:?\r\n)/g)
  const ours = [...questions].filter(([, to = '']) => {
    const asked = Number.parseInt(to, 16)
    return (asked & 0xe0) === 0x20 && ((asked & 0x1f) === 0 || number === 0 || (asked & 0x1f) === number)
  })
  const lines = ours.slice(-2).map(([, , register]) => (register === STATUS ? statusLine(said, settings) : weightLine(said, settings)))
  return lines.length === 0 ? null : bytesOf(lines.join(''))
}

/** A status and the weight in its light; nothing where there is no number and nothing says why. */
export function encodeRinstrum(said: Said, settings?: DialectSettings): Uint8Array {
  const silent = said.digits === null && said.overload !== true && said.underload !== true && said.beside?.valid !== false
  return silent ? new Uint8Array(0) : bytesOf(statusLine(said, settings) + weightLine(said, settings))
}
