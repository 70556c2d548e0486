import { describe, expect, it } from 'vitest'
import { dingsong } from '#dialects/scale/dingsong-ds822'
import { flintecBsi } from '#dialects/scale/flintec-bsi'
import { gmCont } from '#dialects/scale/gm-cont'
import { gmRsp1 } from '#dialects/scale/gm-rsp1'
import { laumasAscii } from '#dialects/scale/laumas-ascii'
import { laumasDisplay } from '#dialects/scale/laumas-display'
import { mtContinuous } from '#dialects/scale/mt-continuous'
import type { DialectSettings, Reading, ScaleDialect } from '#dialects/scale/reading'
import { yaohuaCmd } from '#dialects/scale/yaohua-cmd'
import { joined } from '../tapes.ts'
import { hear, type Said } from './properties.ts'

/**
 * Every single bit of many frames of the checked families, turned, alone and with a frame behind. A reading that comes all the same
 * must be the frame's own to the last fact: so it is with bits no meaning rests on (bit 7 of METTLER TOLEDO's check, which is taken
 * modulo 128; bit 6 of Dingsong's segment and status bytes, which its check does not see). Or it says that it has no number
 * (Dingsong's error byte).
 */
const SOME: readonly Said[] = [
  { digits: 0, decimals: 0 },
  { digits: 45_680, decimals: 0, stable: true },
  { digits: -120, decimals: 0, stable: false },
  { digits: 86_420, decimals: 0 },
  { digits: 13_579, decimals: 0 },
  ...Array.from({ length: 64 }, (_, i) => ({ digits: i * 1_240, decimals: 0, stable: i % 2 === 0 })),
]
const AFTER: Said = { digits: 777, decimals: 0, stable: true }

function harm(dialect: ScaleDialect, settings: DialectSettings, before: Uint8Array): unknown[] {
  const hearAll = (bytes: Uint8Array): readonly Reading[] => hear({ dialect, settings }, [joined([before, bytes])]).readings
  const known = hearAll(new Uint8Array(0)).length
  const after = dialect.encode(AFTER, settings)
  const wrong: unknown[] = []
  for (const said of SOME) {
    const frame = dialect.encode(said, settings)
    const [own] = hearAll(frame).slice(known)
    const meant = [own, ...hearAll(after).slice(known)].map((reading) => JSON.stringify(reading))
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = frame.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      for (const line of [damaged, joined([damaged, after])]) {
        const invented = hearAll(line)
          .slice(known)
          .filter((reading) => reading.digits !== null && !meant.includes(JSON.stringify(reading)))
        if (invented.length > 0) wrong.push({ said, bit, invented })
      }
    }
  }
  return wrong
}

const NOTHING = new Uint8Array(0)

describe('no single turned bit becomes another weight', () => {
  it.each<[dialect: ScaleDialect, settings: DialectSettings]>([
    [yaohuaCmd, {}],
    [yaohuaCmd, { address: 'C', ask: 'net' }],
    [mtContinuous, { form: 'cr-checksum' }],
    [mtContinuous, { form: 'cr-checksum', tareField: false }],
    [mtContinuous, { form: 'cr-lf-checksum', maker: 'flintec' }],
    [dingsong, {}],
    [dingsong, { statusByte: 'second', address: 'Q' }],
    [gmCont, {}],
    [gmRsp1, {}],
    [laumasAscii, {}],
    [flintecBsi, { checksum: 'always' }],
  ])('of $0.name $1', (dialect, settings) => {
    expect(harm(dialect, settings, NOTHING)).toEqual([])
  })

  it('of Laumas, whose display sends two weights', () => {
    expect(harm(laumasDisplay, {}, NOTHING)).toEqual([])
  })

  it('of Dingsong, on its display without sign', () => {
    const unsigned: ScaleDialect = {
      ...dingsong,
      encode: (said, settings) => dingsong.encode({ ...said, digits: Math.abs(said.digits ?? 0) }, settings),
    }
    expect(harm(unsigned, { ask: 'display' }, NOTHING)).toEqual([])
  })

  it.each(['cr-checksum', 'cr-lf-checksum'])('of METTLER TOLEDO once the decoder has learned that frames end in %s', (form) => {
    const speaking: ScaleDialect = { ...mtContinuous, encode: (said) => mtContinuous.encode(said, { form }) }
    // Weights whose check is none of the bytes that begin or end a line, three running.
    const heard = joined([10, 20, 30].map((digits) => speaking.encode({ digits, decimals: 0 })))
    expect(harm(speaking, {}, heard)).toEqual([])
  })

  it('of METTLER TOLEDO with nothing learned, but where the check happens to be a line feed', () => {
    const harmed = harm(mtContinuous, {}, NOTHING) as { said: Said; bit: number }[]
    for (const { said } of harmed) expect(mtContinuous.encode(said).at(-1)).toBe(0x0a)
  })

  it('of Flintec once a check was heard', () => {
    expect(harm(flintecBsi, {}, flintecBsi.encode({ digits: 5, decimals: 0 }))).toEqual([])
  })
})
