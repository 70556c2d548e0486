import Type from 'typebox'
import { type Framing, scanner } from '../framing.ts'
import { NOTHING_SAID, placeOf, STX, textAt } from './characters.ts'
import { endsLine, gmChecks, gmFramed, gmWeight, gmWeightText } from './gm-status.ts'
import type { DialectSettings, Reading, ScaleDialect } from './reading.ts'
import { decimalsSchema, numberSetting } from './settings.ts'

/**
 * General Measure (深圳杰曼) M02 and relatives, continuous with status:
 *
 *   02 │ scale number, two digits │ channel, one │ 40 │ status │ six characters │ check, two decimal digits │ 0D 0A
 *
 * Status and check as in gm-status.ts. M02 manual p.37, with a worked example. The point is not in the frame: where the display has one
 * its place is the setting `decimals`.
 */
const LENGTH = 16

function framing(settings?: DialectSettings): Framing<Reading> {
  const decimals = numberSetting(settings, 'decimals', 0)
  return {
    starts: [STX],
    shortest: LENGTH,
    longest: LENGTH,
    judge(bytes, from) {
      const end = from + LENGTH - 2
      if (!endsLine(bytes, end)) return placeOf(STX, bytes, from + 1, from + LENGTH) >= 0 ? 'bad-length' : 'bad-frame'
      if (!gmChecks(bytes, from, end)) return 'bad-checksum'
      const numbers = textAt(bytes, from + 1, from + 4)
      if (!/^\d{3}$/.test(numbers)) return 'bad-header'
      const weight = gmWeight(bytes, from + 4, decimals)
      if (typeof weight === 'string') return weight
      const beside = { ...weight.beside, scaleNo: numbers.slice(0, 2), channel: numbers.slice(2) }
      return { length: LENGTH, said: { ...NOTHING_SAID, ...weight, beside } }
    },
  }
}

export const gmCont: ScaleDialect = {
  name: 'gm-cont',
  about: '深圳杰曼 M02 连续方式 / General Measure M02 continuous with status',
  evidence: 'fair',
  distrustFirst: 0,
  longestFrame: LENGTH,
  eightBit: false,
  usual: { baud: 9600, data: 8, parity: 'none', stop: 1 },
  settings: Type.Object({ decimals: decimalsSchema(4) }, { additionalProperties: false }),
  asking: null,
  decoder: (settings) => scanner(framing(settings)),
  encode: (reading) => gmFramed(`${reading.beside?.scaleNo ?? '01'}${reading.beside?.channel ?? '1'}${gmWeightText(reading)}`),
}
