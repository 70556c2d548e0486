import fc from 'fast-check'
import { bcdFf } from '#dialects/scale/bcd-ff'
import { dingsong } from '#dialects/scale/dingsong-ds822'
import { flintecBsi } from '#dialects/scale/flintec-bsi'
import { gmCont } from '#dialects/scale/gm-cont'
import { gmRsp1 } from '#dialects/scale/gm-rsp1'
import { keliCmd } from '#dialects/scale/keli-xk3118t1-cmd'
import { laumasAscii } from '#dialects/scale/laumas-ascii'
import { laumasDisplay } from '#dialects/scale/laumas-display'
import { mtContinuous } from '#dialects/scale/mt-continuous'
import { yaohuaCmd } from '#dialects/scale/yaohua-cmd'
import { keepsItsPromises, type Said } from './properties.ts'

/** What each family can say, held against what every dialect owes. */
const weight = (most: number, mostDecimals: number, least = -most): fc.Arbitrary<{ digits: number; decimals: number }> =>
  fc.record({ digits: fc.integer({ min: least, max: most }), decimals: fc.integer({ min: 0, max: mostDecimals }) })
const anyOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const stable = fc.boolean()

const mtSaid: fc.Arbitrary<Said> = fc.record({
  digits: fc.integer({ min: -999_999, max: 999_999 }),
  decimals: fc.integer({ min: 0, max: 5 }),
  stable,
  unit: anyOf('kg' as const, 'lb' as const),
  mode: anyOf('gross' as const, 'net' as const),
})
keepsItsPromises({ dialect: mtContinuous, said: mtSaid })
for (const form of ['cr', 'cr-lf', 'cr-lf-checksum']) keepsItsPromises({ dialect: mtContinuous, settings: { form }, said: mtSaid })
keepsItsPromises({ dialect: mtContinuous, settings: { form: 'cr-checksum', tareField: false }, said: mtSaid })
// While the end is still being learned, garbage right behind a frame without a check costs that frame: it may be a failed check.
keepsItsPromises({ dialect: mtContinuous, settings: { maker: 'ind310', form: 'cr', leading: 'zeros' }, said: mtSaid })

keepsItsPromises({
  dialect: yaohuaCmd,
  said: fc.tuple(weight(999_999, 4), anyOf('gross' as const, 'net' as const, 'tare' as const)).map(([said, mode]) => ({ ...said, mode })),
})
keepsItsPromises({ dialect: keliCmd, said: weight(99_999, 4).map((said) => ({ ...said, unit: 'kg' as const })) })
keepsItsPromises({ dialect: dingsong, said: weight(999_999, 4) })
keepsItsPromises({ dialect: dingsong, settings: { ask: 'display' }, said: weight(999_999, 0, 0) })
keepsItsPromises({ dialect: gmCont, said: weight(999_999, 0).chain((said) => stable.map((is) => ({ ...said, stable: is }))) })
keepsItsPromises({ dialect: gmRsp1, settings: { scaleNo: '07' }, said: weight(999_999, 0) })
keepsItsPromises({ dialect: laumasDisplay, said: weight(99_999, 0) })
keepsItsPromises({ dialect: laumasDisplay, settings: { point: true, weight: 'gross' }, said: weight(99_999, 4) })
keepsItsPromises({ dialect: laumasAscii, said: weight(99_999, 0) })
keepsItsPromises({ dialect: laumasAscii, settings: { point: true, address: '12' }, said: weight(99_999, 4) })
const flintecSaid = weight(999_999, 4).chain((said) => stable.map((is) => ({ ...said, stable: is })))
keepsItsPromises({ dialect: flintecBsi, settings: { checksum: 'always' }, said: flintecSaid })
keepsItsPromises({ dialect: flintecBsi, settings: { address: '00' }, said: flintecSaid })
keepsItsPromises({ dialect: bcdFf, settings: { bits: 'jcs-b' }, said: weight(999_999, 5), noise: [0x00, 0x7f, 0x80] })
keepsItsPromises({ dialect: bcdFf, settings: { bits: 'ht9800' }, said: weight(999_999, 5), noise: [0x00, 0x7f, 0x80] })
