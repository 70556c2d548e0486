import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConsoleSite } from '#edge/console'
import { siteView } from '../../../edge-agent/console/site-view.ts'
import { type ConsoleStream, consoleStream } from '../../../edge-agent/console/stream.ts'
import { EdgeError } from '../../../edge-agent/errors.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { eventually } from '../../support/eventually.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aRig, type Rig } from '../store/store-rig.ts'
import { readEvents } from './events.ts'

/** What a console shows while nothing can be asked of the store any more; it must not end the agent before the lanes have. */
const DOUBT = new EdgeError('store-broken', { why: 'a test' })
const inDoubt = (): never => {
  throw DOUBT
}
let rig: Rig
let server: Server | null = null
let stream: ConsoleStream
afterEach(async () => {
  if (server !== null) {
    stream.stop()
    server.closeAllConnections()
    await new Promise((closed) => server?.close(closed))
    server = null
  }
  rig?.remove()
})

describe('the store in doubt', () => {
  it('the site is told with what was last known of its link', () => {
    rig = aRig()
    const store = rig.open()
    let doubt: EdgeError | null = null
    const { site, agent, folder, clock } = rig.parts
    const link = {
      state: 'connected',
      since: '2026-11-21T08:00:00Z',
      detail: '',
      heardAt: null,
      backlog: { records: 7, oldest: null },
    } as const
    const view = siteView({
      site,
      agent,
      folder,
      clock,
      software: { version: 'test', legal: 'test' },
      store: { policies: store.policies, evidence: store.evidence, time: store.time, broken: () => doubt },
      link: () => (doubt ? inDoubt() : link),
    })
    expect(view()).toMatchObject({ store: { broken: null }, backlog: { records: 7 }, link: { connected: true } })
    doubt = DOUBT
    expect(view()).toMatchObject({ store: { broken: DOUBT.message }, backlog: { records: 7 }, link: { connected: true } })
  })

  it('a screen that is there in that moment is dropped and comes back; the agent’s own work goes on', async () => {
    const clock = manualClock()
    let site = (): ConsoleSite => ({ site: 'hongliu' }) as ConsoleSite
    stream = consoleStream({ lanes: [], site: () => site(), book: { get: inDoubt }, clock, log: createLog('test', 'silent') })
    server = createServer((_request, response) => {
      try {
        if (!stream.console(response, '127.0.0.1', () => true)) response.writeHead(503).end()
      } catch {
        response.destroy()
      }
    })
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const first = await readEvents(url)
    await eventually(() => first.newest('site') !== undefined)
    const well = site
    site = inDoubt
    await clock.advance(2_000)
    await first.ended
    await eventually(() => stream.readers() === 0)
    site = well
    const second = await readEvents(url)
    await eventually(() => second.newest('site') !== undefined)
    const before = second.heard.length
    await clock.advance(2_000)
    await eventually(() => second.heard.length > before)
    second.stop()
  })
})
