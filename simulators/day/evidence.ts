import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { program } from '../system.ts'
import type { Truth } from '../truth.ts'
import { type CloudLedger, type EdgeLedger, readCloud, readEdge } from './ledger.ts'
import type { LoadSample } from './load.ts'
import type { OperatorAnswer } from './operator.ts'
import type { DayOptions } from './options.ts'
import type { DayTruth } from './run.ts'

/** What `why --all` proved, record by record. */
export interface WhyTold {
  readonly id: string
  readonly kind: string
  /** True: sealed, signed and re-run the same; null: nothing can be said either way. */
  readonly proved: boolean | null
  /** Sentences it is explained with, in each language at least so many. */
  readonly sentences: number
  readonly detail: string
}

/** Both sides of the day: what really happened, and what the system says. */
export interface Evidence {
  readonly options: DayOptions
  readonly machine: string
  readonly day: DayTruth
  readonly truth: readonly Truth[]
  readonly operator: readonly OperatorAnswer[]
  /** One-time codes that drivers sent with their tickets. */
  readonly codesSent: number
  readonly edge: EdgeLedger
  readonly cloud: CloudLedger
  readonly why: readonly WhyTold[]
  readonly load: readonly LoadSample[]
  readonly surprises: readonly string[]
}

const run = promisify(execFile)

export async function collect(
  from: Pick<Evidence, 'options' | 'machine' | 'day' | 'truth' | 'operator' | 'codesSent' | 'load' | 'surprises'> & {
    readonly out: string
    readonly databaseUrl: string
    readonly site: string
  },
): Promise<Evidence> {
  const { out, databaseUrl, site, ...kept } = from
  const write = (name: string, lines: readonly unknown[]): void =>
    writeFileSync(join(out, name), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  write('truth.ndjson', kept.truth)
  write('visits.ndjson', kept.day.visits)
  write('operator.ndjson', kept.operator)
  const cloud = await readCloud(databaseUrl, site)
  // Before `why`: an agent's program that opens its store puts on record what a pulled plug left unknown.
  const edge = readEdge(join(out, 'edge'), join(out, 'ledger-copy'))
  const why = await askWhy(join(out, 'edge.yaml'))
  write('why.ndjson', why)
  return { ...kept, cloud, edge, why }
}

/** The agent's own `why` over every record of its store. */
async function askWhy(config: string): Promise<readonly WhyTold[]> {
  const { stdout } = await run(process.execPath, [program('edge-agent'), 'why', '--all', '--config', config], { maxBuffer: 1 << 28 }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      // It exits with 1 when a single record is not proved: its words are there all the same.
      if (!error.stdout) throw new Error(`why --all failed: ${error.stderr ?? ''}`)
      return { stdout: error.stdout }
    },
  )
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as WhyTold)
}
