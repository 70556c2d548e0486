import { expect, it } from 'vitest'
import { slopeOf } from './slope.ts'

it('a line without scatter is its own slope', () => {
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 5],
      [3, 7],
    ]),
  ).toEqual({ slope: 2, low: 2, high: 2, isFlat: false })
})

it('scatter about a level is flat, scatter about a rise is not', () => {
  const points = (rise: number) => [3, -2, 1, -4, 4, -1, 2, -3].map((off, x): [number, number] => [x, 100 + off + rise * x])
  expect(slopeOf(points(0)).isFlat).toBe(true)
  expect(slopeOf(points(5)).isFlat).toBe(false)
})

it('agrees with a worked example: y = 2.1, 3.9, 6.2, 7.8, 10.1 at 1 … 5 rises by 1.99 ± 0.19', () => {
  const { slope, low, high } = slopeOf([2.1, 3.9, 6.2, 7.8, 10.1].map((y, at): [number, number] => [at + 1, y]))
  expect(slope).toBeCloseTo(1.99, 6)
  expect((high - low) / 2).toBeCloseTo(0.19, 2)
})

it('of more points than the table has, the interval is that of the normal distribution', () => {
  const points = Array.from({ length: 100 }, (_, x): [number, number] => [x, 3 * x + (x % 2)])
  const { slope, low, high } = slopeOf(points)
  const rest = points.reduce((sum, [x, y]) => sum + (y - (3 * x + 0.5) - (slope - 3) * (x - 49.5)) ** 2, 0)
  const across = points.reduce((sum, [x]) => sum + (x - 49.5) ** 2, 0)
  expect((high - low) / 2).toBeCloseTo(1.96 * Math.sqrt(rest / 98 / across), 9)
})

it('says no to fewer points than a scatter needs', () => {
  expect(() =>
    slopeOf([
      [0, 0],
      [1, 1],
    ]),
  ).toThrow(RangeError)
})
