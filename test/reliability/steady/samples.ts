import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a process holds at one moment, after everything that could be collected was. */
export interface Sample {
  readonly seconds: number
  readonly heapBytes: number
  readonly rssBytes: number
  /** Open files and sockets; null where the system does not say. */
  readonly files: number | null
  readonly walBytes: number
}

const EVERY_MS = 5_000
const OWN_FILES = '/proc/self/fd'

/** Adds a sample of this process to the file every five seconds, a line of JSON each, until the process ends. */
export function sampleInto(file: string, storeFolder: string): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const wal = join(storeFolder, 'ledger.db-wal')
  const take = (): void => {
    collect()
    const { heapUsed, rss } = process.memoryUsage()
    const sample: Sample = {
      seconds: performance.now() / 1_000,
      heapBytes: heapUsed,
      rssBytes: rss,
      files: existsSync(OWN_FILES) ? readdirSync(OWN_FILES).length : null,
      walBytes: existsSync(wal) ? statSync(wal).size : 0,
    }
    appendFileSync(file, `${JSON.stringify(sample)}\n`)
  }
  take()
  setInterval(take, EVERY_MS).unref()
}

export const readSamples = (file: string): Sample[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Sample)
