import { expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { backoff } from '../../../edge-agent/sync/backoff.ts'

const waits = (chance: number): number[] =>
  Array.from({ length: 8 }, (_, attempt) => backoff(attempt, { least: seconds(1), most: seconds(60) }, () => chance) / 1_000)

it('waits grow, are bounded, and are drawn from the whole range', () => {
  expect(waits(0)).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
  expect(waits(0.5)).toEqual([1.5, 2.5, 4.5, 8.5, 16.5, 30.5, 30.5, 30.5])
  expect(waits(1)).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
})
