import { describe, expect, it } from 'vitest'
import type { Site } from '#cloud/api'
import type { LaneId, SiteId } from '#edge/ids'
import { fromIso, type Instant } from '#edge/units'
import { HEARD_ROWS, type LiveEvent, type LiveState, live, NOTHING_YET } from '../../../dashboard/feed/live-state.ts'
import { laneIsStale, siteIsStale } from '../../../dashboard/feed/staleness.ts'
import { aLane, anAlarm, aStatus, aWeighing } from '../builders.ts'

const at = (seconds: number): Instant => (Date.parse('2026-11-21T06:00:00.000Z') + seconds * 1_000) as Instant
const iso = (seconds: number): string => new Date(at(seconds)).toISOString()
const told = (...events: LiveEvent[]): LiveState => events.reduce(live, NOTHING_YET)
const ground = (differs: Partial<Extract<LiveEvent, { kind: 'ground' }>> = {}): LiveEvent => ({
  kind: 'ground',
  sites: [],
  lanes: [aLane({ status: aStatus({ weightKg: 100 }), heardAt: iso(0) }), aLane({ lane: 'south' as LaneId, name: '南磅' })],
  alarms: [],
  olderAlarms: null,
  weighings: [],
  ...differs,
})
const weights = (state: LiveState): (number | null | undefined)[] => state.lanes.map((view) => view.lane.status?.weightKg)

describe('lanes', () => {
  it.each<[when: string, events: LiveEvent[], weights: (number | null | undefined)[]]>([
    ['the ground was read', [ground()], [100, undefined]],
    ['one lane is heard', [ground(), { kind: 'lanes', at: at(1), site: 'hongliu', lanes: [aStatus({ weightKg: 200 })] }], [200, undefined]],
    [
      'another site has a lane of the same name',
      [ground(), { kind: 'lanes', at: at(1), site: 'other', lanes: [aStatus({ weightKg: 9 })] }],
      [100, undefined],
    ],
    [
      'an older read comes in after a newer event',
      [ground(), { kind: 'lanes', at: at(5), site: 'hongliu', lanes: [aStatus({ weightKg: 300 })] }, ground()],
      [300, undefined],
    ],
    [
      'an unknown lane speaks',
      [ground(), { kind: 'lanes', at: at(1), site: 'hongliu', lanes: [aStatus({ lane: 'west' as LaneId })] }],
      [100, undefined],
    ],
  ])('when %s', (_when, events, expected) => {
    expect(weights(told(...events))).toEqual(expected)
  })
})

describe('what is old', () => {
  const heard = told(ground()).lanes[0]
  it.each([
    [3, false],
    [3.1, true],
  ])('a weight heard %s s ago is stale: %s', (seconds, stale) => {
    expect(heard && laneIsStale(heard, at(seconds))).toBe(stale)
  })
  it('a lane never heard is stale', () => {
    const never = told(ground()).lanes[1]
    expect(never && laneIsStale(never, at(0))).toBe(true)
  })
  const agent = {
    agent: 'a1',
    online: true,
    heardAt: iso(0),
    backlog: 0,
    oldestWaiting: null,
    clock: 'synchronised',
    software: '0.1.0',
    legal: '',
    bookWhole: true,
    bookTickets: 0,
    policy: 1,
  }
  const site: Site = {
    site: 'hongliu' as SiteId,
    name: '红柳沟',
    county: '610881',
    countyName: '神木市',
    kind: 'mine',
    longitude: 110,
    latitude: 39,
    agent,
  }
  it.each<[what: string, site: Site, seconds: number, stale: boolean]>([
    ['heard a minute ago', site, 60, false],
    ['heard longer ago', site, 61, true],
    ['said goodbye', { ...site, agent: { ...agent, online: false } }, 1, true],
    ['that has no agent', { ...site, agent: null }, 9_999, false],
  ])('a site %s', (_what, one, seconds, stale) => {
    expect(siteIsStale(one, at(seconds))).toBe(stale)
  })
})

describe('the link', () => {
  it('keeps since when it is down, however often it fails again', () => {
    const state = told({ kind: 'link', link: 'lost', at: at(1) }, { kind: 'link', link: 'lost', at: at(9) })
    expect([state.link, state.linkSince]).toEqual(['lost', at(1)])
  })
  it('counts the reads, so that lists read again after a reconnect', () => {
    expect(told(ground(), ground()).reads).toBe(2)
  })
  it('does not send a reader who has paged back forward again', () => {
    const state = told(
      ground({ olderAlarms: 'p2' }),
      { kind: 'older-alarms', alarms: [anAlarm()], olderAlarms: 'p3' },
      ground({ olderAlarms: 'p2' }),
    )
    expect(state.olderAlarms).toBe('p3')
  })
})

it('holds a bounded number of rows, the newest', () => {
  const many = Array.from({ length: HEARD_ROWS + 3 }, (_, n): LiveEvent => ({ kind: 'weighing', weighing: aWeighing({ id: `w${n}` }) }))
  const { weighings } = told(...many)
  expect([weighings.size, weighings.has('w2'), weighings.has(`w${HEARD_ROWS + 2}`)]).toEqual([HEARD_ROWS, false, true])
})

it('reads moments as the wire writes them', () => {
  expect(fromIso(iso(3))).toBe(at(3))
})
