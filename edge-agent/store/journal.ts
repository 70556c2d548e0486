import { type AgentId, type Epoch, type Identity, NO_HASH, type SiteId } from '#edge/ids'
import {
  type ClockQuality,
  type LedgerRecord,
  type RecordBody,
  type RecordKind,
  type SealedRecord,
  SIGNED_KINDS,
  sealBytes,
} from '#edge/records'
import { type Signer, sentence } from '#edge/seal'
import { emptyHead, type Head, type Line } from '#edge/stream'
import { type Instant, toIso } from '#edge/units'
import { EdgeError } from '../errors.ts'
import { BODY_CHECKERS } from './body-checkers.ts'
import type { Database } from './database.ts'
import { newestLink } from './links.ts'
import { textIn, textOrMarks } from './readable.ts'

/** When something was written, by this agent's own lights: the moment, the time since this start, which start, how good the clock is. */
export interface Stamps {
  readonly at: Instant
  readonly mono: number
  readonly boot: string
  readonly clock: ClockQuality
}

/**
 * The ledger of this agent: sealed records, contiguous from 1 in each epoch, each linked to the one before (DESIGN.md D4 and section 4).
 * Nothing here changes a record once it is written.
 */
export interface Journal {
  /** Runs `work` as one durable transaction, then tells the listeners what it appended. */
  commit<T>(work: () => T): T
  /** Hears of records once they are durable; the answer stops it. A listener does not throw. */
  onAppended(listener: (records: readonly SealedRecord[]) => void): () => void
  /** Writes the next record of the present epoch. Only inside `commit`: with it the record stands or falls. */
  append<K extends RecordKind>(kind: K, body: RecordBody<K>, stamps: Stamps): SealedRecord
  /** From now on records go to this epoch, which has none yet. */
  enter(epoch: Epoch): void
  head(): Head
  headOf(epoch: Epoch): Head
  record(epoch: Epoch, seq: number): SealedRecord | null
  /** At most `max` records of an epoch from `seq` on, as they travel. */
  linesFrom(epoch: Epoch, seq: number, max: number): Line[]
  /** At most `max` records of an epoch after `seq` with their numbers, as they lie here: for a comparison with what the cloud holds. */
  entriesAfter(epoch: Epoch, seq: number, max: number): { readonly seq: number; readonly bytes: string }[]
  /** Null also where it is no text any more. */
  momentOf(epoch: Epoch, seq: number): string | null
  /** The newest records of a kind, newest first, over all epochs. */
  newest(kind: RecordKind, max: number): Identity[]
  /** Alarms an epoch holds after `seq`, newest first; one that has rotted into no text is not among them. */
  alarmsAfter(epoch: Epoch, seq: number, max: number): SealedRecord[]
}

/** A record's texts as the bytes they are on the disk: long after it was verified, what has rotted must not end the process (readable.ts). */
const TEXTS = `cast(kind as blob) as kind, cast(bytes as blob) as bytes, cast(hash as blob) as hash, cast(signature as blob) as signature`
type RawTexts = Record<'kind' | 'bytes' | 'hash', ArrayBuffer> & { readonly signature: ArrayBuffer | null }
type Texts = Pick<SealedRecord, 'kind' | 'bytes' | 'hash' | 'signature'>

/** Null where one of them is no text any more. */
function textsIn(raw: RawTexts): Texts | null {
  const [kind, bytes, hash] = [textIn(raw.kind), textIn(raw.bytes), textIn(raw.hash)]
  const signature = raw.signature && textIn(raw.signature)
  if (kind === null || bytes === null || hash === null || (raw.signature && signature === null)) return null
  return { kind: kind as RecordKind, bytes, hash, signature }
}

