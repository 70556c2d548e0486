import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

/** How a program of this folder ended, and what it said on both channels together. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly said: string
}

const root = resolve(import.meta.dirname, '../..')

interface Running {
  readonly before?: readonly string[]
  readonly tree?: string
  readonly env?: Readonly<Record<string, string>>
  readonly within: number
  /** Its second channel is shown while it runs. */
  readonly echo?: boolean
}

/** Runs `node …` (or what is said before it, such as `unshare --mount`) in a tree of sources, for `within` milliseconds at most. */
export function runNode(args: readonly string[], { before = [], tree = root, env = {}, within, echo = false }: Running): Promise<Ran> {
  const [program = process.execPath, ...rest] = [...before, process.execPath, ...args]
  return new Promise((done) => {
    const child = spawn(program, rest, { cwd: tree, env: { ...plain(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
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

/** Words without colours; and a test runner in there is not the one out here. */
function plain(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'FORCE_COLOR')
  return { ...Object.fromEntries(env), NO_COLOR: '1' }
}

/** Arguments that run a TypeScript program of this folder on source. */
export const sourceProgram = (tree: string, name: string): string[] => [
  '--conditions=source',
  '--import',
  'tsx',
  join(tree, 'test/reliability', `${name}.ts`),
]
export const theTree = root
