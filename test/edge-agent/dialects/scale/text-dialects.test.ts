import { describe, expect, it } from 'vitest'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { asExpected, asHeard, readExpected } from './as-expected.ts'

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
