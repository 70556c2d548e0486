import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DyingDisks } from './dying-disks.ts'
import type { Flips } from './flips.ts'
import { type ForeignOpeners, foreignOpeners } from './foreign-openers.ts'
import { type Kills, killLoop } from './kills.ts'
import { whyNoImages } from './loop-images.ts'
import type { MigrationCuts } from './migration-cuts.ts'
import type { Migrations } from './migrations.ts'
import type { Drilled } from './networks/drill.ts'
import type { PowerCuts } from './power-cuts.ts'
import type { Report, Upgrades } from './report.ts'
import type { Restored } from './restores/drills.ts'
import { type Ran, runNode, sourceProgram, theTree } from './run-program.ts'
import { copyOfSources, type Sabotaged, sabotage } from './saboteurs/sabotage.ts'
import type { Saboteur } from './saboteurs/table.ts'
import type { Steady } from './steady/judge.ts'

/** The trials of the deep lane, each with a seed of its own; none of them throws for what it finds. */
export interface Trials {
  kills(times: number, seed: number): Promise<Kills | null>
  /** Null also where power cannot be cut. */
  powerCuts(times: number, seed: number): Promise<PowerCuts | null>
  /** Power cuts while an older store is brought up to date: every state of its log, and so many cuts of a real file system. */
  upgrades(cuts: number, seed: number): Promise<Upgrades | null>
  /** Null also where there are no images to die. */
  disks(times: number, seed: number): Promise<DyingDisks | null>
  flips(times: number, seed: number): Promise<Flips | null>
  /** So many other programs that want into the ledger. */
  openers(openers: number, seed: number): Promise<ForeignOpeners | null>
  roads(times: number, seed: number): Promise<Report['roads']>
  /** Every bad network, so many times. */
  networks(rounds: number, seed: number): Promise<Report['networks']>
  /** Each kind of putting back, so many times. */
  restores(rounds: number, seed: number): Promise<Report['restores']>
  /** An agent on a flapping line for so long. */
  steady(minutes: number, seed: number): Promise<Report['steady']>
  /** So many simulated days of agent and cloud, half of them with one side put back. */
  worlds(days: number, seed: number): Promise<Report['worlds']>
  saboteurs(wanted: readonly Saboteur[]): Promise<Sabotaged[]>
  /** What this machine could not do, and why. */
  readonly skipped: string[]
}

const A_MINUTE = 60_000
/** Torn writes in each piece of a log by which tables are brought up to date. */
const TORN = 3

