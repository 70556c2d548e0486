import type { Step } from './steps.ts'

/** A run that once broke a promise, as short as shrinking made it. None is ever taken out. */
export interface PastFailure {
  readonly what: string
  readonly script: readonly Step[]
  readonly seed: number
}

export const PAST_FAILURES: readonly PastFailure[] = [
  {
    what: 'a site is leased, the database goes away at that moment, and nobody ever listens to the site',
    script: [
      { does: 'database', is: 'away' },
      { does: 'wait', ms: 10 },
    ],
    seed: 346_090_851,
  },
  {
    what: 'the database is put back to a backup under a living cloud, which goes on to receipt what it remembers',
    script: [
      { does: 'copy-database' },
      { does: 'wait', ms: 60 },
      { does: 'restore-database', restarted: false },
      { does: 'cut', ms: 10 },
      { does: 'weigh', times: 2 },
    ],
    seed: 0,
  },
  {
    what: 'the database is put back to a backup from before an epoch that the agent has closed and holds to be delivered',
    script: [
      { does: 'copy-database' },
      { does: 'wait', ms: 41 },
      { does: 'copy-edge' },
      { does: 'weigh', times: 1 },
      { does: 'restore-edge', withMarker: false },
      { does: 'wait', ms: 2_000 },
      { does: 'restore-database', restarted: true },
    ],
    seed: 0,
  },
  {
    what: 'a store put back weighs less than the cloud has under the same numbers, and the cloud takes it for told again',
    script: [
      { does: 'wait', ms: 2_000 },
      { does: 'copy-edge' },
      { does: 'weigh', times: 5 },
      { does: 'wait', ms: 2_000 },
      { does: 'cut', ms: 5_000 },
      { does: 'restore-edge', withMarker: true },
      { does: 'weigh', times: 2 },
      { does: 'wait', ms: 20_000 },
    ],
    seed: 1,
  },
  {
    what: 'what a store put back has weighed is shown to the cloud once, and that once is lost',
    script: [
      { does: 'wait', ms: 2_000 },
      { does: 'copy-edge' },
      { does: 'weigh', times: 2 },
      { does: 'wait', ms: 2_000 },
      { does: 'cut', ms: 5_000 },
      { does: 'restore-edge', withMarker: true },
      { does: 'weigh', times: 5 },
      { does: 'weather', is: { lost: 0.7, twice: 0, slowestMs: 100 } },
      { does: 'wait', ms: 60_000 },
    ],
    seed: 5,
  },
  {
    what: 'a small batch that is kept beside ends where the contested records end, and they are taken to be kept, too',
    script: [
      { does: 'weigh', times: 5 },
      { does: 'wait', ms: 4_423 },
      { does: 'restore-edge', withMarker: true },
      { does: 'weigh', times: 4 },
      { does: 'database', is: 'unsure' },
      { does: 'wait', ms: 3_342 },
    ],
    seed: 106,
  },
  {
    what: 'the whole disk of an agent is put back to an image from before its newest epoch, and the alarm of that epoch never came',
    script: [
      { does: 'wait', ms: 40 },
      { does: 'alarm' },
      { does: 'weather', is: { lost: 0.72, twice: 0, slowestMs: 1_051 } },
      { does: 'restore-edge', withMarker: false },
      { does: 'wait', ms: 2_226 },
      { does: 'restore-edge', withMarker: true },
      { does: 'database', is: 'well' },
      { does: 'copy-database' },
      { does: 'wait', ms: 10 },
      { does: 'wait', ms: 10 },
    ],
    seed: 1_925_730_100,
  },
]
