import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from '../../cloud-service/database/pool.ts'
import type { Inbox } from '../../cloud-service/ingest/inbox.ts'
import { type AgentKey, agentKey } from '../../edge-agent/keys.ts'
import type { Random } from '../../simulators/random.ts'
import { startInbox } from '../cloud-service/ingest/an-inbox.ts'
import { settle } from '../cloud-service/ingest/town.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import { freshDatabase, testPool } from '../support/postgres.ts'
import type { Bundle } from './bundle.ts'
import { readCloudTables } from './checker/cloud-tables.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import type { History } from './checker/history.ts'
import { type Observer, observeInto, readObservations } from './checker/observations.ts'
import { type Keys, keysOf } from './checker/seals.ts'
import { type Life, live } from './life.ts'
import { lossyPipe, type Pipe } from './road/pipe.ts'
import { witness } from './road/witness.ts'

/** The whole road in real parts, for whoever wants to do something to it: agent processes, a broker, the ingest, PostgreSQL, a witness. */
export interface WholeRoad {
  readonly folder: string
  readonly databaseUrl: string
  readonly observer: Observer
  /** Whoever may have signed. */
  readonly keys: Keys
  readonly pipe: Pipe
  /** Starts the ingest as the instance of this name, over connections of its own. */
  openCloud(holder?: string): Promise<Inbox>
  /** Stops the ingest; when it is told, nobody asks the database any more. */
  closeCloud(): Promise<void>
  /** A process of the agent over the store of this name, through the broker or what stands before it. Not awaited: `says('ready')` tells. */
  begin(store: string, args: readonly string[], url?: string): Life
  storeAt(name: string): string
  /** Ends everything that still runs, and reads what was seen and what lies on both sides. */
  history(store: string): Promise<History & { readonly edge: NonNullable<History['edge']>; readonly cloud: NonNullable<History['cloud']> }>
  end(): Promise<void>
}

export async function wholeRoad(agentProgram: Bundle, chance: Random): Promise<WholeRoad> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-whole-'))
  const seen = join(folder, 'seen')
  mkdirSync(seen)
  const key: AgentKey = agentKey(join(folder, 'agent.key'))
  const keys = keysOf([key.publicKey])
  const databaseUrl = await freshDatabase()
  const first = testPool(databaseUrl, 'pitgate_ingest', 1)
  await settle(first, [{ site: SITE, agent: AGENT, key }])
  await first.end()
  const observer = observeInto(seen)
  const beside = witness(observer, databaseUrl, SITE, AGENT)
  const pipe = await lossyPipe(chance.fork('pipe'), beside.heard)
  const lives: Life[] = []
  let pool: Pool | null = null
  let inbox: Inbox | null = null
  const closeCloud = async (): Promise<void> => {
    await inbox?.stop()
    await pool?.end()
    inbox = pool = null
    await beside.answered()
  }
  const endAll = async (): Promise<void> => {
    for (const life of lives) life.signal('SIGKILL')
    await Promise.all(lives.splice(0).map(({ ended }) => ended))
    await closeCloud()
  }
  const storeAt = (name: string): string => join(folder, name)
  return {
    folder,
    databaseUrl,
    observer,
    keys,
    pipe,
    storeAt,
    async openCloud(holder = 'cloud-1') {
      pool = testPool(databaseUrl, 'pitgate_ingest')
      inbox = await startInbox({ url: pipe.url, username: 'cloud', password: 'any', clientId: `cloud-${holder}` }, pool, holder)
      return inbox
    },
    closeCloud,
    begin(store, args, url = pipe.url) {
      const life = live(agentProgram.file, ['--keys', folder, '--store', storeAt(store), '--seen', seen, '--url', url, ...args])
      lives.push(life)
      return life
    },
    async history(store) {
      await endAll()
      await beside.done()
      const cloud = await readCloudTables(databaseUrl, SITE, AGENT)
      return { logs: readObservations(seen), edge: readEdgeFile(storeAt(store)), cloud, keys }
    },
    async end() {
      await endAll()
      await pipe.die()
      observer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
