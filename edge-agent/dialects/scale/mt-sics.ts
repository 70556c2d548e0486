import Type from 'typebox'
import { newestQuestion } from './asked.ts'
import { bytesOfText, NOTHING_SAID } from './characters.ts'
import { decoderOf } from './decoder-of.ts'
import { decimalText } from './exact.ts'
import type { Asking, Reading, RejectReason, Remark, ScaleDialect, WeightUnit } from './reading.ts'
import { wordSetting } from './settings.ts'
import { shownNumber, whyNotShown } from './shown-number.ts'
import { USUAL_LINE } from './text-dialect.ts'
import { CR_LF, lineFraming } from './text-line.ts'

/**
 * METTLER TOLEDO MT-SICS, the command set of its balances and of many terminals. Lines that end with CR LF, words parted by blanks:
 *
 *   S S      16960 kg     stable         S D      12340 kg     moving
 *   S I   cannot now      S +   overload      S -   underload      ES ET EL   syntax, transmission, logical error
 *
 * S asks for a stable weight (and waits), SI for the one now, SIR for one after the other. The number is ten columns, right-aligned, at
 * METTLER; others use other widths, so the words are read and not the columns. The answer does not repeat the command.
 * AL-IC operating instructions p. 72, AT balances p. 87, MT-SICS reference manuals. Whether the weight is net is not said: on truck
 * terminals it is the displayed one.
 */
const COMMANDS = /^(?:SIR|SI|SR|S|ZI|Z|TI|TAC|TA|T|@|I[0-4])$/
const ERRORS: Readonly<Record<string, string>> = { ES: 'syntax-error', ET: 'transmission-error', EL: 'logical-error' }
const ANSWERS: Readonly<Record<string, string>> = {
  A: 'ok',
  S: 'ok',
  D: 'ok',
  B: 'ok',
  I: 'not-executable',
  L: 'logical-error',
  '+': 'over-range',
  '-': 'under-range',
}
const UNITS: Readonly<Record<string, WeightUnit>> = { kg: 'kg', t: 't', lb: 'lb', g: 'g', tn: 'tn' }
const LONGEST = 60

function understood(line: string): Reading | Remark | RejectReason {
  if (COMMANDS.test(line)) return { remark: 'request', status: null, facts: { command: line } }
  const error = Object.hasOwn(ERRORS, line) ? ERRORS[line] : undefined
  if (error !== undefined) return { remark: 'reply', status: error, facts: {} }
  const [command = '', status = '', ...rest] = line.trimEnd().split(/ +/)
  if (command === 'S') return weighed(status, rest)
  // Zeroed, tared, identified: what these carry is no weight on the scale.
  const answered = /^(?:Z|ZI|T|TI|TA|TAC|I[0-4]|@)$/.test(command) && Object.hasOwn(ANSWERS, status) ? ANSWERS[status] : undefined
  return answered === undefined ? 'bad-header' : { remark: 'reply', status: answered, facts: { command } }
}

function weighed(status: string, rest: readonly string[]): Reading | Remark | RejectReason {
  if (status === 'S' || status === 'D') return numbered(rest, status === 'S')
  if (rest.length > 0) return /^[I+-]$/.test(status) ? 'bad-frame' : 'bad-status'
  if (status === 'I') return { remark: 'reply', status: 'not-executable', facts: {} }
  if (status === '+') return { ...NOTHING_SAID, overload: true }
  if (status === '-') return { ...NOTHING_SAID, underload: true }
  return 'bad-status'
}

function numbered(words: readonly string[], stable: boolean): Reading | RejectReason {
  const unit = words.at(-1)?.toLowerCase() ?? ''
  // A sign may stand apart; digits may not.
  const shown = words.slice(0, -1)
  const number = shown.length === 2 && /^[+-]$/.test(shown[0] ?? '') ? shown.join('') : shown.length === 1 ? (shown[0] ?? '') : null
  if (words.length === 1) return /^[a-z]/.test(unit) ? 'bad-number' : 'bad-unit'
  if (number === null) return 'bad-number'
  const exact = shownNumber(number)
  if (!exact) return whyNotShown(number)
  const is = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  return is === undefined ? 'bad-unit' : { ...NOTHING_SAID, ...exact, unit: is, stable }
}

const LINES = {
  ends: [CR_LF],
  lines: [],
  other: understood,
  otherStarts: 'EZTI@',
  freeStarts: 'S',
  otherLongest: LONGEST,
}

const ASKS = ['S', 'SI', 'SIR'] as const
const asking: Asking = {
  answerWithinMs: 1_000,
  ask: (settings) => bytesOfText(`${wordSetting(settings, 'command', ASKS, 'SI')}\r\n`),
  answer: (heard, reading) => {
    const asked = newestQuestion(mtSics.decoder(), heard, ({ facts }) => ASKS.some((ask) => ask === facts.command))
    if (!asked) return null
    // S waits for a stable weight; an indicator that cannot get one says so.
    return asked.facts.command === 'S' && reading.stable === false ? bytesOfText('S I\r\n') : encode(reading)
  },
}

function encode(reading: Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>): Uint8Array {
  const { digits, decimals, unit, stable, overload, underload } = reading
  if (overload === true) return bytesOfText('S +\r\n')
  if (underload === true) return bytesOfText('S -\r\n')
  if (digits === null) return new Uint8Array(0)
  if (!Number.isSafeInteger(digits) || !Number.isInteger(decimals ?? 0) || (decimals ?? 0) < 0)
    throw new RangeError(`${digits} with ${decimals} decimals cannot be sent`)
  const number = decimalText({ digits, decimals: decimals ?? 0 })
  if (number.length > LONGEST - 10) throw new RangeError(`${number} is too long`)
  return bytesOfText(`S ${stable === false ? 'D' : 'S'} ${number.padStart(10)} ${unit ?? 'kg'}\r\n`)
}

export const mtSics: ScaleDialect = {
  name: 'mt-sics',
  about: '梅特勒-托利多 MT-SICS / METTLER TOLEDO MT-SICS',
  evidence: 'solid',
  distrustFirst: 1,
  longestFrame: 24,
  eightBit: false,
  usual: USUAL_LINE,
  settings: Type.Object(
    {
      ask: Type.Optional(Type.Boolean({ default: true, description: 'Ask for each weight; false where it repeats by itself' })),
      command: Type.Optional(
        Type.Enum([...ASKS], { default: 'SI', description: 'S waits for a stable weight, SI takes the one now, SIR has it repeat' }),
      ),
    },
    { additionalProperties: false },
  ),
  asking,
  decoder: () => decoderOf(lineFraming(LINES)),
  encode,
}
