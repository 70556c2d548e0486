import { type Epoch, NO_HASH } from './ids.ts'
import { type Hasher, type Signer, sentence, type Verifier } from './seal.ts'
import type { TimeAnchor } from './time-anchor.ts'

/**
 * One numbered stream, used in both directions: records up, orders down (DESIGN.md D7).
 *
 * Entries are lines of canonical bytes linked by `prev`; an entry's hash is the hash of its bytes. The sender keeps everything
 * until the receiver's receipt says it is committed; the receiver takes entries strictly in order and answers every batch and
 * every hello with `{epoch, upto, hash, missing}`. A lost batch, a lost receipt and a lost last entry all heal by the same rule:
 * send again from `upto + 1`.
 *
 * A batch on the wire is text: a header line of JSON, then one line per entry, `<canonical bytes>` or `<canonical bytes>\t<signature>`.
 * Canonical JSON escapes line feeds and tabs, so splitting is safe and nothing is re-serialised.
 */
export interface Head {
  readonly epoch: Epoch
  /** 0 before the first entry. */
  readonly seq: number
  readonly hash: string
}
export const emptyHead = (epoch: Epoch): Head => ({ epoch, seq: 0, hash: NO_HASH })

export interface SignedHead extends Head {
  readonly key: string
  readonly signature: string
}

const headText = (stream: string, head: Head, hasher: Hasher): string =>
  sentence('head', hasher.hash(`${stream}\n${head.epoch}\n${head.seq}\n${head.hash}`))
/** `stream` names whose head it is (`records/hongliu/a1`), so that no head can be shown for another stream. */
export const signHead = (stream: string, head: Head, signer: Signer): SignedHead => ({
  ...head,
  key: signer.key,
  signature: signer.sign(headText(stream, head, signer)),
})
export const headIsSigned = (stream: string, head: SignedHead, verifier: Verifier): boolean =>
  verifier.verify(head.key, headText(stream, head, verifier), head.signature)
export const recordsOf = (site: string, agent: string): string => `records/${site}/${agent}`
/** Whose numbers nobody can ask for any more: the newest of them, with its hash. */
export const goneOf = (site: string, agent: string): string => `gone/${site}/${agent}`
export const ordersOf = (site: string, agent: string): string => `orders/${site}/${agent}`

/** One entry as it travels. */
export interface Line {
  readonly bytes: string
  readonly signature: string | null
}

export interface Batch {
  readonly epoch: Epoch
  /** Sequence number of the first line. */
  readonly from: number
  readonly lines: readonly Line[]
  /** The head after the last line of this batch, signed: one signature per batch is the cost at the receiver. */
  readonly head: SignedHead
}

export const BATCH_MAX_LINES = 500
export const BATCH_MAX_BYTES = 256 * 1024

export function encodeBatch(batch: Batch): string {
  const header = JSON.stringify({ v: 1, epoch: batch.epoch, from: batch.from, count: batch.lines.length, head: batch.head })
  const lines = batch.lines.map((line) => (line.signature === null ? line.bytes : `${line.bytes}\t${line.signature}`))
  return `${header}\n${lines.join('\n')}`
}

export type BatchReading =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly reason: 'not-text' | 'bad-header' | 'bad-count' | 'too-long' }

/** Reads a batch off the wire. Only its frame is judged here; the lines are still just bytes. */
export function decodeBatch(payload: string): BatchReading {
  if (payload.length > BATCH_MAX_BYTES * 2) return { ok: false, reason: 'too-long' }
  const end = payload.indexOf('\n')
  if (end < 0) return { ok: false, reason: 'not-text' }
  const header = readHeader(payload.slice(0, end))
  if (!header) return { ok: false, reason: 'bad-header' }
  const lines = payload
    .slice(end + 1)
    .split('\n')
    .map((text): Line => {
      const tab = text.indexOf('\t')
      return tab < 0 ? { bytes: text, signature: null } : { bytes: text.slice(0, tab), signature: text.slice(tab + 1) }
    })
  if (lines.length !== header.count || header.head.seq !== header.from + header.count - 1) return { ok: false, reason: 'bad-count' }
  return { ok: true, batch: { epoch: header.epoch, from: header.from, lines, head: header.head } }
}

