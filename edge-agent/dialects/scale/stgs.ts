import Type from 'typebox'
import { newestQuestion } from './asked.ts'
import { bytesOfText } from './characters.ts'
import type { Asking, DialectSettings, Remark } from './reading.ts'
import { wordSetting } from './settings.ts'
import { KIND_HEADER, KIND_LETTER, STATE_HEADER } from './st-headers.ts'
import { endsOf, terminator, textDialect } from './text-dialect.ts'
import { type Field, number, text, unit, word } from './text-fields.ts'
import type { Line } from './text-line.ts'

/**
 * The line of A&D (AD-4404, AD-4406 …), Excell, General Measure rECont, LIDEN format B, CAS "AND 18", DIGI and many Chinese bench
 * and platform indicators, 18 bytes; the same decoder reads them all:
 *
 *   ST │ , │ GS │ , │ sign + − or blank │ number, seven characters with its point │ unit, two │ CR LF
 *
 * First header ST stable, US moving, OL (LO in one A&D table) out of range, UL underload, HD hold; second GS, NT, TR, PT or one letter.
 * Blanks may stand between sign and digits; the decimal mark may be a comma and the end CR alone where so set. Tiger TI-02-P leaves
 * out the second comma and puts one before the unit; Excell with a one-letter unit sends 17 bytes (not believed once a line with two was
 * heard: `kg` that lost its k would be grams).
 * Printed in the manuals of A&D AD-4401/4404/4406, Excell, LIDEN LUW2001, General Measure M02, Tiger TI-02-P p. 21.
 *
 * No checksum. Under and over range are both OL on most. Asked for a weight (RW, READ, @nn in front for an address) it answers the same.
 */
const settings = Type.Object(
  {
    terminator: Type.Optional(terminator),
    decimalMark: Type.Optional(
      Type.Enum(['either', 'point', 'comma'], {
        default: 'either',
        description: 'What marks the decimals; written as a point unless it is `comma`',
      }),
    ),
    numberWidth: Type.Optional(
      Type.Integer({ minimum: 5, maximum: 12, default: 7, description: 'Characters of the number, its sign apart' }),
    ),
    unitWidth: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: 'Characters of the unit; 2 and also 1 where not said' })),
    ask: Type.Optional(Type.Boolean({ default: false, description: 'Ask for each weight instead of listening' })),
    command: Type.Optional(Type.Enum(['RW', 'READ'], { default: 'RW', description: 'A&D, Excell: RW; General Measure: READ' })),
    address: Type.Optional(Type.Integer({ minimum: 0, maximum: 99, description: 'Asked as @nn; none where not said' })),
  },
  { additionalProperties: false },
)

const MARKS = { either: '.,', point: '.', comma: ',' } as const

const headed = (kind: Field, ...rest: readonly Field[]): Line => ({
  says: { overload: false },
  fields: [word(STATE_HEADER, 'bad-header'), text(','), kind, ...rest],
})

export const stgs18 = textDialect({
  name: 'stgs-18',
  about: 'ST,GS 行: A&D, Excell, 杰曼 GM, LIDEN, CAS, DIGI, Tiger / the ST,GS line of many makers',
  evidence: 'solid',
  settings,
  asksByDefault: false,
  lines: ({ terminator: which, decimalMark = 'either', numberWidth = 7, unitWidth }) => {
    const marks = MARKS[decimalMark]
    const weight = number(numberWidth, { sign: '+ ', marks, pad: '0' })
    const two = unit(unitWidth ?? 2, { align: 'right' })
    return {
      ends: endsOf(which),
      lines: [
        headed(word(KIND_HEADER, 'bad-header'), text(','), weight, two),
        headed(word(KIND_HEADER, 'bad-header'), weight, text(','), two),
        { ...headed(word(KIND_LETTER, 'bad-header'), text(','), weight, two), rare: true },
        ...(unitWidth === undefined
          ? [{ ...headed(word(KIND_HEADER, 'bad-header'), text(','), weight, unit(1)), rare: true as const, alone: true as const }]
          : []),
      ],
      other: answersAndCommands,
      otherStarts: 'IEYNRMCTZ@',
      otherLongest: 12,
    }
  },
  asking: rw(),
})

/** Commands of a host and the answers without a weight: A&D echoes a command or says I (busy), Excell E…, General Measure YES or NO?. */
function answersAndCommands(line: string): Remark | null {
  const asked = /^(?:@(\d\d))?(RW|RG|RN|RT|MZ|MT|CT|READ|ZERO ON|TARE ON)$/.exec(line)
  if (asked) {
    const [, address, command = ''] = asked
    return { remark: 'request', status: null, facts: { ...(address !== undefined && { address }), command } }
  }
  const bare = line.replace(/^@\d\d/, '')
  if (bare === 'I') return { remark: 'reply', status: 'not-executable', facts: {} }
  if (bare === 'YES') return { remark: 'reply', status: 'ok', facts: {} }
  if (bare === 'NO?') return { remark: 'reply', status: 'not-executed', facts: {} }
  if (/^E\d{1,2}$/.test(bare)) return { remark: 'reply', status: 'error', facts: { errorCode: Number(bare.slice(1)) } }
  return null
}

function rw(): Asking {
  const addressIn = (set: DialectSettings | undefined): string | undefined =>
    typeof set?.address === 'number' ? String(set.address).padStart(2, '0') : undefined
  return {
    answerWithinMs: 500,
    ask: (set) => bytesOfText(`${set?.address === undefined ? '' : `@${addressIn(set)}`}${wordSetting(set, 'command', READS, 'RW')}\r\n`),
    answer: (heard, reading, set) => {
      const asked = newestQuestion(
        stgs18.decoder(),
        heard,
        ({ facts }) => READS.some((read) => read === facts.command) && facts.address === addressIn(set),
      )
      return asked ? stgs18.encode(reading, set) : null
    },
  }
}
const READS = ['RW', 'READ'] as const

/**
 * Excell general format, 21 bytes: the same with a number of eight and a unit of four characters (`  lb`). Out of range is the sign
 * and twelve blanks. Excell manuals.
 */
export const excell21 = textDialect({
  name: 'excell-21',
  about: 'Excell 通用格式 21 字节 / Excell general format',
  evidence: 'solid',
  settings: Type.Object({ terminator: Type.Optional(terminator) }, { additionalProperties: false }),
  lines: ({ terminator: which }) => ({
    ends: endsOf(which),
    lines: [
      headed(word(KIND_HEADER, 'bad-header'), text(','), number(8, { sign: '+ ', marks: '.,', pad: '0' }), unit(4, { align: 'right' })),
    ],
  }),
})
