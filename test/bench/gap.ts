import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SiteId } from '#edge/ids'
import { asIngest } from '../../cloud-service/database/transaction.ts'
import { agentKey } from '../../edge-agent/keys.ts'
import { connection } from '../../edge-agent/sync/connection.ts'
import { createUplink } from '../../edge-agent/sync/uplink.ts'
import { random } from '../../simulators/random.ts'
import { AGENT, rigIn, weigh } from '../edge-agent/store/store-rig.ts'
import { eventually } from '../support/eventually.ts'
import { type BenchHouse, benchHouse } from './bench-house.ts'
import { median } from './shares.ts'

/**
 * The last record of a site is lost on its way, and so is every repeat of it, while the agent's hellos still come through: how long from
 * its commit at the site until the `sequence-gap` alarm stands in the cloud's database. Real stores and uplinks, whose line swallows what
 * belongs to the ledger; broker and cloud service are the real programs. Each record falls anywhere between two hellos.
 */
export interface GapFigure {
  readonly trials: number
  readonly medianMs: number
  readonly worstMs: number
  readonly noticedMs: readonly number[]
}

const SITES = 12
const ROUNDS = 2
const BETWEEN_HELLOS_MS = 10_000
const TOO_LONG = { within: 90_000 }
/** The database is asked this often for all sites together. */
const ASKED_EVERY_MS = 25

interface Enrolled {
  readonly site: string
  readonly agent: string
  readonly folder: string
  readonly key: ReturnType<typeof agentKey>
}

export async function benchGap(): Promise<{ name: string; text: string; figures: GapFigure }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-gap-'))
  const chance = random('gap')
  const agents: Enrolled[] = Array.from({ length: SITES }, (_, at) => {
    const own = join(folder, `site-${at}`)
    return { site: `site-${at}`, agent: AGENT, folder: own, key: agentKey(join(own, 'agent.key')) }
  })
  const house = await benchHouse(agents)
  const noticed: number[] = []
  let sites: Site[] = []
  try {
    await house.cloud()
    sites = agents.map((agent) => aSite(house, agent))
    const alarmed = alarmedSites(house)
    for (let round = 1; round <= ROUNDS; round += 1)
      noticed.push(
        ...(await Promise.all(sites.map((site) => loseTheLast(alarmed, site, { round, after: chance.between(0, BETWEEN_HELLOS_MS) })))),
      )
  } finally {
    for (const site of sites) await site.stop()
    await house.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const noticedMs = noticed.map(Math.round)
  const figures: GapFigure = { trials: noticed.length, medianMs: median(noticedMs), worstMs: Math.max(...noticedMs), noticedMs }
  return { name: 'a lost last record noticed', text: textOf(figures), figures }
}

interface Site {
  readonly name: string
  readonly write: (visit: number) => void
  readonly losing: (what: boolean) => void
  readonly backlog: () => number
  readonly stop: () => Promise<void>
}

function aSite(house: BenchHouse, agent: Enrolled): Site {
  const rig = rigIn(agent.folder, { site: agent.site as SiteId })
  const store = rig.open()
  let losing = false
  const uplink = createUplink(
    { ...rig.parts, url: house.brokerUrl, password: house.passwordOf(agent), ca: null, store, chance: Math.random },
    (parts) => {
      const line = connection(parts)
      return { ...line, publish: (message) => (losing && message.topic.endsWith('/ledger') ? undefined : line.publish(message)) }
    },
  )
  store.start()
  uplink.start()
  return {
    name: agent.site,
    write: (visit) => weigh(store, visit, { netKg: 30_000 }),
    losing: (what) => {
      losing = what
    },
    backlog: () => store.backlog().records,
    async stop() {
      await uplink.stop()
      await store.close()
    },
  }
}

type Alarmed = () => Promise<ReadonlySet<string>>

/** The sites whose last record is missed now. */
function alarmedSites({ pool }: BenchHouse): Alarmed {
  let askedAt = Number.NEGATIVE_INFINITY
  let answer: Promise<ReadonlySet<string>> = Promise.resolve(new Set())
  const ask = async (): Promise<ReadonlySet<string>> => {
    const { rows } = await asIngest(pool, (tx) =>
      tx.query<{ site: string }>("select site from alarm where kind = 'sequence-gap' and state = 'unacknowledged'"),
    )
    return new Set(rows.map(({ site }) => site))
  }
  return () => {
    if (performance.now() - askedAt >= ASKED_EVERY_MS) {
      askedAt = performance.now()
      answer = ask()
    }
    return answer
  }
}

/** Milliseconds from the commit to the alarm; afterwards the line is well again and the alarm has returned. */
async function loseTheLast(
  alarmed: Alarmed,
  site: Site,
  { round, after }: { readonly round: number; readonly after: number },
): Promise<number> {
  await eventually(() => site.backlog() === 0, TOO_LONG)
  await new Promise((then) => setTimeout(then, after))
  site.losing(true)
  site.write(round)
  const committedAt = performance.now()
  await eventually(async () => (await alarmed()).has(site.name), TOO_LONG)
  const noticed = performance.now() - committedAt
  site.losing(false)
  await eventually(async () => site.backlog() === 0 && !(await alarmed()).has(site.name), TOO_LONG)
  return noticed
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
const textOf = ({ trials, medianMs, worstMs, noticedMs }: GapFigure): string =>
  [
    `${trials} last records lost, each committed anywhere between two hellos → alarm: median ${seconds(medianMs)} s, worst ${seconds(worstMs)} s`,
    `  ${noticedMs.map(seconds).join(', ')} s`,
  ].join('\n')
