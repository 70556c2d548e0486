import { afterEach, describe, expect, it } from 'vitest'
import type { ActDone, ConsoleSnapshot } from '#edge/console'
import { parseIdentity } from '#edge/ids'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { recordsOf } from '../store/store-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'

/**
 * People at a real lane: a running agent over the simulators' bytes, its cloud out of reach, the console's HTTP, cameras that are asked for
 * a picture, a relay board that is told to open.
 */
const LONG = { timeout: 90_000 }
const within = { within: 40_000 }
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${rig.consoleUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
async function signedIn(id: keyof typeof PINS): Promise<{ cookie: string }> {
  const answer = await post('/api/console/session', { id, secret: PINS[id] })
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}
const visitShown = async (): Promise<number | null> => {
  const snapshot = (await (await fetch(`${rig.consoleUrl}/api/console`)).json()) as ConsoleSnapshot
  return snapshot.lanes[0]?.visit ?? null
}
const records = () => recordsOf(rig.agent.store)
const bodyOf = (id: string): Record<string, unknown> => {
  const identity = parseIdentity(id)
  const record = identity && rig.agent.store.record(identity)
  return (JSON.parse(record?.bytes ?? '{}') as { body: Record<string, unknown> }).body
}
const alarms = () => records().flatMap((record) => (record.kind === 'alarm' ? [(record.body as { kind: string }).kind] : []))

describe.skipIf(process.platform === 'win32')('with the cloud gone', () => {
  it('a held truck is let go by a person: photo, sealed decision, one pulse, an alarm, and a passage that is no escape', LONG, async () => {
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    await eventually(() => rig.lane().phase === 'idle', within)
    const zhang = await signedIn('zhang')
    const gone = rig.pass('陕K99999', 46_000)
    await eventually(() => rig.lane().phase === 'held', within)
    const before = rig.exitPulses()
    const wish = { lane: 'north', act: 'release', reason: 'papers-checked', note: '纸质票已核对', visit: await visitShown() }
    const answer = await post('/api/console/acts', wish, zhang)
    const done = (await answer.json()) as ActDone
    expect([answer.status, done.phase]).toEqual([200, 'released'])
    expect(bodyOf(done.record)).toMatchObject({
      act: 'release',
      reason: 'papers-checked',
      note: '纸质票已核对',
      operator: 'zhang',
      second: null,
      photo: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const picture = await fetch(`${rig.consoleUrl}/api/console/photos/${bodyOf(done.record).photo}`)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    await gone
    await eventually(() => rig.lane().phase === 'idle', within)
    expect(rig.exitPulses() - before).toBe(1)
    expect(alarms()).toContain('manual-lift')
    expect(alarms()).not.toContain('escape')
    expect(records().find(({ kind }) => kind === 'passage')?.body).toMatchObject({ token: expect.any(String) })
  })

  it('an empty lane’s gate is lifted by two people and not by one', LONG, async () => {
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    await eventually(() => rig.lane().phase === 'idle', within)
    const zhang = await signedIn('zhang')
    const wish = { lane: 'north', act: 'lift', gate: 'exit', reason: 'emergency', note: '消防车', visit: null }
    const alone = await post('/api/console/acts', wish, { ...zhang, 'accept-language': 'en' })
    expect([alone.status, await alone.json()]).toMatchObject([403, { type: 'https://pitgate.dev/problems/second-wanted' }])
    expect(rig.exitPulses()).toBe(0)
    const both = await post('/api/console/acts', { ...wish, second: { id: 'wang', secret: PINS.wang } }, zhang)
    expect([both.status, bodyOf(((await both.json()) as ActDone).record)]).toMatchObject([
      200,
      { act: 'lift', visit: null, operator: 'zhang', second: 'wang', gate: 'exit' },
    ])
    await eventually(() => rig.exitPulses() === 1, within)
    expect(alarms()).toEqual(['manual-lift'])
  })
})
