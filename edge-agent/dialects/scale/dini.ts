import Type from 'typebox'
import { newestQuestion } from './asked.ts'
import { bytesOfText } from './characters.ts'
import type { Asking, Remark } from './reading.ts'
import { textSetting } from './settings.ts'
import { STATE_HEADER } from './st-headers.ts'
import { textDialect } from './text-dialect.ts'
import { address, type Field, number, tare, text, unit, word } from './text-fields.ts'
import { CR_LF, type Line } from './text-line.ts'

/**
 * Dini Argeo (DFW, 3590, DGT …; sold under other names by SCAIME and others), standard string, 19 bytes, 21 with an RS-485 address:
 *
 *   [address, two digits] │ ST US OL UL │ , │ GS NT │ , │ number, eight, sign inside │ , │ unit, two │ CR LF
 *
 * VL (microvolts) and RZ (converter points) stand in place of GS where a technician so sets: those lines carry no weight. What fills
 * the number on overload is printed nowhere and never read. Dini Argeo technical manuals. Asked with READ it answers the same line;
 * OK and ERR01 (letters behind the command), ERR02 (bad data), ERR03 (not allowed now) answer other commands.
 */
const settings = Type.Object(
  {
    address: Type.Optional(
      Type.String({ pattern: '^[0-9]{2}$', description: 'Two digits on RS-485: only its lines are read, and it is put before a question' }),
    ),
    ask: Type.Optional(Type.Boolean({ default: false, description: 'Ask with READ for each weight instead of listening' })),
  },
  { additionalProperties: false },
)

const KIND: Parameters<typeof word>[0] = { GS: { mode: 'gross' }, NT: { mode: 'net' } }
const COMMANDS = 'READ|REXT|REXD|GR10|TARE|T|TMAN.{0,8}|ZERO|Z|CLEAR|C|NTGS|STAT|RALL|VER'

const both = (line: Line): readonly Line[] => [line, { ...line, fields: [address, ...line.fields] }]

function withoutWeight(line: string): Remark | null {
  const [, of, said = ''] = /^(\d\d)?(.*)$/.exec(line) ?? []
  const addressed = of === undefined ? {} : { address: of }
  const error = /^ERR(\d\d)$/.exec(said)
  if (error) return { remark: 'reply', status: 'error', facts: { ...addressed, errorCode: Number(error[1]) } }
  if (said === 'OK') return { remark: 'reply', status: 'ok', facts: addressed }
  if (new RegExp(`^(?:${COMMANDS})$`).test(said)) return { remark: 'request', status: null, facts: { ...addressed, command: said } }
  const raw = /^(?:ST|US|OL|UL),(VL|RZ),/.exec(said)
  return raw
    ? { remark: 'reply', status: 'no-weight', facts: { ...addressed, content: raw[1] === 'VL' ? 'microvolts' : 'converter-points' } }
    : null
}

export const diniStandard = textDialect({
  name: 'dini-standard',
  about: 'Dini Argeo 标准字符串, SCAIME / Dini Argeo standard string',
  evidence: 'solid',
  settings,
  asksByDefault: false,
  lines: ({ address: set }) => ({
    ends: [CR_LF],
    address: set,
    lines: both({
      says: { overload: false },
      fields: [
        word(STATE_HEADER, 'bad-header'),
        text(','),
        word(KIND, 'bad-header'),
        text(','),
        number(8, { signed: true }),
        text(','),
        unit(2, { align: 'left' }),
      ],
    }),
    other: withoutWeight,
    otherStarts: 'OERGTZCNSV0123456789',
    otherLongest: 24,
  }),
  asking: read(),
})

function read(): Asking {
  return {
    answerWithinMs: 500,
    ask: (set) => bytesOfText(`${textSetting(set, 'address', '')}READ\r\n`),
    answer: (heard, reading, set) => {
      const asked = newestQuestion(
        diniStandard.decoder(),
        heard,
        ({ facts }) => facts.command === 'READ' && (facts.address ?? '') === textSetting(set, 'address', ''),
      )
      return asked ? diniStandard.encode(reading, set) : null
    },
  }
}

/**
 * Dini Argeo AF string: gross and tare in one line.
 *
 *   [address] │ ST US OL UL │ , │ scale or range, one digit │ , │ gross, ten │ unit │ , │ PT preset, or two blanks │ tare, ten │ unit │ CR LF
 */
const digit: Field = word(Object.fromEntries('1234567890'.split('').map((one) => [one, {}])))
export const diniAf = textDialect({
  name: 'dini-af',
  about: 'Dini Argeo AF 字符串（毛重加皮重）/ Dini Argeo AF string, gross with tare',
  evidence: 'fair',
  settings: Type.Object({ address: settings.properties.address }, { additionalProperties: false }),
  lines: ({ address: set }) => ({
    ends: [CR_LF],
    address: set,
    lines: both({
      says: { overload: false, mode: 'gross' },
      fields: [
        word(STATE_HEADER, 'bad-header'),
        text(','),
        digit,
        text(','),
        number(10, { signed: true }),
        unit(2),
        text(','),
        word({ PT: {}, '  ': {} }, 'bad-header'),
        tare(10),
        unit(2),
      ],
    }),
  }),
})
