import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll } from 'vitest'
import { agentUser, CLOUD_USER, setPassword } from '../../cloud-service/broker/credentials.ts'
import { type EmbeddedBroker, startBroker } from '../../cloud-service/broker/embedded.ts'
import type { BrokerAccess } from '../../cloud-service/ingest/broker-link.ts'
import { freePort, quiet } from './postgres.ts'

/** A real broker, as the demo runs it, on a port of its own: it can be killed and started again. Everything ends with the test file. */
export interface TestBroker {
  readonly url: string
  readonly passwordFile: string
  cloud(clientId?: string): BrokerAccess
  /** Lets an agent in, and connects as it. */
  agent(site: string, agent: string): Promise<MqttClient>
  passwordOf(site: string, agent: string): string
  stop(): Promise<void>
  start(): Promise<void>
}

const brokers: TestBroker[] = []
const clients: MqttClient[] = []
const folders: string[] = []

export async function testBroker(agents: readonly (readonly [site: string, agent: string])[]): Promise<TestBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-broker-'))
  folders.push(folder)
  const passwordFile = join(folder, 'passwords')
  const cloudPassword = setPassword(passwordFile, CLOUD_USER)
  const passwords = new Map(agents.map(([site, agent]) => [agentUser(site, agent), setPassword(passwordFile, agentUser(site, agent))]))
  const port = await freePort()
  let running: EmbeddedBroker | null = null
  const broker: TestBroker = {
    url: `mqtt://127.0.0.1:${port}`,
    passwordFile,
    cloud: (clientId = 'cloud-1') => ({ url: broker.url, username: CLOUD_USER, password: cloudPassword, clientId }),
    passwordOf: (site, agent) => passwords.get(agentUser(site, agent)) ?? '',
    async agent(site, agent) {
      const client = await connectAsync(broker.url, {
        protocolVersion: 4,
        clean: true,
        clientId: `${site}.${agent}`,
        username: agentUser(site, agent),
        password: broker.passwordOf(site, agent),
        reconnectPeriod: 100,
      })
      client.on('error', () => undefined)
      clients.push(client)
      return client
    },
    async stop() {
      await running?.stop()
      running = null
    },
    async start() {
      running ??= await startBroker({ port, host: '127.0.0.1', passwordFile, log: quiet })
    },
  }
  await broker.start()
  brokers.push(broker)
  return broker
}

afterAll(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
  await Promise.all(brokers.splice(0).map((broker) => broker.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
