import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { ACT_REASONS, MANUAL_ACTS } from '#edge/acts'
import { ActRequestSchema } from '#edge/console'
import type { LaneId } from '#edge/ids'
import { type ActEvent, type ActFlow, actBegins, actGoes, requestOf, stepsOf } from '../../../dashboard/console/act-flow.ts'
import { noteIsEnough, REASONS_FOR } from '../../../dashboard/console/act-reasons.ts'

const begin = (differs: Partial<Parameters<typeof actBegins>[0]> = {}): ActFlow =>
  actBegins({ lane: 'north' as LaneId, act: 'release', visit: 318, signedIn: true, secondPerson: ['lift', 'void'], ...differs })
const answered = (flow: ActFlow, ...events: ActEvent[]): ActFlow => {
  const end = events.reduce<ActFlow | null>((one, event) => one && actGoes(one, event), flow)
  if (end === null) throw new Error('the act was left')
  return end
}
const request = Compile(ActRequestSchema)
const supervisor: ActEvent = { kind: 'second', id: '9001', secret: '135791' }

describe('a manual act, question by question', () => {
  it('asks why, then to be read once more', () => {
    const flow = begin()
    expect(stepsOf(flow)).toEqual(['reason', 'confirm'])
    const ready = answered(flow, { kind: 'reason', reason: 'checked-by-eye' })
    expect(ready.step).toBe('confirm')
    expect(requestOf(ready)).toEqual({ lane: 'north', act: 'release', reason: 'checked-by-eye', note: '', visit: 318 })
  })

  it('lifts a gate that was named, with a second person', () => {
    const flow = answered(begin({ act: 'lift' }), { kind: 'gate', gate: 'exit' }, { kind: 'reason', reason: 'emergency' })
    expect(flow.step).toBe('second')
    expect(requestOf(flow)).toBeNull()
    expect(requestOf(answered(flow, supervisor))).toMatchObject({ gate: 'exit', second: { id: '9001', secret: '135791' } })
  })

  it('takes a plate only when it is a whole plate of a tractor', () => {
    const flow = begin({ act: 'plate', secondPerson: [] })
    expect(answered(flow, { kind: 'plate', plate: '陕K8365' }).step).toBe('plate')
    expect(answered(flow, { kind: 'plate', plate: '陕K8365挂' }).step).toBe('plate')
    expect(requestOf(answered(flow, { kind: 'plate', plate: '陕K83651' }, { kind: 'reason', reason: 'plate-unreadable' }))).toMatchObject({
      plate: '陕K83651',
    })
  })

  it('asks who first where nobody is signed in, and again where the session ends on the way, keeping the answers', () => {
    const flow = answered(begin({ signedIn: false }), { kind: 'signed-in' }, { kind: 'reason', reason: 'emergency' }, { kind: 'send' })
    expect(flow.step).toBe('sending')
    expect(answered(flow, { kind: 'signed-out' })).toMatchObject({ step: 'who', reason: 'emergency' })
  })

  it('goes back a question at a time, and out from the first', () => {
    const flow = answered(begin({ act: 'lift' }), { kind: 'gate', gate: 'entry' }, { kind: 'reason', reason: 'emergency' }, supervisor)
    const back: ActEvent = { kind: 'back' }
    expect([answered(flow, back).step, answered(flow, back, back).step, answered(flow, back, back, back).step]).toEqual([
      'second',
      'reason',
      'gate',
    ])
    expect(actGoes(answered(flow, back, back, back), back)).toBeNull()
  })

  it('takes nothing back that was sent', () => {
    const sent = answered(begin(), { kind: 'reason', reason: 'emergency' }, { kind: 'send' })
    expect(answered(sent, { kind: 'back' }).step).toBe('sending')
  })

  it('asks the second person again when it was that one who was refused', () => {
    const flow = answered(begin({ act: 'void' }), { kind: 'reason', reason: 'scale-failed' }, supervisor, { kind: 'send' })
    expect(answered(flow, { kind: 'refused', secondWrong: true })).toMatchObject({ step: 'second', second: null })
    expect(answered(flow, { kind: 'refused', secondWrong: false }).step).toBe('refused')
  })

  it('forgets the second person’s secret once it is done', () => {
    const flow = answered(begin({ act: 'void' }), { kind: 'reason', reason: 'scale-failed' }, supervisor, { kind: 'send' })
    expect(answered(flow, { kind: 'done', done: { record: 'r', phase: 'idle' } }).second).toBeNull()
  })

  it('sends what the agent takes, for every act', () => {
    for (const act of MANUAL_ACTS) {
      const reason = REASONS_FOR[act][0] ?? 'other'
      const flow = answered(
        begin({ act }),
        { kind: 'gate', gate: 'exit' },
        { kind: 'plate', plate: '陕K83651' },
        { kind: 'reason', reason },
        supervisor,
      )
      expect([act, request.Check(requestOf(flow))]).toEqual([act, true])
    }
  })
})

describe('reasons', () => {
  it.each(MANUAL_ACTS)('%s has at most nine, known ones, “other” last', (act) => {
    const reasons = REASONS_FOR[act]
    expect(reasons.length).toBeLessThanOrEqual(9)
    expect(reasons.at(-1)).toBe('other')
    expect(reasons.filter((reason) => !ACT_REASONS.includes(reason))).toEqual([])
    expect(new Set(reasons).size).toBe(reasons.length)
  })
  it.each([
    ['other', '', false],
    ['other', '  .,!  ', false],
    ['other', '司机突发急病', true],
    ['emergency', '', true],
  ] as const)('%s with “%s”: %s', (reason, note, enough) => expect(noteIsEnough(reason, note)).toBe(enough))
})
