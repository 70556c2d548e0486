import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { enrol, type Seeded, seed } from './demo-setup.ts'
import { type DemoSite, databasePidFile, edgeConfig } from './demo-site.ts'
import { type Part, part } from './part.ts'
import { healthy, listens } from './ports.ts'

/**
 * The real programs of one site on one machine, each a process of its own: embedded PostgreSQL, embedded broker, cloud service and an
 * edge agent, over loopback in clear (DESIGN.md D20). Whoever starts them brings the mine. Everything they keep lies in `site.data`.
 */
const root = resolve(import.meta.dirname, '../..')
export const program = (room: string): string => join(root, 'dist', room, 'main.js')

export interface SystemParts {
  readonly site: DemoSite
  /** PITGATE_CLOCK of every process. */
  readonly clockText: string
  /** JSON file with lanes and trucks beside the demo's own. */
  readonly registers?: string
  /** Where the agent reaches cloud and broker, when that is not directly. */
  readonly throughPorts?: { readonly broker: number; readonly cloud: number }
  /** Runs one step of the start and tells of it. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>
  /** A process ended without being asked to. */
  onGone(gone: Part, code: number | null): void
}

/** The running programs, in the order in which they were started. */
export interface System {
  readonly seeded: Seeded
  readonly databaseUrl: string
  readonly parts: { readonly database: Part; readonly broker: Part; readonly cloud: Part }
  /** Starts a further process of the same house. */
  own(name: string, file: string, args: readonly string[], env: Readonly<Record<string, string>>, answers: () => Promise<boolean>): Part
  /** The agent last, when its lines exist. */
  startAgent(): Promise<Part>
  /** Ends them all, what feeds others first. */
  stop(): Promise<void>
}

/** Starts all but the agent. Rejects with a sentence where a part does not answer; `started` then has what must be stopped. */
export async function startSystem(
  { site, clockText, registers, throughPorts, step, onGone }: SystemParts,
  started: Part[],
): Promise<System> {
  const { data, port, ports } = site
  const databaseUrl = `postgres://postgres:pitgate@127.0.0.1:${ports.database}/pitgate`
  const cloudEnv = {
    DATABASE_URL: databaseUrl,
    MQTT_URL: `mqtt://127.0.0.1:${ports.broker}`,
    PITGATE_CLOUD_DATA: join(data, 'cloud'),
    PITGATE_PORT: String(port),
    PITGATE_BROKER_PORT: String(ports.broker),
    PITGATE_DATABASE_PORT: String(ports.database),
    PITGATE_CLOCK: clockText,
  }
  const own: System['own'] = (name, file, args, env, answers) => {
    const one = part({
      name,
      program: file,
      args,
      env,
      answers,
      logFile: join(data, 'logs', `${name}.log`),
      ...(name === 'database' ? { pidFile: databasePidFile(data) } : {}),
      answersWithinSeconds: 60,
      onGone: (code) => onGone(one, code),
    })
    started.unshift(one)
    return one
  }

  const database = own('database', program('cloud-service'), ['database'], cloudEnv, () => listens(ports.database))
  await step('1/6 数据库 / PostgreSQL', () => database.start())
  const seeded = await step('2/6 表结构与演示数据 / tables and demo data', () => seed(program('cloud-service'), cloudEnv, registers))
  const edgeFile = join(data, 'edge.yaml')
  await step('   登记边缘代理 / enrolling the agent', () => writeEdgeFiles(site, cloudEnv, edgeFile, throughPorts))
  const broker = own('broker', program('cloud-service'), ['broker'], cloudEnv, () => listens(ports.broker))
  await step('3/6 消息服务器 / broker', () => broker.start())
  const cloud = own('cloud', program('cloud-service'), ['run'], cloudEnv, () => healthy(port))
  await step('4/6 云端服务 / cloud service', () => cloud.start())
  return {
    seeded,
    databaseUrl,
    parts: { database, broker, cloud },
    own,
    async startAgent() {
      const clockEnv = { PITGATE_CLOCK: clockText }
      const agent = own('agent', program('edge-agent'), ['run', '--config', edgeFile], clockEnv, () => listens(ports.lan))
      await step('6/6 边缘代理 / edge agent', () => agent.start())
      return agent
    },
    async stop() {
      for (const one of started) await one.stop()
    },
  }
}

/** The agent's configuration and its password, written anew at each start because the ports are. */
async function writeEdgeFiles(
  site: DemoSite,
  cloudEnv: Readonly<Record<string, string>>,
  edgeFile: string,
  through: SystemParts['throughPorts'],
): Promise<void> {
  const write = (name: string, text: string): void => writeFileSync(join(site.data, name), text, { mode: 0o600 })
  const seen: DemoSite = through ? { ...site, port: through.cloud, ports: { ...site.ports, broker: through.broker } } : site
  write('mqtt-password', '')
  write('edge.yaml', stringify(edgeConfig(seen, {})))
  const enrolled = await enrol(program('cloud-service'), cloudEnv, program('edge-agent'), edgeFile, site)
  write('mqtt-password', enrolled.mqttPassword)
  write('edge.yaml', stringify(edgeConfig(seen, { [enrolled.issuerKey.id]: enrolled.issuerKey.publicKey })))
}
