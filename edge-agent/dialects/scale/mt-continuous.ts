import Type from 'typebox'
import { byteAt, type Framing, scanner } from '../framing.ts'
import { BLANK, CR, isDigit, STX } from './characters.ts'
import { habit } from './habit.ts'
import { encodeMt, MT_MAKERS, type MtMaker } from './mt-encode.ts'
import { MT_FORMS, MT_LOOK_AHEAD, type MtForm, tailInForm, tailOfAnyForm } from './mt-forms.ts'
import { type MtUnits, mtReading } from './mt-status.ts'
import type { DialectSettings, Reading, RejectReason, ScaleDialect } from './reading.ts'
import { wordSetting, wordsSchema } from './settings.ts'

/**
 * METTLER TOLEDO continuous output, and those who copied it (Toledo do Brasil, Fairbanks, Rice Lake, Cardinal, Flintec, LIDEN,
 * Dingsong output 4):
 *
 *   02 │ status A, B, C │ weight, six characters │ tare, six │ 0D │ nothing, check, 0A, or 0A and check
 *
 *   A  bits 2–0: 000 two fixed zeros, 001 one, 010 none, 011–111 one to five decimals; 4–3: increment ×1, ×2, ×5
 *   B  0 net, 1 negative, 2 out of range (over or under), 3 motion, 4 kilograms, 6 no zero since power-up
 *   C  2–0 unit (000 as B says, 001 g, 010 t), 3 print, 4 expanded, 6 tare keyed in
 *
 * Weight and tare stand as displayed, without point and sign, leading zeros as blanks or zeros. A fixed zero is one of the six digits
 * already: five captures agree, so nothing is multiplied (tables that say ×10 and ×100 are wrong). Out of range the digits are not to
 * be used. The check makes the sum of all bytes from the 02 on a multiple of 128; it may be 02, 0D or 0A. The IND310 begins with 01;
 * Cardinal's 225 has a short form without tare (11 or 12 bytes).
 *
 * Wildcat manual p.6-4, Rice Lake 680 p.64, Fairbanks FB2550 p.177, Flintec FT-111 p.87, Cardinal 225 p.126, and captures of an IND245,
 * IND310, Fairbanks 6011, Dingsong and nine frames of a Brazilian indicator.
 *
 * How a frame ends is a setting (`form`); `auto` learns it from three frames running. Until then a frame is told when the bytes
 * behind it are known; afterwards at its own last byte. The 24-byte "extended" form is documented nowhere and not read.
 */
const LONG = 17
const SHORT = 11
const LEARN_FROM = 3
const SOH = 0x01
const MAKERS = ['any', 'mettler-toledo', 'toledo-brasil', 'ind310', 'flintec', 'liden', 'fairbanks-6011', 'dingsong'] as const
const FORMS = ['auto', ...MT_FORMS] as const

const settingsSchema = Type.Object(
  {
    maker: wordsSchema(MAKERS, 'any', 'whose unit bits and start byte; any: told by the frame'),
    form: wordsSchema(FORMS, 'auto', 'what ends a frame; auto learns it'),
    leading: wordsSchema(['blanks', 'zeros'], 'blanks', 'what a simulated indicator sends'),
    tareField: Type.Optional(Type.Boolean({ default: true, description: 'false: a simulated indicator sends the short form' })),
  },
  { additionalProperties: false },
)

const makerOf = (settings?: DialectSettings): MtMaker | null => {
  const name = wordSetting(settings, 'maker', MAKERS, 'any')
  return name === 'any' ? null : MT_MAKERS[name]
}

/** Whose unit bits those of an unnamed maker are: only the IND310 begins with SOH, only Flintec sets bit 6 of status A. */
const unitsOf = (start: number, statusA: number): MtUnits =>
  start === SOH ? 'kilogram-bit' : (statusA & 0x40) !== 0 ? 'pound-bit' : 'codes'

function framing(settings?: DialectSettings): Framing<Reading> {
  const maker = makerOf(settings)
  const set = wordSetting(settings, 'form', FORMS, 'auto')
  const form = habit<MtForm>(LEARN_FROM)
  /** Of one indicator all frames begin alike and have a tare or have none. */
  const kind = habit<number>(LEARN_FROM)
  const failed = (reason: RejectReason): RejectReason => {
    form.missed()
    kind.missed()
    return reason
  }
  return {
    starts: maker === null ? [SOH, STX] : [maker.start === 'soh' ? SOH : STX],
    shortest: SHORT,
    longest: LONG + MT_LOOK_AHEAD,
    judge(bytes, from, to, over) {
      const body = byteAt(bytes, from + SHORT - 1) === CR ? SHORT : LONG
      if (to < from + body) return 'need-more'
      if (byteAt(bytes, from + body - 1) !== CR) return whyNoEnd(bytes, from)
      const known = set === 'auto' ? form.known() : set
      const end = known === null ? tailOfAnyForm(bytes, from, body, to, over) : tailInForm(known, bytes, from, body, to)
      if (end === 'need-more') return end
      if (typeof end === 'string') return failed(end)
      const said = mtReading(bytes, from, body, maker?.units ?? unitsOf(byteAt(bytes, from), byteAt(bytes, from + 1)))
      if (typeof said === 'string') return failed(said)
      const now = 2 * body + (byteAt(bytes, from) === SOH ? 1 : 0)
      if ((kind.known() ?? now) !== now) return failed('bad-length')
      kind.seen(now)
      if (end.form !== null) form.seen(end.form)
      return { length: end.length, said }
    },
  }
}

/** Bytes were lost or came twice where an end or a start stands among the digits, or a digit at the end. */
function whyNoEnd(bytes: Uint8Array, from: number): RejectReason {
  for (let at = from + 4; at < from + LONG; at++) {
    const byte = byteAt(bytes, at)
    if (byte === CR || byte === STX) return 'bad-length'
  }
  const last = byteAt(bytes, from + LONG - 1)
  return isDigit(last) || last === BLANK ? 'bad-length' : 'bad-frame'
}

export const mtContinuous: ScaleDialect = {
  name: 'mt-continuous',
  about: '梅特勒-托利多连续输出及兼容机 / METTLER TOLEDO continuous output, Toledo, Fairbanks, Flintec, LIDEN, Rice Lake, Cardinal',
  evidence: 'solid',
  // Two of its forms have no check.
  distrustFirst: 1,
  longestFrame: LONG + 2,
  eightBit: false,
  // 7E1 is as common; a reader set to 8N1 understands both, because the parity bit is then taken off (seven-bit.ts).
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: settingsSchema,
  asking: null,
  decoder: (settings) => scanner(framing(settings)),
  encode(reading, settings) {
    const maker = makerOf(settings) ?? MT_MAKERS['mettler-toledo']
    const form = wordSetting(settings, 'form', FORMS, 'auto')
    return encodeMt(reading, {
      maker,
      form: form === 'auto' ? maker.usualForm : form,
      leading: wordSetting(settings, 'leading', ['blanks', 'zeros'], 'blanks'),
      short: settings?.tareField === false,
    })
  },
}
