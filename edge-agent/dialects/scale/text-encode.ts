import type { Exact, Reading } from './reading.ts'
import type { Facts, Field, FieldOf } from './text-fields.ts'
import { writeNumber } from './text-number.ts'

/** What an indicator is given to say. */
export type Said = Pick<Reading, 'digits' | 'decimals'> & Partial<Reading>

const HEX = '0123456789ABCDEF'

/**
 * The characters of one line for this reading; null where it cannot be said so: another word stands in the line than was wanted, or
 * there is no number and no word for that. A RangeError for a number that does not fit.
 */
export function writeLine(fields: readonly Field[], said: Said, addressed: string | undefined): string | null {
  let line = ''
  let withheld = false
  // Where a word carries the sign, the number has none.
  const number = fields.some((field) => field.kind === 'word' && Object.values(field.means).some(({ negative }) => negative !== undefined))
    ? { ...said, digits: said.digits === null ? null : Math.abs(said.digits) }
    : said
  for (const field of fields) {
    const written = write(field, field.kind === 'number' ? number : said, line, addressed)
    if (written === null) return null
    line += written.characters
    withheld ||= written.withheld
  }
  return said.digits === null && !withheld ? null : line
}

interface Written {
  readonly characters: string
  /** It says that there is no number to use. */
  readonly withheld: boolean
}
const plain = (characters: string): Written => ({ characters, withheld: false })

function write(field: Field, said: Said, before: string, addressed: string | undefined): Written | null {
  switch (field.kind) {
    case 'text':
      return plain(field.text)
    case 'skip':
      return plain(field.written)
    case 'address':
      return addressed === undefined ? null : plain(addressed.padStart(field.width, '0'))
    case 'word': {
      const best = bestOf(Object.entries(field.means), said)
      return best && { characters: best[0], withheld: best[1].number !== undefined && agreements(best[1], said) > 0 }
    }
    case 'unit': {
      if (field.blankWhenMoving && said.stable === false) return plain(' '.repeat(field.width))
      // Blanks where there is none to say; where nobody said, the usual.
      const [spelt] =
        field.spelt.find(([, is]) => said.unit === undefined || is === said.unit) ?? (said.unit === null ? field.spelt : [])[0] ?? []
      return spelt === undefined ? null : plain(spelt)
    }
    case 'flags':
      return flagsFor(field, said)
    case 'number':
      return numberFor(field, said)
    case 'xor': {
      const sum = [...before].reduce((all, one) => all ^ one.charCodeAt(0), 0)
      return plain(`${HEX.charAt(sum >> 4)}${HEX.charAt(sum & 15)}`)
    }
  }
}

function flagsFor({ as, shows, always }: FieldOf<'flags'>, said: Said): Written {
  const set = shows.filter(([, facts]) => fits(facts, said) && agreements(facts, said) > 0)
  const flags = set.reduce((all, [bit]) => all | bit, always)
  return {
    characters: as === 'hex' ? HEX.charAt(flags & 15) : String.fromCharCode(flags),
    withheld: set.some(([, { number }]) => number !== undefined),
  }
}

function numberFor({ of, width, sign, shape, fills }: FieldOf<'number'>, said: Said): Written {
  const exact: Exact | null =
    of === 'tare' ? (said.tare ?? null) : said.digits === null ? null : { digits: said.digits, decimals: said.decimals ?? 0 }
  if (exact === null) {
    const fill = of === 'weight' ? bestOf(Object.entries(fills), said) : null
    const filled = fill !== null && agreements(fill[1], said) > 0
    const columns = sign === null ? width : width - 1
    const aside = of === 'weight' ? said.beside?.frameValue : undefined
    if (aside && !filled) return plain(columnsOf(aside, width, sign, shape))
    return { characters: `${sign?.charAt(0) ?? ''}${(filled ? fill[0] : ' ').repeat(columns)}`, withheld: filled }
  }
  return plain(columnsOf(exact, width, sign, shape))
}

function columnsOf(exact: Exact, width: number, sign: string | null, shape: FieldOf<'number'>['shape']): string {
  if (sign === null) return writeNumber(exact, width, shape)
  return `${exact.digits < 0 ? '-' : sign.charAt(0)}${writeNumber({ ...exact, digits: Math.abs(exact.digits) }, width - 1, shape)}`
}

const CLAIMS = ['stable', 'mode', 'unit', 'overload', 'underload', 'zero'] as const

/** Nothing in `facts` is against what was said, and a number that is there is not called unusable. */
function fits(facts: Facts, said: Said): boolean {
  if (facts.number !== undefined && said.digits !== null) return false
  if (facts.valid === false && said.beside?.valid !== false) return false
  if (facts.highResolution && !said.beside?.highResolution) return false
  if (facts.negative !== undefined && facts.negative !== (said.digits ?? 0) < 0) return false
  return CLAIMS.every((key) => facts[key] === undefined || facts[key] === null || said[key] == null || facts[key] === said[key])
}

function agreements(facts: Facts, said: Said): number {
  const beside = (facts.valid === false ? 1 : 0) + (facts.highResolution ? 1 : 0)
  return CLAIMS.filter((key) => facts[key] != null && facts[key] === said[key]).length + beside
}

function bestOf(entries: readonly (readonly [string, Facts])[], said: Said): readonly [string, Facts] | null {
  const able = entries.filter(([, facts]) => fits(facts, said))
  let best: readonly [string, Facts] | null = able[0] ?? null
  for (const one of able) if (best && agreements(one[1], said) > agreements(best[1], said)) best = one
  return best
}
