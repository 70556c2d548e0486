import { expect, it } from 'vitest'
import { random } from '../../../simulators/random.ts'
import { judgeSteady, steadyText } from './judge.ts'
import type { Sample } from './samples.ts'

const MB = 1024 * 1024
/** Ten minutes, a sample every five seconds, as noisy as a real heap. */
const tenMinutes = (different: (nth: number) => Partial<Sample> = () => ({})): Sample[] => {
  const chance = random('heap')
  return Array.from({ length: 120 }, (_, nth) => ({
    seconds: nth * 5,
    heapBytes: 30 * MB + chance.between(-50_000, 50_000),
    rssBytes: 100 * MB,
    files: 24 + (nth % 2),
    walBytes: 4 * MB,
    ...different(nth),
  }))
}

it('a process that holds what it held is steady, and the figures say so', () => {
  const steady = judgeSteady(tenMinutes())
  expect(steady.growing).toEqual([])
  expect(steady.heapMBPerHour.least).toBeLessThan(0)
  expect(steadyText(steady)).toMatch(/9\.9 min, 120 .*slope .* MB\/h .*open files 25 → 25, WAL ≤ 4\.0 MB/)
})

it.each<[what: string, different: (nth: number) => Partial<Sample>, says: string]>([
  ['a heap that grows by 2 MB an hour', (nth) => ({ heapBytes: 30 * MB + (nth * 5 * 2 * MB) / 3_600 }), 'the heap grows'],
  ['a socket that stays with every reconnect', (nth) => ({ files: 24 + Math.floor(nth / 8) }), 'open files grew'],
  ['a log that nobody checkpoints', (nth) => ({ walBytes: nth * MB }), 'the write-ahead log grew to 119 MB'],
])('%s is found', (_what, different, says) => {
  expect(judgeSteady(tenMinutes(different)).growing.join()).toContain(says)
})

it('what grows only while it warms up is no growth; too short a run claims nothing', () => {
  expect(judgeSteady(tenMinutes((nth) => (nth < 30 ? { heapBytes: nth * MB } : {}))).growing).toEqual([])
  expect(judgeSteady(tenMinutes((nth) => ({ heapBytes: nth * MB })).slice(0, 8)).growing).toEqual([])
  expect(judgeSteady([]).growing).toEqual([])
})
