import fc from 'fast-check'
import type { DatabaseMood } from './memory-database.ts'
import type { Weather } from './pipe.ts'

/** What may happen to a site and its cloud, one thing after another. A script of them and a seed are a whole run. */
export type Step =
  | { readonly does: 'weigh'; readonly times: number }
  | { readonly does: 'alarm' }
  /** The cloud has something for the site. */
  | { readonly does: 'order' }
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'weather'; readonly is: Weather }
  | { readonly does: 'cut'; readonly ms: number }
  | { readonly does: 'database'; readonly is: DatabaseMood }
  /** The process dies and is back after a while; `behind`: the agent's marker is so many records old. */
  | { readonly does: 'kill-edge'; readonly downMs: number; readonly behind: number }
  | { readonly does: 'kill-cloud'; readonly which: 0 | 1; readonly downMs: number }
  | { readonly does: 'part-cloud'; readonly which: 0 | 1; readonly ms: number }
  | { readonly does: 'freeze-cloud'; readonly which: 0 | 1; readonly ms: number }
  /** No hello arrives any more, to the very end: whatever a record's own road can heal, it must heal without. */
  | { readonly does: 'lose-hellos' }
  | { readonly does: 'copy-edge' }
  | { readonly does: 'restore-edge'; readonly withMarker: boolean }
  | { readonly does: 'copy-database' }
  /** `restarted`: the cloud's processes are started again with it, as the handbook says; without, they live on and are not told. */
  | { readonly does: 'restore-database'; readonly restarted: boolean }
  | { readonly does: 'set-clock'; readonly wrongByMs: number }

const HOUR = 3_600_000
const share = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 10 }).map((tenths) => (tenths * most) / 10)

const ordinary: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 8, arbitrary: fc.record({ does: fc.constant('weigh'), times: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.constant({ does: 'alarm' }) },
  { weight: 2, arbitrary: fc.constant({ does: 'order' }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('wait'), ms: fc.integer({ min: 10, max: 9_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('weather'),
      is: fc.record({ lost: share(0.8), twice: share(0.5), slowestMs: fc.integer({ min: 1, max: 4_000 }) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('cut'), ms: fc.integer({ min: 10, max: 20_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('database'), is: fc.constantFrom<DatabaseMood>('well', 'slow', 'away', 'unsure') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('kill-edge'),
      downMs: fc.integer({ min: 1, max: 8_000 }),
      behind: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('kill-cloud'),
      which: fc.constantFrom(0, 1),
      downMs: fc.integer({ min: 1, max: 15_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('part-cloud'), which: fc.constantFrom(0, 1), ms: fc.integer({ min: 1_000, max: 25_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('freeze-cloud'), which: fc.constantFrom(0, 1), ms: fc.integer({ min: 1_000, max: 25_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('set-clock'), wrongByMs: fc.constantFrom(-HOUR, HOUR, -50 * 365 * 24 * HOUR, 0) }),
  },
] as readonly fc.WeightedArbitrary<Step>[]

const restores: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 2, arbitrary: fc.constant({ does: 'copy-edge' }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('restore-edge'), withMarker: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ does: 'copy-database' }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('restore-database'), restarted: fc.boolean() }) },
] as readonly fc.WeightedArbitrary<Step>[]

/** Networks, processes, databases and clocks fail; nobody puts anything back. */
export const aHardDay = fc.array(fc.oneof(...ordinary), { minLength: 4, maxLength: 32, size: 'max' })
/** And copies are put back, on either side. */
export const aDayWithRestores = fc.array(fc.oneof(...ordinary, ...restores), { minLength: 4, maxLength: 32, size: 'max' })
