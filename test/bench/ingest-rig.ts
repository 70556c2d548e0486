import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentUser } from '../../cloud-service/broker/credentials.ts'
import type { BrokerAccess } from '../../cloud-service/ingest/broker-link.ts'
import type { AgentDouble } from '../cloud-service/ingest/agent-double.ts'
import { benchBroker, letGo, word } from './bench-parts.ts'
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
  const broker = await benchBroker(folder, agents)
  const { cloud, passwordOf } = broker
  const who = agents.map((one) => ({
    site: one.site,
    agent: one.agent,
    user: agentUser(one.site, one.agent),
    password: passwordOf(one),
  }))
  const file = join(folder, 'messages.json')
  writeFileSync(file, JSON.stringify(agents.map(messages)))
  const load = fork(new URL('./ingest-load.ts', import.meta.url))
  const ready = word(load)
  load.send({ url: cloud.url, file, agents: who, window: 4, withoutReceipts } satisfies Load)
  await ready
  return {
    cloud: { ...cloud, clientId: 'cloud-bench' },
    async go() {
      const done = word(load)
      load.send({ go: true })
      await done
    },
    async stop() {
      await letGo(load)
      await broker.stop()
    },
  }
}
