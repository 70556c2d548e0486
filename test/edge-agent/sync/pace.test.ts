import { expect, it } from 'vitest'
import { BATCH_MAX_BYTES } from '#edge/stream'
import { milliseconds } from '#edge/units'
import { linePace, type Pace } from '../../../edge-agent/sync/pace.ts'

let now = 0
/** One batch after another: each is sent when the one before has been answered. */
function answered(pace: Pace, bytes: number, ahead: number, took: number): void {
  pace.answered({ bytes, ahead, sentAt: now, took: milliseconds(took) })
  now += took
}
/** A line that carries so many bytes in a second, there and back in so many milliseconds; it fills, and stays as full as the pace allows. */
function full(pace: Pace, bytesPerSecond: number, roundTripMs: number, answers: number): void {
  for (let nth = 0; nth < answers; nth += 1) {
    const bytes = pace.batch()
    const ahead = Math.min(pace.room(), (nth + 1) * bytes)
    answered(pace, bytes, ahead, roundTripMs + (ahead / bytesPerSecond) * 1_000)
  }
}

it.each([
  ['64 kbit/s', 8_000, 100],
  ['64 kbit/s by satellite', 8_000, 700],
  ['1 Mbit/s', 125_000, 100],
  ['10 Mbit/s by satellite', 1_250_000, 600],
])('on a line of %s, what stands before an alarm takes about a second, and half the line is used', (_line, bytesPerSecond, roundTripMs) => {
  const pace = linePace()
  full(pace, bytesPerSecond, roundTripMs, 60)
  const secondsInLine = pace.room() / bytesPerSecond
  expect(secondsInLine).toBeLessThan(2)
  // Whoever sends a window per round trip uses this share of the line.
  const share = secondsInLine / (roundTripMs / 1_000 + secondsInLine)
  expect(pace.room() === 4 * BATCH_MAX_BYTES || share > 0.4).toBe(true)
})

it('on a cable it is at four whole batches after a handful of receipts', () => {
  const pace = linePace()
  full(pace, 100_000_000, 5, 15)
  expect(pace.room()).toBe(4 * BATCH_MAX_BYTES)
})

it('a line that gets worse makes it shrink, a record at a time makes it no larger, another connection begins anew', () => {
  const pace = linePace()
  const atFirst = pace.room()
  full(pace, 1_000_000, 50, 15)
  const wide = pace.room()
  full(pace, 8_000, 50, 10)
  const thin = pace.room()
  expect(thin).toBeLessThan(wide / 10)
  for (let nth = 0; nth < 50; nth += 1) answered(pace, 600, 600, 60)
  expect(pace.room()).toBe(thin)
  pace.begin()
  expect([pace.room(), pace.usual()]).toEqual([atFirst, 0])
  // A line that breaks every few seconds would never get beyond its beginning.
  full(pace, 1_000_000, 50, 15)
  pace.begin()
  expect([pace.room(), pace.usual()]).toEqual([4 * atFirst, 0])
})

it('a few waits without an answer are a broker’s losses, more are a full line; there is always room for something', () => {
  const pace = linePace()
  const room = pace.room()
  for (const times of [1, 2, 3]) pace.unanswered(times)
  expect(pace.room()).toBe(room)
  for (let times = 4; times < 40; times += 1) pace.unanswered(times)
  expect(pace.room()).toBeGreaterThanOrEqual(4_096)
  expect(pace.room()).toBeLessThan(room)
})

/** A cloud that takes so long for a batch, whatever is in it, behind a line so wide that it adds nothing. */
function busy(pace: Pace, takesMs: (nth: number) => number, answers: number): void {
  for (let nth = 0; nth < answers; nth += 1) answered(pace, pace.batch(), pace.room(), takesMs(nth))
}

it.each([
  ['two seconds for each batch', () => 2_000],
  ['ten seconds for each batch', () => 10_000],
  ['between 2 and 2.6 seconds', (nth: number) => 2_000 + ((nth * 7) % 11) * 60],
])('a cloud that was quick and now takes %s is no thin line: it is sent many records at a time again', (_what, takesMs) => {
  const pace = linePace()
  busy(pace, () => 100, 10)
  busy(pace, takesMs, 60)
  expect(pace.room()).toBeGreaterThan(100_000)
})

it('a cloud that is quick again hides no thin line: about two seconds stand before an alarm, about one after a record went alone', () => {
  const pace = linePace()
  busy(pace, () => 100, 10)
  busy(pace, () => 2_000, 60)
  full(pace, 8_000, 100, 60)
  expect(pace.room() / 8_000).toBeLessThan(2.5)
  answered(pace, 600, 600, 175)
  full(pace, 8_000, 100, 60)
  expect(pace.room() / 8_000).toBeLessThan(2)
})

it('a line so thin that the least fills it for seconds is given little more than that', () => {
  const pace = linePace()
  full(pace, 1_000, 300, 200)
  expect(pace.room()).toBeLessThan(12_000)
})

it('what was sent before it grew makes it grow no further: a line whose answers come late is not filled by the first of them', () => {
  const pace = linePace()
  const atFirst = pace.room()
  for (let nth = 0; nth < 4; nth += 1)
    pace.answered({ bytes: pace.batch(), ahead: (nth + 1) * pace.batch(), sentAt: nth, took: milliseconds(700) })
  expect(pace.room()).toBe(1.5 * atFirst)
  pace.answered({ bytes: pace.batch(), ahead: pace.room(), sentAt: 701, took: milliseconds(700) })
  expect(pace.room()).toBe(1.5 * 1.5 * atFirst)
})
