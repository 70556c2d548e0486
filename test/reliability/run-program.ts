import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

/** How a program of this folder ended, and what it said on both channels together. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly said: string
}

const root = resolve(import.meta.dirname, '../..')

/** Runs `node …` (or what is said before it, such as `unshare --mount`) in a tree of sources, for `within` milliseconds at most. */
export function runNode(
  args: readonly string[],
  {
    before = [],
    tree = root,
    within,
    echo = false,
  }: { readonly before?: readonly string[]; readonly tree?: string; readonly within: number; readonly echo?: boolean },
): Promise<Ran> {
  const [program = process.execPath, ...rest] = [...before, process.execPath, ...args]
  return new Promise((done) => {
    const child = spawn(program, rest, { cwd: tree, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let out = ''
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      said += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (echo) process.stderr.write(text)
    })
    const end = (): void => {
      // It leads a group of its own: with it go the processes it started.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }
    const timer = setTimeout(end, within)
    child.once('error', (error) => {
      said += error.message
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      done({ code: code ?? 137, out, said })
    })
  })
}

/** Arguments that run a TypeScript program of this folder on source. */
export const sourceProgram = (tree: string, name: string): string[] => [
  '--conditions=source',
  '--import',
  'tsx',
  join(tree, 'test/reliability', `${name}.ts`),
]
export const theTree = root
