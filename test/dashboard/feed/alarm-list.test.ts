import { describe, expect, it } from 'vitest'
import type { AlarmRow } from '#cloud/api'
import {
  countWaitingForPerson,
  further,
  hearAlarm,
  NO_ALARMS,
  readAlarms,
  readOlderAlarms,
  showsUnder,
  showWaiting,
} from '../../../dashboard/feed/alarm-list.ts'
import { anAlarm } from '../builders.ts'

const at = (minute: number): string => `2026-11-21T06:${String(minute).padStart(2, '0')}:00.000Z`
const escaped = anAlarm({ id: 'escape', raisedAt: at(10) })
const overload = anAlarm({ id: 'overload', kind: 'overload', severity: 'high', raisedAt: at(30) })
const clock = anAlarm({ id: 'clock', kind: 'clock', severity: 'medium', raisedAt: at(40) })
const taken = anAlarm({ id: 'taken', state: 'acknowledged', acknowledgedBy: '王立新', raisedAt: at(50) })
const over = anAlarm({ id: 'over', kind: 'device-silent', severity: 'high', state: 'returned', raisedAt: at(20) })
const closed = anAlarm({ id: 'closed', state: 'closed', acknowledgedBy: '王立新', outcome: 'confirmed', raisedAt: at(59) })

describe('the order of the list', () => {
  it('puts what waits for a person first, then priority, then the newest, and the closed last', () => {
    const list = readAlarms(NO_ALARMS, [closed, taken, clock, over, overload, escaped])
    expect(list.shown).toEqual(['escape', 'overload', 'over', 'clock', 'taken', 'closed'])
  })
  it('does not depend on the order they came in', () => {
    const rows = [escaped, overload, clock, taken, over, closed]
    expect(readAlarms(NO_ALARMS, [...rows].reverse()).shown).toEqual(readAlarms(NO_ALARMS, rows).shown)
  })
})

describe('a reader with a finger on a row', () => {
  const reading = readAlarms(NO_ALARMS, [overload, clock])
  it('sees a new alarm wait behind the button, not push the rows', () => {
    const heard = hearAlarm(reading, escaped)
    expect([heard.shown, heard.waiting]).toEqual([['overload', 'clock'], ['escape']])
  })
  it('sees it on top once the button is pressed', () => {
    const shown = showWaiting(hearAlarm(reading, escaped))
    expect([shown.shown, shown.waiting]).toEqual([['escape', 'overload', 'clock'], []])
  })
  it('sees a row change where it stands when somebody else acknowledges it', () => {
    const heard = hearAlarm(reading, { ...overload, state: 'acknowledged', acknowledgedBy: '张磅' })
    expect(heard.shown).toEqual(['overload', 'clock'])
    expect(heard.rows.get('overload')?.acknowledgedBy).toBe('张磅')
  })
  it('hears one alarm twice, by express and by the chain, as one', () => {
    const twice = hearAlarm(hearAlarm(reading, escaped), { ...escaped, confirmed: true })
    expect(twice.waiting).toEqual(['escape'])
    expect(twice.rows.get('escape')?.confirmed).toBe(true)
  })
  it('finds what was missed while the connection was down behind the same button', () => {
    expect(readAlarms(reading, [escaped, overload, clock]).waiting).toEqual(['escape'])
  })
  it('gets older rows at the end', () => {
    expect(readOlderAlarms(reading, [closed, escaped]).shown).toEqual(['overload', 'clock', 'escape', 'closed'])
  })
})

describe('an alarm never goes back', () => {
  it.each<[when: string, known: AlarmRow, said: AlarmRow, state: AlarmRow['state'], by: string | null]>([
    [
      'a late event still says unacknowledged',
      taken,
      { ...taken, state: 'unacknowledged', acknowledgedBy: null },
      'acknowledged',
      '王立新',
    ],
    ['it is closed', taken, { ...taken, state: 'closed', outcome: 'false' }, 'closed', '王立新'],
    ['an old answer arrives after the closing', closed, { ...closed, state: 'acknowledged', outcome: null }, 'closed', '王立新'],
    ['a returned one is acknowledged', over, { ...over, acknowledgedBy: '张磅' }, 'returned', '张磅'],
    ['an old answer forgets who took the returned one', { ...over, acknowledgedBy: '张磅' }, over, 'returned', '张磅'],
  ])('when %s', (_when, known, said, state, by) => {
    const now = further(known, said)
    expect([now.state, now.acknowledgedBy]).toEqual([state, by])
  })
  it('when the chain has confirmed it and an express copy comes late', () => {
    expect(further({ ...escaped, confirmed: true }, escaped).confirmed).toBe(true)
  })
})

it('counts what waits for a person, the returned but untaken included', () => {
  expect(countWaitingForPerson(readAlarms(NO_ALARMS, [escaped, overload, taken, over, closed]))).toEqual({ all: 3, critical: 1 })
})

it.each<[filter: Parameters<typeof showsUnder>[0], ids: string[]]>([
  ['all', ['escape', 'taken', 'over', 'closed']],
  ['open', ['escape', 'taken', 'over']],
  ['unacknowledged', ['escape', 'over']],
  ['closed', ['closed']],
])('shows under %s', (filter, ids) => {
  expect([escaped, taken, over, closed].filter((row) => showsUnder(filter, row)).map((row) => row.id)).toEqual(ids)
})
