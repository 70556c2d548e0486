import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Config } from './config.ts'
import { type Embedded, startEmbedded } from './database/embedded.ts'
import { type Migrated, migrate } from './database/migrate.ts'
import { createPool } from './database/pool.ts'
import { CloudError, isTransient, reasonOf } from './errors.ts'
import type { Installation } from './installation.ts'
import type { Log } from './log.ts'

/** The database of this installation (DESIGN.md D9): the one that is named, else the embedded one, which may be running already. */
export interface WhichDatabase {
  readonly url: string
  /** Ends the server if it was started here; the data stay. */
  stop(): Promise<void>
  /** Resolves if a server that was started here ends. */
  readonly ended: Promise<void>
}

const NEVER = new Promise<void>(() => {})

/**
 * `start-it`: the embedded one is started where it does not run. `only-running`: CloudError `database-unreachable` instead; a mere question
 * must not take the folder of a server that is about to come back.
 */
export async function findDatabase(
  config: Config,
  { databaseFolder }: Pick<Installation, 'databaseFolder'>,
  log: Log,
  otherwise: 'start-it' | 'only-running' = 'start-it',
): Promise<WhichDatabase> {
  const { url, embeddedPort } = config.database
  if (url !== undefined) return { url, stop: async () => {}, ended: NEVER }
  const running = await alreadyRunning(databaseFolder, embeddedPort, log)
  if (running !== null) return { url: running, stop: async () => {}, ended: NEVER }
  if (otherwise === 'only-running')
    throw new CloudError(
      'database-unreachable',
      `数据库未运行 / the database in ${databaseFolder} does not run: start the service, or name a database in DATABASE_URL, and ask again.`,
    )
  const embedded = await startEmbedded({ folder: databaseFolder, port: embeddedPort, log })
  return { url: embedded.url, stop: embedded.stop, ended: embedded.ended }
}

/** `cloud database`: the embedded server as a process of its own. A password in DATABASE_URL becomes the password of a new one. */
export async function startDatabase(config: Config, { databaseFolder }: Installation, log: Log): Promise<Embedded> {
  const wanted = config.database.url === undefined ? '' : decodeURIComponent(new URL(config.database.url).password)
  const file = join(databaseFolder, 'password')
  if (wanted !== '' && !existsSync(file)) {
    mkdirSync(databaseFolder, { recursive: true, mode: 0o700 })
    writeFileSync(file, wanted, { mode: 0o600 })
  }
  return startEmbedded({ folder: databaseFolder, port: config.database.embeddedPort, log })
}

/** The port the server of this folder was started with, by its own word: a demonstration takes any that is free. */
function portOf(folder: string): number | null {
  try {
    const port = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[3])
    return port > 0 ? port : null
  } catch {
    return null
  }
}

async function alreadyRunning(folder: string, usual: number, log: Log): Promise<string | null> {
  const file = join(folder, 'password')
  if (!existsSync(file)) return null
  const port = portOf(folder) ?? usual
  const url = `postgres://postgres:${encodeURIComponent(readFileSync(file, 'utf8').trim())}@127.0.0.1:${port}/pitgate`
  const pool = createPool({ url, role: null, name: 'pitgate-look', size: 1, log })
  try {
    await pool.query('select 1')
    return url
  } catch {
    return null
  } finally {
    await pool.end()
  }
}

/** Brings the database up to date, waiting for it as long as it is away; says so once. Throws what waiting cannot mend. */
export async function migrateWhenThere(url: string, clock: Clock, log: Log, stopped: () => boolean): Promise<Migrated | null> {
  const pool = createPool({ url, role: null, name: 'pitgate-migrate', size: 1, log })
  let told = false
  try {
    for (;;) {
      try {
        return await migrate(pool, log)
      } catch (error) {
        if (!isTransient(error)) throw error
        if (!told) log.warn({ reason: reasonOf(error) }, 'waiting for the database')
        told = true
        await new Promise<void>((then) => clock.timer(seconds(clock.speed), then))
        if (stopped()) return null
      }
    }
  } finally {
    await pool.end()
  }
}
