import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** One process of the running demo: it can be started, stopped, and pulled like a plug. */
export interface Part {
  readonly name: string
  /** Starts it and waits until it answers; rejects with a sentence when it does not within the time given. */
  start(): Promise<void>
  /** Asks it to end, insists after five seconds. */
  stop(): Promise<void>
  /** Ends it with its whole process group at once, as a power cut would. */
  kill(): Promise<void>
  /** Its process number while it runs. */
  pid(): number | null
  /**
   * Takes its disk away, or puts it back: while it is away every write to a file fails, also of the same part started anew. False where
   * this computer has no way to do so (Linux has: a limit of no bytes on the files a process writes).
   */
  disk(there: boolean): boolean
}

export interface PartOptions {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  /** True once the part answers; asked every 100 ms. */
  readonly answers: () => Promise<boolean>
  readonly answersWithinSeconds: number
  /** Where a server that the part starts in a process group of its own writes its number: pulled together with the part. */
  readonly pidFile?: string
  /** Called when it ended without being asked to. */
  readonly onGone: (code: number | null) => void
}

export function part(options: PartOptions): Part {
  const { name, program, args, env, logFile } = options
  let child: ChildProcess | null = null
  let wanted = false
  let diskIsThere = true

  const pid = (): number | null => (child !== null && child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null)
  const ended = (of: ChildProcess): Promise<void> =>
    new Promise((done) => (of.exitCode !== null || of.signalCode !== null ? done() : of.once('exit', () => done())))
  const signal = (of: ChildProcess, what: NodeJS.Signals): void => {
    if (of.pid === undefined || of.exitCode !== null || of.signalCode !== null) return
    try {
      // A group of its own, so that what the part started ends with it. Windows has no groups: the child alone.
      if (process.platform === 'win32') of.kill(what)
      else process.kill(-of.pid, what)
    } catch {
      // It went in the meantime.
    }
  }

  return {
    name,
    pid,
    async start() {
      wanted = true
      mkdirSync(dirname(logFile), { recursive: true })
      const log = createWriteStream(logFile, { flags: 'a' })
      // The channel tells the child that we are gone even if we were killed.
      const command = [process.execPath, program, ...args]
      const [first = '', ...rest] = diskIsThere ? command : ['prlimit', NO_FILES, ...command]
      const started = spawn(first, rest, {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: process.platform !== 'win32',
      })
      child = started
      started.stdout?.pipe(log)
      started.stderr?.pipe(log)
      started.on('exit', (code) => {
        if (child === started && wanted) options.onGone(code)
      })
      for (let tries = options.answersWithinSeconds * 10; tries > 0; tries -= 1) {
        if (started.exitCode !== null) throw new Error(`${name} ended at once; its words are in ${logFile}`)
        if (await options.answers()) return
        await new Promise((go) => setTimeout(go, 100))
      }
      throw new Error(`${name} does not answer after ${options.answersWithinSeconds} s; its words are in ${logFile}`)
    },
    async stop() {
      wanted = false
      const stopping = child
      if (!stopping) return
      if (stopping.pid !== undefined && stopping.exitCode === null) stopping.kill('SIGTERM')
      const insist = setTimeout(() => {
        signal(stopping, 'SIGKILL')
        if (options.pidFile !== undefined) killNumbered(options.pidFile)
      }, 5_000)
      await ended(stopping)
      clearTimeout(insist)
      child = null
    },
    async kill() {
      wanted = false
      if (!child) return
      signal(child, 'SIGKILL')
      if (options.pidFile !== undefined) killNumbered(options.pidFile)
      await ended(child)
      child = null
    },
    disk(there) {
      if (process.platform !== 'linux') return false
      const running = pid()
      try {
        execFileSync('prlimit', running === null ? ['--version'] : ['--pid', String(running), there ? ANY_FILES : NO_FILES], {
          stdio: 'ignore',
        })
      } catch {
        // It has just ended, which a dead disk may have brought about; else there is no such tool.
        if (pid() !== null || running === null) return false
      }
      diskIsThere = there
      return true
    },
  }
}
/** Soft limits alone: whoever lowers them may raise them again. */
const NO_FILES = '--fsize=0:'
const ANY_FILES = '--fsize=unlimited:'

function killNumbered(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL')
  } catch {
    // It is not there, or has gone with the part.
  }
}
