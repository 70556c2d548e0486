import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudError } from '../errors.ts'
import { copiedLedger, LEDGER_FILE } from './edge-copy.ts'
import { type RunningAgent, runningLedger } from './edge-running.ts'
import type { LedgerSide } from './side.ts'

/** The ledger of the agent whose folder this is. */
export interface EdgeLedger extends LedgerSide {
  readonly site: string
  readonly agent: string
  /** How it was read. */
  readonly from: 'running' | 'copy'
  close(): void
}

/**
 * Opens the ledger in an agent's folder on this machine. While the agent runs it alone may open its store: then it is asked, over the
 * loopback port in `running.json`. When it does not, a copy is read, and not a byte of the evidence changes.
 * Throws CloudError `edge-unreachable` with a sentence.
 */
export async function openEdge(folder: string): Promise<EdgeLedger> {
  const running = runningIn(folder)
  if (running !== null) return runningLedger(running)
  if (!existsSync(join(folder, LEDGER_FILE)))
    throw new CloudError(
      'edge-unreachable',
      `目录 ${folder} 中没有账本 / no agent's ledger lies in ${folder}: name the agent's folder with --edge.`,
    )
  const copy = copiedLedger(folder)
  // An agent that started in the middle of the copying has written meanwhile.
  const begun = runningIn(folder)
  if (begun === null) return copy
  copy.close()
  return runningLedger(begun)
}

/** As edge-agent/console/local-http.ts writes it while the agent runs; null where no such process lives. */
function runningIn(folder: string): RunningAgent | null {
  try {
    const said = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as RunningAgent & { readonly pid: number }
    process.kill(said.pid, 0)
    return { port: said.port, key: said.key }
  } catch {
    return null
  }
}
