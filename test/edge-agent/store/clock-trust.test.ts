import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClockQuality } from '#edge/records'
import { days, hours, type Instant, milliseconds, minutes, seconds, toIso } from '#edge/units'
import { type ClockTrust, clockTrust } from '../../../edge-agent/store/clock-trust.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { type SteppingClock, steppingClock } from '../../support/stepping-clock.ts'

const NOW = Date.UTC(2026, 10, 21)
interface Bench {
  readonly time: ManualClock
  readonly wall: SteppingClock
  readonly trust: ClockTrust
  readonly kept: number[]
  /** What the operating system says from now on. */
  says(quality: ClockQuality): void
  /** The cloud says the time, wrong by so much, after a round trip of so long. */
  anchor(wrongBy?: number, roundTrip?: number): void
}

function aBench(kept: number | null = NOW - hours(1), quality: ClockQuality = 'free-running', wrongBy = 0): Bench {
  const time = manualClock(NOW)
  const wall = steppingClock(time)
  wall.wrongBy(wrongBy)
  const written: number[] = []
  let said = quality
  const trust = clockTrust({
    clock: time,
    wall: wall.now,
    quality: () => said,
    kept: kept as Instant | null,
    keep: (floor) => void written.push(floor),
  })
  return {
    time,
    wall,
    trust,
    kept: written,
    says(one) {
      said = one
    },
    anchor(wrong = 0, roundTrip = 0) {
      const least = (time.now() + wrong - roundTrip / 2) as Instant
      trust.anchored({
        at: (least + roundTrip / 2) as Instant,
        least,
        mono: time.monotonic(),
        uncertainty: milliseconds(roundTrip / 2),
      })
    },
  }
}
const leadOf = ({ time, trust }: Bench): number => trust.floor() - time.now()

