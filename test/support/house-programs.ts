import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { ClockScale } from '#edge/clock'
import { enrol, type Seeded, seed } from '../../simulators/demo-setup.ts'
import { type DemoSite, databasePidFile, edgeConfig } from '../../simulators/demo-site.ts'
import { type Part, part } from '../../simulators/part.ts'
import { freePort, healthy, listens } from '../../simulators/ports.ts'

/** The programs of a house as the demo runs them: built, each a process of its own, on free ports, with everything kept in one folder. */
export interface HousePrograms {
  readonly site: DemoSite
  readonly url: string
  readonly databaseUrl: string
  readonly parts: Readonly<Record<'database' | 'broker' | 'cloud' | 'agent', Part>>
  /** Fills the registers and enrols the agent. The database must run. */
  furnish(): Promise<Seeded>
  /** One of the house's own commands, as a user would run it. */
  command(room: 'edge' | 'cloud', ...args: string[]): Promise<{ readonly code: number; readonly out: string }>
}

const root = resolve(import.meta.dirname, '../..')
const CLOUD = join(root, 'dist/cloud-service/main.js')
const EDGE = join(root, 'dist/edge-agent/main.js')

/** Throws a sentence when the programs have not been built. */
export async function housePrograms(folder: string, scale: ClockScale): Promise<HousePrograms> {
  for (const built of [CLOUD, EDGE])
    if (!existsSync(built)) throw new Error(`${built} is not built: \`npm test\` builds before it tests, \`npm run build\` builds alone`)
  const port = await freePort()
  const ports = {
    database: await freePort(),
    broker: await freePort(),
    lan: await freePort(),
    readers: [await freePort(), await freePort()] as const,
  }
  const site: DemoSite = { site: 'hongliu', agent: 'a1', data: folder, port, ports, console: 0 }
  const databaseUrl = `postgres://postgres:pitgate@127.0.0.1:${ports.database}/pitgate`
  const clock = { PITGATE_CLOCK: JSON.stringify(scale) }
  const env = {
    DATABASE_URL: databaseUrl,
    MQTT_URL: `mqtt://127.0.0.1:${ports.broker}`,
    PITGATE_CLOUD_DATA: join(folder, 'cloud'),
    PITGATE_PORT: String(port),
    PITGATE_BROKER_PORT: String(ports.broker),
    PITGATE_DATABASE_PORT: String(ports.database),
    ...clock,
  }
  const edgeFile = join(folder, 'edge.yaml')
  const passwordFile = join(folder, 'mqtt-password')
  const common = (name: string) => ({
    name,
    logFile: join(folder, 'logs', `${name}.log`),
    answersWithinSeconds: 60,
    onGone: () => {},
  })
  const cloudPart = (name: string, command: string, answers: () => Promise<boolean>) => ({
    ...common(name),
    program: CLOUD,
    args: [command],
    env,
    answers,
  })

  return {
    site,
    url: `http://127.0.0.1:${port}`,
    databaseUrl,
    parts: {
      database: part({ ...cloudPart('database', 'database', () => listens(ports.database)), pidFile: databasePidFile(folder) }),
      broker: part(cloudPart('broker', 'broker', () => listens(ports.broker))),
      cloud: part(cloudPart('cloud', 'run', () => healthy(port))),
      agent: part({
        ...common('agent'),
        program: EDGE,
        args: ['run', '--config', edgeFile],
        env: clock,
        answers: () => listens(ports.lan),
      }),
    },
    async furnish() {
      const seeded = await seed(CLOUD, env)
      writeFileSync(passwordFile, '')
      writeFileSync(edgeFile, stringify(edgeConfig(site, {})))
      const { mqttPassword, issuerKey } = await enrol(CLOUD, env, EDGE, edgeFile, site)
      writeFileSync(passwordFile, mqttPassword)
      writeFileSync(edgeFile, stringify(edgeConfig(site, { [issuerKey.id]: issuerKey.publicKey })))
      return seeded
    },
    command: (room, ...args) => (room === 'edge' ? run([EDGE, ...args, '--config', edgeFile], {}) : run([CLOUD, ...args], env)),
  }
}

function run(args: readonly string[], env: Record<string, string>): Promise<{ code: number; out: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` })
    })
  })
}
