import { describe, expect, it } from 'vitest'
import { fromIso } from '#edge/units'
import { bookletLeft, inOrder } from '../../../dashboard/console/booklet-left.ts'
import { numberPage } from '../../../dashboard/console/number-pages.ts'
import { aBooklet } from './booklet-builders.ts'

const noon = fromIso('2026-11-21T16:00:00.000Z')

describe('what is left of a booklet', () => {
  it.each([
    ['as it stands', aBooklet({ left: 25, leftKg: 400_000 }), { numbers: 0.5, load: 0.25, time: 0.5 }],
    ['used up', aBooklet({ left: 0, leftKg: 0, validUntil: '2026-11-21T15:00:00.000Z' }), { numbers: 0, load: 0, time: 0 }],
    ['not begun', aBooklet({ left: 50, leftKg: 1_600_000, validFrom: '2026-11-22T00:00:00.000Z' }), { numbers: 1, load: 1, time: 1 }],
  ])('%s', (_what, booklet, is) => expect(bookletLeft(booklet, noon)).toEqual(is))
  it('without the agent’s clock no time is known to be left', () => expect(bookletLeft(aBooklet(), null).time).toBe(0))
})

it('what can be drawn from stands first, what ends first before that', () => {
  const booklets = [
    aBooklet({ booklet: 'BK-OVER', refusal: 'over', validUntil: '2026-11-20T00:00:00.000Z' }),
    aBooklet({ booklet: 'BK-LATE', validUntil: '2026-11-24T00:00:00.000Z' }),
    aBooklet({ booklet: 'BK-SOON', validUntil: '2026-11-22T00:00:00.000Z' }),
  ]
  expect(inOrder(booklets).map(({ booklet }) => booklet)).toEqual(['BK-SOON', 'BK-LATE', 'BK-OVER'])
})

describe('more answers than digits', () => {
  const twenty = Array.from({ length: 20 }, (_, at) => at)
  it.each([
    [0, twenty.slice(0, 9), 1],
    [1, twenty.slice(9, 18), 2],
    [2, [18, 19], 3],
    [3, twenty.slice(0, 9), 1],
  ])('turned %i times', (turned, shown, at) => expect(numberPage(twenty, turned)).toEqual({ shown, at, of: 3 }))
  it('nothing is one empty page', () => expect(numberPage([], 5)).toEqual({ shown: [], at: 1, of: 1 }))
})
