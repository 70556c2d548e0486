import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { random } from '../../simulators/random.ts'
import { reportHtml } from '../../simulators/study/report-html.ts'
import { reportText } from '../../simulators/study/report-text.ts'
import { runStudy, type Study } from '../../simulators/study/run.ts'
import { shareOf } from '../../simulators/study/statistics.ts'
import { tellVisit } from '../../simulators/study/told.ts'
import { loadedAs, studyTruck, tareOnADay } from '../../simulators/study/truck-of.ts'

/** A small study: too small for a figure, large enough to notice when a signal has died or cries wolf. */
describe('the anti-cheating study', () => {
  let study: Study
  beforeAll(() => {
    study = runStudy({ visits: 260, seed: 7 })
  }, 300_000)

  const row = (name: string) => study.reported.cheats.find((one) => one.name === name)

  it('holds next to no honest truck', () => {
    expect(study.reported.honest.visits).toBeGreaterThan(100)
    expect(study.reported.honest.falselyHeld.hits).toBeLessThanOrEqual(2)
  })
  it.each(['tailgate', 'rear-off', 'rear-off-taped', 'rear-off-mirror', 'front-off-taped', 'two-on', 'second-front-on', 'beam-taped'])(
    'notices every %s',
    (name) => {
      expect(row(name)?.how.missed).toBe(0)
      expect(row(name)?.visits).toBeGreaterThan(0)
    },
  )
  it('notices steps of half a tonne while the truck stands', () => {
    const steps = study.reported.goals.find(({ name }) => name === 'steps')
    expect(steps?.reached.share).toBeGreaterThanOrEqual(0.85)
  })
  it('says where it cannot see: a chip that multiplies leaves no trace in the curve', () => {
    expect(row('chip-scale')?.how.missed).toBeGreaterThan(0)
  })
  it('is told the same every time', () => {
    expect(tellVisit(7_000_001)).toEqual(tellVisit(7_000_001))
  })
  it('is reported as text and as one page that asks nothing of anybody', () => {
    expect(reportText(study)).toContain('GOALS')
    const page = reportHtml(study)
    expect(page).toContain('<svg')
    expect(page).not.toMatch(/https?:\/\/|<script|@import|src=/)
    expect(page).toContain('理由')
  })
})

describe('npm run study', () => {
  const study = (...args: string[]) =>
    spawnSync(process.execPath, ['--conditions=source', '--import', 'tsx', 'simulators/study/main.ts', ...args], { encoding: 'utf8' })

  it('prints the report and writes it in three forms', () => {
    const out = mkdtempSync(join(tmpdir(), 'study-'))
    try {
      const { status, stdout } = study('--visits', '6', '--seed', '3', '--out', out)
      expect(status).toBe(0)
      expect(stdout).toContain('6 visits with odd numbers reported')
      expect(readdirSync(out).sort()).toEqual(['study.html', 'study.json', 'study.txt'])
      expect(readFileSync(join(out, 'study.txt'), 'utf8')).toBe(stdout)
    } finally {
      rmSync(out, { recursive: true })
    }
  }, 60_000)
  it('says how it is asked when it is asked wrongly', () => {
    const { status, stderr } = study('--visits', 'many')
    expect(status).toBe(2)
    expect(stderr).toContain('--visits is a whole number from 1 to 1000000')
    expect(stderr).toContain('npm run study')
  }, 60_000)
})

it('a truck weighs on a day what its axles carry, fuel and people of a combination before its trailer’s', () => {
  const truck = studyTruck(random('truck'), 6)
  const share = (loaded: typeof truck, from: number): number => loaded.body.axles.slice(from).reduce((sum, [, part]) => sum + part, 0)
  const bare = truck.kerbKg * share(truck, 3)
  for (const day of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const own = tareOnADay(truck, random(day))
    const filled = tareOnADay(truck, random(day), 1_000)
    expect(filled.kg - own.kg).toBeCloseTo(1_000, 6)
    expect(own.rearKg - bare).toBeLessThan(300)
    expect([0, ...between(400, 1_000)]).toContainEqual(Math.round(filled.rearKg - own.rearKg))
    const loaded = loadedAs(truck, own)
    expect(share(loaded, 0)).toBeCloseTo(1, 9)
    expect(share(loaded, 3) * own.kg).toBeCloseTo(own.rearKg, 6)
  }
})
const between = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at)

it('a share has the interval of Wilson', () => {
  const { share, least, most } = shareOf(1, 1_000)
  expect(share).toBe(0.001)
  expect(least).toBeCloseTo(0.00018, 5)
  expect(most).toBeCloseTo(0.00564, 4)
  expect(shareOf(0, 4_000).most).toBeLessThan(0.001)
})
