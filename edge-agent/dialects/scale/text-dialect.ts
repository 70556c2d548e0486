import Type, { type Static, type TObject } from 'typebox'
import { decoderOf } from './decoder-of.ts'
import type { Asking, DialectSettings, ScaleDialect, UsualLine } from './reading.ts'
import { CR, CR_LF, encodeLine, type Lines, lineFraming } from './text-line.ts'

/** A dialect told as a table of lines. */
export interface TextDialectParts<S extends TObject> {
  readonly name: string
  readonly about: string
  readonly evidence: ScaleDialect['evidence']
  readonly usual?: UsualLine
  readonly eightBit?: boolean
  readonly settings: S
  lines(settings: Partial<Static<S>>): Lines
  readonly asking?: Asking
  readonly asksByDefault?: boolean
}

export const NO_SETTINGS = Type.Object({}, { additionalProperties: false })
export const USUAL_LINE: UsualLine = { baud: 9600, data: 8, parity: 'none', stop: 1 }

/** How lines end: most families are set to CR LF and can be set to CR alone, which is known only by the byte behind it. */
export const terminator = Type.Enum(['auto', 'cr-lf', 'cr'], {
  default: 'auto',
  description: 'What ends a line; `cr` gives a weight out one character earlier than `auto` can',
})
export const endsOf = (which: Static<typeof terminator> = 'auto'): readonly string[] =>
  ({ auto: [CR_LF, CR], 'cr-lf': [CR_LF], cr: [CR] })[which]

/**
 * Formats without a checksum: the first frame after (re)connecting may be a tail that looks whole. Settings are those of the schema:
 * whoever reads a profile has checked them.
 */
export function textDialect<S extends TObject>(parts: TextDialectParts<S>): ScaleDialect {
  const { name, about, evidence, usual = USUAL_LINE, eightBit = false, settings: schema, asking = null, asksByDefault } = parts
  const known = new WeakMap<DialectSettings, Lines>()
  const none: DialectSettings = {}
  const linesOf = (settings: DialectSettings = none): Lines => {
    const lines = known.get(settings) ?? parts.lines(settings as Partial<Static<S>>)
    known.set(settings, lines)
    return lines
  }
  return {
    name,
    about,
    evidence,
    distrustFirst: 1,
    longestFrame: lineFraming(linesOf()).longest,
    eightBit,
    usual,
    settings: schema,
    asking,
    ...(asksByDefault === undefined ? {} : { asksByDefault }),
    decoder: (settings) => decoderOf(lineFraming(linesOf(settings))),
    encode: (reading, settings) => encodeLine(linesOf(settings), reading),
  }
}
