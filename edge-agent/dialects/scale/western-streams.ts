import Type from 'typebox'
import { endsOf, terminator, textDialect } from './text-dialect.ts'
import { number, text, unit, word } from './text-fields.ts'
import { type Line, STX } from './text-line.ts'

/**
 * Weigh-Tronix stream (WI-110, WI-130; Brecknell; sent by Rice Lake 680 p. 63 and Cardinal too), 14 bytes, 13 with five digits:
 *
 *   blank │ g or n, small or capital │ + or − │ six digits [and point] │ blank │ unit, two │ CR LF
 *
 * It has no motion flag: stability is computed.
 */
const weightronixLine = (width: number): Line => ({
  fields: [
    text(' '),
    word({ g: { mode: 'gross' }, n: { mode: 'net' }, G: { mode: 'gross' }, N: { mode: 'net' } }),
    number(width, { sign: '+', blanks: 'none', pad: '0' }),
    text(' '),
    unit(2),
  ],
})

export const weightronixStream = textDialect({
  name: 'weightronix-stream',
  about: 'Weigh-Tronix WI-110, WI-130; Brecknell',
  evidence: 'fair',
  settings: Type.Object(
    {
      terminator: Type.Optional(terminator),
      numberWidth: Type.Optional(Type.Integer({ minimum: 4, maximum: 10, description: 'Digits and point; 5, 6 or 7 where not said' })),
    },
    { additionalProperties: false },
  ),
  lines: ({ terminator: which, numberWidth }) => ({
    ends: endsOf(which),
    oneLength: true,
    lines:
      numberWidth === undefined
        ? [weightronixLine(6), { ...weightronixLine(5), rare: true }, { ...weightronixLine(7), rare: true }]
        : [weightronixLine(numberWidth)],
  }),
})

/**
 * DF1500 string (Western Scale M2000 p. 102), 19 bytes:
 *
 *   02 │ blank, + or − │ weight, seven with its point │ blank │ KG or LB │ blank │ GR or NT │ blank │ status │ CR LF
 *
 * Status blank valid, O over, M motion, − negative; whether a negative weight moves is then not said.
 */
export const df1500 = textDialect({
  name: 'df1500',
  about: 'DF1500, Western Scale M2000',
  evidence: 'fair',
  settings: Type.Object({ terminator: Type.Optional(terminator) }, { additionalProperties: false }),
  lines: ({ terminator: which }) => ({
    ends: endsOf(which),
    lines: [
      {
        says: { stable: true, overload: false },
        fields: [
          text(STX),
          number(7, { sign: ' +' }),
          text(' '),
          unit(2, { upper: true }),
          text(' '),
          word({ GR: { mode: 'gross' }, NT: { mode: 'net' } }),
          text(' '),
          word({ ' ': {}, M: { stable: false }, O: { stable: null, overload: true, number: 'none' }, '-': { stable: null } }),
        ],
      },
    ],
  }),
})
