import Type from 'typebox'
import { newestQuestion } from './asked.ts'
import { bytesOfText } from './characters.ts'
import type { Asking, Remark } from './reading.ts'
import { wordSetting } from './settings.ts'
import { textDialect } from './text-dialect.ts'
import { type Field, number, skip, text, unit, word } from './text-fields.ts'
import { CR, LF } from './text-line.ts'

/**
 * SMA SCP-0499, the protocol of the North American scale makers' association (Avery Weigh-Tronix ZM, Fairbanks FB2550 and PR,
 * Sartorius/Minebea PR 52xx, Cardinal, B-TEK, Flintec; five of their manuals restate the same text):
 *
 *   LF │ status │ range 1–3 │ mode │ motion M or blank │ blank │ weight, ten, right-aligned │ unit, three, left-aligned │ CR
 *
 * 20 bytes; Cardinal's 190 has a weight of eleven. Status Z centre of zero, O over, U under, E zero error, I initial-zero error,
 * T tare error, e not displayed, blank; mode G N T, and g n with more digits than the display. For E, I, T dashes stand in place of
 * the weight. Asked with LF W CR; LF R CR repeats; LF ? CR answers what is unknown and LF ! CR what was garbled. No checksum.
 */
const STATUS = word({
  ' ': {},
  Z: { zero: true },
  O: { overload: true, number: 'aside' },
  U: { underload: true, number: 'aside' },
  E: { valid: false, number: 'none' },
  I: { valid: false, number: 'none' },
  T: { valid: false, number: 'none' },
  e: { valid: false, number: 'none' },
})
const RANGE = word({ 1: {}, 2: {}, 3: {} })
const MODE = word({
  G: { mode: 'gross' },
  N: { mode: 'net' },
  T: { mode: 'tare' },
  g: { mode: 'gross', highResolution: true },
  n: { mode: 'net', highResolution: true },
})
const MOTION = word({ ' ': {}, M: { stable: false } })

const line = (width: number): { fields: Field[]; says: { stable: true; overload: false; underload: false; zero: false } } => ({
  says: { stable: true, overload: false, underload: false, zero: false },
  fields: [
    text(LF),
    STATUS,
    RANGE,
    MODE,
    MOTION,
    skip(' '),
    number(width, { signed: true, fills: { '-': { valid: false, number: 'none' } } }),
    unit(3),
  ],
})

const READS = ['W', 'H'] as const

const asking: Asking = {
  answerWithinMs: 700,
  ask: (set) => bytesOfText(`\n${wordSetting(set, 'command', READS, 'W')}\r`),
  answer: (heard, reading, set) => {
    const asked = newestQuestion(sma.decoder(), heard, ({ facts }) => READS.some((read) => read === facts.command))
    return asked ? sma.encode(reading, set) : null
  },
}

export const sma = textDialect({
  name: 'sma',
  about: 'SMA SCP-0499: Avery Weigh-Tronix, Fairbanks, Sartorius, Cardinal, B-TEK',
  evidence: 'solid',
  settings: Type.Object(
    {
      weightWidth: Type.Optional(
        Type.Integer({ minimum: 8, maximum: 12, description: 'Characters of the weight; 10 or 11 where not said' }),
      ),
      ask: Type.Optional(Type.Boolean({ default: true, description: 'Ask for each weight; false where it repeats by itself' })),
      command: Type.Optional(Type.Enum(['W', 'H'], { default: 'W', description: 'W the displayed weight, H with high resolution' })),
    },
    { additionalProperties: false },
  ),
  asking,
  lines: ({ weightWidth }) => ({
    ends: [CR],
    oneLength: true,
    lines: weightWidth === undefined ? [line(10), { ...line(11), rare: true }] : [line(weightWidth)],
    other: withoutWeight,
    otherLongest: 40,
  }),
})

const FIELDS = 'SMA|MFG|MOD|REV|SN_|END|TYP|CAP|CMD'

function withoutWeight(said: string): Remark | null {
  if (said === '\n?') return { remark: 'reply', status: 'unknown-command', facts: {} }
  if (said === '\n!') return { remark: 'reply', status: 'communication-error', facts: {} }
  if (/^\n[A-Z]$/.test(said)) return { remark: 'request', status: null, facts: { command: said.slice(1) } }
  const about = new RegExp(`^\\n(${FIELDS}):(.*)$`).exec(said)
  if (about) return { remark: 'reply', status: 'ok', facts: { field: about[1] ?? '', content: (about[2] ?? '').trim() } }
  // Diagnostics: RAM, EEPROM, calibration and memory, a letter for each that failed.
  if (/^\n[R ][E ][C ][M ]$/i.test(said))
    return { remark: 'reply', status: said.trim() === '' ? 'ok' : 'error', facts: { field: 'diagnostics', content: said.slice(1) } }
  return null
}
