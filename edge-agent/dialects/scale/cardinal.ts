import Type from 'typebox'
import type { Asking } from './reading.ts'
import { NO_SETTINGS, textDialect } from './text-dialect.ts'
import { type Facts, type Means, number, text, unit, word } from './text-fields.ts'
import { CR, ETX, type Line } from './text-line.ts'
import { PRINTABLES } from './text-starts.ts'

const SAYS: Facts = { stable: true, overload: false }
const LETTER_STATUS: Means = {
  ' ': {},
  m: { stable: false },
  o: { stable: null, overload: true, number: 'aside' },
  e: { stable: null, overload: null, valid: false, number: 'none' },
}

/**
 * Cardinal stream as Rice Lake indicators send it, 17 bytes, 18 with a point among the digits (Rice Lake 680 p. 63, 482 p. 33):
 *
 *   CR │ + or − │ six digits, zeros in front │ m motion, o over capacity, blank │ blank │ unit, two │ blank │ g or n │ two blanks │ ETX
 */
const streamLine = (width: number): Line => ({
  says: SAYS,
  fields: [
    text(CR),
    number(width, { sign: '+', pad: '0' }),
    word(LETTER_STATUS),
    text(' '),
    unit(2),
    text(' '),
    word({ g: { mode: 'gross' }, n: { mode: 'net' } }),
    text('  '),
  ],
})

export const ricelakeCardinalStream = textDialect({
  name: 'ricelake-cardinal-stream',
  about: 'Rice Lake 仪表的 Cardinal 流 / Cardinal stream of Rice Lake indicators',
  evidence: 'fair',
  settings: NO_SETTINGS,
  lines: () => ({ ends: [ETX], oneLength: true, lines: [streamLine(6), { ...streamLine(7), rare: true }] }),
})

/**
 * Cardinal SB-400 (also SB-80, SB-300, WinVRS, "Computer"), 13 bytes, 14 with a point (Cardinal 200 p. 27, 201 p. 67, 190 p. 43):
 *
 *   blank or − │ six digits [and point] │ unit, two │ G or N │ status, two │ CR
 *
 * Status OC over capacity, BZ below zero, MO motion, CZ centre of zero, ee not displayed, blanks. A 190 asked with ENQ (05) answers one.
 */
const ENQ = 0x05
const enquiry: Asking = {
  answerWithinMs: 500,
  ask: () => Uint8Array.of(ENQ),
  answer: (heard, reading, set) => (heard.includes(ENQ) ? cardinalSb400.encode(reading, set) : null),
}

const sb400Line = (width: number): Line => ({
  says: SAYS,
  fields: [
    number(width, { sign: ' ', blanks: 'none', pad: '0' }),
    unit(2),
    word({ G: { mode: 'gross' }, N: { mode: 'net' } }),
    word({
      '  ': {},
      MO: { stable: false },
      CZ: { zero: true },
      OC: { stable: null, overload: true, number: 'aside' },
      BZ: { stable: null, overload: null, underload: true, number: 'aside' },
      ee: { stable: null, overload: null, valid: false, number: 'none' },
    }),
  ],
})

export const cardinalSb400 = textDialect({
  name: 'cardinal-sb400',
  about: 'Cardinal 190, 200, 201: SB-400, SB-80, SB-300, WinVRS',
  evidence: 'fair',
  settings: Type.Object(
    { ask: Type.Optional(Type.Boolean({ default: false, description: 'Ask with ENQ for each weight instead of listening' })) },
    { additionalProperties: false },
  ),
  asking: enquiry,
  asksByDefault: false,
  lines: () => ({
    ends: [CR],
    oneLength: true,
    // Behind a character a blank or − begins no line: a sign in front of it would be lost.
    notAfter: { starts: [0x20, 0x2d], bytes: PRINTABLES },
    lines: [sb400Line(6), { ...sb400Line(7), rare: true }],
  }),
})

/**
 * Cardinal SB-200 (200 series p. 27):
 *
 *   CR │ blank, + or − │ digits with zeros in front and a point among or behind them │ status m, o, e, blank │ unit, two │ G or N │ ETX
 */
const sb200Line = (width: number): Line => ({
  says: SAYS,
  fields: [
    text(CR),
    number(width, { sign: ' +', blanks: 'none', pad: '0' }),
    word(LETTER_STATUS),
    unit(2),
    word({ G: { mode: 'gross' }, N: { mode: 'net' }, g: { mode: 'gross' }, n: { mode: 'net' } }),
  ],
})

export const cardinalSb200 = textDialect({
  name: 'cardinal-sb200',
  about: 'Cardinal 200 SB-200',
  evidence: 'fair',
  settings: Type.Object(
    { numberWidth: Type.Optional(Type.Integer({ minimum: 5, maximum: 10, description: 'Digits and point; 6 or 7 where not said' })) },
    { additionalProperties: false },
  ),
  lines: ({ numberWidth }) => ({
    ends: [ETX],
    oneLength: true,
    lines: numberWidth === undefined ? [sb200Line(6), { ...sb200Line(7), rare: true }] : [sb200Line(numberWidth)],
  }),
})
