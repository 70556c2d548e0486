import { expect, it } from 'vitest'
import { FRAMED_DIALECTS } from '#dialects/scale/framed-dialects'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { clearBit7 } from '#dialects/scale/seven-bit'
import { bytesOf, hexOf } from '../tapes.ts'
import { asExpected, asHeard, type ExpectedEntry, readExpected } from './as-expected.ts'

/** Every published frame of the families written by hand, against what its source says it means. */
const all = readExpected('scale-framed')
/** The handshake of Yaohua: question and answer are the same six bytes, and a host hears the answer. */
const HANDSHAKE_ASKED = 'f035'
const entries = all.filter(({ id }) => id !== HANDSHAKE_ASKED)
const raw = (entry: ExpectedEntry): boolean => entry.variant?.endsWith('7e1-raw') === true
/** What a port opened as 7E1 would have given; the parity trap itself is tried in seven-bit.test.ts. */
const asRead = (entry: ExpectedEntry): ExpectedEntry => (raw(entry) ? { ...entry, hex: hexOf(clearBit7(bytesOf(entry.hex))) } : entry)

it.each(entries.map((entry) => [entry.id, entry.protocol, entry.description, entry] as const))(
  '%s %s: %s',
  (_id, protocol, _about, entry) => {
    const dialect = scaleDialect(protocol)
    if (!dialect) throw new Error(`no dialect ${protocol}`)
    expect(asHeard(asRead(entry), dialect)).toEqual(asExpected(entry))
  },
)

it('each is known by its name', () => {
  for (const dialect of FRAMED_DIALECTS) expect(scaleDialect(dialect.name)).toBe(dialect)
})

it('a handshake heard on the line is the answer to one: its bytes are the question itself', () => {
  const [asked, answered] = ['f035', 'f048'].map((id) => all.find((entry) => entry.id === id))
  expect(asked?.hex).toBe(answered?.hex)
})
