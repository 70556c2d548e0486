import type { Epoch } from '#edge/ids'
import { topicOf } from '#edge/messages'
import { emptyHead, type Head, type Receipt, receiptFor, type SignedHead } from '#edge/stream'
import { toIso } from '#edge/units'
import { intArray } from '../database/arrays.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError, isRefusedData } from '../errors.ts'
import type { Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { forkEndingAt, keepConflict } from './conflicts.ts'
import { noteDrawsBeside } from './drawn-tickets-beside.ts'
import { applyRecords, type Told } from './effects.ts'
import { noteGap, notMissing } from './gaps.ts'
import { noteHole } from './holes.ts'
import { type Delivered, type Judged, judgeBatches } from './judge-batches.ts'
import { checkFence } from './leases.ts'
import { insertLedger } from './ledger-rows.ts'
import { raiseOurs } from './own-alarms.ts'
import { type Quarantined, quarantine } from './quarantine.ts'
import { type ReadLine, refused } from './read-line.ts'

/** Under whose lease something is stored. */
export interface Fence {
  readonly holder: string
  readonly fence: number
}

export interface RecordParts {
  readonly pool: Pool
  readonly issuing: Issuing
  /** The fence of this site now; throws CloudError `lease-lost` when it is not ours. */
  readonly fenceOf: (site: string) => Fence
}

export interface Recorded {
  /** What may now be said to the agent: its records up to here are committed. */
  readonly receipt: Receipt
  readonly told: Told
  readonly quarantined: number
}

/**
 * Stores batches of one agent and one epoch: **the one transaction** (DESIGN.md section 2). Ledger rows, what people list, the lens,
 * tickets, alarms, quarantine and the cursor stand or fall together; only what came back from COMMIT is in the receipt.
 *
 * Several batches are stored together. Where the database refuses what a line says (a figure too large, an impossible date), the stretch
 * is stored in halves until that line stands alone, and goes to quarantine in its place.
 */
export function createRecorder({ pool, issuing, fenceOf }: RecordParts) {
  const { clock } = issuing
  /** Where each stream stands, as committed by us; forgotten whenever an outcome is in doubt. */
  const stands = new Map<string, Head>()

  const standOf = async (agent: Agent, epoch: Epoch): Promise<Head> => {
    const known = stands.get(`${agent.site}/${agent.agent}/${epoch}`)
    return known ?? asIngest(pool, (tx) => readStand(tx, agent, epoch))
  }
  /** By the database's own word: it may have been put back to a backup without our hearing of it. */
  const readStand = async (tx: Transaction, agent: Agent, epoch: Epoch): Promise<Head> => {
    const read = await cursorOf(tx, agent, epoch)
    keepStand(agent, read)
    return read
  }
  const keepStand = (agent: Agent, head: Head): void => {
    stands.set(`${agent.site}/${agent.agent}/${head.epoch}`, { epoch: head.epoch, seq: head.seq, hash: head.hash })
    // Epochs are few; whoever invents many must not fill the memory.
    if (stands.size > 20_000) stands.clear()
  }

  const record = async (agent: Agent, epoch: Epoch, delivered: readonly Delivered[]): Promise<Recorded> => {
    const have = await standOf(agent, epoch)
    const judged = judgeBatches(agent, have, delivered)
    try {
      const { lines, hashes } = judged.fresh
      const stored = lines.length === 0 ? NOTHING : await store(agent, have, lines, hashes, judged.head)
      const conflicts = [...judged.conflicts, ...(await otherBytes(agent, epoch, judged.below)), ...(await ofForks(agent, judged.beyond))]
      const { told, beside } = await storeApart(agent, epoch, conflicts, judged.foreign)
      // With nothing new to store, what is receipted is asked for and not remembered.
      const now = judged.head ?? (await asIngest(pool, (tx) => readStand(tx, agent, epoch)))
      keepStand(agent, now)
      const { theirs } = judged
      if (theirs !== null && theirs.seq > Math.max(now.seq, beside?.head.seq ?? 0))
        await asIngest(pool, (tx) => noteGap(tx, agent, theirs, now))
      const receipt = { ...receiptFor(now, theirs), ...(beside === null ? {} : { beside: beside.head.hash, besideFrom: beside.from }) }
      return { receipt, told: joined(told, stored.told), quarantined: stored.quarantined }
    } catch (error) {
      stands.delete(`${agent.site}/${agent.agent}/${epoch}`)
      throw error
    }
  }

  /** Which of these are not what stands there: the chain makes one hash speak for all lines before it. */
  const otherBytes = async (agent: Agent, epoch: Epoch, below: Judged['below']): Promise<Judged['below']> => {
    if (below.length === 0) return below
    return asIngest(pool, async (tx) => {
      const { rows } = await tx.query<{ seq: number; hash: string }>(
        'select seq, hash from ledger where site = $1 and agent = $2 and epoch = $3 and seq = any($4::bigint[])',
        [agent.site, agent.agent, epoch, intArray(below.map(({ head }) => head.seq))],
      )
      const stands = new Map(rows.map(({ seq, hash }) => [seq, hash]))
      return below.filter(({ head }) => stands.get(head.seq) !== head.hash)
    })
  }

  /** Which of these go on where a fork ends that is kept beside: they belong beside it, at the place where it began. */
  const ofForks = async (agent: Agent, beyond: Judged['beyond']): Promise<Judged['conflicts']> => {
    if (beyond.length === 0) return []
    return asIngest(pool, async (tx) => {
      const found: Judged['conflicts'][number][] = []
      for (const { before, ...batch } of beyond) {
        const seq = await forkEndingAt(tx, agent, before)
        if (seq !== null) found.push({ ...batch, seq })
      }
      return found
    })
  }

  /** Other bytes under known numbers, and batches under a foreign signature: kept, told, never receipted. `beside`: the last one kept. */
  const storeApart = async (agent: Agent, epoch: Epoch, conflicts: Judged['conflicts'], foreign: Judged['foreign']): Promise<Apart> => {
    if (conflicts.length === 0 && foreign.length === 0) return { told: NOTHING.told, beside: null }
    const at = toIso(clock.now())
    return asIngest(pool, async (tx) => {
      await fenced(tx, agent.site)
      const alarms: string[] = []
      let beside: Apart['beside'] = null
      for (const conflict of conflicts) {
        const { kept, alarms: raised } = await keepConflict(tx, agent, { epoch, ...conflict }, at)
        alarms.push(...raised)
        if (kept) beside = conflict
        if (kept) alarms.push(...(await noteDrawsBeside(tx, issuing, agent, epoch, conflict.payload)))
      }
      if (beside !== null) await notMissing(tx, agent, epoch, beside.head.seq)
      const kept = foreign.map((payload) => apart(agent, epoch, null, 'head-not-signed', payload))
      alarms.push(...(await quarantine(tx, agent, kept, at)))
      if (foreign.length > 0)
        alarms.push(...(await raiseOurs(tx, agent, 'seal-broken', epoch, 'head', { what: 'records', why: 'head-not-signed' }, at)))
      return { told: { weighings: [], tickets: [], alarms }, beside }
    })
  }

  /** The agent's signed word that it holds nothing up to here any more: the stream goes on behind it. Ids of alarms that are new. */
  const leap = async (agent: Agent, gone: SignedHead): Promise<string[]> => {
    try {
      return await asIngest(pool, async (tx) => {
        const from = await cursorOf(tx, agent, gone.epoch)
        if (gone.seq <= from.seq) return []
        await fenced(tx, agent.site)
        await moveCursor(tx, agent, from, gone, null)
        return noteHole(tx, agent, from, gone, toIso(clock.now()))
      })
    } finally {
      stands.delete(`${agent.site}/${agent.agent}/${gone.epoch}`)
    }
  }

  const store = async (
    agent: Agent,
    from: Head,
    lines: readonly ReadLine[],
    hashes: readonly string[],
    head: Judged['head'],
    tries = 1,
  ): Promise<Stored> => {
    try {
      return await storeStretch(agent, from, lines, hashes, head)
    } catch (error) {
      if (error instanceof CloudError && error.code === 'ticket-moved' && tries < 5)
        return store(agent, from, lines, hashes, head, tries + 1)
      if (!isRefusedData(error)) throw error
      const [only] = lines
      if (only === undefined || (lines.length === 1 && !only.reading.ok)) throw error
      if (lines.length === 1) return storeStretch(agent, from, [refused(only)], hashes, head)
      const half = Math.floor(lines.length / 2)
      const first = await store(agent, from, lines.slice(0, half), hashes.slice(0, half), null)
      const middle: Head = { epoch: from.epoch, seq: from.seq + half, hash: hashes[half - 1] ?? from.hash }
      const second = await store(agent, middle, lines.slice(half), hashes.slice(half), head)
      return { told: joined(first.told, second.told), quarantined: first.quarantined + second.quarantined }
    }
  }

  const storeStretch = (
    agent: Agent,
    from: Head,
    lines: readonly ReadLine[],
    hashes: readonly string[],
    head: Judged['head'],
  ): Promise<Stored> =>
    asIngest(pool, async (tx) => {
      const to: Head = { epoch: from.epoch, seq: from.seq + lines.length, hash: hashes.at(-1) ?? from.hash }
      await fenced(tx, agent.site)
      await moveCursor(tx, agent, from, to, head)
      await insertLedger(tx, agent, from.epoch, lines, hashes, from.hash)
      const at = toIso(clock.now())
      const told = await applyRecords(tx, issuing, agent, from.epoch, lines, hashes, at)
      const unreadable = lines.flatMap(({ line, seq, reading }) =>
        reading.ok ? [] : [apart(agent, from.epoch, seq, reading.why, Buffer.from(line.bytes))],
      )
      told.alarms.push(...(await quarantine(tx, agent, unreadable, at)))
      return { told, quarantined: unreadable.length }
    })

  const fenced = (tx: Transaction, site: string): Promise<void> => {
    const { holder, fence } = fenceOf(site)
    return checkFence(tx, site, holder, fence)
  }

  return {
    record,
    leap,
    /** How far an epoch is committed, as far as we remember. */
    standOf,
    /** The same as it is now, for the answer to a hello. */
    readStand,
    /** Another instance may have written, or will: ask the database again. */
    forgetSite(site: string): void {
      for (const name of stands.keys()) if (name.startsWith(`${site}/`)) stands.delete(name)
    },
  }
}
export type Recorder = ReturnType<typeof createRecorder>

interface Stored {
  readonly told: Told
  readonly quarantined: number
}
interface Apart {
  readonly told: Told
  readonly beside: Pick<Judged['conflicts'][number], 'from' | 'head'> | null
}
const NOTHING: Stored = { told: { weighings: [], alarms: [], tickets: [] }, quarantined: 0 }
const joined = (a: Told, b: Told): Told => ({
  weighings: [...a.weighings, ...b.weighings],
  alarms: [...a.alarms, ...b.alarms],
  tickets: [...a.tickets, ...b.tickets],
})

const apart = (agent: Agent, epoch: string, seq: number | null, why: string, payload: Buffer): Quarantined => ({
  topic: topicOf(agent.site, agent.agent, 'ledger'),
  epoch,
  seq,
  why,
  payload,
})

async function cursorOf(tx: Transaction, agent: Agent, epoch: Epoch): Promise<Head> {
  const { rows } = await tx.query<{ upto: number; hash: string }>(
    'select upto, hash from ledger_cursor where site = $1 and agent = $2 and epoch = $3',
    [agent.site, agent.agent, epoch],
  )
  const row = rows[0]
  return row === undefined ? emptyHead(epoch) : { epoch, seq: row.upto, hash: row.hash }
}

/** Moves the cursor from where we believe it stands: a compare-and-set, and the lock that keeps a second writer waiting, then refused. */
async function moveCursor(tx: Transaction, agent: Agent, from: Head, to: Head, head: Judged['head']): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'move-cursor',
    text: `insert into ledger_cursor as c (site, agent, epoch, upto, hash, head_key, head_signature)
     select $1, $2, $3, $4::bigint, $5, $6, $7
     where $8::bigint = 0 or exists (select from ledger_cursor where site = $1 and agent = $2 and epoch = $3)
     on conflict (site, agent, epoch) do update
       set upto = excluded.upto, hash = excluded.hash, head_key = excluded.head_key, head_signature = excluded.head_signature, updated_at = now()
       where c.upto = $8 and c.hash = $9`,
    values: [agent.site, agent.agent, to.epoch, to.seq, to.hash, head?.key ?? null, head?.signature ?? null, from.seq, from.hash],
  })
  if (rowCount === 0) throw new CloudError('lease-lost', `The stream of ${agent.site}/${agent.agent} was moved by another instance`)
}
