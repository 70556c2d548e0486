import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import type { Passage, Weighing } from '#edge/weighing'
import { agentKey, hasher } from '../../edge-agent/keys.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { DATABASE_FILE, openDatabase } from '../../edge-agent/store/database.ts'
import { epochsIn } from '../../edge-agent/store/epochs.ts'
import { type Journal, journalIn, type Stamps } from '../../edge-agent/store/journal.ts'
import { scrubOf } from '../../edge-agent/store/scrub.ts'
import { openStore } from '../../edge-agent/store/store.ts'
import { AGENT, aTicketNumber, aWeighing, LANE, rigIn, SITE } from '../edge-agent/store/store-rig.ts'

/**
 * An agent that comes back to a full ledger (DESIGN.md I18): the power returns, nothing is receipted, and the program is started. What the
 * ledger takes is measured apart from what any start takes (the process, its code, its doors): the store opened, its newest records
 * verified, its epoch settled. The rest is verified while it weighs.
 */
export interface ReadyFigure {
  readonly records: number
  readonly meanRecordBytes: number
  readonly bytesOnDisk: number
  readonly storeOpenMs: readonly number[]
  /** Every link of it, without the pauses in which lanes weigh. */
  readonly verifiedMs: number
  /** From the program's start to its word that it is ready, with an empty ledger and with this one. */
  readonly emptyReadyMs: readonly number[]
  readonly readyMs: readonly number[]
  /** After kills that left a log to be replayed. */
  readonly readyAfterKillMs: readonly number[]
}

const RECORDS = 1_000_000
const AT_ONCE = 4_000

