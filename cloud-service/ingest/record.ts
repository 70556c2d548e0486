import type { Epoch } from '#edge/ids'
import { type Head, type Receipt, receiptFor, type SignedHead } from '#edge/stream'
import { toIso } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { isOvertaken, isRefusedData } from '../errors.ts'
import type { Issuing } from '../orders/append.ts'
import type { Agent } from './agents.ts'
import { keepingApart, outOfLedger } from './apart.ts'
import { applyRecords, type Told } from './effects.ts'
import { noteGap } from './gaps.ts'
import { noteHole } from './holes.ts'
import { type Delivered, type Judged, judgeBatches } from './judge-batches.ts'
import { checkFence } from './leases.ts'
import { insertLedger } from './ledger-rows.ts'
import { quarantine } from './quarantine.ts'
import { type ReadLine, refused } from './read-line.ts'
import { createStands, cursorOf, moveCursor } from './stands.ts'

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
  const stands = createStands(pool)
  const fenced = (tx: Transaction, site: string): Promise<void> => {
    const { holder, fence } = fenceOf(site)
    return checkFence(tx, site, holder, fence)
  }
  const keepApart = keepingApart({ pool, issuing, fenced })

  const record = async (agent: Agent, epoch: Epoch, delivered: readonly Delivered[]): Promise<Recorded> => {
    const have = await stands.of(agent, epoch)
    const judged = judgeBatches(agent, have, delivered)
    try {
      const { lines, hashes } = judged.fresh
      const stored = lines.length === 0 ? NOTHING : await store(agent, have, lines, hashes, judged.head)
      const { alarms, beside } = await keepApart(agent, epoch, judged)
      // With nothing new to store, what is receipted is asked for and not remembered.
      const now = judged.head ?? (await asIngest(pool, (tx) => stands.read(tx, agent, epoch)))
      stands.keep(agent, now)
      const { theirs } = judged
      if (theirs !== null && theirs.seq > Math.max(now.seq, beside?.head.seq ?? 0))
        await asIngest(pool, (tx) => noteGap(tx, agent, theirs, now))
      const receipt = { ...receiptFor(now, theirs), ...(beside === null ? {} : { beside: beside.head.hash, besideFrom: beside.from }) }
      return { receipt, told: { ...stored.told, alarms: [...alarms, ...stored.told.alarms] }, quarantined: stored.quarantined }
    } catch (error) {
      stands.forget(agent, epoch)
      throw error
    }
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
      stands.forget(agent, gone.epoch)
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
      if (isOvertaken(error) && tries < 5) return store(agent, from, lines, hashes, head, tries + 1)
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
        reading.ok ? [] : [outOfLedger(agent, from.epoch, seq, reading.why, Buffer.from(line.bytes))],
      )
      told.alarms.push(...(await quarantine(tx, agent, unreadable, at)))
      return { told, quarantined: unreadable.length }
    })

  return {
    record,
    leap,
    /** How far an epoch is committed, as far as we remember. */
    standOf: stands.of,
    /** The same as it is now, for the answer to a hello. */
    readStand: stands.read,
    /** Another instance may have written, or will: ask the database again. */
    forgetSite: stands.forgetSite,
  }
}
export type Recorder = ReturnType<typeof createRecorder>

interface Stored {
  readonly told: Told
  readonly quarantined: number
}
const NOTHING: Stored = { told: { weighings: [], alarms: [], tickets: [] }, quarantined: 0 }
const joined = (a: Told, b: Told): Told => ({
  weighings: [...a.weighings, ...b.weighings],
  alarms: [...a.alarms, ...b.alarms],
  tickets: [...a.tickets, ...b.tickets],
})
