import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentUser, CLOUD_USER, setPassword } from '../../cloud-service/broker/credentials.ts'
import type { BrokerAccess } from '../../cloud-service/ingest/broker-link.ts'
import type { AgentDouble } from '../cloud-service/ingest/agent-double.ts'
import type { Load, Prepared } from './ingest-load.ts'

/** Broker and agents of the ingest's bench, each in a process of its own. */
export interface IngestRig {
  /** The broker, as the cloud enters it. */
  readonly cloud: BrokerAccess
  /** Lets the agents run, and resolves when they are done. */
  go(): Promise<void>
  stop(): Promise<void>
}

export async function startRig(
  folder: string,
  agents: readonly AgentDouble[],
  messages: (agent: AgentDouble) => Prepared[number],
  withoutReceipts = false,
): Promise<IngestRig> {
  const passwordFile = join(folder, 'passwords')
  const password = setPassword(passwordFile, CLOUD_USER)
  const who = agents.map(({ site, agent }) => ({
    site,
    agent,
    user: agentUser(site, agent),
    password: setPassword(passwordFile, agentUser(site, agent)),
  }))
  const file = join(folder, 'messages.json')
  writeFileSync(file, JSON.stringify(agents.map(messages)))
  const broker = fork(new URL('./ingest-broker.ts', import.meta.url), [passwordFile])
  const { port } = (await word(broker)) as { port: number }
  const url = `mqtt://127.0.0.1:${port}`
  const load = fork(new URL('./ingest-load.ts', import.meta.url))
  const ready = word(load)
  load.send({ url, file, agents: who, window: 4, withoutReceipts } satisfies Load)
  await ready
  return {
    cloud: { url, username: CLOUD_USER, password, clientId: 'cloud-bench' },
    async go() {
      const done = word(load)
      load.send({ go: true })
      await done
    },
    async stop() {
      for (const child of [load, broker]) {
        const gone = new Promise((then) => child.once('exit', then))
        child.disconnect()
        await gone
      }
    },
  }
}

/** The next thing a process of the bench says. */
export const word = (child: ChildProcess): Promise<unknown> =>
  new Promise((heard, failed) => {
    child.once('message', heard)
    child.once('exit', () => failed(new Error('a process of the bench ended early')))
  })
