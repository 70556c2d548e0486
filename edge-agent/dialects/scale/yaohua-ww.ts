import Type from 'typebox'
import type { Remark } from './reading.ts'
import { textDialect } from './text-dialect.ts'
import { number, text, unit, word } from './text-fields.ts'
import { CR_LF, type Line } from './text-line.ts'

/**
 * Yaohua XK3190-A12+SS and LIDEN LUW2001 lines (LIDEN manual p. 16), 8N1:
 *
 *   w │ w gross, n net, t tare │ number with its point, 7 characters on the A12+SS, 8 or 9 on LIDEN │ kg or lb │ CR LF
 *
 * − stands in place of the first digit. R sends once, T tares, Z zeroes; a bare CR LF answers what could not be done. The width is
 * whatever comes unless a profile sets it: a lost digit is noticed only then. No motion, no overload flag.
 */
const line = (width: number): Line => ({
  fields: [
    text('w'),
    word({ w: { mode: 'gross' }, n: { mode: 'net' }, t: { mode: 'tare' } }, 'bad-header'),
    number(width, { signed: true, pad: '0' }),
    unit(2),
  ],
})

export const yaohuaWw = textDialect({
  name: 'yaohua-ww',
  about: '上海耀华 A12+SS、LIDEN ww/wn/wt 行 / Yaohua A12+SS, LIDEN lines',
  evidence: 'fair',
  settings: Type.Object(
    {
      numberWidth: Type.Optional(
        Type.Integer({ minimum: 4, maximum: 12, description: 'Characters of the number; 5 to 10 where not said' }),
      ),
    },
    { additionalProperties: false },
  ),
  lines: ({ numberWidth }) => ({
    ends: [CR_LF],
    oneLength: true,
    lines: numberWidth === undefined ? [9, 7, 8, 10, 6, 5].map(line) : [line(numberWidth)],
    other: (said): Remark | null => (/^[RTZ]$/.test(said) ? { remark: 'request', status: null, facts: { command: said } } : null),
    otherStarts: 'RTZ',
    otherLongest: 1,
    bare: { remark: 'reply', status: 'not-executed', facts: {} },
  }),
})
