import Type from 'typebox'
import type { ScaleDialect } from './reading.ts'
import { FILLS, MODE, SAYS, STATUS } from './ricelake-rlws.ts'
import { endsOf, NO_SETTINGS, terminator, textDialect } from './text-dialect.ts'
import { type Facts, type Field, type Means, number, skip, text, unit, unitLetter, word } from './text-fields.ts'
import { CR_LF, ETX, type Lines, STX } from './text-line.ts'
import { PRINTABLES } from './text-starts.ts'

/**
 * Automatic output of Rinstrum R320, R420 and their kin, ten times a second, as set under SERIAL:FORMAT (R320 manual p. 44). The number
 * is seven characters with its point; without one the first is blank. The sign is a blank or −.
 *
 *   FMT_1  02 │ sign │ number │ G N U O M or E │ 03
 *   FMT_2  02 │ sign │ number │ G N U O E │ M or blank │ Z or blank │ − or range │ unit, three, blank while moving │ 03
 *   FMT_3  02 │ number, eight │ G N │ M S │ I O U │ Z or blank │ two blanks │ 03
 *   FMT_4  OL ST US │ GR NT │ sign │ number │ unit, two       and no end of its own; CR LF and commas are met in practice
 *   FMT_5  sign │ number │ L K G T │ G N │ status │ CR LF     a Rice Lake stream without its 02
 *   FMT_6  as FMT_2, the sign also switches a traffic light
 *
 * FMT_1 has one letter for everything: M hides gross and net, G or N means that nothing moves.
 */
const GROSS_NET: Means = { G: { mode: 'gross' }, N: { mode: 'net' } }
const UNUSABLE: Means = {
  U: { underload: true, number: 'none' },
  O: { overload: true, number: 'none' },
  E: { valid: false, overload: null, underload: null, number: 'none' },
}
const IN_RANGE: Facts = { overload: false, underload: false }

const rinstrum = (name: string, format: string, lines: Lines, evidence: ScaleDialect['evidence'] = 'fair'): ScaleDialect =>
  textDialect({ name, about: `Rinstrum R320, R420: ${format}`, evidence, settings: NO_SETTINGS, lines: () => lines })

export const rinstrumFmt1 = rinstrum('rinstrum-fmt1', 'FMT_1', {
  ends: [ETX],
  lines: [
    {
      says: IN_RANGE,
      fields: [
        text(STX),
        number(7, { sign: ' ' }),
        word({ G: { mode: 'gross', stable: true }, N: { mode: 'net', stable: true }, M: { stable: false }, ...UNUSABLE }),
      ],
    },
  ],
})

const fmt2 = (signed: readonly Field[]): Lines => ({
  ends: [ETX],
  lines: [
    {
      says: { ...IN_RANGE, stable: true, zero: false },
      fields: [
        text(STX),
        ...signed,
        word({ ...GROSS_NET, ...UNUSABLE }),
        word({ ' ': {}, M: { stable: false } }),
        word({ ' ': {}, Z: { zero: true } }),
        skip('-'),
        unit(3, { align: 'right', blankWhenMoving: true }),
      ],
    },
  ],
})

export const rinstrumFmt2 = rinstrum('rinstrum-fmt2', 'FMT_2', fmt2([number(7, { sign: ' ' })]))

export const rinstrumFmt3 = rinstrum('rinstrum-fmt3', 'FMT_3', {
  ends: [ETX],
  lines: [
    {
      says: IN_RANGE,
      fields: [
        text(STX),
        number(8, { signed: true }),
        word(GROSS_NET),
        word({ S: { stable: true }, M: { stable: false } }),
        word({ I: {}, O: { overload: true, number: 'none' }, U: { underload: true, number: 'none' } }),
        word({ ' ': { zero: false }, Z: { zero: true } }),
        text('  '),
      ],
    },
  ],
})

const fmt4Line = (comma: readonly Field[]) => ({
  says: { overload: false } as const,
  fields: [
    word(
      {
        ST: { stable: true },
        US: { stable: false },
        OL: { stable: null, overload: true, number: 'none' },
      } as const,
      'bad-header',
    ),
    ...comma,
    word({ GR: { mode: 'gross' }, NT: { mode: 'net' } } as const, 'bad-header'),
    ...comma,
    number(7, { sign: ' ' }),
    unit(2, { align: 'right' }),
  ],
})

export const rinstrumFmt4 = textDialect({
  name: 'rinstrum-fmt4',
  about: 'Rinstrum R320, R420: FMT_4',
  evidence: 'fair',
  settings: Type.Object(
    { commas: Type.Optional(Type.Boolean({ default: false, description: 'Whether commas stand between the words' })) },
    { additionalProperties: false },
  ),
  lines: ({ commas = false }) => ({ ends: [CR_LF, ''], oneLength: true, lines: [fmt4Line(commas ? [text(',')] : [])] }),
})

export const rinstrumFmt5 = textDialect({
  name: 'rinstrum-fmt5',
  about: 'Rinstrum R320, R420: FMT_5',
  evidence: 'fair',
  settings: Type.Object({ terminator: Type.Optional(terminator) }, { additionalProperties: false }),
  lines: ({ terminator: which }) => ({
    ends: endsOf(which),
    lines: [{ says: SAYS, fields: [number(7, { sign: ' ', fills: FILLS }), unitLetter('t'), word(MODE), word(STATUS)] }],
    // Behind an 02 it is a Rice Lake stream, behind a character the tail of a longer line.
    notAfter: { starts: [0x20, 0x2d], bytes: [0x02, ...PRINTABLES] },
  }),
})

/**
 * The manual prints no table of the traffic light's bytes. Blank and − are read as in FMT_2; any other sign byte is `bad-status`, never a
 * guess, until a profile says which bytes mean minus and which plus.
 */
export const rinstrumFmt6 = textDialect({
  name: 'rinstrum-fmt6',
  about: 'Rinstrum R320, R420: FMT_6（符号位兼交通灯）/ FMT_6, sign and traffic light in one byte',
  evidence: 'shaky',
  settings: Type.Object(
    {
      plus: Type.Optional(Type.String({ maxLength: 8, description: 'Further characters of a positive weight' })),
      minus: Type.Optional(Type.String({ maxLength: 8, description: 'Further characters of a negative weight' })),
    },
    { additionalProperties: false },
  ),
  lines: ({ plus = '', minus = '' }) => fmt2([word(signs(plus, minus)), number(7, { signed: false })]),
})

function signs(plus: string, minus: string): Means {
  const positive = [' ', ...plus].map((one) => [one, { negative: false }] as const)
  const negative = ['-', ...minus].map((one) => [one, { negative: true }] as const)
  return Object.fromEntries([...positive, ...negative])
}

/**
 * Rice Lake OB-350, scoreboard format 3 (p. 16), 14 bytes: 02 │ N │ sign │ number, seven │ blank and unit │ 03. No status of any kind.
 */
export const ob350Fmt3 = textDialect({
  name: 'ob350-fmt3',
  about: 'Rice Lake OB-350 大屏格式 3 / scoreboard format 3',
  evidence: 'fair',
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [ETX],
    lines: [
      {
        fields: [
          text(STX),
          word({ N: { mode: 'net' }, G: { mode: 'gross' } }, 'bad-header'),
          number(7, { sign: ' ' }),
          unit(3, { align: 'right' }),
        ],
      },
    ],
  }),
})