export async function benchReady(records = RECORDS): Promise<{ name: string; text: string; figures: readonly ReadyFigure[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-ready-'))
  try {
    const empty = configIn(folder, 'empty')
    agentKey(join(folder, 'empty', 'agent.key'))
    const emptyReadyMs = [await started(empty, 'SIGTERM'), await started(empty, 'SIGTERM'), await started(empty, 'SIGTERM')]
    const full = join(folder, 'full')
    const meanRecordBytes = fill(full, records)
    const config = configIn(folder, 'full')
    const storeOpenMs = [await opened(full), await opened(full), await opened(full)]
    const verifiedMs = verified(full)
    const readyMs = [await started(config, 'SIGTERM'), await started(config, 'SIGTERM'), await started(config, 'SIGKILL')]
    const readyAfterKillMs = [await started(config, 'SIGKILL'), await started(config, 'SIGKILL'), await started(config, 'SIGTERM')]
    const bytesOnDisk = statSync(join(full, DATABASE_FILE)).size
    const shown = (of: readonly number[]): string => of.map((ms) => (ms / 1_000).toFixed(2)).join(', ')
    return {
      name: 'ready with a full ledger',
      text: [
        `  ${records.toLocaleString('en')} records unreceipted, ${meanRecordBytes} bytes in the mean, ${(bytesOnDisk / 1e9).toFixed(2)} GB`,
        `  store opened in ${shown(storeOpenMs)} s, verified from end to end in ${shown([verifiedMs])} s of its own time`,
        `  program started → ready in ${shown(readyMs)} s, after a kill in ${shown(readyAfterKillMs)} s; with an empty ledger in ${shown(emptyReadyMs)} s`,
      ].join('\n'),
      figures: [{ records, meanRecordBytes, bytesOnDisk, storeOpenMs, verifiedMs, emptyReadyMs, readyMs, readyAfterKillMs }],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The store alone, as the agent opens it. */
async function opened(folder: string): Promise<number> {
  const { parts } = rigIn(join(folder, '..'), { folder, signer: agentKey(join(folder, 'agent.key')) })
  const begun = performance.now()
  const store = openStore(parts)
  const taken = performance.now() - begun
  await store.close()
  return Math.round(taken)
}

function verified(folder: string): number {
  const database = openDatabase(folder)
  const broken = (): never => {
    throw new Error('a link of the ledger just written is broken')
  }
  const scrub = scrubOf({ database, epochs: epochsIn(database), hasher, clock: nodeClock(), onBroken: broken, onChanged: broken })
  const begun = performance.now()
  while (!scrub.slice());
  const taken = performance.now() - begun
  database.close()
  return Math.round(taken)
}

/** Milliseconds to ready; then the end it is given. */
async function started(config: string, ending: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  const begun = performance.now()
  const main = join(import.meta.dirname, '../../edge-agent/main.ts')
  const agent = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise((done) => agent.once('exit', done))
  let ready: number | null = null
  for await (const line of createInterface(agent.stderr)) {
    if (!line.includes('the agent is ready')) continue
    ready = performance.now() - begun
    agent.kill(ending)
  }
  await ended
  if (ready === null) throw new Error('the agent ended before it was ready')
  return Math.round(ready)
}

/** A ledger as ninety days without a cloud leave it: each visit with its two pulses, its weighing and its passage. */
function fill(folder: string, records: number): number {
  const signer = agentKey(join(folder, 'agent.key'))
  const database = openDatabase(folder)
  const journal = journalIn(database, { site: SITE, agent: AGENT, signer })
  const epoch = database.transaction(() => epochsIn(database).begin(0))
  journal.enter(epoch)
  for (let visit = 1; journal.head().seq < records; ) {
    journal.commit(() => {
      for (const until = Math.min(records, journal.head().seq + AT_ONCE); journal.head().seq < until; visit += 1)
        visitIn(journal, visit, `${epoch}.t${visit}`)
    })
  }
  const mean = database.one<{ mean: number }>('select avg(length(cast(bytes as blob))) as mean from journal')?.mean ?? 0
  database.close()
  return Math.round(mean)
}

const software = { version: '0.1.0', legal: 'a'.repeat(16) }
function visitIn(journal: Journal, visit: number, token: string): void {
  const stamps: Stamps = {
    at: (Date.UTC(2026, 7, 21) + visit * 29_000) as Stamps['at'],
    mono: visit * 29_000,
    boot: '9f3a2b4c',
    clock: 'free-running',
  }
  const answered = { lane: LANE, token, outcome: 'accepted', detail: '' } as const
  const photos = ['front', 'rear'].map((side) => hasher.hash(`${side} ${visit}`))
  const weighing: Weighing = {
    ...aWeighing({ visit, ticket: aTicketNumber(visit % 100_000_000) }),
    photos,
    tape: hasher.hash(`tape ${visit}`),
    software,
  }
  const passage: Passage = { lane: LANE, passage: visit, visit, weighing: null, token, plate: null, ticket: null, zeroAfterKg: null }
  journal.append('gate-outcome', answered, stamps)
  journal.append('weighing', weighing, stamps)
  journal.append('gate-outcome', answered, stamps)
  journal.append('passage', passage, stamps)
}

function configIn(folder: string, name: string): string {
  const file = join(folder, `${name}.yaml`)
  const lane = {
    lane: LANE,
    name: '北磅',
    scaleRecord: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 's', certificate: 'c', certificateUntil: '2036-01-01T00:00:00Z' },
    scale: { address: 'tcp://127.0.0.1:9', dialect: 'yaohua-tf0', unit: 'kg' },
    board: {
      address: 'tcp://127.0.0.1:10',
      unitAddress: 1,
      outputs: { entryOpen: 0, exitOpen: 2, entryGreen: 4, exitGreen: 5, siren: 6 },
      inputs: { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 } },
    },
    cameras: [],
  }
  writeFileSync(
    file,
    stringify({
      site: SITE,
      agent: AGENT,
      folder: `./${name}`,
      cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: {} },
      lanBroker: { host: '127.0.0.1', port: 0 },
      console: { port: 0 },
      lanes: [lane],
    }),
  )
  return file
}
