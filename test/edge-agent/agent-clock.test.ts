import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '#edge/clock'
import { hours } from '#edge/units'
import { doctor } from '../../edge-agent/doctor.ts'
import { eventually } from '../support/eventually.ts'
import { type SteppingClock, steppingClock } from '../support/stepping-clock.ts'
import { type AgentRig, agentRig } from './agent-rig.ts'
import { aTicketNumber, bodiesOf, LANE, recordsOf } from './store/store-rig.ts'

const PLATE = '陕K77777'
const within = { within: 60_000 }
let rig: AgentRig
let clock: SteppingClock
const set = (truly: Clock): SteppingClock => {
  clock = steppingClock(truly)
  return clock
}
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const sealed = () => recordsOf(rig.agent.store)

describe.skipIf(process.platform === 'win32')('somebody sets the clock of a lane’s computer', () => {
  it('back: a ticket that has expired is not valid again, and the lane says why it does not believe the clock', {
    timeout: 120_000,
  }, async () => {
    rig = await agentRig({ speed: 10, set })
    await eventually(() => rig.lane().phase === 'idle', within)
    await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, within)
    rig.issues({
      number: aTicketNumber(2),
      plate: PLATE,
      validFrom: '2026-11-20T00:00:00Z',
      validUntil: '2026-11-21T07:30:00Z',
      issuedAt: '2026-11-20T00:00:00Z',
    })
    clock.wrongBy(-hours(2))
    rig.pass(PLATE, 15_640, { shows: aTicketNumber(2) }).catch(() => undefined)
    const [weighing] = await eventually(() => {
      const found = bodiesOf(rig.agent.store, 'weighing')
      return found.length > 0 ? found : null
    }, within)
    const codes = weighing?.findings.map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(['ticket-expired', 'clock-untrusted']))
    expect(weighing?.verdict).not.toBe('open')
    expect(rig.exitPulses()).toBe(0)
    const record = sealed().find(({ kind }) => kind === 'weighing')
    expect(record?.clock).toBe('untrusted')
    expect(Date.parse(record?.at ?? '')).toBeGreaterThanOrEqual(Date.parse('2026-11-21T08:00:00Z'))
    await eventually(() => bodiesOf(rig.agent.store, 'alarm').some(({ kind }) => kind === 'clock'), within)
    expect(rig.agent.health().clock).toMatchObject({ quality: 'untrusted', why: 'clock-behind' })
    expect((await doctor(rig.config, rig.agent.health())).lines.join('\n')).toMatch(/✗ 时钟 \/ clock: .*不可信.*早于已知时间/)

    clock.wrongBy(0)
    await eventually(() => bodiesOf(rig.agent.store, 'alarm-returned').some(({ kind }) => kind === 'clock'), within)
    expect(rig.agent.health().clock.why).toBeNull()
    expect(bodiesOf(rig.agent.store, 'alarm').filter(({ kind }) => kind === 'clock')).toHaveLength(1)
  })

  it('to 2038 and back: nothing is dated so, no ticket has expired by it, and a truck goes through before and after', {
    timeout: 120_000,
  }, async () => {
    rig = await agentRig({ speed: 10, set })
    await eventually(() => rig.lane().phase === 'idle', within)
    await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, within)
    clock.shows('2038-01-19T03:14:08Z')
    await eventually(() => rig.agent.health().clock.why === 'clock-leapt', within)
    expect(await rig.pass('陕K12345', 15_640, { shows: aTicketNumber(1) })).toBe('out')
    clock.wrongBy(0)
    await eventually(() => rig.agent.health().clock.why === null, within)
    expect(bodiesOf(rig.agent.store, 'weighing')).toMatchObject([{ verdict: 'open', lane: LANE }])
    expect(sealed().filter(({ at }) => at > '2026-11-22')).toEqual([])
  })
})
