import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { agentUser, CLOUD_USER, setPassword } from '../../cloud-service/broker/credentials.ts'
import { startEmbedded } from '../../cloud-service/database/embedded.ts'
import { migrate } from '../../cloud-service/database/migrate.ts'
import { createPool, type Pool } from '../../cloud-service/database/pool.ts'
import type { BrokerAccess } from '../../cloud-service/ingest/broker-link.ts'
import { createLog } from '../../cloud-service/log.ts'
import { freePort } from '../../simulators/ports.ts'

export const quiet = createLog('bench', 'silent')

/** A migrated PostgreSQL with every commit on disk. */
export interface BenchDatabase {
  readonly url: string
  /** One connection that sees past the rights of roles. */
  readonly owner: Pool
  /** So many as the ingest's role. */
  readonly pool: Pool
  stop(): Promise<void>
}

export async function benchDatabase(folder: string, connections: number): Promise<BenchDatabase> {
  const { url, stop } = await startEmbedded({ folder: join(folder, 'postgres'), port: await freePort(), log: quiet })
  const owner = createPool({ url, role: null, name: 'bench-owner', size: 1, log: quiet })
  const pool = createPool({ url, role: 'pitgate_ingest', name: 'bench', size: connections, log: quiet })
  await migrate(owner, quiet)
  return {
    url,
    owner,
    pool,
    async stop() {
      await Promise.all([owner.end(), pool.end()])
      await stop()
    },
  }
}

type Named = { readonly site: string; readonly agent: string }

/** The broker in a process of its own, with a password for the cloud and for each agent. */
export interface BenchBroker<A extends Named> {
  readonly cloud: Omit<BrokerAccess, 'clientId'>
  passwordOf(agent: A): string
  stop(): Promise<void>
}

export async function benchBroker<A extends Named>(folder: string, agents: readonly A[]): Promise<BenchBroker<A>> {
  const file = join(folder, 'passwords')
  const password = setPassword(file, CLOUD_USER)
  const passwords = new Map(agents.map((one) => [one, setPassword(file, agentUser(one.site, one.agent))]))
  const broker = fork(new URL('./ingest-broker.ts', import.meta.url), [file])
  const { port } = (await word(broker)) as { port: number }
  return {
    cloud: { url: `mqtt://127.0.0.1:${port}`, username: CLOUD_USER, password },
    passwordOf: (agent) => passwords.get(agent) ?? '',
    stop: () => letGo(broker),
  }
}

/** The next thing a process of the bench says. */
export const word = (child: ChildProcess): Promise<unknown> =>
  new Promise((heard, failed) => {
    const said = (message: unknown): void => {
      child.off('exit', ended)
      heard(message)
    }
    const ended = (): void => {
      child.off('message', said)
      failed(new Error('a process of the bench ended early'))
    }
    child.once('message', said)
    child.once('exit', ended)
  })

/** A process of the bench ends with its channel. */
export async function letGo(child: ChildProcess): Promise<void> {
  const gone = new Promise((then) => child.once('exit', then))
  child.disconnect()
  await gone
}
