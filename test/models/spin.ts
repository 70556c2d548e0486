import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why spin cannot be used here, or null: Debian has both in packages of their names. */
export function spinIsMissing(): string | null {
  const missing = (['spin', 'gcc'] as const).filter((program) => spawnSync(program, [program === 'spin' ? '-V' : '--version']).error)
  return missing.length === 0 ? null : `${missing.join(' and ')} not installed`
}

/** What the checker says of one claim over the whole state space. */
export interface Checked {
  readonly holds: boolean
  readonly states: number
  /** What pan printed. */
  readonly told: string
}

/** A model made into its checker, with these mistakes switched on. */
export interface Checker {
  /** `fair`: every process gets its turn; for claims that something comes to pass. It takes ten times as long. */
  check(claim: string, fair: boolean): Checked
  remove(): void
}

export function checkerOf(model: string, switches: readonly string[]): Checker {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-spin-'))
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  run('spin', [...switches.map((one) => `-D${one}`), '-a', model])
  run('gcc', ['-O1', '-w', '-DMEMLIM=1024', '-DCOLLAPSE', '-DNFAIR=3', '-o', 'pan', 'pan.c'])
  return {
    check(claim, fair) {
      // -a: also runs that never end.
      const told = run('./pan', ['-a', ...(fair ? ['-f'] : []), '-m1000000', '-N', claim])
      const errors = /errors: (\d+)/.exec(told)?.[1]
      const states = Number(/([\d.e+]+) states, stored/.exec(told)?.[1] ?? 0)
      if (errors === undefined || (errors === '0' && /Search not completed|max search depth too small/.test(told)))
        throw new Error(`the search did not come to its end:\n${told}`)
      return { holds: errors === '0', states, told }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
