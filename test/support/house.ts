import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { ClockScale } from '#edge/clock'
import type { Health } from '../../edge-agent/health.ts'
import { simulatorClock } from '../../simulators/clock.ts'
import { enrol, type Seeded, seed } from '../../simulators/demo-setup.ts'
import { type DemoSite, databasePidFile, edgeConfig, mineConfig } from '../../simulators/demo-site.ts'
import { httpDesk } from '../../simulators/http-desk.ts'
import { type SimulatedSite, startSite } from '../../simulators/mine.ts'
import { type Part, part } from '../../simulators/part.ts'
import { freePort, healthy, listens } from '../../simulators/ports.ts'

/**
 * The whole house for a journey: the real programs as processes of their own (embedded PostgreSQL, broker, cloud, agent), and the
 * simulated mine in this process, so that a test can send one truck and ask what really happened to it.
 */
export interface House {
  readonly url: string
  readonly folder: string
  readonly databaseUrl: string
  readonly seeded: Seeded
  readonly mine: SimulatedSite
  readonly parts: Readonly<Record<'database' | 'broker' | 'cloud' | 'agent', Part>>
  /** Signs in; answers GET and POST as that person. */
  signIn(name: string): Promise<Person>
  /** What the running agent says of itself. */
  agentHealth(): Promise<Health>
  /** One of the house's own commands, as a user would run it. */
  command(room: 'edge' | 'cloud', ...args: string[]): Promise<{ readonly code: number; readonly out: string }>
  close(): Promise<void>
}
export interface Person {
  readonly cookie: string
  get<T>(path: string): Promise<T>
  post(path: string, body?: object): Promise<{ readonly status: number; readonly body: unknown }>
}

const root = resolve(import.meta.dirname, '../..')
const program = (room: string): string => join(root, 'dist', room, 'main.js')

/** Opens the house at the given speed of the mine's clock. Takes about ten seconds. */
export async function openHouse(speed = 10): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-house-'))
  const realStart = Date.now()
  const scale: ClockScale = { speed, realStart, shownStart: realStart }
  const clockText = JSON.stringify(scale)
  const port = await freePort()
  const site: DemoSite = {
    site: 'hongliu',
    agent: 'a1',
    data: folder,
    port,
    ports: { database: await freePort(), broker: await freePort(), lan: await freePort(), readers: [await freePort(), await freePort()] },
  }
  const databaseUrl = `postgres://postgres:pitgate@127.0.0.1:${site.ports.database}/pitgate`
  const env = {
    DATABASE_URL: databaseUrl,
    MQTT_URL: `mqtt://127.0.0.1:${site.ports.broker}`,
    PITGATE_CLOUD_DATA: join(folder, 'cloud'),
    PITGATE_PORT: String(port),
    PITGATE_BROKER_PORT: String(site.ports.broker),
    PITGATE_DATABASE_PORT: String(site.ports.database),
    PITGATE_CLOCK: clockText,
  }
  const own = (name: string, file: string, args: string[], with_: Record<string, string>, answers: () => Promise<boolean>): Part =>
    part({
      name,
      program: file,
      args,
      env: with_,
      answers,
      logFile: join(folder, 'logs', `${name}.log`),
      ...(name === 'database' ? { pidFile: databasePidFile(folder) } : {}),
      answersWithinSeconds: 60,
      onGone: () => {},
    })

  const edgeFile = join(folder, 'edge.yaml')
  const parts = {
    database: own('database', program('cloud-service'), ['database'], env, () => listens(site.ports.database)),
    broker: own('broker', program('cloud-service'), ['broker'], env, () => listens(site.ports.broker)),
    cloud: own('cloud', program('cloud-service'), ['run'], env, () => healthy(port)),
    agent: own('agent', program('edge-agent'), ['run', '--config', edgeFile], { PITGATE_CLOCK: clockText }, () => listens(site.ports.lan)),
  }
  await parts.database.start()
  const seeded = await seed(program('cloud-service'), env)
  writeFileSync(join(folder, 'mqtt-password'), '')
  writeFileSync(edgeFile, stringify(edgeConfig(site, {})))
  const enrolled = await enrol(program('cloud-service'), env, program('edge-agent'), edgeFile, site)
  writeFileSync(join(folder, 'mqtt-password'), enrolled.mqttPassword)
  writeFileSync(edgeFile, stringify(edgeConfig(site, { [enrolled.issuerKey.id]: enrolled.issuerKey.publicKey })))
  await parts.broker.start()
  await parts.cloud.start()

  const config = mineConfig(site, 7, seeded)
  const clock = simulatorClock(scale)
  const keys = new Map(config.cloud.keys.map(({ carrier, key }) => [carrier, key]))
  const url = `http://127.0.0.1:${port}`
  const mine = await startSite(config, {
    clock,
    log: () => {},
    tickets: httpDesk({ url, site: site.site, keys, clock, log: () => {} }),
    ahead: 4,
  })
  await parts.agent.start()

  const passwords = new Map(seeded.people.map(({ name, password }) => [name, password]))
  return {
    url,
    folder,
    databaseUrl,
    seeded,
    mine,
    parts,
    signIn: (name) => signIn(url, name, passwords.get(name) ?? ''),
    async agentHealth() {
      const running = JSON.parse(readFileSync(join(folder, 'edge', 'running.json'), 'utf8')) as { port: number; key: string }
      const answer = await fetch(`http://127.0.0.1:${running.port}/health`, { headers: { authorization: running.key } })
      return (await answer.json()) as Health
    },
    command: (room, ...args) =>
      run(
        room === 'edge' ? [program('edge-agent'), ...args, '--config', edgeFile] : [program('cloud-service'), ...args],
        room === 'edge' ? {} : env,
      ),
    async close() {
      await mine.stop()
      for (const one of [parts.agent, parts.cloud, parts.broker, parts.database]) await one.stop()
      if (!process.env.PITGATE_KEEP_HOUSE) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function signIn(url: string, name: string, password: string): Promise<Person> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, password }),
  })
  if (!answer.ok) throw new Error(`${name} cannot sign in: ${answer.status} ${await answer.text()}`)
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return {
    cookie,
    async get<T>(path: string): Promise<T> {
      const said = await fetch(`${url}${path}`, { headers: { cookie } })
      if (!said.ok) throw new Error(`${path}: ${said.status} ${await said.text()}`)
      return (await said.json()) as T
    },
    async post(path, body = {}) {
      const said = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { cookie, origin: url, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await said.text()
      return { status: said.status, body: text ? JSON.parse(text) : null }
    },
  }
}

async function run(args: readonly string[], env: Record<string, string>): Promise<{ code: number; out: string }> {
  const { execFile } = await import('node:child_process')
  return new Promise((done) => {
    execFile(process.execPath, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` })
    })
  })
}
