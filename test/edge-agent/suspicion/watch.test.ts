import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonical } from '#edge/canonical'
import { Instant, Kilograms } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { initialState } from '#weighing/step'
import { newWatch, type Watch, watchOn } from '#weighing/suspicion/watch'
import type { LaneInput } from '#weighing/vocabulary'
import { aDossier, someRules } from '../../builders/lane.ts'
import { NOON } from '../../builders/ticket.ts'

/** The watch is part of the lane's stored state: whatever is told, it stays small, whole and the same. */

const rules = someRules()
const inputs = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('reading' as const),
        kg: fc.integer({ min: -9_999_999, max: 9_999_999 }),
        ms: fc.integer({ min: -5_000, max: 5_000 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('reading' as const),
        kg: fc.integer({ min: 2_300, max: 2_305 }).map((n) => n * 20),
        ms: fc.integer({ min: 50, max: 400 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('sensor' as const),
        sensor: fc.constantFrom(...SENSORS),
        on: fc.boolean(),
        ms: fc.integer({ min: 0, max: 900 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('dossier' as const), ms: fc.constant(0) }) },
  ),
  { maxLength: 400 },
)

function fold(told: typeof inputs extends fc.Arbitrary<infer T> ? T : never): Watch {
  let at: number = NOON
  let sensors: Record<string, boolean> = {}
  let watch = newWatch(NOON)
  let weight: Kilograms | null = null
  for (const one of told) {
    at += one.ms
    const when = Instant(at)
    const input: LaneInput =
      one.kind === 'reading'
        ? { kind: 'reading', at: when, weight: Kilograms(one.kg), stable: null }
        : one.kind === 'sensor'
          ? { kind: 'sensor', at: when, sensor: one.sensor, on: one.on }
          : { kind: 'dossier', at: when, dossier: aDossier() }
    if (input.kind === 'sensor') sensors = { ...sensors, [input.sensor]: input.on }
    if (input.kind === 'reading') weight = input.weight
    watch = watchOn(watch, input, { ...initialState(NOON), sensors, weight }, rules)
  }
  return watch
}

it('stays under four kilobytes of plain integers, whatever happens', () => {
  fc.assert(
    fc.property(inputs, (told) => {
      const text = canonical(fold(told))
      expect(text.length).toBeLessThan(4_096)
      expect(JSON.parse(text)).toEqual(JSON.parse(canonical(fold(told))))
    }),
    { numRuns: 150 },
  )
})

it('goes on the same from what was stored', () => {
  fc.assert(
    fc.property(inputs, (told) => {
      const watch = fold(told)
      const stored = JSON.parse(canonical(watch)) as Watch
      const input: LaneInput = { kind: 'reading', at: Instant(NOON + 99_999_999), weight: Kilograms(46_000), stable: null }
      const lane = initialState(NOON)
      expect(canonical(watchOn(stored, input, lane, rules))).toBe(canonical(watchOn(watch, input, lane, rules)))
    }),
    { numRuns: 60 },
  )
})

it('a watch of an older state is taken up as a new one', () => {
  const old = { since: NOON } as Watch
  const input: LaneInput = { kind: 'reading', at: NOON, weight: Kilograms(20), stable: null }
  expect(watchOn(old, input, initialState(NOON), rules)).toMatchObject({ since: NOON, rests: [] })
})
