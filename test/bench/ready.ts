import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { agentKey } from '../../edge-agent/keys.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { DATABASE_FILE, openDatabase } from '../../edge-agent/store/database.ts'
import { epochsIn } from '../../edge-agent/store/epochs.ts'
import { scrubOf } from '../../edge-agent/store/scrub.ts'
import { openStore } from '../../edge-agent/store/store.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { bareConfig } from './bare-config.ts'
import { fillLedger } from './fill-ledger.ts'

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

export async function benchReady(records = RECORDS): Promise<{ name: string; text: string; figures: readonly ReadyFigure[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-ready-'))
  try {
    const empty = bareConfig(folder, 'empty')
    agentKey(join(folder, 'empty', 'agent.key'))
    const emptyReadyMs = [await started(empty, 'SIGTERM'), await started(empty, 'SIGTERM'), await started(empty, 'SIGTERM')]
    const full = join(folder, 'full')
    const { meanRecordBytes } = fillLedger(full, records)
    const config = bareConfig(folder, 'full')
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
  const seals = agentKey(join(folder, 'agent.key'))
  const scrub = scrubOf({ database, epochs: epochsIn(database), seals, clock: nodeClock(), onBroken: broken, onChanged: broken })
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
