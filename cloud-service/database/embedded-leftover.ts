import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CloudError } from '../errors.ts'
import type { Log } from '../log.ts'

const run = promisify(execFile)

/**
 * What an earlier run left in the data folder. Killed with its parent, PostgreSQL lives on: it is stopped, cleanly. Killed with the
 * machine, it leaves a lock file whose number may by now belong to any program, and would refuse to start: the file is removed.
 * A server whose parent is alive is somebody's: CloudError `database-not-started`.
 */
export async function clearLeftover(folder: string, data: string, log: Log): Promise<void> {
  const lock = join(data, 'postmaster.pid')
  const server = await numberIn(lock)
  if (server === null) return
  if (!(await commandOf(server)).includes('postgres')) {
    await rm(lock, { force: true })
    return
  }
  const parent = await numberIn(join(folder, 'parent.pid'))
  if (parent !== null && parent !== process.pid && (await commandOf(parent)).includes('node'))
    throw new CloudError(
      'database-not-started',
      `A database already runs from ${folder} (process ${server}, started by ${parent}). Stop that one first.`,
    )
  log.warn({ process: server }, 'a database left over from an earlier run is stopped')
  process.kill(server, 'SIGINT')
  for (let tries = 0; (await commandOf(server)).includes('postgres'); tries += 1) {
    if (tries === 100)
      throw new CloudError('database-not-started', `The database left over from an earlier run (process ${server}) does not stop.`)
    await new Promise((then) => setTimeout(then, 100))
  }
}

async function numberIn(file: string): Promise<number | null> {
  const first = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  return Number.isSafeInteger(first) && first > 0 ? first : null
}

/** The command line of a running process; empty where there is none. */
async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8')
    if (process.platform === 'win32') return (await run('tasklist', ['/FI', `PID eq ${pid}`, '/NH'])).stdout
    return (await run('ps', ['-p', String(pid), '-o', 'command='])).stdout
  } catch {
    return ''
  }
}
