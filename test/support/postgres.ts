import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll } from 'vitest'
import { type Embedded, startEmbedded } from '../../cloud-service/database/embedded.ts'
import { migrate } from '../../cloud-service/database/migrate.ts'
import { createPool, type DatabaseRole, type Pool } from '../../cloud-service/database/pool.ts'
import { createLog } from '../../cloud-service/log.ts'
import { freePort } from '../../simulators/ports.ts'

export { freePort }

/**
 * A real PostgreSQL for a test file: the embedded server, started once per test process, with one migrated template from which every
 * `freshDatabase()` is copied. `DATABASE_URL_TEST` (an owner's URL) uses that server instead.
 */
export const quiet = createLog('test', 'silent')

let server: Promise<{
  admin: string
  template: string
  embedded: Embedded | null
  folder: string | null
}> | null = null
const made: string[] = []
const pools: Pool[] = []
let count = 0

/** URL of the owner for an empty, migrated database of its own. It is dropped when the test file has ended. */
export async function freshDatabase(): Promise<string> {
  server ??= start()
  const { admin, template } = await server
  count += 1
  const name = `pitgate_test_${process.pid}_${count}`
  await asOwner(admin, `create database ${name} template ${template}`)
  made.push(name)
  return databaseAt(admin, name)
}

/** A pool as the service makes them, closed when the test file has ended. */
export function testPool(url: string, role: DatabaseRole | null = 'pitgate_app', size = 6): Pool {
  const pool = createPool({ url, role, name: 'test', size, log: quiet })
  pools.push(pool)
  return pool
}

/** Statements as the owner of this database, over a connection of their own; the rows of the last one. */
export async function asOwner<R extends pg.QueryResultRow>(url: string, ...statements: readonly string[]): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: R[] = []
    for (const one of statements) rows = (await client.query<R>(one)).rows ?? []
    return rows
  } finally {
    await client.end()
  }
}

/** Another database of the same server. */
export function databaseAt(url: string, name: string): string {
  const at = new URL(url)
  at.pathname = `/${name}`
  return at.href
}

async function start() {
  const given = process.env.DATABASE_URL_TEST
  const folder = given === undefined ? await freshFolder() : null
  // Nothing here must survive a power cut, so nothing waits for the disk.
  const settings = ['fsync=off', 'full_page_writes=off']
  const embedded =
    folder === null
      ? null
      : await startEmbedded({
          folder,
          port: await freePort(),
          log: quiet,
          settings,
        })
  const admin = given ?? (embedded as Embedded).url
  const template = `pitgate_template_${process.pid}`
  await asOwner(admin, `create database ${template}`)
  made.push(template)
  const owner = createPool({
    url: databaseAt(admin, template),
    role: null,
    name: 'test-migrate',
    size: 1,
    log: quiet,
  })
  await migrate(owner, quiet)
  await owner.end()
  return { admin, template, embedded, folder }
}

/** Names its process, so that the server of a killed test run is found and ended by the next one. */
async function freshFolder(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const process = /^pitgate-test-postgres-(\d+)-/.exec(name)?.[1]
    if (process !== undefined && !isAlive(Number(process))) await endLeftover(join(tmpdir(), name))
  }
  return mkdtemp(join(tmpdir(), `pitgate-test-postgres-${process.pid}-`))
}
async function endLeftover(folder: string): Promise<void> {
  const pid = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGQUIT')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

afterAll(async () => {
  await Promise.all(pools.splice(0).map((pool) => (pool.ended ? undefined : pool.end())))
  const running = await server
  server = null
  if (running === null) return
  if (running.embedded !== null) await running.embedded.crash()
  else for (const name of made.splice(0)) await asOwner(running.admin, `drop database if exists ${name} with (force)`)
  if (running.folder !== null) await rm(running.folder, { recursive: true, force: true, maxRetries: 5 })
})
