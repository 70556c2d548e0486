import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DATABASE_FILE } from '../../edge-agent/store/database.ts'
import { random } from '../../simulators/random.ts'
import { rigIn } from '../edge-agent/store/store-rig.ts'
import { type Bundle, bundle } from './bundle.ts'
import { brokenLines, check } from './checker/check.ts'
import { readEdgeFile } from './checker/edge-file.ts'
import { observeInto, readObservations } from './checker/observations.ts'
import { keysOf } from './checker/seals.ts'
import { killed, type Life, live } from './life.ts'
import { runNode, theTree } from './run-program.ts'
import { workOn } from './workload.ts'

/**
 * T05c: other programs want into the ledger. While a lane weighs, they are kept out and nothing waits for them; when the agent died and one
 * of them got in first, the start is refused in words until he is gone, and then everything is there, and what he left behind is told.
 */
export interface ForeignOpeners {
  readonly openers: number
  readonly refused: number
  /** What a stranger did to a ledger that was being written. */
  readonly gotIn: readonly string[]
  readonly acknowledged: number
  /** The longest that anything the lane wrote took meanwhile. */
  readonly longestMs: number
  /** The write-ahead log at its longest, and at the end. */
  readonly logBytes: { readonly most: number; readonly atTheEnd: number }
  readonly broken: readonly string[]
}

const ACTS = 60
const ATTEMPTS = 9

export async function foreignOpeners({ openers, seed }: { readonly openers: number; readonly seed: number }): Promise<ForeignOpeners> {
  const program = await bundle('foreigner')
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-foreign-'))
  const seen = join(folder, 'seen')
  mkdirSync(seen)
  const observer = observeInto(seen)
  const rig = rigIn(folder)
  const strangers: Life[] = []
  try {
    const store = rig.open()
    store.start()
    const work = workOn(store, observer, { random: random(`foreign/${seed}`), from: 0 })
    const patience = [0, 200, 1_000]
    for (let nth = 0; nth < openers; nth += 1)
      strangers.push(stranger(program, rig.parts.folder, ['--how', 'try', '--patience', String(patience[nth % patience.length])]))
    let [acts, longestMs, most] = [0, 0, 0]
    while (acts < ACTS || strangers.some(({ said }) => said.length < ATTEMPTS)) {
      const born = performance.now()
      work.act()
      longestMs = Math.max(longestMs, performance.now() - born)
      acts += 1
      most = Math.max(most, store.space.state().logBytes)
      await new Promise((then) => setTimeout(then, 5))
    }
    for (const one of strangers) await killed(one)
    const said = strangers.flatMap((one) => one.said)

    // The agent dies; a stranger is there before it comes back.
    const died = join(folder, 'died')
    cpSync(rig.parts.folder, died, { recursive: true })
    await store.close()
    const holder = stranger(program, died, ['--how', 'hold', '--patience', '0'])
    strangers.push(holder)
    await holder.says('holding')
    // In a process of its own: one that was refused keeps what it had of the file's locks until it ends, which a refused agent does.
    const opener = join(theTree, 'test/edge-agent/store/opener.ts')
    const refusal = await runNode(['--conditions=source', '--import', 'tsx', opener, died], { within: 60_000 })
    await killed(holder)
    const left = existsSync(join(died, `${DATABASE_FILE}-shm`))

    const again = rigIn(folder, { folder: died }).open()
    again.start()
    const more = workOn(again, observer, { random: random(`foreign/${seed}/after`), from: 100_000 })
    for (let at = 0; at < ACTS; at += 1) more.act()
    const atTheEnd = again.space.state().logBytes
    await again.close()
    const edge = readEdgeFile(died)
    const told = edge.records.filter(({ kind, bytes }) => kind === 'alarm' && bytes.includes('"why":"foreign-opener"')).length
    const logs = readObservations(seen)
    return {
      openers,
      refused: said.filter((word) => word.startsWith('refused')).length,
      gotIn: said.filter((word) => word.startsWith('got-in')),
      acknowledged: logs.flat().reduce((sum, one) => sum + (one.event === 'acknowledged' ? one.records.length : 0), 0),
      longestMs: Math.round(longestMs),
      logBytes: { most, atTheEnd },
      broken: [
        ...brokenLines(check({ logs, edge, cloud: null, keys: keysOf([rig.signer.publicKey]) })),
        ...(refusal.out === 'store-locked' ? [] : [`a start with a stranger in the ledger ended with ${refusal.said}`]),
        ...(left && told === 1 ? [] : [`what the stranger left ${left ? 'is there' : 'is not there'}, and ${told} alarms tell of him`]),
        ...readdirSync(died).filter((name) => name.endsWith('-shm') || name.startsWith('inquiry')),
      ],
    }
  } finally {
    for (const one of strangers) await killed(one)
    observer.close()
    program.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

const stranger = (program: Bundle, folder: string, args: readonly string[]): Life =>
  live(program.file, ['--file', join(folder, DATABASE_FILE), ...args])
