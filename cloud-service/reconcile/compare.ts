import { compareHashes } from '#cloud/reconcile'
import type { Clock } from '#edge/clock'
import type { LedgerEntry } from '#edge/ledger-listing'
import { type Span, seconds } from '#edge/units'
import type { LedgerSide } from './side.ts'

/** What one epoch came to. The lists name the first so many; the counts are whole. */
export interface EpochCompared {
  readonly epoch: string
  same: number
  onlyEdge: Heap
  onlyCloud: Heap
  differ: Heap
  /** In the cloud alone because the agent dropped them long after their receipt (edge-agent/store/retention.ts): as it should be. */
  pruned: number
  /** Of `onlyEdge`: not receipted yet, so on their way. */
  waiting: number
}
export interface Heap {
  count: number
  readonly first: number[]
}

const MOST_NAMED = 20_000
const LOOK_AGAIN_EVERY = seconds(1)

export const isEqual = (epochs: readonly EpochCompared[]): boolean =>
  epochs.every(({ onlyEdge, onlyCloud, differ }) => onlyEdge.count + onlyCloud.count + differ.count === 0)

/**
 * Compares both ledgers of an agent, hash for hash. Both may be growing: whatever is found on one side only is looked at again, at once
 * (it was written between the two looks) and then until `waitFor` is over as long as records are on their way. What is written meanwhile is
 * no part of the question, so that it comes to an end on a busy site too.
 */
export async function reconcile(edge: LedgerSide, cloud: LedgerSide, clock: Clock, waitFor: Span): Promise<EpochCompared[]> {
  const names = [...(await edge.epochs()), ...(await cloud.epochs())].map(({ epoch }) => epoch)
  const epochs: EpochCompared[] = []
  for (const epoch of new Set(names)) epochs.push(await compareEpoch(edge, cloud, epoch))
  const until = clock.monotonic() + waitFor
  for (let round = 0; !isEqual(epochs); round += 1) {
    if (round > 0) {
      if (clock.monotonic() >= until || epochs.every(({ onlyEdge }) => onlyEdge.count === 0)) break
      await new Promise<void>((then) => clock.timer(LOOK_AGAIN_EVERY, then))
    }
    for (const one of epochs) await lookAgain(edge, cloud, one)
  }
  for (const { epoch, receipted } of await edge.epochs()) {
    const one = epochs.find((it) => it.epoch === epoch)
    if (one) one.waiting = one.onlyEdge.first.filter((seq) => seq > receipted).length
  }
  return epochs
}

async function compareEpoch(edge: LedgerSide, cloud: LedgerSide, epoch: string): Promise<EpochCompared> {
  const receipted = (await edge.epochs()).find((it) => it.epoch === epoch)?.receipted ?? 0
  const told: EpochCompared = { epoch, same: 0, onlyEdge: heap(), onlyCloud: heap(), differ: heap(), pruned: 0, waiting: 0 }
  let oldestHere: number | null = null
  for (let after = 0; ; ) {
    const ours = await edge.after(epoch, after)
    const theirs = await cloud.after(epoch, after)
    oldestHere ??= ours[0]?.seq ?? null
    const upto = Math.min(endOf(ours, edge.page), endOf(theirs, cloud.page))
    const within = (page: typeof ours) => new Map(page.filter(({ seq }) => seq <= upto).map(({ seq, hash }) => [seq, hash] as const))
    const { same, onlyEdge, onlyCloud, differ } = compareHashes(within(ours), within(theirs))
    const before = oldestHere ?? 0
    const gone = onlyCloud.filter((seq) => seq < before && seq <= receipted)
    told.same += same
    told.pruned += gone.length
    add(told.onlyEdge, onlyEdge)
    add(
      told.onlyCloud,
      onlyCloud.filter((seq) => seq >= before || seq > receipted),
    )
    add(told.differ, differ)
    if (upto === THE_END) return told
    after = upto
  }
}

/** How far a page tells what is there: to its last record, or, where it is short, to the end. */
const endOf = (page: readonly LedgerEntry[], full: number): number => (page.length < full ? THE_END : (page.at(-1)?.seq ?? THE_END))
const THE_END = Number.POSITIVE_INFINITY

/** The same question about what was not equal; where there is too much of it to name, the first answer stands. */
async function lookAgain(edge: LedgerSide, cloud: LedgerSide, one: EpochCompared): Promise<void> {
  const heaps = [one.onlyEdge, one.onlyCloud, one.differ]
  const seqs = heaps.flatMap(({ first }) => first).sort((a, b) => a - b)
  if (seqs.length === 0 || heaps.some(({ count, first }) => count > first.length)) return
  const [ours, theirs] = [await hashesOf(edge, one.epoch, seqs), await hashesOf(cloud, one.epoch, seqs)]
  const { same, onlyEdge, onlyCloud, differ } = compareHashes(ours, theirs)
  one.same += same
  one.onlyEdge = add(heap(), onlyEdge)
  one.onlyCloud = add(heap(), onlyCloud)
  one.differ = add(heap(), differ)
}

/** The hashes of these records, by rising number, where they are there. */
async function hashesOf(side: LedgerSide, epoch: string, seqs: readonly number[]): Promise<Map<number, string>> {
  const wanted = new Set(seqs)
  const found = new Map<number, string>()
  let upto = 0
  for (const seq of seqs) {
    if (seq <= upto) continue
    const page = await side.after(epoch, seq - 1)
    for (const entry of page) if (wanted.has(entry.seq)) found.set(entry.seq, entry.hash)
    upto = endOf(page, side.page)
  }
  return found
}

const heap = (): Heap => ({ count: 0, first: [] })
function add(to: Heap, seqs: readonly number[]): Heap {
  to.count += seqs.length
  to.first.push(...seqs.slice(0, MOST_NAMED - to.first.length))
  return to
}
