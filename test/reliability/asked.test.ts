import { expect, it } from 'vitest'
import { readAsked, TIMES } from './asked.ts'
import { SABOTEURS } from './saboteurs/table.ts'

const asked = (line: string) => readAsked(line === '' ? [] : line.split(' '), 7)

it('a deep run without options makes every trial, with every saboteur and any seed', () => {
  const { times, saboteurs, minutes, seed, keep } = asked('')
  expect([times, saboteurs, minutes, seed, keep]).toEqual([TIMES, SABOTEURS, 0, 7, false])
})

it('only what is named is tried, and what has a number of its own', () => {
  const { times, saboteurs } = asked('--only networks --networks 4 --kills 20')
  expect(Object.entries(times).filter(([, number]) => number > 0)).toEqual([
    ['kills', 20],
    ['networks', 4],
  ])
  expect(saboteurs).toEqual([])
  expect(asked('--only saboteurs').saboteurs).toEqual(SABOTEURS)
})

it.each([
  ['--hours 2.5', 150],
  ['--hours 1 --minutes 30', 90],
])('%s is %d minutes', (line, minutes) => expect(asked(line).minutes).toBe(minutes))

it.each([
  ['--kills many', '--kills must be a number, and is "many"'],
  ['--kills 1.5', '--kills must be a whole number'],
  ['--hours forever', '--hours must be a number'],
  ['--only kill', 'there is no trial "kill"; there are kills, cuts'],
  ['--saboteurs sync-norml', 'there is none called "sync-norml"'],
  ['--killls 3', "Unknown option '--killls'"],
])('%s is refused in words', (line, words) => expect(() => asked(line)).toThrow(words))