export function journalIn(database: Database, who: { site: SiteId; agent: AgentId; signer: Signer }): Journal {
  const { site, agent, signer } = who
  const headOf = (epoch: Epoch): Head => newestLink(database, epoch) ?? emptyHead(epoch)
  const newest = (): Head => {
    const epoch = database.one<{ epoch: Epoch }>('select epoch from epoch order by number desc limit 1')?.epoch
    return epoch ? headOf(epoch) : emptyHead('' as Epoch)
  }
  let head = newest()
  // Where the journal stands on the disk; kept apart, because after an I/O error the disk is not asked again.
  let settled = head
  let fresh: SealedRecord[] = []
  const listeners = new Set<(records: readonly SealedRecord[]) => void>()
  database.onRollback(() => {
    head = settled
    fresh = []
  })
  return {
    commit(work) {
      const outermost = !database.busy()
      const result = database.transaction(work)
      if (outermost) settled = head
      if (outermost && fresh.length > 0) {
        const durable = fresh
        fresh = []
        for (const listener of listeners) listener(durable)
      }
      return result
    },
    onAppended(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    append(kind, body, stamps) {
      if (!database.busy()) throw new Error('a record is appended inside a transaction or not at all')
      const breach = BODY_CHECKERS.get(kind)?.Errors(body)[0]
      if (breach) throw new TypeError(`a ${kind} record breaks its schema at ${breach.instancePath || '/'}: ${breach.message}`)
      const identity: Identity = {
        site,
        agent,
        epoch: head.epoch,
        seq: head.seq + 1,
      }
      const record: LedgerRecord = {
        v: 1,
        ...identity,
        prev: head.seq === 0 ? NO_HASH : head.hash,
        suite: signer.suite,
        key: signer.key,
        kind,
        at: toIso(stamps.at),
        mono: stamps.mono,
        boot: stamps.boot,
        clock: stamps.clock,
        body,
      }
      const { bytes, hash } = sealBytes(record, signer)
      const signature = SIGNED_KINDS.has(kind) ? signer.sign(sentence('record', hash)) : null
      database.run(
        'insert into journal (epoch, seq, kind, at, bytes, hash, signature) values (?, ?, ?, ?, ?, ?, ?)',
        identity.epoch,
        identity.seq,
        kind,
        record.at,
        bytes,
        hash,
        signature,
      )
      head = { epoch: identity.epoch, seq: identity.seq, hash }
      const done: SealedRecord = { identity, kind, bytes, hash, signature }
      fresh.push(done)
      return done
    },
    enter(epoch) {
      head = emptyHead(epoch)
    },
    head: () => head,
    headOf: (epoch) => (epoch === head.epoch ? head : headOf(epoch)),
    record(epoch, seq) {
      const row = database.one<RawTexts>(`select ${TEXTS} from journal where epoch = ? and seq = ?`, epoch, seq)
      if (row === null) return null
      const texts = textsIn(row)
      if (texts === null) throw new EdgeError('store-broken', { epoch, seq, why: 'text on the disk is no text any more' })
      return { identity: { site, agent, epoch, seq }, ...texts }
    },
    // Both are shown as they lie there, also behind a break.
    linesFrom: (epoch, seq, max) =>
      database
        .all<{ bytes: ArrayBuffer; signature: ArrayBuffer | null }>(
          `select cast(bytes as blob) as bytes, cast(signature as blob) as signature
           from journal where epoch = ? and seq >= ? order by seq limit ?`,
          epoch,
          seq,
          max,
        )
        .map(({ bytes, signature }) => ({ bytes: textOrMarks(bytes), signature: signature && textOrMarks(signature) })),
    entriesAfter: (epoch, seq, max) =>
      database
        .all<{ seq: number; bytes: ArrayBuffer }>(
          'select seq, cast(bytes as blob) as bytes from journal where epoch = ? and seq > ? order by seq limit ?',
          epoch,
          seq,
          max,
        )
        .map((row) => ({ seq: row.seq, bytes: textOrMarks(row.bytes) })),
    momentOf(epoch, seq) {
      const row = database.one<{ at: ArrayBuffer }>('select cast(at as blob) as at from journal where epoch = ? and seq = ?', epoch, seq)
      return row && textIn(row.at)
    },
    newest(kind, max) {
      const found: Identity[] = []
      for (const { epoch } of database.all<{ epoch: Epoch }>('select epoch from epoch order by number desc')) {
        const left = max - found.length
        if (left <= 0) break
        const rows = database.all<{ seq: number }>(
          'select seq from journal where epoch = ? and kind = ? order by seq desc limit ?',
          epoch,
          kind,
          left,
        )
        found.push(...rows.map(({ seq }) => ({ site, agent, epoch, seq })))
      }
      return found
    },
    alarmsAfter: (epoch, seq, max) =>
      database
        .all<RawTexts & { readonly seq: number }>(
          `select seq, ${TEXTS} from journal where kind = 'alarm' and epoch = ? and seq > ? order by seq desc limit ?`,
          epoch,
          seq,
          max,
        )
        .flatMap((row) => {
          const texts = textsIn(row)
          return texts ? [{ identity: { site, agent, epoch, seq: row.seq }, ...texts }] : []
        }),
  }
}
