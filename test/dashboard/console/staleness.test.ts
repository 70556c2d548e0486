import { describe, expect, it } from 'vitest'
import { fromIso } from '#edge/units'
import { attentionOf, secondsLeft } from '../../../dashboard/console/attention.ts'
import { consoleLive, NOTHING_HEARD } from '../../../dashboard/console/live.ts'
import { automationOf, isLost, weightIsOld } from '../../../dashboard/console/staleness.ts'
import { AT, aConsoleLane, anAskingLane, aSnapshot } from './builders.ts'

const lanes = (...all: ReturnType<typeof aConsoleLane>[]) =>
  consoleLive(NOTHING_HEARD, { kind: 'ground', heardAt: 1_000, snapshot: aSnapshot({ lanes: all }) })
const device = (name: string, state: 'ok' | 'silent' | 'lost' | 'unheard') => ({ device: name, state, since: AT, detail: '' })

describe('what is past', () => {
  it.each([
    ['just heard', 1_000, false],
    ['two seconds later', 3_000, false],
    ['a moment after that', 3_001, true],
  ])('%s', (_when, now, gone) => {
    const state = lanes(aConsoleLane())
    expect(isLost(state, now)).toBe(gone)
    expect(state.lanes.map((live) => weightIsOld(live, now))).toEqual([gone])
  })
  it('a stream that broke is lost at once', () => {
    expect(isLost(consoleLive(lanes(aConsoleLane()), { kind: 'link', link: 'lost' }), 1_000)).toBe(true)
  })
  it('nothing heard yet is not the present either', () => expect(isLost(NOTHING_HEARD, 0)).toBe(true))
  it('a weight the agent itself has not is none, however fresh the word', () => {
    expect(lanes(aConsoleLane({ status: { weightKg: null } })).lanes.map((live) => weightIsOld(live, 1_000))).toEqual([true])
  })
})

describe('the automation is visibly off', () => {
  it.each([
    ['nothing is wrong', aConsoleLane(), false, 'on'],
    ['the agent is not reached, whatever it said last', aConsoleLane({ status: { phase: 'blocked' } }), true, 'unreachable'],
    ['the board is silent', aConsoleLane({ status: { devices: [device('board', 'silent')] } }), false, 'board-silent'],
    ['the board was never heard', aConsoleLane({ status: { devices: [device('board', 'unheard')] } }), false, 'board-silent'],
    ['the indicator is lost', aConsoleLane({ status: { devices: [device('scale', 'lost')] } }), false, 'scale-silent'],
    ['a camera is dead: the lane decides on', aConsoleLane({ status: { devices: [device('camera-front', 'silent')] } }), false, 'on'],
    ['the lane is blocked', aConsoleLane({ status: { phase: 'blocked', why: 'driver-waits' } }), false, 'blocked'],
    ['a person is on duty', aConsoleLane({ attended: { since: AT, why: 'maintenance' } }), false, 'attended'],
    ['it has just started', aConsoleLane({ status: { phase: 'starting' } }), false, 'starting'],
  ] as const)('%s', (_when, lane, lost, is) => expect(automationOf(lane, lost)).toBe(is))
})

describe('what the lane wants of a person', () => {
  it.each([
    ['nothing', aConsoleLane(), null],
    ['an answer', anAskingLane(), { kind: 'asking' }],
    ['an answer also where it is attended', anAskingLane({ attended: { since: AT, why: 'maintenance' } }), { kind: 'asking' }],
    ['a look', aConsoleLane({ status: { phase: 'blocked', why: 'two-trucks' } }), { kind: 'blocked', why: 'two-trucks' }],
    ['to be there', aConsoleLane({ attended: { since: AT, why: 'barrier-hit' } }), { kind: 'attended', since: AT, why: 'barrier-hit' }],
  ])('%s', (_what, lane, wants) => expect(attentionOf(lane)).toEqual(wants))

  it.each([
    ['2026-11-21T06:00:47.000Z', 47],
    ['2026-11-21T06:00:00.400Z', 1],
    ['2026-11-21T05:59:00.000Z', 0],
    [null, null],
    ['soon', null],
  ])('until %s there are %s seconds', (until, left) => expect(secondsLeft(until, fromIso(AT))).toBe(left))
})
