import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScaleState } from '#edge/scale-state'
import { scaleStateFindings, zeroTrend } from '#edge/scale-state-check'
import { after, fromIso, hours, type Instant, toIso } from '#edge/units'

const NOW = fromIso('2026-11-21T20:00:00Z') as Instant
const ago = (n: number): string => toIso(after(NOW, hours(-n)))
const sound: ScaleState = { check: { at: ago(2), knownKg: 20_000, shownKg: 20_020, limitKg: 40, good: true }, seal: null, zeros: [] }
const found = (state: ScaleState | null, checkWeighingHours?: number): unknown =>
  scaleStateFindings({ at: NOW, policy: checkWeighingHours === undefined ? {} : { checkWeighingHours }, state }).map(({ code, facts }) => [
    code,
    facts,
  ])

describe('what a scale’s own state has against its weights', () => {
  it('nothing, where it was checked and is whole', () => expect(found(sound, 24)).toEqual([]))
  it('nothing, on a tape of before it was kept', () => expect(found(null, 24)).toEqual([]))
  it('a check weighing is due: never done, or too long ago; nobody is reminded where no policy asks', () => {
    expect(found({ ...sound, check: null }, 24)).toEqual([['check-weighing-due', { lastAt: null, hours: 24 }]])
    expect(found(sound, 2)).toEqual([])
    expect(found(sound, 1)).toEqual([['check-weighing-due', { lastAt: ago(2), hours: 1 }]])
    expect(found({ ...sound, check: null })).toEqual([])
  })
  it('a check weighing that was off, and a seal that is not whole', () => {
    const check = { at: ago(1), knownKg: 20_000, shownKg: 19_900, limitKg: 40, good: false }
    expect(found({ ...sound, check, seal: { at: ago(3), seal: 'A-17' } }, 24)).toEqual([
      ['check-weighing-off', { knownKg: 20_000, shownKg: 19_900, limitKg: 40, checkedAt: ago(1) }],
      ['scale-seal-broken', { seal: 'A-17', foundAt: ago(3) }],
    ])
  })
})

describe('the trend of the zero, e = 20', () => {
  /** One zero an hour, the newest last. */
  const hourly = (...kg: number[]): ScaleState['zeros'] => kg.map((zero, nth) => [ago(kg.length - 1 - nth), zero])
  const trend = (...kg: number[]): unknown => zeroTrend(hourly(...kg), 20, NOW)

  it.each<[string, number[]]>([
    ['it rests', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['it rests between two divisions', [0, 20, 0, 20, 20, 0, 20, 0, 20]],
    ['it stepped over one division and stayed', [0, 0, 0, 0, 20, 20, 20, 20]],
    ['somebody stood on it once, at the end', [0, 0, 0, 0, 0, 0, 0, 80]],
    ['somebody stood on it once, at the beginning', [80, 0, 0, 0, 0, 0, 0, 0]],
    ['it comes back to zero by itself', [-80, -60, -60, -40, -20, 0, 0, 0]],
    ['too few were seen', [0, 20, 40, 60, 80]],
  ])('is none when %s', (_when, kg) => expect(trend(...kg)).toBeNull())

  it('is told when coal gathers, hour by hour', () => {
    expect(trend(0, 0, 20, 20, 40, 40, 60, 60)).toMatchObject({ zeroKg: 60, hours: 7 })
    expect(trend(0, -20, -20, -40, -40, -60, -80)).toMatchObject({ zeroKg: -80, hours: 6 })
    // One odd zero among them hides nothing.
    expect(trend(0, 0, 20, 120, 40, 40, 60, 60)).toMatchObject({ zeroKg: 60 })
  })

  it('forgets what is older than a day, and needs some hours', () => {
    const old = hourly(0, 20, 40, 60, 80, 100, 120).map(([at, kg]): [string, number] => [
      toIso(after(fromIso(at) as Instant, hours(-30))),
      kg,
    ])
    expect(zeroTrend(old, 20, NOW)).toBeNull()
    const quick = [0, 20, 40, 60, 80, 100, 120].map((kg, nth): [string, number] => [ago((6 - nth) / 10), kg])
    expect(zeroTrend(quick, 20, NOW)).toBeNull()
  })

  it('never comes from one division’s flicker, however it falls', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 6, maxLength: 24 }), fc.constantFrom(-20, 0), (flicker, from) => {
        expect(trend(...flicker.map((up) => from + (up ? 20 : 0)))).toBeNull()
      }),
    )
  })
})
