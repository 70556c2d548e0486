import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Pool } from '../../cloud-service/database/pool.ts'
import { freePort, healthy } from '../../simulators/ports.ts'
import { type Enrolled, settle } from '../cloud-service/ingest/town.ts'
import { eventually } from '../support/eventually.ts'
import { benchBroker, benchDatabase } from './bench-parts.ts'

/**
 * A house for a bench: PostgreSQL with every commit on disk, the broker as a process of its own, agents registered, and as many cloud
 * services as asked for, each the real program in a process of its own.
 */
export interface BenchHouse {
  readonly folder: string
  readonly pool: Pool
  /** The owner's, who sees past the rights of roles. */
  readonly databaseUrl: string
  readonly brokerUrl: string
  readonly passwordOf: (agent: Enrolled) => string
  /** Starts the cloud service at this port, or at a free one, and waits until it answers. */
  cloud(port?: number): Promise<BenchCloud>
  /** Hears every receipt as it goes down. */
  witness(): Promise<MqttClient>
  stop(): Promise<void>
}

export interface BenchCloud {
  readonly port: number
  /** By this name its leases are known. */
  readonly process: ChildProcess
  ended(): Promise<void>
}

export async function benchHouse(agents: readonly Enrolled[]): Promise<BenchHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-house-'))
  const database = await benchDatabase(folder, 3)
  const { url: databaseUrl, pool } = database
  await settle(pool, agents)
  const broker = await benchBroker(folder, agents)
  const { url: brokerUrl, username, password } = broker.cloud
  const clouds = new Set<BenchCloud>()
  const witnesses: MqttClient[] = []
  return {
    folder,
    pool,
    databaseUrl,
    brokerUrl,
    passwordOf: broker.passwordOf,
    async cloud(given) {
      const port = given ?? (await freePort())
      const child = fork(join(import.meta.dirname, '../../cloud-service/main.ts'), ['run'], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: {
          ...process.env,
          DATABASE_URL: databaseUrl,
          MQTT_URL: brokerUrl,
          PITGATE_BROKER_USER: username,
          PITGATE_BROKER_PASSWORD: password,
          PITGATE_CLOUD_DATA: join(folder, 'cloud'),
          PITGATE_PORT: String(port),
          PITGATE_LOG: 'silent',
        },
      })
      const gone = new Promise<void>((then) => child.once('exit', () => then()))
      const cloud: BenchCloud = { port, process: child, ended: () => gone }
      clouds.add(cloud)
      void gone.then(() => clouds.delete(cloud))
      await eventually(
        () => {
          if (child.exitCode !== null) throw new Error('the cloud service ended at once')
          return healthy(port)
        },
        { within: 60_000 },
      )
      return cloud
    },
    async witness() {
      const client = await connectAsync(brokerUrl, {
        protocolVersion: 4,
        clean: true,
        clientId: `${username}-witness-${witnesses.length}`,
        username,
        password,
      })
      witnesses.push(client)
      await client.subscribeAsync('pitgate/v1/+/+/receipt', { qos: 0 })
      return client
    },
    async stop() {
      await Promise.all(witnesses.map((client) => client.endAsync(true)))
      for (const cloud of [...clouds]) {
        cloud.process.kill('SIGTERM')
        await cloud.ended()
      }
      await broker.stop()
      await database.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
