import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '#edge/clock'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { createPool } from './database/pool.ts'
import { CloudError, isTransient } from './errors.ts'
import { createInbox } from './ingest/inbox.ts'
import type { Installation } from './installation.ts'
import { createDue } from './jobs/due.ts'
import { createSchedule } from './jobs/schedule.ts'
import { otherInstances } from './live/other-instances.ts'
import type { Log } from './log.ts'
import { findDatabase, migrateWhenThere, type WhichDatabase } from './which-database.ts'

export interface Service {
  readonly address: string
  /** Rejects when the service cannot go on, for a reason that waiting does not mend. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/**
 * The running cloud service: HTTP and the live feed answer from the first moment, also while database or broker are away; what needs
 * them says so and comes by itself. Started in the order in which parts need one another, stopped in the other.
 */
export async function startService(config: Config, here: Installation, clock: Clock, log: Log): Promise<Service> {
  const database = await findDatabase(config, here, log)
  try {
    return await startOn(database, config, here, clock, log)
  } catch (error) {
    await database.stop()
    throw error
  }
}

async function startOn(database: WhichDatabase, config: Config, here: Installation, clock: Clock, log: Log): Promise<Service> {
  const root = rootFolder()
  const issuer = here.issuer()
  const login = here.cloudLogin()
  const { connections } = config.database
  // What runs outside a transaction of ours, if anything ever does, runs with these rights and never as the owner.
  const forPeople = createPool({ url: database.url, role: 'pitgate_app', name: 'pitgate-people', size: connections, log })
  const forSites = createPool({ url: database.url, role: 'pitgate_ingest', name: 'pitgate-ingest', size: connections, log })
  const others = otherInstances({ url: database.url, clock, log })
  let stopped = false
  let migrated = false

  let inbox: ReturnType<typeof createInbox> | null = null
  const { app, live } = await buildApp({
    pool: forPeople,
    clock,
    log,
    issuer,
    version: versionOf(root),
    secure: config.secure,
    signInsPerMinute: config.signInsPerMinute,
    trustedProxies: config.trustedProxies,
    screens: join(root, 'dist', 'dashboard'),
    brokerOk: () => inbox?.connected() ?? false,
    // Before the tables exist every question fails, and only time is missing.
    isAway: (error) => !migrated || isTransient(error),
    others,
  })
  inbox = createInbox({
    broker: {
      url: config.broker.url ?? `mqtt://${config.broker.embeddedHost}:${config.broker.embeddedPort}`,
      ...login,
      clientId: `cloud-${process.pid}`,
    },
    pool: forSites,
    issuer,
    live,
    clock,
    log,
    holder: `${hostname()}:${config.listen.port}`,
  })
  const serving = inbox
  const schedule = createSchedule({ pool: forSites, issuing: { issuer, clock }, live, clock, log })
  const due = createDue({ pool: forSites, live, clock, log, listeningSince: serving.listeningSince, leasedSites: serving.leasedSites })

  const address = await listen(app, config)
  const begun = (async () => {
    const answer = await migrateWhenThere(database.url, clock, log, () => stopped)
    if (answer === null) return
    migrated = true
    log.info({ timescale: answer.timescale }, 'the database is ready')
    others.start(live)
    await serving.start()
    schedule.start()
    due.start()
  })()
  const failed = new Promise<never>((_, fail) => {
    begun.catch(fail)
    void database.ended.then(() => {
      if (!stopped) fail(new CloudError('database-not-started', 'The embedded database ended.'))
    })
  })
  failed.catch(() => undefined)
  return {
    address,
    failed,
    async stop() {
      stopped = true
      await app.close()
      await begun.catch(() => undefined)
      await Promise.all([schedule.stop(), due.stop()])
      await serving.stop()
      await others.stop()
      await Promise.all([forPeople.end(), forSites.end()])
      await database.stop()
    },
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>['app'], { listen: { host, port } }: Config): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new CloudError(
      'port-taken',
      `端口 ${port} 已被占用 / port ${port} on ${host} is taken by another program: choose another one (PITGATE_PORT).`,
      error,
    )
  }
}

/** Where this installation lies, on source and when built: the folder of package.json. */
function rootFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}
const versionOf = (root: string): string => (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
