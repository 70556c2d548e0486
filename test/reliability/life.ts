import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** One life of a program: what it says on its first channel, and its end. */
export interface Life {
  readonly pid: number
  /** Every word so far. */
  readonly said: readonly string[]
  /** Resolves when it has said the word; rejects, with its last words, when it ends without. */
  says(word: string): Promise<void>
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
  /** What it ended with; a killed one ends with its signal's name. */
  readonly ended: Promise<number | string>
}

export function live(file: string, args: readonly string[]): Life {
  const child: ChildProcess = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  const waiting = new Map<string, () => void>()
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000)
  })
  createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (word) => {
    said.push(word)
    waiting.get(word)?.()
  })
  const ended = new Promise<number | string>((done) => {
    child.once('exit', (code, signal) => done(code ?? signal ?? 'unknown'))
    child.once('error', (error) => done(error.message))
  })
  return {
    pid: child.pid ?? 0,
    said,
    says: (word) =>
      Promise.race([
        said.includes(word) ? Promise.resolve() : new Promise<void>((heard) => waiting.set(word, heard)),
        ended.then((how) => {
          if (!said.includes(word)) throw new Error(`it ended (${how}) before it said "${word}": ${lastWords}`)
        }),
      ]),
    signal: (name) => void child.kill(name),
    ended,
  }
}

export const forMilliseconds = (span: number): Promise<void> => new Promise((then) => setTimeout(then, span))

/** Ends it at once, and waits for its end. */
export async function killed(life: Life): Promise<void> {
  life.signal('SIGKILL')
  await life.ended
}

/** Stops it (SIGSTOP), and waits until the kernel really has: only then does nothing more that it writes reach the disk. */
export async function stopped({ pid, signal }: Life): Promise<void> {
  signal('SIGSTOP')
  while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await forMilliseconds(1)
}
