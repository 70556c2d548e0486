import Type from 'typebox'
import type { WeightUnit } from './reading.ts'
import { endsOf, terminator, textDialect } from './text-dialect.ts'
import { type Facts, type Field, type Means, number, text, unitLetter, word } from './text-fields.ts'
import { type Line, STX } from './text-line.ts'

/** Fill characters of Rice Lake indicators in place of digits; they say more than the status letter beside them. */
export const FILLS: Means = {
  '^': { overload: true, underload: null, stable: null, number: 'none' },
  ']': { overload: null, underload: true, stable: null, number: 'none' },
  '-': { overload: null, stable: null, valid: false, number: 'none' },
}
/** O is "over or under": which, only the fill tells. H is a value held. */
export const STATUS: Means = {
  ' ': {},
  M: { stable: false },
  I: { stable: null, overload: null, valid: false, number: 'none' },
  O: { stable: null, overload: true, number: 'none' },
  Z: { zero: true },
  H: { stable: null },
}
export const MODE: Means = { G: { mode: 'gross' }, N: { mode: 'net' } }
export const SAYS: Facts = { stable: true, overload: false }

/**
 * Rice Lake stream (480, 482, 680, 920i, 120 Plus; "IQ355" at Cardinal, "Condec" at Transcell), 14 bytes, 13 where CR alone ends it:
 *
 *   02 │ blank or − │ weight, seven with its point, blanks in front │ L K T G or blank │ G or N │ status │ CR LF
 *
 * Status blank valid, I invalid, M motion, O over or under range, Z centre of zero, H hold (120 Plus). Over range fills the weight with
 * `^`, under range with `]`, an error with dashes. Rice Lake 482 p. 33 and 680 p. 63, Cardinal 200 p. 27.
 *
 * The streams of the 920i and 680 can be programmed: one heard at a site was `02 + , eight characters, blank, small l, G, M`. That one
 * is read too, being told from the usual by its `+`; others are settings. A ton is not said which: metric unless set.
 */
const settings = Type.Object(
  {
    terminator: Type.Optional(terminator),
    numberWidth: Type.Optional(Type.Integer({ minimum: 5, maximum: 12, description: 'Characters of the weight, its sign apart' })),
    plusSign: Type.Optional(Type.Boolean({ description: 'Whether + marks positive weights instead of a blank' })),
    blankBeforeUnit: Type.Optional(Type.Boolean({ description: 'Whether a blank stands before the unit' })),
    tons: Type.Optional(Type.Enum(['metric', 'short'], { default: 'metric', description: 'What T is: 1000 kg or 2000 lb' })),
  },
  { additionalProperties: false },
)

const line = (width: number, plusSign: boolean, blankBeforeUnit: boolean, ton: WeightUnit): Line => {
  const between: readonly Field[] = blankBeforeUnit ? [text(' ')] : []
  return {
    says: SAYS,
    fields: [
      text(STX),
      number(width, { sign: plusSign ? '+' : ' ', fills: FILLS }),
      ...between,
      unitLetter(ton, plusSign || blankBeforeUnit),
      word(MODE),
      word(STATUS),
    ],
  }
}

export const ricelakeRlws = textDialect({
  name: 'ricelake-rlws',
  about: 'Rice Lake 480, 482, 680, 920i, 120 Plus; Cardinal IQ355; Transcell Condec',
  evidence: 'fair',
  settings,
  lines: ({ terminator: which, numberWidth, plusSign, blankBeforeUnit, tons = 'metric' }) => {
    const ton = tons === 'metric' ? 't' : 'tn'
    const set = numberWidth !== undefined || plusSign !== undefined || blankBeforeUnit !== undefined
    return {
      ends: endsOf(which),
      lines: set
        ? [line(numberWidth ?? 7, plusSign ?? false, blankBeforeUnit ?? false, ton)]
        : [line(7, false, false, ton), { ...line(8, true, true, ton), rare: true }],
    }
  },
})
