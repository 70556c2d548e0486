import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { bodiesOf } from '../lane-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'

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
async function signedIn(id: 'zhang' | 'li'): Promise<{ cookie: string }> {
  const answer = await post('/api/console/session', { id, secret: PINS[id] })
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

describe.skipIf(process.platform === 'win32')('an act whose answer was lost', () => {
  it('is not done twice: asked again with its key it has the same answer', { timeout: 60_000 }, async () => {
    rig = await agentRig({ speed: 10 })
    await orderPeople(rig.orders, rig.agent.store)
    await eventually(() => rig.lane().phase === 'idle', { within: 30_000 })
    const [zhang, li] = [await signedIn('zhang'), await signedIn('li')]
    const lift = {
      lane: 'north',
      act: 'lift',
      reason: 'emergency',
      note: '',
      visit: null,
      gate: 'entry',
      second: { id: 'wang', secret: PINS.wang },
    }
    const lifts = (): number => bodiesOf(rig.agent.store, 'decision').length
    const wrong = await post(
      '/api/console/acts',
      { ...lift, second: { id: 'wang', secret: '000000' } },
      { ...zhang, 'idempotency-key': 'k1' },
    )
    expect(wrong.status).toBe(403)
    // What was refused may be tried again under the same key.
    const both = await Promise.all([1, 2].map(() => post('/api/console/acts', lift, { ...zhang, 'idempotency-key': 'k1' })))
    const [first, second] = await Promise.all(both.map((answer) => answer.json()))
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(first).toEqual(second)
    const again = await post('/api/console/acts', lift, { ...zhang, 'idempotency-key': 'k1' })
    expect([await again.json(), lifts()]).toEqual([first, 1])

    const other = await post('/api/console/acts', { ...lift, reason: 'maintenance' }, { ...zhang, 'idempotency-key': 'k1' })
    expect([other.status, lifts()]).toEqual([422, 1])
    await eventually(() => rig.lane().phase === 'idle', { within: 30_000 })
    const attend = { lane: 'north', act: 'attended-on', reason: 'maintenance', note: '', visit: null }
    expect((await post('/api/console/acts', attend, { ...li, 'idempotency-key': 'k1' })).status).toBe(200)
    expect(lifts()).toBe(2)
  })
})
