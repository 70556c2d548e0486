import { expect, it } from 'vitest'
import { Instant, Kilograms, seconds } from '#edge/units'
import { addReading, settledIn } from '#weighing/settled'
import type { Window } from '#weighing/vocabulary'

const rules = { settleBand: Kilograms(40), settleFor: seconds(2), settleReadings: 5, staleAfter: seconds(3) }
type Heard = readonly [ms: number, kg: number, stable?: boolean]
const every = (ms: number, kilograms: readonly number[], stable?: boolean): Heard[] =>
  kilograms.map((kg, at) => (stable === undefined ? [at * ms, kg] : [at * ms, kg, stable]))
const steady = (n: number): number[] => Array.from({ length: n }, () => 45_000)
const windowOf = (heard: readonly Heard[]): Window =>
  heard.reduce<Window>((window, [ms, kg, stable]) => addReading(window, Instant(ms), Kilograms(kg), stable ?? null, rules), [])

it.each<[when: string, heard: readonly Heard[], weight: number | null, by: string | null]>([
  ['nothing was heard', [], null, null],
  ['it has rested for two seconds', every(100, steady(21)), 45_000, 'computed'],
  ['it has rested for less', every(100, steady(20)), null, null],
  ['it sways by more than the band', every(100, [...steady(15), 45_060, ...steady(10)]), null, null],
  ['it swayed, but longer ago than the window', every(100, [44_000, ...steady(22)]), 45_000, 'computed'],
  ['it sways within the band', every(100, [...steady(20), 45_020]), 45_020, 'computed'],
  ['too few readings came', every(700, steady(4)), null, null],
  ['a slow indicator gave just enough', every(600, steady(5)), 45_000, 'computed'],
  ['the indicator says so all the while', every(100, steady(21), true), 45_000, 'indicator'],
  ['the indicator says no', every(100, steady(21), false), null, null],
  ['the indicator said no once', [...every(100, steady(20), true), [2_000, 45_000, false]], null, null],
  [
    'a flag is stuck while the weight runs',
    every(
      100,
      Array.from({ length: 21 }, (_, n) => 40_000 + n * 200),
      true,
    ),
    null,
    null,
  ],
  ['the line was dead in between', [...every(100, steady(10)), [4_500, 45_000], [5_000, 45_000]], null, null],
  ['the clock stepped back', [...every(100, steady(20)), [500, 45_000]], null, null],
])('settled when %s', (_when, heard, weight, by) => {
  const settled = settledIn(windowOf(heard), rules)
  expect(settled?.weight ?? null).toBe(weight)
  expect(settled?.by ?? null).toBe(by)
})

it('a window stays small however long and fast the readings', () => {
  expect(windowOf(every(1, steady(2_000))).length).toBeLessThanOrEqual(400)
})
