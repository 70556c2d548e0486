import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endsAt, frontAt, type Move, moving, type Truck, takes, weightOn } from '../../simulators/truck.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'

/** A truck on an 18 m platform: what the load cells feel, for any way of driving. */
const PLATFORM = { from: 0, to: 18 }
const loaded = (seed = 1): Truck => ({
  body: bodyOf(6),
  weightKg: 48_600,
  seed,
})
const onto: Move = { at: 0, from: -4, to: 17.2, speed: 2.5 }
const off: Move = { at: 40_000, from: 17.2, to: 45, speed: 3 }

it('a truck that has stopped shows its own weight, give or take the wind', () => {
  for (let at = endsAt(onto) + 5_000; at < off.at; at += 70)
    expect(Math.abs(weightOn(PLATFORM, loaded(), [onto], at) - 48_600)).toBeLessThan(4)
})

it('it climbs axle by axle', () => {
  const seen = new Set<number>()
  for (let at = 0; at < takes(onto); at += 50) seen.add(Math.round(weightOn(PLATFORM, loaded(), [onto], at) / 2_000))
  expect(seen.size).toBeGreaterThanOrEqual(6)
})

it('it rocks after the stop, and less with every second', () => {
  const rocks = (from: number) =>
    Math.max(...Array.from({ length: 30 }, (_, n) => Math.abs(weightOn(PLATFORM, loaded(), [onto], endsAt(onto) + from + n * 30) - 48_600)))
  expect(rocks(0)).toBeGreaterThan(150)
  expect(rocks(1_500)).toBeLessThan(rocks(0) / 3)
  expect(rocks(4_000)).toBeLessThan(10)
})

it('it leaves nothing behind, by either end', () => {
  expect(weightOn(PLATFORM, loaded(), [onto, off], endsAt(off))).toBe(0)
  const back: Move = { at: 40_000, from: 17.2, to: -20, speed: 1.5 }
  expect(weightOn(PLATFORM, loaded(), [onto, back], endsAt(back))).toBe(0)
})

const drives = fc
  .array(
    fc.record({
      to: fc.double({ min: -30, max: 60, noNaN: true }),
      speed: fc.double({ min: 0.3, max: 6, noNaN: true }),
      rest: fc.nat(20_000),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((legs) => {
    let at = 0
    let from = -25
    return legs.map(({ to, speed, rest }): Move => {
      const move: Move = { at, from, to, speed }
      at = endsAt(move) + rest
      from = to
      return move
    })
  })

it('however it is driven, the weight is never below nothing nor far above the truck, and the bumper never jumps', () => {
  fc.assert(
    fc.property(drives, fc.nat(1_000), fc.constantFrom(2, 3, 4, 5, 6), (drive, seed, axles) => {
      const truck: Truck = { body: bodyOf(axles), weightKg: 30_000, seed }
      const end = endsAt(drive.at(-1) as Move)
      const beat = 250
      for (let at = 0; at <= end; at += beat) {
        const kg = weightOn(PLATFORM, truck, drive, at)
        expect(kg).toBeGreaterThanOrEqual(0)
        expect(kg).toBeLessThanOrEqual(30_000 * 1.007 + 3)
        expect(Math.abs(frontAt(drive, at + beat) - frontAt(drive, at))).toBeLessThanOrEqual(6 * (beat / 1_000) + 1e-6)
      }
      expect(frontAt(drive, end)).toBeCloseTo((drive.at(-1) as Move).to, 6)
      expect(moving(drive, end)).toBe(false)
    }),
    { numRuns: 60 },
  )
})

it('every vehicle weighs the sum of its axles and is as long as its wheels need', () => {
  for (const axles of [2, 3, 4, 5, 6, 7]) {
    const body = bodyOf(axles)
    expect(body.axles.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 6)
    expect(Math.max(...body.axles.map(([behind]) => behind))).toBeLessThan(body.length)
    expect(body.length).toBeLessThan(17.5)
  }
})
