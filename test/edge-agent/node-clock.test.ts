import { expect, it } from 'vitest'
import { TRUE_SCALE } from '#edge/clock'
import { days, milliseconds, seconds } from '#edge/units'
import { nodeClock, scaleFromText } from '../../edge-agent/node-clock.ts'
import { eventually } from '../support/eventually.ts'

it('is the true clock when nothing is said', () => {
  expect(scaleFromText(undefined)).toEqual(TRUE_SCALE)
  expect(scaleFromText(' ')).toEqual(TRUE_SCALE)
  expect(Math.abs(nodeClock().now() - Date.now())).toBeLessThan(50)
})

it('runs at the scale two processes are given', () => {
  const shownStart = Date.parse('2026-11-20T06:00:00Z')
  const scale = scaleFromText(JSON.stringify({ speed: 20, realStart: Date.now() - 60_000, shownStart }))
  const [one, other] = [nodeClock(scale), nodeClock(scale)]
  expect(one.speed).toBe(20)
  expect(one.now() - shownStart).toBeGreaterThanOrEqual(20 * 60_000)
  expect(Math.abs(one.now() - other.now())).toBeLessThan(200)
})

it('keeps its timers in its own time, to the end of the longest', async () => {
  const clock = nodeClock({ speed: 20, realStart: Date.now(), shownStart: Date.now() })
  const from = clock.monotonic()
  await new Promise<void>((done) => clock.timer(seconds(1), done))
  expect(clock.monotonic() - from).toBeGreaterThanOrEqual(980)
  // Longer than node can wait at once: it must not fire at once instead.
  let fired = false
  const cancel = clock.timer(days(1_000), () => {
    fired = true
  })
  await new Promise<void>((done) => clock.timer(milliseconds(100), done))
  expect(fired).toBe(false)
  cancel()
})

it('does not call what was cancelled', async () => {
  const clock = nodeClock()
  const called: string[] = []
  const cancel = clock.timer(milliseconds(1), () => called.push('cancelled'))
  cancel()
  clock.timer(milliseconds(5), () => called.push('kept'))
  await eventually(() => called.length > 0)
  expect(called).toEqual(['kept'])
})

it.each(['4', '{"speed":4}', '{"speed":40,"realStart":0,"shownStart":0}', '{"speed":"4","realStart":0,"shownStart":0}', 'fast'])(
  'refuses the scale %s',
  (text) => {
    expect(() => scaleFromText(text)).toThrow(expect.objectContaining({ code: 'config-wrong' }))
  },
)

it('counts no busy moment of this process as sleep', () => {
  const clock = nodeClock()
  const until = performance.now() + 150
  while (performance.now() < until);
  expect(clock.slept?.()).toBe(0)
})
