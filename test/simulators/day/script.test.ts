import { expect, it } from 'vitest'
import { confusableKey } from '#edge/plate'
import { CHEATS, HONEST_KINDS } from '../../../simulators/day/kinds.ts'
import { DAY_LANES, dayFleet, lanesFor } from '../../../simulators/day/mine.ts'
import { readDayOptions } from '../../../simulators/day/options.ts'
import { writeScript } from '../../../simulators/day/script.ts'
import { LANE_FAULTS } from '../../../simulators/lane-faults.ts'
import { random } from '../../../simulators/random.ts'

const lanes = DAY_LANES.map(({ lane }) => lane)
const script = (minutes: number, honest: number, cheats: number) => writeScript({ minutes, honest, cheats, lanes, random: random(1) })

it('a full day has its nine hundred honest trucks, every cheat, every fault, two power cuts and four hours without network', () => {
  const { visits, faults, powerCuts, networkCut } = script(600, 980, 66)
  expect(visits.filter(({ kind }) => HONEST_KINDS.includes(kind)).length).toBeGreaterThanOrEqual(900)
  for (const kind of CHEATS) expect(visits.filter((visit) => visit.kind === kind).length).toBeGreaterThanOrEqual(2)
  expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(LANE_FAULTS))
  expect(faults.find(({ fault }) => fault === 'camera-dead')?.minutes).toBe(60)
  expect(powerCuts).toHaveLength(2)
  expect(networkCut.minutes).toBe(240)
  expect(visits.map(({ minute }) => minute)).toEqual([...visits.map(({ minute }) => minute)].sort((a, b) => a - b))
  expect(Math.max(...faults.map(({ minute, minutes }) => minute + minutes), networkCut.minute + networkCut.minutes)).toBeLessThan(600)
})

it('the same seed writes the same day; a short one leaves out what takes an hour', () => {
  expect(script(60, 90, 30)).toEqual(script(60, 90, 30))
  expect(script(60, 90, 30).visits.some(({ kind }) => kind === 'expired-ticket')).toBe(false)
})

it('no two of its trucks look alike to a camera', () => {
  const trucks = dayFleet(460, random(7), ['陕K27472'])
  const plates = trucks.flatMap(({ plate, trailer }) => (trailer === null ? [plate] : [plate, trailer]))
  expect(new Set(plates.map(confusableKey)).size).toBe(plates.length)
  expect(trucks.filter(({ trailer }) => trailer !== null).length / 460).toBeGreaterThan(0.8)
})

it('everybody finds a lane that serves him, and who comes wrong finds the wrong one', () => {
  expect(lanesFor({ what: 'tare' }, 'honest')).toEqual(['north', 'south', 'east'])
  expect(lanesFor({ what: 'gross' }, 'honest')).toEqual(['north', 'south', 'west'])
  expect(lanesFor({ what: 'tare' }, 'wrong-lane')).toEqual(['west'])
  expect(lanesFor({ what: 'gross' }, 'remote-heard')).toEqual(['north'])
})

it.each<[args: string[], what: object]>([
  [[], { minutes: 600, honest: 900, speed: 20, seed: 1 }],
  [['--minutes', '60', '--honest', '50', '--cheats', '0'], { minutes: 60, honest: 50, cheats: 0 }],
  [['--speed', '40'], { mistake: expect.stringContaining('outside 1 to 20') }],
  [['--hours', 'many'], { mistake: expect.stringContaining('--hours many') }],
  [['--sped', '4'], { mistake: expect.stringContaining('npm run day') }],
])('%j', (args, what) => expect(readDayOptions(args, '/tmp', CHEATS.length)).toMatchObject(what))
