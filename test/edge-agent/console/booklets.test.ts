import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BookletDrawn, ConsoleBooklets, ConsoleSnapshot } from '#edge/console'
import { aSignedBooklet } from '../../builders/booklet.ts'
import { aVehicle } from '../../builders/ticket.ts'
import { eventually } from '../../support/eventually.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { recordsOf } from '../store/store-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'

/** A ticket drawn on the console of a running agent whose cloud cannot be reached, and the truck it was drawn for, over the simulators' bytes. */
const LONG = { timeout: 300_000 }
const within = { within: 60_000 }
const PLATE = '陕K54321'
let rig: AgentRig
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
})
const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${rig.consoleUrl}${path}`, init)
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
const listed = async (): Promise<ConsoleBooklets> => (await (await ask('/api/booklets')).json()) as ConsoleBooklets
const records = () => recordsOf(rig.agent.store)
const wish = { booklet: 'BK-7QK2M9XA', plate: PLATE, plateColour: 'yellow', trailer: null, product: 0, plannedNetKg: 31_000 } as const
/** `edge …`, as somebody at the site types it beside the running agent. */
const edge = (...args: string[]): Promise<string> =>
  new Promise((done) => {
    const root = join(import.meta.dirname, '../../..')
    const program = ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), ...args]
    execFile(process.execPath, program, { cwd: root }, (_error, out, err) => done(`${out}${err}`))
  })

async function aDarkSite(): Promise<void> {
  rig = await agentRig({ speed: 6 })
  await orderPeople(rig.orders, rig.agent.store)
  const booklet = aSignedBooklet(rig.issuer, { validFrom: '2026-11-21T06:00:00Z', validUntil: '2026-11-21T20:00:00Z' })
  rig.agent.store.orders.apply(rig.orders.batch({ kind: 'vehicle', body: aVehicle({ plate: PLATE }) }, { kind: 'booklet', body: booklet }))
}
const signedIn = async (): Promise<{ cookie: string }> => {
  const answer = await post('/api/console/session', { id: 'zhang', secret: PINS.zhang })
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

describe.skipIf(process.platform === 'win32')('with the cloud gone', () => {
  it('a ticket is drawn on the console, opens the gate for its truck, and `booklets` and `why` tell it', LONG, async () => {
    await aDarkSite()
    const zhang = await signedIn()
    await eventually(async () => (await listed()).dark, within)
    expect(await listed()).toMatchObject({
      darkSince: expect.stringMatching(/Z$/),
      booklets: [{ left: 5, leftKg: 160_000, refusal: null }],
    })

    const answer = await post('/api/booklets/draw', wish, zhang)
    const { ticket, serial } = (await answer.json()) as BookletDrawn
    expect([answer.status, serial, ticket.plate]).toEqual([200, 1, PLATE])
    expect((await listed()).booklets).toMatchObject([{ left: 4, leftKg: 129_000 }])
    expect(records().find(({ kind }) => kind === 'drawn-ticket')?.body).toMatchObject({ operator: 'zhang', serial: 1, ticket })

    await eventually(() => rig.lane().phase === 'idle' && rig.mine.cameras.front.connected(), within)
    expect(await rig.pass(PLATE, 15_600)).toBe('out')
    await eventually(() => records().some(({ kind }) => kind === 'passage'), within)
    const weighing = records().find(({ kind }) => kind === 'weighing')
    expect(weighing?.body).toMatchObject({ ticket: ticket.number, verdict: 'open', kind: 'tare' })
    expect(rig.exitPulses()).toBe(1)
    expect(
      records()
        .filter(({ kind }) => kind === 'alarm')
        .map(({ body }) => (body as { kind: string }).kind),
    ).not.toContain('escape')

    const file = join(rig.config.folder, '..', 'edge.yaml')
    expect(await edge('booklets', '--config', file)).toContain(
      'BK-7QK2M9XA  秦源物流(示例) → 锦界电厂(示例)  BN LUMP, BN FINE\n  剩余 / left: 4/5',
    )
    const { site, agent, epoch, seq } = weighing ?? expect.unreachable()
    const why = await edge('why', `${site}.${agent}.${epoch}.${seq}`, '--config', file)
    expect(why).toContain(`was drawn by zhang`)
    expect(why).toContain('from booklet BK-7QK2M9XA, serial 1')
  })

  it('who is not signed in draws nothing, nor another page, nor the same wish twice; a mistake has its words', LONG, async () => {
    await aDarkSite()
    await eventually(async () => (await listed()).dark, within)
    const kindOf = async (answer: Response): Promise<[number, unknown]> => {
      const { type = null } = (await answer.json()) as { type?: string }
      return [answer.status, type === null ? null : type.split('/').at(-1)]
    }
    expect(await kindOf(await post('/api/booklets/draw', wish))).toEqual([401, 'not-signed-in'])
    const zhang = await signedIn()
    expect(await kindOf(await post('/api/booklets/draw', wish, { ...zhang, origin: 'http://elsewhere' }))).toEqual([403, 'foreign-origin'])
    expect(await kindOf(await post('/api/booklets/draw', { ...wish, plannedNetKg: 0 }, zhang))).toEqual([400, 'mistakes'])
    expect(await kindOf(await post('/api/booklets/draw', { ...wish, plate: 'K54321' }, zhang))).toEqual([400, 'plate-wrong'])
    expect(await kindOf(await post('/api/booklets/draw', { ...wish, booklet: 'BK-NONE' }, zhang))).toEqual([404, 'no-such-booklet'])
    const english = await post('/api/booklets/draw', { ...wish, plannedNetKg: 40_000 }, { ...zhang, 'accept-language': 'en' })
    expect(await english.json()).toMatchObject({ status: 409, title: 'This booklet allows 35.00 t a truck at most' })
    expect((await listed()).booklets).toMatchObject([{ left: 5 }])

    const once = { ...zhang, 'idempotency-key': 'one-draw' }
    const [first, again] = [await post('/api/booklets/draw', wish, once), await post('/api/booklets/draw', wish, once)]
    expect(await again.json()).toEqual(await first.json())
    expect(await kindOf(await post('/api/booklets/draw', { ...wish, product: 1 }, once))).toEqual([422, 'other-request'])
    expect(await kindOf(await post('/api/booklets/draw', wish, zhang))).toEqual([409, 'vehicle-has-open-ticket'])
    expect((await listed()).booklets).toMatchObject([{ left: 4 }])
    // The console is the same as ever beside it.
    expect(((await (await ask('/api/console')).json()) as ConsoleSnapshot).person).toBeNull()
  })
})
