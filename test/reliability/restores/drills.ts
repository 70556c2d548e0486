import { cpSync } from 'node:fs'
import { type Random, random } from '../../../simulators/random.ts'
import { AGENT, SITE } from '../../edge-agent/store/store-rig.ts'
import { eventually } from '../../support/eventually.ts'
import { asOwner, databaseAt } from '../../support/postgres.ts'
import type { Bundle } from '../bundle.ts'
import { brokenLines, check } from '../checker/check.ts'
import { readCloudTables } from '../checker/cloud-tables.ts'
import { readEdgeFile } from '../checker/edge-file.ts'
import { brokenByPuttingBack, readBeside } from '../checker/put-back.ts'
import { killed } from '../life.ts'
import { type WholeRoad, wholeRoad } from '../whole-road.ts'

/** One side put back, or doubled, while the whole road runs (T10, T10b); judged when everything has found together again. */
export interface Restored {
  readonly records: number
  /** Until both sides had found together, after the two stories met. */
  readonly healedMs: number
  readonly broken: readonly string[]
}
export type RestoreDrill = (agentProgram: Bundle, seed: number) => Promise<Restored>

const WITHIN = 120_000
const acts = (nth: number, count: number, chance: Random): string[] => [
  ...['--from', String(nth * 100_000), '--acts', String(count), '--seed', String(chance.next())],
]

/** A whole life: works its acts off, sees them receipted, and is ended. */
async function aLife(road: WholeRoad, store: string, args: readonly string[]): Promise<void> {
  const life = road.begin(store, args)
  await life.says('drained')
  await killed(life)
}

/** An edge's disk comes back as it was some time ago, marker and all: only the cloud can know. */
export const edgePutBack: RestoreDrill = async (agentProgram, seed) => {
  const chance = random(`edge-put-back/${seed}`)
  const road = await wholeRoad(agentProgram, chance)
  try {
    await road.openCloud()
    await aLife(road, 'store', acts(1, chance.whole(20, 80), chance))
    cpSync(road.storeAt('store'), road.storeAt('image'), { recursive: true })
    await aLife(road, 'store', acts(2, chance.whole(20, 150), chance))
    const before = await readCloudTables(road.databaseUrl, SITE, AGENT)
    const met = Date.now()
    const life = road.begin('image', acts(3, chance.whole(10, 150), chance))
    await life.says('drained')
    const healed = await putTogether(road, ['image'], before)
    return { ...healed, healedMs: healed.at - met }
  } finally {
    await road.end()
  }
}

/** Two computers run from one image, at once, under one name. */
export const twoAtOnce: RestoreDrill = async (agentProgram, seed) => {
  const chance = random(`two-at-once/${seed}`)
  const road = await wholeRoad(agentProgram, chance)
  try {
    await road.openCloud()
    await aLife(road, 'store', acts(1, chance.whole(20, 60), chance))
    cpSync(road.storeAt('store'), road.storeAt('clone'), { recursive: true })
    const before = await readCloudTables(road.databaseUrl, SITE, AGENT)
    const met = Date.now()
    const twins = ['store', 'clone'].map((name, nth) => road.begin(name, acts(2 + nth, chance.whole(20, 60), chance)))
    await Promise.all(twins.map((twin) => twin.says('drained')))
    const healed = await putTogether(road, ['store', 'clone'], before)
    return { ...healed, healedMs: healed.at - met }
  } finally {
    await road.end()
  }
}

/** Waits until nothing is missing, or for as long as it may take, and says what is. */
async function putTogether(road: WholeRoad, stores: readonly string[], before: Awaited<ReturnType<typeof readCloudTables>>) {
  const look = async () => {
    const [cloud, beside] = await Promise.all([readCloudTables(road.databaseUrl, SITE, AGENT), readBeside(road.databaseUrl, SITE, AGENT)])
    return { edges: stores.map((name) => readEdgeFile(road.storeAt(name))), before, cloud, beside }
  }
  await eventually(async () => brokenByPuttingBack({ ...(await look()), logs: [], keys: road.keys }).length === 0, {
    within: WITHIN,
  }).catch(() => undefined)
  const at = Date.now()
  const { logs, keys } = await road.history(stores[0] ?? '')
  const now = await look()
  return { at, records: now.cloud.ledger.length, broken: brokenByPuttingBack({ ...now, logs, keys }) }
}

/** The cloud's database comes back as it was some rows ago, while the agent goes on. */
export const cloudPutBack: RestoreDrill = async (agentProgram, seed) => {
  const chance = random(`cloud-put-back/${seed}`)
  const road = await wholeRoad(agentProgram, chance)
  const name = new URL(road.databaseUrl).pathname.slice(1)
  const elsewhere = databaseAt(road.databaseUrl, 'postgres')
  try {
    const arrived = async (more: number): Promise<void> => {
      const inbox = await road.openCloud()
      await eventually(() => inbox.counts().records >= more, { within: WITHIN })
      await road.closeCloud()
    }
    const life = road.begin('store', [...acts(1, 400, chance), '--every', '10'])
    await life.says('ready')
    await arrived(chance.whole(5, 150))
    await asOwner(elsewhere, nobodyIn(name), `create database ${name}_backup template ${name}`)
    await arrived(chance.whole(1, 400))
    await asOwner(elsewhere, `drop database ${name} with (force)`, `alter database ${name}_backup rename to ${name}`)
    road.observer.see({ event: 'restored', side: 'cloud' })
    const met = Date.now()
    await road.openCloud()
    await life.says('idle')
    const same = async (): Promise<boolean> => {
      const cloud = await readCloudTables(road.databaseUrl, SITE, AGENT)
      return cloud.ledger.length === readEdgeFile(road.storeAt('store')).records.length
    }
    // What does not come together in this time is what the checker then tells.
    await eventually(same, { within: WITHIN }).catch(() => undefined)
    const healedMs = Date.now() - met
    const history = await road.history('store')
    return { records: history.cloud.ledger.length, healedMs, broken: brokenLines(check(history)) }
  } finally {
    await road.end()
  }
}
const nobodyIn = (name: string): string => `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
