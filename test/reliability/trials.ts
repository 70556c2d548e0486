import type { DyingDisks } from './dying-disks.ts'
import type { Flips } from './flips.ts'
import { type Kills, killLoop } from './kills.ts'
import { whyNoImages } from './loop-images.ts'
import type { PowerCuts } from './power-cuts.ts'
import type { Report } from './report.ts'
import { type Ran, runNode, sourceProgram, theTree } from './run-program.ts'
import { copyOfSources, type Sabotaged, sabotage } from './saboteurs/sabotage.ts'
import type { Saboteur } from './saboteurs/table.ts'

/** The trials of the deep lane, each with a seed of its own; none of them throws for what it finds. */
export interface Trials {
  kills(times: number, seed: number): Promise<Kills | null>
  /** Null also where power cannot be cut. */
  powerCuts(times: number, seed: number): Promise<PowerCuts | null>
  /** Null also where there are no images to die. */
  disks(times: number, seed: number): Promise<DyingDisks | null>
  flips(times: number, seed: number): Promise<Flips | null>
  roads(times: number, seed: number): Promise<Report['roads']>
  saboteurs(wanted: readonly Saboteur[]): Promise<Sabotaged[]>
  /** What this machine could not do, and why. */
  readonly skipped: string[]
}

const A_MINUTE = 60_000

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
    async roads(times, seed) {
      if (times === 0) return null
      const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', 'test/reliability/road/road.test.ts']
      const { code, said } = await runNode(vitest, {
        within: A_MINUTE + times * 2 * A_MINUTE,
        env: { PITGATE_ROADS: String(times), PITGATE_ROAD_SEED: String(seed) },
      })
      const failed = Number(/Tests\s+(\d+) failed/.exec(said)?.[1] ?? (code === 0 ? 0 : times))
      return { roads: times, failed, said: failed > 0 ? said.slice(-4_000) : '' }
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

/** In a mount namespace of its own, so that nothing stays mounted. */
const onImages = (program: string, option: string, times: number, seed: number): Promise<Ran> =>
  runNode([...sourceProgram(theTree, program), option, String(times), '--seed', String(seed)], {
    before: ['unshare', '--mount'],
    within: A_MINUTE * 5 + times * 20_000,
    echo: true,
  })
