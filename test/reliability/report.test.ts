import { expect, it } from 'vitest'
import { addedTo, isGood, NO_TOTALS, type Report, reportText } from './report.ts'
import { judgeSteady } from './steady/judge.ts'

const figures = { acknowledged: 9_000, readyMs: { p50: 200, p99: 400 }, broken: [] as string[] }
const thin = {
  ...{ profile: 'thin', records: 5_200, arrivedMeanwhile: 900, drainedMs: 1_200 },
  ...{ escapes: 8, ahead: 8, lateMs: { p50: 700, p99: 1_600 }, broken: [] },
}
const openers = {
  ...{ openers: 20, refused: 400, gotIn: [] as string[], acknowledged: 700, longestMs: 12 },
  ...{ logBytes: { most: 90_000, atTheEnd: 0 }, broken: [] as string[] },
}
const aReport = (different: Partial<Report> = {}): Report => ({
  machine: 'a machine',
  code: 'abc1234',
  startedAt: '2026-11-22T00:00:00.000Z',
  minutes: 50,
  kills: { ...figures, kills: 3_000, whileOpening: 600 },
  powerCuts: { ...figures, cuts: 1_000 },
  upgrades: { states: { cuts: 4_000, old: 3_000, broken: [] }, cuts: { cuts: 120, old: 50, broken: [] } },
  disks: { disks: 60, doubted: 60, acknowledged: 4_000, broken: [] },
  flips: { flips: 5_000, refused: 400, alarmed: 2_900, harmless: 1_700, silent: [] },
  openers,
  roads: { roads: 20, failed: 0, said: '' },
  networks: { figures: [thin], failed: 0, said: '' },
  restores: { figures: [{ name: 'one image running twice', records: 300, healedMs: 9_000, broken: [] }], failed: 0, said: '' },
  worlds: { figures: 2_000, failed: 0, said: '' },
  steady: { figures: judgeSteady([]), failed: 0, said: '' },
  saboteurs: [{ name: 'sync-normal', caughtBy: ['I1'], said: '', seconds: 12 }],
  skipped: [],
  ...different,
})

it('a good run says so, and adds to what was tried before', () => {
  const report = aReport()
  const totals = addedTo(addedTo(NO_TOTALS, report), report)
  expect(isGood(report)).toBe(true)
  expect(totals).toEqual({ runs: 2, kills: 6_000, powerCuts: 2_000, acknowledged: 36_000, lost: 0 })
  const text = reportText(report, totals)
  expect(text).toContain('everything held')
  expect(text).toContain('| 断电 / power cut (T02) | 1000 | 9000 | 0 | 200 ms, 400 ms |')
  expect(text).toContain('| sync-normal | I1 | 12 |')
  expect(text).toContain('| thin | 1 | 5200 | 900 | 1200 ms | 8 / 8 | 700 ms, 1600 ms |')
  expect(text).toContain('one image running twice: 1, 重新一致 / together again p50, most 9000 ms, 9000 ms')
  expect(text).toContain('states of the log 4000 (旧表 / old tables 3000, 新表 / new 1000)')
  expect(text).toContain('foreign openers (T05c): 20, 被拒 / refused 400')
  expect(text).toContain('simulated days (T18): 2000, 失败 / failed 0')
  // Three over two thousand.
  expect(text).toContain('0.15 %')
})

it.each<[what: string, different: Partial<Report>]>([
  ['a record was lost', { powerCuts: { ...figures, cuts: 7, broken: ['broken I1 … : 3', '  one is gone'] } }],
  ['an upgrade lost a row', { upgrades: { states: { cuts: 9, old: 5, broken: ['from version 3: broken I1'] }, cuts: null } }],
  ['a cut upgrade lost a row', { upgrades: { states: { cuts: 9, old: 5, broken: [] }, cuts: { cuts: 5, old: 2, broken: ['broken I1'] } } }],
  ['somebody got into the ledger', { openers: { ...openers, gotIn: ['got-in write'] } }],
  ['a stranger cost a record', { openers: { ...openers, broken: ['broken I1'] } }],
  ['a simulated day went wrong', { worlds: { figures: 9, failed: 1, said: 'broken I2' } }],
  ['a bit rotted in silence', { flips: { flips: 9, refused: 0, alarmed: 0, harmless: 8, silent: ['broken I1, and nobody told'] } }],
  ['a saboteur got away', { saboteurs: [{ name: 'sync-normal', caughtBy: [], said: '', seconds: 9 }] }],
  ['a network lost a record', { networks: { figures: [thin], failed: 1, said: 'broken I2' } }],
  ['a restored agent overwrote', { restores: { figures: [], failed: 1, said: 'broken I2' } }],
  ['the heap grows', { steady: { figures: null, failed: 1, said: 'broken I2' } }],
  ['a road failed', { roads: { roads: 20, failed: 1, said: 'broken I2' } }],
])('a run in which %s is not good, and the report says where', (_what, different) => {
  const report = aReport(different)
  expect(isGood(report)).toBe(false)
  expect(reportText(report, addedTo(NO_TOTALS, report))).toMatch(/broken I1|got away|broken I2|got-in/)
})

it('what was skipped is listed', () => {
  const report = aReport({ powerCuts: null, skipped: ['power cuts: no loop devices'] })
  expect(reportText(report, addedTo(NO_TOTALS, report))).toContain('- power cuts: no loop devices')
})