export function trials(tell: (text: string) => void): Trials {
  const skipped: string[] = []
  const whyNoCuts = whyNoImages()
  if (whyNoCuts !== null) skipped.push(`断电 / power cuts, 坏盘 / dying disks (root, ext4, loop devices): ${whyNoCuts}`)
  return {
    skipped,
    kills: async (times, seed) => (times === 0 ? null : await killLoop({ kills: times, seed, told: (done) => tell(`  ${done} kills`) })),
    async powerCuts(times, seed) {
      if (times === 0 || whyNoCuts !== null) return null
      const { out, said } = await onImages('power-cuts-program', '--cuts', times, seed)
      if (out !== '') return JSON.parse(out) as PowerCuts
      return { cuts: 0, acknowledged: 0, readyMs: { p50: 0, p99: 0 }, broken: [`the power cuts ended without a word: ${said.slice(-500)}`] }
    },
    async upgrades(cuts, seed) {
      if (cuts === 0) return null
      const args = [...sourceProgram(theTree, 'migrations-program'), '--each', String(TORN), '--seed', String(seed)]
      const tried = await runNode(args, { within: A_MINUTE * 30 })
      const states: Migrations =
        tried.out !== ''
          ? (JSON.parse(tried.out) as Migrations)
          : { cuts: 0, old: 0, broken: [`the upgrades ended without a word: ${tried.said.slice(-500)}`] }
      if (whyNoCuts !== null) return { states, cuts: null }
      const { out, said } = await onImages('migration-cuts-program', '--cuts', cuts, seed)
      if (out !== '') return { states, cuts: JSON.parse(out) as MigrationCuts }
      return { states, cuts: { cuts: 0, old: 0, broken: [`the power cuts ended without a word: ${said.slice(-500)}`] } }
    },
    async disks(times, seed) {
      if (times === 0 || whyNoCuts !== null) return null
      const { out, said } = await onImages('dying-disks-program', '--disks', times, seed)
      if (out !== '') return JSON.parse(out) as DyingDisks
      return { disks: 0, doubted: 0, acknowledged: 0, broken: [`the disks ended without a word: ${said.slice(-500)}`] }
    },
    async flips(times, seed) {
      if (times === 0) return null
      const args = [...sourceProgram(theTree, 'flips-program'), '--flips', String(times), '--seed', String(seed)]
      const { out, said } = await runNode(args, { within: A_MINUTE * 5 + times * 2_000 })
      if (out !== '') return JSON.parse(out) as Flips
      return { flips: 0, refused: 0, alarmed: 0, harmless: 0, silent: [`the process ended without a word: ${said.slice(-500)}`] }
    },
    openers: async (openers, seed) => (openers === 0 ? null : await foreignOpeners({ openers, seed })),
    async roads(times, seed) {
      if (times === 0) return null
      const env = { PITGATE_ROADS: String(times), PITGATE_ROAD_SEED: String(seed) }
      return { roads: times, ...(await tests('reliability/road/road.test.ts', times, A_MINUTE + times * 2 * A_MINUTE, env)) }
    },
    async networks(rounds, seed) {
      if (rounds === 0) return null
      return withFigures<Drilled>('PITGATE_NETWORK_FIGURES', async (name) => {
        const env = { PITGATE_NETWORKS: String(rounds), PITGATE_NETWORK_SEED: String(seed), ...name }
        return tests('reliability/networks/networks.test.ts', rounds * 12, A_MINUTE + rounds * 60 * A_MINUTE, env)
      })
    },
    async restores(rounds, seed) {
      if (rounds === 0) return null
      return withFigures<Restored & { readonly name: string }>('PITGATE_RESTORE_FIGURES', async (name) => {
        const env = { PITGATE_RESTORES: String(rounds), PITGATE_RESTORE_SEED: String(seed), ...name }
        return tests('reliability/restores/restores.test.ts', rounds * 3, A_MINUTE + rounds * 20 * A_MINUTE, env)
      })
    },
    async steady(minutes, seed) {
      if (minutes === 0) return null
      const { figures, failed, said } = await withFigures<Steady>('PITGATE_STEADY_FIGURES', async (name) => {
        const env = { PITGATE_STEADY_MINUTES: String(minutes), PITGATE_STEADY_SEED: String(seed), ...name }
        return tests('reliability/steady/steady.test.ts', 1, (minutes + 15) * A_MINUTE, env)
      })
      return { figures: figures[0] ?? null, failed, said }
    },
    async worlds(days, seed) {
      if (days === 0) return null
      const env = { SIMULATION_RUNS: String(Math.ceil(days / 2)), SIMULATION_SEED: String(seed) }
      return { figures: days, ...(await tests('simulation/simulation.test.ts', 1, A_MINUTE * 5 + days * 1_000, env)) }
    },
    async saboteurs(wanted) {
      const copy = copyOfSources()
      const done: Sabotaged[] = []
      try {
        for (const saboteur of wanted) {
          if ((saboteur.catcher.kind === 'power-cuts' || saboteur.catcher.kind === 'dying-disks') && whyNoCuts !== null) {
            skipped.push(`破坏者 / saboteur ${saboteur.name}: ${whyNoCuts}`)
            continue
          }
          const one = await sabotage(copy, saboteur)
          const { name, caughtBy, seconds, said } = one
          tell(`  ${name}: ${caughtBy.length > 0 ? `caught by ${caughtBy.join(', ')}` : `GOT AWAY\n${said}`} (${seconds} s)`)
          done.push(one)
        }
        return done
      } finally {
        copy.remove()
      }
    },
  }
}

/** Runs a file of tests, which knows from its surroundings how much is asked. */
async function tests(
  file: string,
  times: number,
  within: number,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly failed: number; readonly said: string }> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', `test/${file}`]
  const { code, said } = await runNode(vitest, { within, env })
  const failed = Number(/Tests\s+(\d+) failed/.exec(said)?.[1] ?? (code === 0 ? 0 : times))
  return { failed, said: failed > 0 ? said.slice(-4_000) : '' }
}

/** Hands the tests a file for their figures, a line of JSON each, and reads it. */
async function withFigures<F>(
  variable: string,
  run: (name: Readonly<Record<string, string>>) => Promise<{ readonly failed: number; readonly said: string }>,
): Promise<{ readonly figures: readonly F[]; readonly failed: number; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-figures-'))
  const file = join(folder, 'figures.jsonl')
  try {
    const ran = await run({ [variable]: file })
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    return { figures: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as F), ...ran }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In a mount namespace of its own, so that nothing stays mounted. */
const onImages = (program: string, option: string, times: number, seed: number): Promise<Ran> =>
  runNode([...sourceProgram(theTree, program), option, String(times), '--seed', String(seed)], {
    before: ['unshare', '--mount'],
    within: A_MINUTE * 5 + times * 20_000,
    echo: true,
  })
