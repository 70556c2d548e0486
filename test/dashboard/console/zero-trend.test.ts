import { expect, it } from 'vitest'
import { zeroTrend } from '../../../dashboard/console/zero-trend.ts'

it('draws nothing where nothing was recorded', () => expect(zeroTrend([], 20)).toBeNull())

it('draws one zero as a level', () => {
  expect(zeroTrend([['2026-11-21T06:00:00.000Z', 0]], 20)).toMatchObject({
    line: 'M0 40.0H400',
    count: 1,
    lowest: 0,
    highest: 0,
    halfKg: 40,
  })
})

it('draws a drift from edge to edge, above the middle where it is heavier', () => {
  const trend = zeroTrend(
    [
      ['2026-11-21T04:00:00.000Z', 0],
      ['2026-11-21T05:00:00.000Z', 40],
      ['2026-11-21T06:00:00.000Z', 80],
    ],
    20,
  )
  expect(trend).toMatchObject({ lowest: 0, highest: 80, halfKg: 100, from: '2026-11-21T04:00:00.000Z' })
  expect(trend?.line).toBe('M0.0 40.0L200.0 24.8L400.0 9.6')
})