describe('the floor', () => {
  it('is what the last start kept, and goes on with the steady clock', async () => {
    const bench = aBench(NOW - hours(1))
    expect(leadOf(bench)).toBe(-hours(1))
    await bench.time.advance(hours(5))
    expect(Math.abs(leadOf(bench) + hours(1))).toBeLessThan(seconds(5))
  })

  it('is never before this software was made', () => {
    expect(aBench(0).trust.floor()).toBe(Date.UTC(2026, 0, 1))
    expect(aBench(null).trust.floor()).toBe(Date.UTC(2026, 0, 1))
  })

  it('rises to a believed clock when something is written, and is kept for the next start once a minute', async () => {
    const bench = aBench()
    bench.trust.witnessed()
    expect(leadOf(bench)).toBe(0)
    expect(bench.kept).toEqual([NOW])
    await bench.time.advance(seconds(30))
    bench.trust.witnessed()
    expect(bench.kept).toHaveLength(1)
    await bench.time.advance(seconds(31))
    bench.trust.witnessed()
    expect(bench.kept.at(-1)).toBe(NOW + seconds(61))
  })

  it('is not made by a clock that jumps to 2038 and back', async () => {
    const bench = aBench()
    bench.trust.witnessed()
    bench.wall.shows('2038-01-19T03:14:08Z')
    for (let turn = 0; turn < 100; turn += 1) {
      await bench.time.advance(seconds(30))
      bench.trust.witnessed()
    }
    expect(leadOf(bench)).toBeLessThan(minutes(6))
    bench.wall.wrongBy(0)
    expect(bench.trust.judge()).toEqual({ quality: 'free-running', why: null })
  })

  it('rises by five minutes at most with a clock that runs freely and is put forward an hour', async () => {
    const bench = aBench()
    bench.trust.witnessed()
    bench.wall.wrongBy(hours(1))
    await bench.time.advance(minutes(10))
    bench.trust.witnessed()
    bench.trust.witnessed()
    expect(leadOf(bench)).toBeGreaterThan(minutes(4))
    expect(leadOf(bench)).toBeLessThan(minutes(6))
  })

  it('follows a clock that follows a server wherever it goes forward', async () => {
    const bench = aBench(NOW - hours(1), 'synchronised')
    bench.trust.witnessed()
    bench.wall.wrongBy(days(3))
    bench.trust.witnessed()
    expect(leadOf(bench)).toBe(days(3))
  })

  it('is set by the cloud’s word, up or down, and the lower one is kept at once', async () => {
    const bench = aBench()
    bench.trust.witnessed()
    await bench.time.advance(minutes(2))
    bench.anchor(hours(1))
    expect(leadOf(bench)).toBe(hours(1))
    expect(bench.kept.at(-1)).toBe(NOW + minutes(2) + hours(1))
    bench.anchor()
    expect(leadOf(bench)).toBe(0)
    expect(bench.kept.at(-1)).toBe(NOW + minutes(2))
  })

  it('is not set by a less exact word of the cloud that says the same', async () => {
    const bench = aBench()
    bench.anchor(0, 200)
    await bench.time.advance(minutes(1))
    bench.anchor(seconds(5), seconds(40))
    expect(leadOf(bench)).toBeGreaterThan(-seconds(1))
    expect(bench.trust.newestAnchor()?.uncertainty).toBe(100)
    bench.anchor(0, 200)
    expect(bench.trust.newestAnchor()?.mono).toBe(minutes(1))
  })

  it('is set by a less exact word of the cloud that says something else, or where the exact one is long ago', async () => {
    const bench = aBench()
    bench.anchor(0, 200)
    bench.anchor(hours(1), seconds(10))
    expect(leadOf(bench)).toBe(hours(1) - seconds(5))
    bench.anchor(0, 200)
    await bench.time.advance(hours(24))
    bench.anchor(0, seconds(10))
    expect(bench.trust.newestAnchor()?.uncertainty).toBe(seconds(5))
  })

  it('stays the cloud’s, whatever the clock here shows afterwards', async () => {
    const bench = aBench(NOW - hours(1), 'synchronised')
    bench.anchor()
    bench.wall.wrongBy(seconds(50))
    bench.trust.witnessed()
    expect(leadOf(bench)).toBe(0)
  })
})

describe('the computer’s clock', () => {
  it.each<[how: string, wrongBy: number, says: ClockQuality, kept: number | null, judged: ReturnType<ClockTrust['judge']>]>([
    ['runs freely', 0, 'free-running', NOW - hours(1), { quality: 'free-running', why: null }],
    ['follows a server', 0, 'synchronised', NOW - hours(1), { quality: 'synchronised', why: null }],
    ['was off for a winter', 0, 'free-running', NOW - days(200), { quality: 'free-running', why: null }],
    ['was installed for the first time after two years', days(700), 'free-running', null, { quality: 'free-running', why: null }],
    ['stands a little before the newest record', -seconds(50), 'free-running', NOW, { quality: 'free-running', why: null }],
    ['stands two minutes before it', -minutes(2), 'free-running', NOW, { quality: 'untrusted', why: 'clock-behind' }],
    ['has a dead battery', -days(20_000), 'synchronised', NOW - hours(1), { quality: 'untrusted', why: 'clock-behind' }],
    ['woke up in 2038', days(4_100), 'free-running', NOW - hours(1), { quality: 'untrusted', why: 'clock-leapt' }],
  ])('that %s', (_how, wrongBy, says, kept, judged) => {
    expect(aBench(kept, says, wrongBy).trust.judge()).toEqual(judged)
  })

  it('is in doubt as soon as it steps back, and no more when it is right again', async () => {
    const bench = aBench(NOW - hours(1), 'synchronised')
    bench.trust.witnessed()
    bench.wall.wrongBy(-hours(1))
    expect(bench.trust.judge()).toEqual({ quality: 'untrusted', why: 'clock-behind' })
    bench.wall.wrongBy(-seconds(20))
    expect(bench.trust.judge().why).toBeNull()
    bench.wall.wrongBy(0)
    expect(bench.trust.judge()).toEqual({ quality: 'synchronised', why: null })
  })

  it('is synchronised by the cloud’s word for a day, where it agrees within two seconds', async () => {
    const bench = aBench()
    bench.anchor(0, 200)
    expect(bench.trust.judge().quality).toBe('synchronised')
    bench.wall.wrongBy(1_800)
    expect(bench.trust.judge().quality).toBe('synchronised')
    bench.wall.wrongBy(1_950)
    expect(bench.trust.judge().quality).toBe('free-running')
    bench.wall.wrongBy(-3_000)
    bench.says('synchronised')
    expect(bench.trust.judge().quality).toBe('free-running')
    bench.wall.wrongBy(0)
    bench.says('free-running')
    await bench.time.advance(hours(23))
    expect(bench.trust.judge().quality).toBe('synchronised')
    await bench.time.advance(hours(2))
    expect(bench.trust.judge()).toEqual({ quality: 'free-running', why: null })
  })

  it('is in doubt when it is ahead of the cloud’s word, however long ago that was given', async () => {
    const bench = aBench()
    bench.anchor()
    await bench.time.advance(days(5))
    bench.wall.wrongBy(hours(1))
    expect(bench.trust.judge()).toEqual({ quality: 'untrusted', why: 'clock-ahead' })
  })
})

