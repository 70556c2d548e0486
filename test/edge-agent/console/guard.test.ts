import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { pagesIn } from '../../../edge-agent/console/pages.ts'
import { requestBudget } from '../../../edge-agent/console/request-budget.ts'
import { type ConsoleServer, consoleServer } from '../../../edge-agent/console/server.ts'
import { createLog } from '../../../edge-agent/log.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { laneWorld } from '../lane-rig.ts'

const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
const onTheLan = addresses.find(
  ({ address, internal, family }) => !internal && family === 'IPv4' && !address.startsWith('169.254'),
)?.address
const PAGE = 300_000
const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** The console's own server over a folder with one big page, listening at an address of this computer. */
async function serving(host: string): Promise<{ readonly asking: (text: string) => Socket & { got: number }; readonly base: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-guard-'))
  writeFileSync(join(folder, 'console.html'), 'x'.repeat(PAGE))
  const clock = nodeClock()
  const place = { host, port: 0, names: [], tls: null }
  const log = createLog('test', 'silent')
  const server: ConsoleServer = consoleServer({
    place,
    pages: pagesIn(folder, clock),
    routes: async (_, __, to) => void to.end(),
    clock,
    log,
  })
  const port = await server.start()
  closers.push(() => rmSync(folder, { recursive: true, force: true }), server.stop)
  const asking = (text: string) => {
    const socket = Object.assign(connect(port, host), { got: 0 })
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      socket.got += bytes.length
    })
    socket.write(text)
    closers.push(() => void socket.destroy())
    return socket
  }
  return { asking, base: `http://${host}:${port}` }
}
const asked = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`

describe('a thousand requests at once on one connection', () => {
  it('are ended with it, and a browser’s one after another are answered', async () => {
    const { asking, base } = await serving('127.0.0.1')
    const flood = asking(asked('127.0.0.1').repeat(1_000))
    await eventually(() => flood.destroyed)
    expect(flood.got).toBeLessThan(3 * PAGE)
    for (let n = 0; n < 30; n += 1) expect((await (await fetch(base)).text()).length).toBe(PAGE)
  })
})

describe.skipIf(onTheLan === undefined)('one address of the site’s network', () => {
  it('gets its answers until it asks like no browser does, and then none for a while', async () => {
    const { asking, base } = await serving(onTheLan ?? '')
    for (let n = 0; n < 50; n += 1) expect((await (await fetch(base)).text()).length).toBe(PAGE)
    const floods = Array.from({ length: 4 }, () => asking(asked(onTheLan ?? '').repeat(500)))
    await eventually(() => floods.every(({ destroyed }) => destroyed))
    await expect(fetch(base)).rejects.toThrow()
  })

  it('never has more than 24 connections', async () => {
    const { asking } = await serving(onTheLan ?? '')
    const open = Array.from({ length: 40 }, () => asking(''))
    await eventually(() => open.filter(({ destroyed }) => destroyed).length === 16)
  })
})

it('the budget of an address fills again, and its debt is bounded', async () => {
  const world = laneWorld()
  closers.push(() => world.remove())
  const budget = requestBudget(world.clock)
  const times = (many: number, from: string): number => Array.from({ length: many }, () => budget.spend(from)).filter(Boolean).length
  expect([times(250, 'a'), times(150, 'b'), budget.spent('a'), budget.spent('b')]).toEqual([200, 150, true, false])
  times(5_000, 'a')
  await world.clock.advance(seconds(10))
  expect(budget.spent('a')).toBe(true)
  await world.clock.advance(seconds(1))
  expect(budget.spent('a')).toBe(false)
})
