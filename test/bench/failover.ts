import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentKey } from '../../edge-agent/keys.ts'
import { random } from '../../simulators/random.ts'
import { AGENT } from '../edge-agent/store/store-rig.ts'
import { readCloudTables } from '../reliability/checker/cloud-tables.ts'
import { readEdgeFile } from '../reliability/checker/edge-file.ts'
import { countedOnce, sameOnBothSides } from '../reliability/checker/on-both-sides.ts'
import { eventually } from '../support/eventually.ts'
import { type BenchCloud, type BenchHouse, benchHouse } from './bench-house.ts'
import { word } from './bench-parts.ts'
import type { Answered, Asked } from './failover-load.ts'
import { median } from './shares.ts'

/**
 * Two cloud services share the sites of one database and one broker; one of them is killed (SIGKILL) at a random moment while every site
 * weighs, again and again. How long until every site has a record receipted that was written after the kill; and, when all is drained,
 * what the independent checker of `test/reliability` finds lost, changed or twice.
 */
export interface FailoverFigure {
  readonly sites: number
  readonly weighingsPerSecond: number
  readonly kills: number
  /** Until the last site was receipted again, in the order of the kills. */
  readonly allAgainMs: readonly number[]
  readonly medianMs: number
  readonly worstMs: number
  /** The same of the sites the other instance served: they should notice nothing. */
  readonly othersWorstMs: number
  /** How many sites each of the two served before each kill. */
  readonly shares: readonly string[]
  readonly records: number
  /** What the checker found; nothing, if nothing was lost and nothing is twice. */
  readonly broken: readonly string[]
}

const SITES = 8
const PER_SECOND = 10
const KILLS = 10

export async function benchFailover(): Promise<{ name: string; text: string; figures: FailoverFigure }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-failover-'))
  const chance = random('failover')
  const agents = Array.from({ length: SITES }, (_, at) => {
    const own = join(folder, `site-${at}`)
    return { site: `site-${at}`, agent: AGENT, folder: own, key: agentKey(join(own, 'agent.key')) }
  })
  const house = await benchHouse(agents)
  const load = fork(new URL('./failover-load.ts', import.meta.url))
  const trials: Trial[] = []
  try {
    const clouds = [await house.cloud(), await house.cloud()]
    const ready = word(load)
    const asked: Asked = {
      load: {
        url: house.brokerUrl,
        agents: agents.map((one) => ({ site: one.site, folder: one.folder, password: house.passwordOf(one) })),
        weighingsPerSecond: PER_SECOND,
      },
    }
    load.send(asked)
    await ready
    for (let nth = 0; nth < KILLS; nth += 1) {
      await eventually(async () => (await served(house)).size === 2, { within: 60_000 })
      await eventually(async () => [...(await served(house)).values()].every((sites) => sites.length === SITES / 2), { within: 60_000 })
      // A kill falls anywhere between two renewals of the leases.
      await new Promise((then) => setTimeout(then, chance.between(0, 2_000)))
      const at = chance.whole(0, 1)
      const victim = clouds[at] as BenchCloud
      trials.push(await kill(house, load, victim))
      clouds[at] = await house.cloud(victim.port)
    }
    const drained = (await tell(load, 'drain')) as Extract<Answered, { drained: true }>
    const broken: string[] = []
    for (const one of agents) {
      const [edge, cloud] = [readEdgeFile(join(one.folder, 'store')), await readCloudTables(house.databaseUrl, one.site, one.agent)]
      const history = { logs: [], edge, cloud, keys: new Map() }
      broken.push(...[...sameOnBothSides(edge, cloud, history), ...countedOnce(edge, cloud, history)].map((line) => `${one.site}: ${line}`))
    }
    const figures = figuresOf(trials, drained.records, broken)
    return { name: 'fail-over of two cloud services', text: textOf(figures), figures }
  } finally {
    if (load.connected) load.disconnect()
    await house.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Trial {
  readonly orphans: readonly number[]
  readonly others: readonly number[]
  readonly share: string
}

async function kill(house: BenchHouse, load: ChildProcess, victim: BenchCloud): Promise<Trial> {
  const shares = await served(house)
  const orphaned = new Set(shares.get(holderOf(victim)))
  const answered = tell(load, 'watch')
  victim.process.kill('SIGKILL')
  const { waited } = (await answered) as Extract<Answered, { waited: unknown }>
  await victim.ended()
  const of = (whose: boolean): number[] =>
    Object.entries(waited).flatMap(([site, ms]) => (orphaned.has(site) === whose ? [Math.round(ms)] : []))
  return { orphans: of(true), others: of(false), share: [...shares.values()].map((sites) => sites.length).join(':') }
}

/** As the service names itself (cloud-service/service.ts). */
const holderOf = ({ port }: BenchCloud): string => `${hostname()}:${port}`

async function served({ pool }: BenchHouse): Promise<Map<string, string[]>> {
  const { rows } = await pool.query<{ holder: string; sites: string[] }>(
    'select holder, array_agg(site order by site) as sites from site_lease where until > now() group by holder',
  )
  return new Map(rows.map(({ holder, sites }) => [holder, sites]))
}

function tell(load: ChildProcess, ask: 'watch' | 'drain'): Promise<unknown> {
  const answered = word(load)
  load.send({ ask } satisfies Asked)
  return answered
}

function figuresOf(trials: readonly Trial[], records: number, broken: readonly string[]): FailoverFigure {
  const allAgainMs = trials.map(({ orphans, others }) => Math.max(...orphans, ...others))
  return {
    sites: SITES,
    weighingsPerSecond: SITES * PER_SECOND,
    kills: trials.length,
    allAgainMs,
    medianMs: median(allAgainMs),
    worstMs: Math.max(...allAgainMs),
    othersWorstMs: Math.max(...trials.flatMap(({ others }) => others)),
    shares: trials.map(({ share }) => share),
    records,
    broken,
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
const textOf = (it: FailoverFigure): string =>
  [
    `${it.kills} kills while ${it.sites} sites weigh ${it.weighingsPerSecond} vehicles a second, shared ${[...new Set(it.shares)].join(', ')}`,
    `  killed → every site receipted again: median ${seconds(it.medianMs)} s, worst ${seconds(it.worstMs)} s (${it.allAgainMs.map(seconds).join(', ')})`,
    `  sites of the other service waited at most ${seconds(it.othersWorstMs)} s`,
    it.broken.length === 0
      ? `  ${it.records} records, hash for hash the same on both sides, none lost, none twice`
      : `  ${it.broken.length} THINGS BROKEN among ${it.records} records: ${it.broken.slice(0, 5).join('; ')}`,
  ].join('\n')
