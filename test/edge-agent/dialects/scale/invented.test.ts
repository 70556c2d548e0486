import { describe, expect, it } from 'vitest'
import type { ScaleDialect } from '#dialects/scale/reading'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { joined } from '../tapes.ts'
import { type Damage, framesOf, inventedBy, KINDS, weightsIn } from './damage.ts'

/** A check that adds up digits is blind to their order. */
const SUM: readonly Damage[] = ['neighbours exchanged']
/** So is an XOR, which halves of two frames pass by chance as well. */
const XOR: readonly Damage[] = ['neighbours exchanged', 'joined to a whole']
/** A layout without a check: whatever fits its columns. */
const COLUMNS: readonly Damage[] = ['neighbours exchanged', 'one bit turned', 'joined to a whole']
/** Numbers of any width, and no check. */
const LOOSE: readonly Damage[] = ['bytes lost', 'one byte lost', 'one byte doubled', ...COLUMNS, 'joined to another length']

/**
 * What of all that damage nobody can notice, because the format has nothing that would show it. The remedy is
 * `filter.equalFrames`: two or three frames in a row that say the same. Whatever is not named here is noticed, or leaves the weight
 * as it was. Dialects not named have a CRC, and nothing gets through.
 */
const UNNOTICED: Readonly<Record<string, readonly Damage[]>> = {
  'yaohua-tf0': XOR,
  'yaohua-cmd': XOR,
  'dingsong-ds822': XOR,
  'laumas-display': XOR,
  'laumas-ascii': XOR,
  'yaohua-a12e-wg': XOR,
  'mt-continuous': SUM,
  'gm-cont': SUM,
  'gm-rsp1': SUM,
  'flintec-bsi': SUM,
  'yaohua-eq-reversed': COLUMNS,
  'yaohua-eq-forward': COLUMNS,
  'eq-reversed-trailing': COLUMNS,
  'yaohua-ww': COLUMNS,
  'keli-xk3118t1-ascii': COLUMNS,
  'keli-xk3118t1-reversed': COLUMNS,
  'keli-xk3118t1-cmd': COLUMNS,
  'stgs-18': COLUMNS,
  'excell-21': COLUMNS,
  'cas-22': COLUMNS,
  'cas-10': COLUMNS,
  'dini-standard': COLUMNS,
  'dini-af': COLUMNS,
  sma: COLUMNS,
  'ricelake-rlws': COLUMNS,
  'ricelake-cardinal-stream': COLUMNS,
  'cardinal-sb400': COLUMNS,
  'cardinal-sb200': COLUMNS,
  'weightronix-stream': COLUMNS,
  df1500: COLUMNS,
  'rinstrum-fmt1': COLUMNS,
  'rinstrum-fmt2': COLUMNS,
  'rinstrum-fmt3': COLUMNS,
  'rinstrum-fmt4': COLUMNS,
  'rinstrum-fmt5': COLUMNS,
  'rinstrum-fmt6': COLUMNS,
  'ob350-fmt3': COLUMNS,
  'bilanciai-cb': COLUMNS,
  'bilanciai-ext': COLUMNS,
  // An answer's number is as wide as it is.
  'mt-sics': LOOSE,
  'rinstrum-reg': LOOSE,
  // Binary without a check: a doubled status byte is the status and a digit pair.
  'bcd-ff': ['one byte doubled', 'a foreign byte', ...COLUMNS, 'joined to another length'],
  // No CRC, because TCP has checks of its own and loses nothing: bytes that come are the bytes that were sent.
  'modbus-tcp': ['a foreign byte', ...LOOSE],
}

const dialects = Object.entries(SCALE_DIALECTS).filter(([name]) => name !== 'text-layout')

describe('in a stream, a weight nobody said comes of no other damage than the format is blind to', () => {
  it.each(dialects)('%s', (name, dialect) => {
    const unnoticed = new Set(UNNOTICED[name] ?? [])
    const invented = KINDS.map((kind) => [kind, inventedBy(kind, dialect)] as const)
    for (const [kind, what] of invented) if (!unnoticed.has(kind)) expect(what, kind).toBeNull()
    // The table promises no less than is true, either.
    expect(new Set(invented.filter(([, what]) => what !== null).map(([kind]) => kind))).toEqual(unnoticed)
  })
})

describe('a connection that begins in the middle of a frame gives no weight of its own', () => {
  /** As a device hears it: so many frames are not believed, then whatever comes. */
  const believed = (dialect: ScaleDialect, frame: Uint8Array, at: number): string[] =>
    weightsIn(dialect, joined([frame.subarray(at), frame, frame]), dialect.distrustFirst)

  it.each(dialects)('%s', (_name, dialect) => {
    for (const frame of framesOf(dialect)) {
      const said = new Set(weightsIn(dialect, joined([frame, frame, frame])))
      for (let at = 0; at < frame.length; at++) expect(believed(dialect, frame, at).filter((weight) => !said.has(weight))).toEqual([])
    }
  })
})
