import { expect, it } from 'vitest'
import { fromIso, type Instant, minutes } from '#edge/units'
import { siteClockAhead } from '../../../dashboard/feed/staleness.ts'
import { aLane, aStatus } from '../builders.ts'

const heard = (at: string, said: string | null) => ({
  heardAt: fromIso(at) as Instant,
  lane: aLane({ status: said === null ? null : aStatus({ at: said }) }),
})

it.each<[when: string, lanes: ReturnType<typeof heard>[], ahead: number | null]>([
  ['right but for the road', [heard('2026-11-21T06:00:02Z', '2026-11-21T06:00:00Z')], null],
  ['twelve minutes ahead', [heard('2026-11-21T06:00:00Z', '2026-11-21T06:12:00Z')], minutes(12)],
  ['an hour behind', [heard('2026-11-21T06:00:00Z', '2026-11-21T05:00:00Z')], minutes(-60)],
  ['never heard', [heard('2026-11-21T06:00:00Z', null)], null],
])('a site clock that is %s', (_when, lanes, ahead) => expect(siteClockAhead(lanes)).toBe(ahead))
