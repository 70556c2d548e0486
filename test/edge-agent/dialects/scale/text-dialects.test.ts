import { describe, expect, it } from 'vitest'
import type { Reading } from '#dialects/scale/reading'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { bytesOf, hexOf } from '../tapes.ts'
import { asExpected, asHeard, decoded, readExpected } from './as-expected.ts'
import { hear } from './properties.ts'

const TAPES = ['equals-formats', 'yaohua-lines', 'st-lines', 'mt-sics', 'sma', 'american-streams', 'rinstrum', 'bilanciai']

describe.each(TAPES)('what is published of %s', (tape) => {
  it.each(readExpected(tape).map((entry) => [entry.id, entry.protocol, entry.description, entry] as const))(
    '%s %s: %s',
    (_id, protocol, _description, entry) => {
      const dialect = scaleDialect(protocol)
      if (!dialect) throw new Error(`no dialect ${protocol}`)
      expect(asHeard(entry, dialect)).toEqual(asExpected(entry))
    },
  )
})

/** Published with other padding, another unit's side or an unusual form than a simulated indicator sends; said so, they are the same. */
const said = TAPES.flatMap((tape) => readExpected(tape)).filter(({ expected }) => expected.result === 'accepted')

it.each(said.map((entry) => [entry.id, entry.protocol, entry] as const))(
  '%s %s is said again by a simulated indicator',
  (_id, protocol, entry) => {
    const dialect = scaleDialect(protocol)
    if (!dialect) throw new Error(`no dialect ${protocol}`)
    const [reading]: (Reading | undefined)[] = hear({ dialect }, [bytesOf(entry.hex)]).readings
    if (!reading) throw new Error('nothing heard')
    const again = dialect.encode(reading)
    // A message without a number can be sent only by formats that have a word for it.
    if (again.length > 0) expect(decoded(dialect, again).readings).toEqual(decoded(dialect, bytesOf(entry.hex)).readings)
    else expect(reading.digits).toBeNull()
  },
)

/** Blanks where ours sends zeros, another width, CR alone, digits beside an overload that ours leaves blank, flags nobody reads. */
const OTHERWISE = new Set(
  'f065 f079 f080 f081 f173 f176 f177 f178 f179 f182 f190 f200 f201 f204 f223 f224 f225 f233 f238 f243 f263 f265'.split(' '),
)

it.each(said.filter(({ id }) => !OTHERWISE.has(id)).map((entry) => [entry.id, entry.protocol, entry] as const))(
  '%s %s is said to the very byte',
  (_id, protocol, { hex }) => {
    const dialect = scaleDialect(protocol)
    const [reading] = dialect ? hear({ dialect }, [bytesOf(hex)]).readings : []
    expect(reading && hexOf(dialect?.encode(reading) ?? new Uint8Array(0))).toBe(hexOf(bytesOf(hex)))
  },
)
