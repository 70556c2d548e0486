import Type from 'typebox'
import { byteAt, type Framing, type Judgement, scanner } from '../framing.ts'
import { bytesOfText, NOTHING_SAID, POINT } from './characters.ts'
import { habit } from './habit.ts'
import type { DialectSettings, Reading, ScaleDialect } from './reading.ts'
import { type NumberShape, readNumber, writeNumber } from './text-number.ts'
import { EQUALS, isNumeric, NO_STATUS, REVERSED } from './yaohua-eq.ts'

/**
 * The same bytes seen from the other end: reversed characters, then `=`.
 *
 *   eq-reversed-trailing    eight and = (Portable XP-SY: `51.07000=` is 70.15, a whole number keeps its point: `.0151000=`), or a
 *                           point, six digits and = (METTLER TOLEDO China "weight value"); the period tells them apart
 *   keli-xk3118t1-reversed  seven and = (Keli XK3118T1 modes 1 net and 2 gross: `54.3200=` is 23.45)
 *
 * An indicator keeps to one period: once three frames running had it, the other is a frame that lost a character, until three running are.
 *
 * Nothing marks the beginning, so what stands behind another number character is never taken for one.
 */
function trailing(fits: (length: number, first: number) => boolean, longest: number): Framing<Reading> {
  const length = habit<number>(LEARN_FROM)
  const isStrange = (now: number): boolean => {
    const strange = length.known() !== null && length.known() !== now
    if (strange) length.missed()
    else length.seen(now)
    return strange
  }
  return {
    starts: NUMERIC,
    shortest: 1,
    longest: longest + 1,
    lineEnd: EQUALS,
    notAfter: { starts: NUMERIC, bytes: NUMERIC },
    judge(bytes, from, to): Judgement<Reading> {
      let end = from
      let numeric = true
      while (end < to && end - from <= longest && byteAt(bytes, end) !== EQUALS) numeric = isNumeric(byteAt(bytes, end++)) && numeric
      if (end === to && end - from <= longest) return 'need-more'
      if (byteAt(bytes, end) !== EQUALS || !fits(end - from, byteAt(bytes, from))) return numeric ? 'bad-length' : 'noise'
      const exact = readNumber(bytes, from, end - from, REVERSED)
      if (typeof exact === 'object' && isStrange(end - from)) return 'bad-length'
      return typeof exact === 'string' ? exact : { length: end - from + 1, said: { ...NOTHING_SAID, ...exact } }
    },
  }
}
const LEARN_FROM = 3
const NUMERIC = [...bytesOfText('0123456789.-')]

const written = ({ digits, decimals }: Pick<Reading, 'digits' | 'decimals'>, width: number, whole: NumberShape['whole']): Uint8Array =>
  digits === null ? new Uint8Array(0) : bytesOfText(`${writeNumber({ digits, decimals: decimals ?? 0 }, width, { ...REVERSED, whole })}=`)

const periodOf = (settings: DialectSettings | undefined): number | null => {
  const period = Number(settings?.period)
  return period === 8 || period === 9 ? period : null
}

export const eqReversedTrailing: ScaleDialect = {
  ...NO_STATUS,
  name: 'eq-reversed-trailing',
  about: '反序数字后接 =：XP-SY 便携式、梅特勒“重量值” / reversed characters and =: XP-SY, METTLER TOLEDO China weight value',
  evidence: 'fair',
  longestFrame: 9,
  settings: Type.Object(
    {
      period: Type.Optional(
        Type.Enum(['auto', '8', '9'], {
          default: 'auto',
          description: 'Bytes from = to =; `auto` reads both, 8 only where a point comes first',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  decoder: (settings) => {
    const period = periodOf(settings)
    return scanner(
      trailing((length, first) => (period === null ? length === 8 || (length === 7 && first === POINT) : length === period - 1), 8),
    )
  },
  encode: (reading, settings) => written(reading, (periodOf(settings) ?? 9) - 1, 'mark'),
}

export const keliXk3118t1Reversed: ScaleDialect = {
  ...NO_STATUS,
  name: 'keli-xk3118t1-reversed',
  about: '宁波柯力 XK3118T1 反序 / Keli XK3118T1, reversed',
  evidence: 'fair',
  longestFrame: 8,
  settings: Type.Object({}, { additionalProperties: false }),
  decoder: () => scanner(trailing((length) => length === 7, 7)),
  encode: (reading) => written(reading, 7, 'plain'),
}
