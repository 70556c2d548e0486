import { afterEach, describe, expect, it } from 'vitest'
import type { ConsoleSnapshot } from '#edge/console'
import { doctor } from '../../../edge-agent/doctor.ts'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { bodiesOf } from '../lane-rig.ts'
import { aTicketNumber } from '../store/store-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'

const LONG = { timeout: 60_000 }
const within = { within: 30_000 }
const PLATE = '陕K12345'
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const reach = (phase: string): Promise<unknown> =>
  eventually(() => rig.lane().phase === phase || Promise.reject(new Error(JSON.stringify({ ...rig.lane(), trace: [] }))), within)
const rests = (kg: number): Promise<unknown> =>
  eventually(
    () => (rig.lane().weightKg === kg && rig.lane().stable) || Promise.reject(new Error(JSON.stringify({ ...rig.lane(), trace: [] }))),
    within,
  )
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${rig.consoleUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
async function signedIn(id: keyof typeof PINS = 'zhang'): Promise<{ cookie: string }> {
  if (id === 'zhang') await orderPeople(rig.orders, rig.agent.store)
  const answer = await post('/api/console/session', { id, secret: PINS[id] })
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}
const scale = async (): Promise<ConsoleSnapshot['lanes'][number]['scale'] | undefined> =>
  ((await (await fetch(`${rig.consoleUrl}/api/console`)).json()) as ConsoleSnapshot).lanes[0]?.scale
const doctorSays = async (): Promise<string> => (await doctor(rig.config, rig.agent.health())).lines.join('\n')

describe.skipIf(process.platform === 'win32')('a scale’s own state', () => {
  it('a known weight is weighed by the indicator, not by hand; off, the scale weighs and does not release', LONG, async () => {
    rig = await agentRig({ speed: 8, policy: { rules: {}, otherwise: 'enforce', checkWeighingHours: 24 } })
    await reach('idle')
    const zhang = await signedIn()
    const check = async (differs: object): Promise<[number, string]> => {
      const answer = await post('/api/console/scale-checks', { lane: 'north', what: 'known-weight', note: '', ...differs }, zhang)
      const said = (await answer.json()) as { type?: string; record?: string }
      return [answer.status, said.type?.split('/').at(-1) ?? said.record ?? '']
    }
    expect((await post('/api/console/scale-checks', { lane: 'north', what: 'zero-set', note: '' })).status).toBe(401)
    await eventually(async () => (await check({ knownKg: 20_000 }))[1] === 'nothing-on-it', within)
    expect(await check({})).toEqual([400, 'known-weight-wanted'])
    expect(await check({ knownKg: 20_000, lane: 'west' })).toEqual([404, 'no-such-lane'])
    expect(bodiesOf(rig.agent.store, 'scale-check')).toEqual([])

    const checkTruck = rig.pass('陕K80008', 20_100)
    await reach('held')
    await eventually(async () => (await check({ what: 'zero-set' }))[1] === 'not-empty', within)
    await eventually(async () => (await check({ knownKg: 20_000, note: ' 二十吨检衡车 ' }))[1].startsWith('hongliu.a1.'), within)
    expect(bodiesOf(rig.agent.store, 'scale-check')).toEqual([
      {
        lane: 'north',
        what: 'known-weight',
        knownKg: 20_000,
        shownKg: 20_100,
        limitKg: 40,
        seal: null,
        good: false,
        note: '二十吨检衡车',
        operator: 'zhang',
      },
    ])
    expect(await scale()).toMatchObject({ checkGood: false, checkedAt: expect.any(String) })
    expect(await doctorSays()).toMatch(/✗ {3}校核 \/ check: .*20000 kg.*20100 kg.*超差/)

    await checkTruck
    await reach('idle')
    const tried = rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })
    const weighing = await eventually(() => bodiesOf(rig.agent.store, 'weighing')[1], within)
    expect(weighing).toMatchObject({
      verdict: 'hold',
      findings: expect.arrayContaining([expect.objectContaining({ code: 'check-weighing-off' })]),
    })
    expect(rig.exitPulses()).toBe(0)
    // What a customer's truck weighs is on the screen: typed as a known weight it would make any scale good.
    await eventually(async () => (await check({ knownKg: 15_640 }))[1] === 'customer-on-it', within)
    expect(bodiesOf(rig.agent.store, 'scale-check').length).toBe(1)
    expect(await tried).not.toBe('out')
  })

  it('an unchecked scale asks a person where the policy enforces it; checked, it releases by itself', LONG, async () => {
    rig = await agentRig({ speed: 8, policy: { rules: {}, otherwise: 'enforce', checkWeighingHours: 24 } })
    await reach('idle')
    await eventually(() => rig.mine.cameras.front.connected() && rig.mine.reader.connected() > 0, within)
    const zhang = await signedIn()
    const checkTruck = rig.pass('陕K80008', 20_000)
    await reach('held')
    const [unchecked] = bodiesOf(rig.agent.store, 'weighing')
    expect(unchecked?.findings).toContainEqual({ code: 'check-weighing-due', mode: 'enforce', facts: { lastAt: null, hours: 24 } })
    const body = { lane: 'north', what: 'known-weight', knownKg: 20_000, note: '' }
    await eventually(async () => (await post('/api/console/scale-checks', body, zhang)).ok, within)
    await checkTruck
    await reach('idle')
    expect(await rig.pass(PLATE, 15_640, { shows: aTicketNumber(1) })).toBe('out')
    const weighing = bodiesOf(rig.agent.store, 'weighing').at(-1)
    expect(weighing).toMatchObject({ verdict: 'open' })
    expect(weighing?.findings.map(({ code }) => code)).not.toContain('check-weighing-due')
  })

  it(
    'a seal is held against the one on record; zero is set only by an indicator that shows it, and the zeros begin anew',
    LONG,
    async () => {
      rig = await agentRig({ speed: 5, scaleRecord: { seal: 'YL-0042' } })
      await reach('idle')
      await eventually(async () => ((await scale())?.zeros.length ?? 0) === 1, within)
      const zhang = await signedIn()
      const look = async (differs: object): Promise<number> =>
        (await post('/api/console/scale-checks', { lane: 'north', what: 'seal', note: '', ...differs }, zhang)).status
      expect(await look({})).toBe(400)
      expect(await look({ seal: 'YL-0043', sealWhole: true })).toBe(200)
      expect(await scale()).toMatchObject({ sealBroken: 'YL-0043' })
      expect(await doctorSays()).toMatch(/✗ {3}封签 \/ seal: YL-0043/)
      expect(await look({ seal: ' yl 0042 ', sealWhole: true })).toBe(403)
      expect(await scale()).toMatchObject({ sealBroken: 'YL-0043' })
      const wang = await signedIn('wang')
      const whole = { lane: 'north', what: 'seal', note: '', seal: ' yl 0042 ', sealWhole: true }
      expect((await post('/api/console/scale-checks', whole, wang)).status).toBe(200)
      expect(await scale()).toMatchObject({ sealBroken: null })

      const set = async (): Promise<string> => {
        const answer = await post('/api/console/scale-checks', { lane: 'north', what: 'zero-set', note: '' }, zhang)
        return answer.ok ? 'set' : (((await answer.json()) as { type: string }).type.split('/').at(-1) ?? '')
      }
      rig.mine.scale.zeroOffKg = 40
      await rests(40)
      await eventually(async () => (await set()) === 'not-zero', within)
      rig.mine.scale.zeroOffKg = 0
      await eventually(async () => (await set()) === 'set', within)
      expect(await scale()).toMatchObject({ zeros: [], zero: true })
    },
  )

  it('an expired certificate is one alarm, over restarts of the watch; within thirty days doctor warns', LONG, async () => {
    rig = await agentRig({ speed: 20, scaleRecord: { certificateUntil: '2026-11-01T00:00:00Z' } })
    await reach('idle')
    const alarms = (): unknown[] => bodiesOf(rig.agent.store, 'alarm').filter(({ kind }) => kind === 'scale-certificate')
    const alarm = {
      lane: 'north',
      occurrence: 'north/YL-1',
      facts: { certificate: 'YL-1', until: '2026-11-01T00:00:00Z' },
      severity: 'medium',
    }
    await eventually(() => alarms().length > 0, within)
    expect(alarms()).toEqual([expect.objectContaining(alarm)])
    expect(await doctorSays()).toMatch(/✗ {3}检定 \/ certificate: YL-1 已于 2026-11-01 到期/)
  })
})
