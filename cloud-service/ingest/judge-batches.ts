import { accept, type Batch, type Head, headIsSigned, recordsOf, type SignedHead } from '#edge/stream'
import { hasher } from '../keys.ts'
import type { Agent } from './agents.ts'
import type { ConflictWhy } from './conflicts.ts'
import { type ReadLine, readLine } from './read-line.ts'

/** A batch as it was delivered. */
export interface Delivered {
  readonly batch: Batch
  readonly payload: Buffer
}

/** What may be stored of some batches of one epoch, and what must be kept apart. Pure but for the agent's key. */
export interface Judged {
  readonly fresh: { readonly lines: ReadLine[]; readonly hashes: string[] }
  /** Head of the last batch that follows, as the agent signed it; null when nothing follows. */
  readonly head: Batch['head'] | null
  /** The furthest head seen, for asking for what is missing. */
  readonly theirs: SignedHead | null
  readonly conflicts: readonly Conflict[]
  /** Batches that end below where the stream stands: told again, or other bytes. Only the ledger can say. */
  readonly below: readonly Conflict[]
  /** Batches that begin behind a gap, whole in themselves, with what stands before them: of a fork that is kept beside, or early. */
  readonly beyond: readonly (Conflict & { readonly before: Head })[]
  readonly foreign: readonly Buffer[]
}

/** A batch that is not what stands there, if it is none. */
export interface Conflict {
  readonly why: ConflictWhy
  readonly seq: number
  readonly payload: Buffer
  /** First number of the batch. */
  readonly from: number
  readonly head: Head
}

/** Judges batches in the order they came, each against what the ones before leave behind. */
export function judgeBatches(agent: Agent, stands: Head, delivered: readonly Delivered[]): Judged {
  const lines: ReadLine[] = []
  const hashes: string[] = []
  const conflicts: Conflict[] = []
  const below: Conflict[] = []
  const beyond: Judged['beyond'][number][] = []
  const foreign: Buffer[] = []
  let have = stands
  let head: Batch['head'] | null = null
  let theirs: SignedHead | null = null
  for (const { batch, payload } of delivered) {
    if (batch.head.key !== agent.key || !headIsSigned(recordsOf(agent.site, agent.agent), batch.head, agent.verifier)) {
      foreign.push(payload)
      continue
    }
    if (theirs === null || batch.head.seq > theirs.seq) theirs = batch.head
    const place = { site: agent.site, agent: agent.agent, epoch: batch.epoch, key: agent.key }
    const read = batch.lines.map((line, at) => readLine(line, batch.from + at, place))
    const prevOf = (_bytes: string, at: number): string | null => read[at]?.prev ?? null
    const judged = accept(have, batch, hasher, prevOf)
    const told = { seq: Math.min(have.seq + 1, batch.head.seq), payload, from: batch.from, head: batch.head }
    if (judged.kind === 'conflict') conflicts.push({ why: judged.why, ...told })
    if (judged.kind === 'known' && batch.head.seq < have.seq) below.push({ why: 'other-bytes', ...told })
    const before = judged.kind === 'gap' ? (read[0]?.prev ?? null) : null
    if (before !== null) {
      const link: Head = { epoch: batch.epoch, seq: batch.from - 1, hash: before }
      if (accept(link, batch, hasher, prevOf).kind === 'next') beyond.push({ why: 'other-bytes', ...told, before: link })
    }
    if (judged.kind !== 'next') continue
    for (const line of read.slice(judged.skip)) lines.push(line)
    for (const hash of judged.hashes) hashes.push(hash)
    head = batch.head
    have = { epoch: batch.epoch, seq: batch.head.seq, hash: batch.head.hash }
  }
  return { fresh: { lines, hashes }, head, theirs, conflicts, below, beyond, foreign }
}