interface Header {
  readonly epoch: Epoch
  readonly from: number
  readonly count: number
  readonly head: SignedHead
}
function readHeader(text: string): Header | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const it = value as { v?: unknown; epoch?: unknown; from?: unknown; count?: unknown; head?: Record<string, unknown> }
  const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 1
  const head = it?.head
  if (
    it?.v !== 1 ||
    typeof it.epoch !== 'string' ||
    !whole(it.from) ||
    !whole(it.count) ||
    it.count > BATCH_MAX_LINES ||
    typeof head !== 'object' ||
    head === null
  )
    return null
  if (
    head.epoch !== it.epoch ||
    !whole(head.seq) ||
    typeof head.hash !== 'string' ||
    typeof head.key !== 'string' ||
    typeof head.signature !== 'string'
  )
    return null
  return { epoch: it.epoch as Epoch, from: it.from, count: it.count, head: head as unknown as SignedHead }
}

/** What the receiver says after its own COMMIT, and only then (DESIGN.md D6). */
export interface Receipt {
  readonly epoch: Epoch
  /** Everything up to here is committed. */
  readonly upto: number
  /** Hash of the entry at `upto`; a sender that has other bytes there knows one of the two was rolled back. */
  readonly hash: string
  /** Ranges asked for, both ends included. */
  readonly missing: readonly (readonly [number, number])[]
  /** Hash of the head of a batch with other bytes under numbers that are taken: what stood there stands, and the batch is kept beside it. */
  readonly beside?: string
  /** First number of that batch: another may end at the same head and hold less. */
  readonly besideFrom?: number
  /** What time it is at the receiver, where the hello that this answers asked. */
  readonly time?: TimeAnchor
}

export type Acceptance =
  /** `fresh` lines follow the receiver's head: store them, then receipt the batch's head. `skip` of the first lines are known. */
  | { readonly kind: 'next'; readonly skip: number; readonly hashes: readonly string[] }
  /** Known already, byte for byte as far as the head tells: only receipt again. */
  | { readonly kind: 'known' }
  /** Entries are missing before it: ask for them, store nothing. */
  | { readonly kind: 'gap' }
  /** It does not continue what is stored: other bytes under the same numbers, or a head that its lines do not reach. */
  | { readonly kind: 'conflict'; readonly why: 'other-bytes' | 'broken-chain' | 'head-mismatch' }

/**
 * Judges a batch against the receiver's head. `prevOf` reads the link out of an entry's bytes, or knows it by the line's place in the batch
 * (null when unreadable: such a line keeps its place by its hash, and the caller quarantines it). Pure; one hash per line.
 */
export function accept(have: Head, batch: Batch, hasher: Hasher, prevOf: (bytes: string, at: number) => string | null): Acceptance {
  const last = batch.from + batch.lines.length - 1
  if (batch.from > have.seq + 1) return { kind: 'gap' }
  if (last < have.seq) return { kind: 'known' }
  const skip = have.seq + 1 - batch.from
  const hashes: string[] = []
  let before = skip === 0 ? have.hash : null
  for (const [at, line] of batch.lines.entries()) {
    const prev = prevOf(line.bytes, at)
    if (before !== null && prev !== null && prev !== before) return { kind: 'conflict', why: at <= skip ? 'other-bytes' : 'broken-chain' }
    before = hasher.hash(line.bytes)
    if (at === skip - 1 && before !== have.hash) return { kind: 'conflict', why: 'other-bytes' }
    if (at >= skip) hashes.push(before)
  }
  if (before !== batch.head.hash) return { kind: 'conflict', why: 'head-mismatch' }
  return last === have.seq ? { kind: 'known' } : { kind: 'next', skip, hashes }
}

/** What a receiver that stands at `have` asks for when it hears that the sender stands at `theirs`. */
export function receiptFor(have: Head, theirs: Head | null): Receipt {
  const behind = theirs !== null && theirs.epoch === have.epoch && theirs.seq > have.seq
  return { epoch: have.epoch, upto: have.seq, hash: have.hash, missing: behind ? [[have.seq + 1, theirs.seq]] : [] }
}

/** Cuts lines into batches no longer than the wire allows, or `most` bytes. Returns how many of `lines` fit into the next one; at least 1. */
export function batchLength(lines: readonly Line[], most = BATCH_MAX_BYTES): number {
  let bytes = 400
  for (const [at, line] of lines.entries()) {
    bytes += utf8Length(line.bytes) + (line.signature?.length ?? 0) + 2
    if (at >= BATCH_MAX_LINES || (bytes > Math.min(most, BATCH_MAX_BYTES) && at > 0)) return at
  }
  return Math.min(lines.length, BATCH_MAX_LINES)
}

/** Bytes of a text in UTF-8; this folder has no encoder of its own to ask. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    // Each half of a surrogate pair counts two: four bytes together.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}
