import fc from 'fast-check'
import type { WeightUnit } from '#dialects/scale/reading'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { keepsItsPromises, type Said, type Spoken } from './properties.ts'

/** Numbers of so many digits at most, minus included. */
const numbers = (digits: number, decimals: number, negative = true): fc.Arbitrary<Said> =>
  fc.record({
    digits: fc.integer({ min: negative ? -(10 ** (digits - 1) - 1) : 0, max: 10 ** digits - 1 }),
    decimals: fc.integer({ min: 0, max: decimals }),
  })
const units = (...of: WeightUnit[]) => fc.record({ unit: fc.constantFrom(...of) })
const stable = fc.record({ stable: fc.boolean() })
const mode = fc.record({ mode: fc.constantFrom('gross' as const, 'net' as const) })
const zero = fc.record({ zero: fc.boolean() })
const said = (...parts: fc.Arbitrary<Partial<Said>>[]): fc.Arbitrary<Said> =>
  fc.tuple(numbers(5, 2), ...parts).map((all) => Object.assign({}, ...all) as Said)
const net = fc.constant({ mode: 'net' as const })

const SPOKEN: readonly (Omit<Spoken, 'dialect'> & { readonly name: string })[] = [
  { name: 'yaohua-eq-reversed', said: numbers(7, 3) },
  { name: 'yaohua-eq-forward', said: numbers(7, 3) },
  { name: 'eq-reversed-trailing', settings: { period: '9' }, said: numbers(6, 3) },
  { name: 'keli-xk3118t1-reversed', said: numbers(6, 3) },
  { name: 'keli-xk3118t1-ascii', said: numbers(6, 3) },
  { name: 'yaohua-a12e-wg', said: said(units('kg'), mode) },
  { name: 'yaohua-ww', settings: { numberWidth: 9 }, said: said(units('kg', 'lb'), mode) },
  { name: 'mt-sics', said: said(units('kg', 't', 'lb', 'g'), stable) },
  { name: 'stgs-18', said: said(units('kg', 't', 'lb', 'g'), stable, mode) },
  { name: 'stgs-18', settings: { decimalMark: 'comma', terminator: 'cr' }, said: said(units('kg'), stable, mode) },
  { name: 'excell-21', said: said(units('kg', 'lb'), stable, mode) },
  { name: 'cas-22', said: said(units('kg', 't'), stable, mode, zero) },
  { name: 'cas-10', said: numbers(6, 2) },
  { name: 'dini-standard', said: said(units('kg', 't', 'lb'), stable, mode) },
  { name: 'dini-standard', settings: { address: '07' }, said: said(units('kg'), stable, mode) },
  { name: 'dini-af', said: said(units('kg'), stable) },
  { name: 'sma', settings: { weightWidth: 10 }, said: said(units('kg', 'lb', 'tn'), stable, mode, zero) },
  { name: 'ricelake-rlws', said: said(units('kg', 'lb', 't'), stable, mode) },
  { name: 'ricelake-rlws', settings: { numberWidth: 8, plusSign: true, terminator: 'cr-lf' }, said: said(units('kg', 'lb'), mode) },
  { name: 'ricelake-cardinal-stream', said: said(units('kg', 'lb'), stable, mode) },
  { name: 'cardinal-sb400', said: said(units('kg', 'lb'), stable, mode) },
  { name: 'cardinal-sb200', said: said(units('kg', 'lb'), stable, mode) },
  { name: 'weightronix-stream', settings: { numberWidth: 7 }, said: said(units('kg', 'lb'), mode) },
  { name: 'df1500', said: said(units('kg', 'lb'), stable, mode) },
  { name: 'rinstrum-fmt1', said: said(stable, mode) },
  { name: 'rinstrum-fmt2', said: said(units('kg', 't'), stable, mode, zero) },
  { name: 'rinstrum-fmt3', said: said(stable, mode, zero) },
  { name: 'rinstrum-fmt4', said: said(units('kg', 't'), stable, mode) },
  { name: 'rinstrum-fmt5', said: said(units('kg', 't'), stable, mode) },
  { name: 'rinstrum-fmt6', said: said(units('kg', 't'), stable, mode, zero) },
  { name: 'ob350-fmt3', said: said(units('kg'), mode) },
  { name: 'bilanciai-cb', said: fc.tuple(numbers(5, 0, false), stable, net).map((all) => Object.assign({}, ...all) as Said) },
  { name: 'bilanciai-ext', said: said(units('kg'), stable, zero, net) },
]

for (const { name, ...spoken } of SPOKEN) {
  const dialect = scaleDialect(name)
  if (!dialect) throw new Error(`no dialect ${name}`)
  keepsItsPromises({ dialect, ...spoken })
}
