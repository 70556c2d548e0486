import { decoderOf } from './decoder-of.ts'
import type { DialectSettings, ScaleDialect } from './reading.ts'
import { SettingsRefused } from './settings-refused.ts'
import { USUAL_LINE } from './text-dialect.ts'
import { address, type Facts, type Field, hexFlags, type Means, number, skip, tare, text, unit, word, xor } from './text-fields.ts'
import { layoutMistakes } from './text-layout-mistakes.ts'
import { type FactWord, type Layout, type LayoutField, LayoutSettings } from './text-layout-schema.ts'
import { CR, CR_LF, ETX, encodeLine, LF, type Lines, lineFraming } from './text-line.ts'

/**
 * An indicator whose lines a profile describes, column by column, in the order of its manual: for a variant nobody has met yet, or a
 * stream somebody has programmed. The tables of the built-in text dialects are made of the same fields.
 *
 *   dialect: text-layout
 *   settings:
 *     ends: [cr-lf]
 *     lines:
 *       - says: [in-range]
 *         fields:
 *           - words: { ST: [stable], US: [moving], OL: [overload] }
 *           - text: ","
 *           - number: 8
 *           - unit: 2
 *
 * `overload`, `underload` and `invalid` say as well that the number beside them is not to be used. Without a checksum a layout promises
 * what its columns do: give it as many fixed characters as the manual has.
 */
const FACTS: Readonly<Record<FactWord, Facts>> = {
  stable: { stable: true },
  moving: { stable: false },
  gross: { mode: 'gross' },
  net: { mode: 'net' },
  tare: { mode: 'tare' },
  overload: { overload: true, stable: null, number: 'none' },
  underload: { underload: true, stable: null, number: 'none' },
  'in-range': { overload: false, underload: false },
  zero: { zero: true },
  'not-zero': { zero: false },
  invalid: { valid: false, stable: null, number: 'none' },
  negative: { negative: true },
  positive: { negative: false },
  kg: { unit: 'kg' },
  t: { unit: 't' },
  lb: { unit: 'lb' },
  g: { unit: 'g' },
  tn: { unit: 'tn' },
}
const ENDS = { 'cr-lf': CR_LF, cr: CR, lf: LF, etx: ETX, nothing: '' } as const
const MARKS = { point: '.', comma: ',', either: '.,', none: '' } as const

const factsOf = (words: readonly FactWord[] = []): Facts => Object.assign({}, ...words.map((one) => FACTS[one])) as Facts
const meansOf = (by: Readonly<Record<string, readonly FactWord[]>>): Means =>
  Object.fromEntries(Object.entries(by).map(([spelt, words]) => [spelt, factsOf(words)]))

function fieldOf(field: LayoutField, first: boolean, signElsewhere: boolean): Field {
  const { blanks = 'leading', mark = 'point', filledWith = 'blanks', order = 'forward', sign, messages = {}, bits = {} } = field
  const shape = { blanks, marks: MARKS[mark], pad: filledWith === 'zeros' ? '0' : ' ', reversed: order === 'reversed' } as const
  if (field.text !== undefined) return text(field.text, first ? 'bad-header' : 'bad-frame')
  if (field.words !== undefined) return word(meansOf(field.words), first ? 'bad-header' : 'bad-status')
  if (field.number !== undefined)
    return number(field.number, {
      ...shape,
      ...(sign !== undefined && { sign }),
      ...(signElsewhere && { signed: false }),
      fills: meansOf(messages),
    })
  if (field.tare !== undefined) return tare(field.tare, shape)
  if (field.unit !== undefined) return unit(field.unit, { align: field.align ?? 'left' })
  if (field.flags !== undefined) {
    const said = Object.entries(bits).map(([bit, words]) => [Number(bit), factsOf(words)] as const)
    const flags = hexFlags(...said)
    return field.flags === 'hex' || flags.kind !== 'flags' ? flags : { ...flags, as: 'byte', always: 0x80 }
  }
  if (field.address !== undefined) return address
  return field.check === undefined ? skip(' '.repeat(field.skip ?? 1)) : xor
}

function linesOf({ ends = ['cr-lf', 'cr'], lines = [], address: only }: Layout): Lines {
  return {
    // The longest first, so that CR LF is not taken for CR.
    ends: ends.map((end) => ENDS[end]).sort((a, b) => b.length - a.length),
    address: only,
    lines: lines.map(({ says, fields }) => {
      const signElsewhere = fields.some(({ words = {} }) => Object.values(words).some((all) => all.includes('negative')))
      return { says: factsOf(says), fields: fields.map((field, at) => fieldOf(field, at === 0, signElsewhere)) }
    }),
  }
}

const known = new WeakMap<DialectSettings, Lines>()
const NOTHING: DialectSettings = {}

/** Throws SettingsRefused with every mistake the schema cannot tell. */
function layoutOf(settings: DialectSettings = NOTHING): Lines {
  const made = known.get(settings)
  if (made) return made
  const layout = settings as Layout
  const mistakes = layoutMistakes(layout)
  if (mistakes.length > 0) throw new SettingsRefused(mistakes)
  const lines = linesOf(layout)
  known.set(settings, lines)
  return lines
}

export const textLayout: ScaleDialect = {
  name: 'text-layout',
  about: '自定义文本格式：由配置文件逐列描述 / any line of text, described column by column in a profile',
  evidence: 'shaky',
  distrustFirst: 1,
  longestFrame: 64,
  eightBit: false,
  usual: USUAL_LINE,
  settings: LayoutSettings,
  asking: null,
  decoder: (settings) => decoderOf(lineFraming(layoutOf(settings))),
  encode: (reading, settings) => encodeLine(layoutOf(settings), reading),
}