describe('the clock is surely right', () => {
  it.each<[wrongBy: number, doubted: boolean, surely: boolean]>([
    [0, false, true],
    [seconds(29), false, true],
    [seconds(31), false, false],
    [seconds(61), true, false],
    [-seconds(29), false, true],
    [-seconds(31), false, false],
    [-seconds(61), true, false],
  ])('or not, %d ms off what the cloud says', (wrongBy, doubted, surely) => {
    const bench = aBench()
    bench.anchor()
    bench.wall.wrongBy(wrongBy)
    expect([bench.trust.judge().why !== null, bench.trust.surelyRight()]).toEqual([doubted, surely])
  })
})

describe('the moment to go by', () => {
  it('is the clock’s where it is believed, else what was carried on, else the floor', async () => {
    const bench = aBench()
    bench.trust.witnessed()
    const at = (wrongBy: number): Instant => (bench.time.now() + wrongBy) as Instant
    await bench.time.advance(hours(1))
    expect(bench.trust.best(at(0), at(-minutes(3)))).toBe(at(0))
    expect(bench.trust.best(at(-hours(1)), at(seconds(5)))).toBe(at(seconds(5)))
    expect(bench.trust.best(at(-hours(1)), at(-hours(1)))).toBe(bench.trust.floor())
    expect(bench.trust.best(at(days(4_000)), at(-days(4_000)))).toBe(bench.trust.floor())
  })
})

it('whatever somebody does to the clock: never before the floor, and without the cloud’s word no floor far ahead of the truth', async () => {
  const step = fc.record({
    wrongBy: fc.oneof(fc.integer({ min: -days(1), max: days(1) }), fc.constantFrom(0, -NOW, days(4_100), hours(1), -hours(1))),
    after: fc.integer({ min: 0, max: hours(3) }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const bench = aBench(NOW - minutes(10))
      bench.trust.witnessed()
      let before = bench.trust.floor()
      for (const { wrongBy, after } of steps) {
        bench.wall.wrongBy(wrongBy)
        await bench.time.advance(after)
        bench.trust.witnessed()
        expect(bench.trust.floor()).toBeGreaterThanOrEqual(before)
        expect(bench.trust.best(bench.wall.now(), 0 as Instant)).toBeGreaterThanOrEqual(bench.trust.floor())
        expect(leadOf(bench), toIso(bench.trust.floor())).toBeLessThan(minutes(6))
        before = bench.trust.floor()
      }
    }),
    { numRuns: 200 },
  )
})
