import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ALARM_KINDS, ALARM_STATES, type AlarmAct, type AlarmState, LATCHED, nextAlarmState } from '#edge/alarm'
import { type ClockParts, scaledClock } from '#edge/clock'
import { FACTS_OF, FINDING_CODES } from '#edge/findings'
import { identityText, parseIdentity } from '#edge/ids'
import { MESSAGES, messagesGoing, readTopic, topicOf } from '#edge/messages'
import { pair } from '#edge/pairing'
import { judge, modeOf } from '#edge/policy'
import { seconds } from '#edge/units'
import { AGENT, aPolicy, aTare, EPOCH, NOON, SITE } from '../../builders/ticket.ts'

it.each<[from: AlarmState, act: AlarmAct, to: AlarmState | null]>([
  ['unacknowledged', 'acknowledge', 'acknowledged'],
  ['unacknowledged', 'return', 'returned'],
  ['unacknowledged', 'close', null],
  ['acknowledged', 'return', 'returned'],
  ['acknowledged', 'close', 'closed'],
  ['acknowledged', 'acknowledge', null],
  ['returned', 'acknowledge', 'returned'],
  ['returned', 'close', 'closed'],
  ['closed', 'acknowledge', null],
  ['closed', 'return', null],
  ['closed', 'close', null],
])('an alarm that is %s and told to %s becomes %s', (from, act, to) => {
  expect(nextAlarmState(from, act)).toBe(to)
})
it('a closed alarm stays closed, and every latched kind exists', () => {
  const acts: AlarmAct[] = ['acknowledge', 'return', 'close']
  expect(ALARM_STATES.filter((state) => acts.every((act) => nextAlarmState(state, act) === null))).toEqual(['closed'])
  for (const kind of LATCHED) expect(Object.keys(ALARM_KINDS)).toContain(kind)
})

it('an identity is one word, and the word is the identity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seq) => {
      const identity = { site: SITE, agent: AGENT, epoch: EPOCH, seq }
      expect(parseIdentity(identityText(identity))).toEqual(identity)
    }),
  )
  for (const wrong of [
    '',
    'hongliu.a1.1-9f3a2b4c',
    'hongliu.a1.1-9f3a2b4c.0',
    'hongliu.a1.1-9f3a2b4c.-1',
    'Hongliu.a1.1-9f3a2b4c.1',
    'a.b.c.d',
  ])
    expect(parseIdentity(wrong)).toBeNull()
})

it('every message has one topic, and nothing else is a topic of ours', () => {
  for (const message of Object.keys(MESSAGES) as (keyof typeof MESSAGES)[])
    expect(readTopic(topicOf('hongliu', 'a1', message))).toEqual({ site: 'hongliu', agent: 'a1', message })
  for (const wrong of [
    'pitgate/v1/hongliu/a1/nonsense',
    'pitgate/v2/hongliu/a1/hello',
    'pitgate/v1/hongliu/hello',
    'pitgate/v1/h/a/hello/x',
    'pitgate/v1//a1/hello',
    'pitgate/v1/h/a/constructor',
    '',
  ])
    expect(readTopic(wrong)).toBeNull()
})
it('what goes up and what comes down are all the messages there are', () => {
  expect([...messagesGoing('up'), ...messagesGoing('down')].sort()).toEqual(Object.keys(MESSAGES).sort())
  expect(messagesGoing('down').sort()).toEqual(['orders', 'receipt'])
})

it('a rule runs as the policy says, and a code nobody knows is enforced', () => {
  const policy = aPolicy({ rules: { 'zero-off': { mode: 'observe', basis: 'JJG 539' } }, otherwise: 'warn' })
  expect([modeOf(policy, 'zero-off', NOON), modeOf(policy, 'no-ticket', NOON)]).toEqual(['observe', 'warn'])
  const strange = { code: 'from-the-future', facts: {} } as unknown as Parameters<typeof judge>[0][number]
  expect(judge([strange], policy, NOON)).toMatchObject([{ mode: 'enforce' }])
})

it('every finding names its facts, each once', () => {
  for (const code of FINDING_CODES) expect(new Set(FACTS_OF[code]).size).toBe(FACTS_OF[code].length)
})

it('a load is a gross and the tare it names', () => {
  expect(pair({ kind: 'gross', weightKg: 46_600, tare: aTare() })).toMatchObject({
    netKg: 30_800,
    grossKg: 46_600,
    tareKg: 15_800,
    tare: { seq: 7 },
  })
  expect(pair({ kind: 'tare', weightKg: 15_800, tare: null })).toBeNull()
  expect(pair({ kind: 'gross', weightKg: 46_600, tare: null })).toBeNull()
  expect(pair({ kind: 'gross', weightKg: 15_000, tare: aTare() })).toBeNull()
})

it('a scaled clock runs faster from the shown start, and its timers wait less in real time', () => {
  let real = 1_000_000
  const waits: number[] = []
  const parts: ClockParts = {
    wall: () => real,
    steady: () => real - 900_000,
    startTimer: (milliseconds) => {
      waits.push(milliseconds)
      return () => {}
    },
  }
  const clock = scaledClock(parts, { speed: 4, realStart: 1_000_000, shownStart: 5_000_000 })
  real += 2_500
  expect(clock.now()).toBe(5_010_000)
  expect(clock.monotonic()).toBe(10_000)
  clock.timer(seconds(8), () => {})
  expect(waits).toEqual([2_000])
  for (const speed of [0, -1, 21, Number.NaN]) expect(() => scaledClock(parts, { speed, realStart: 0, shownStart: 0 })).toThrow(RangeError)
})
