import { NO_HASH } from '#edge/ids'
import { type RecordKind, SIGNED_KINDS } from '#edge/records'
import { type Hasher, type Signer, sentence, type Verifier } from '#edge/seal'
import { emptyHead, type Head } from '#edge/stream'
import type { Database } from './database.ts'
import type { EpochState } from './epochs.ts'
import { oldestLink } from './links.ts'
import { textIn } from './readable.ts'

/** A record as it lies in the journal: its bytes, their seal, and what columns beside them repeat of them. */
export interface ChainRow {
  readonly seq: number
  readonly bytes: string
  readonly hash: string
  readonly kind: string
  readonly at: string
  readonly signature: string | null
}

/** What seals are verified by: hashes are anybody's, signatures those of this agent's key. */
export type Seals = Verifier & Pick<Signer, 'key'>

/** Where a walk over an epoch stands: the last record that follows, and the number of the first that does not. */
export interface Walked {
  readonly good: Head
  readonly brokenAt: number | null
  /** Nothing more is behind it. */
  readonly end: boolean
}

/** Whether a record follows the one before it: the next number, bytes that are what their hash says, and in them the hash before. */
export function follows(row: ChainRow, before: Pick<Head, 'seq' | 'hash'>, hasher: Hasher): boolean {
  const { seq, bytes, hash } = row
  return (
    seq === before.seq + 1 &&
    hasher.hash(bytes) === hash &&
    bytes.includes(`"prev":"${before.seq === 0 ? NO_HASH : before.hash}"`) &&
    columnsAgree(row)
  )
}

/** No hash covers the columns, and they are what records are looked up by. Canonical bytes name everything in order, so these have neighbours. */
const columnsAgree = ({ bytes, kind, at, signature }: ChainRow): boolean =>
  bytes.includes(`,"at":"${at}","body":{`) &&
  bytes.includes(`,"kind":"${kind}","mono":`) &&
  (signature !== null || !SIGNED_KINDS.has(kind as RecordKind))

/**
 * Whether the signature a record bears is this agent's, some 0.1 ms: not asked where records are on their way, because the cloud asks it.
 * What a key signed that the agent had before can no longer be verified here.
 */
function isSignedAsItSays({ bytes, hash, kind, signature }: ChainRow, seals: Seals): boolean {
  if (signature === null || !bytes.includes(`,"key":"${seals.key}","kind":"${kind}",`)) return true
  return seals.verify(seals.key, sentence('record', hash), signature)
}

/** How many of these follow one another from `before` on. */
export function followers(rows: readonly ChainRow[], before: Pick<Head, 'seq' | 'hash'>, hasher: Hasher): number {
  let last = before
  for (const [at, row] of rows.entries()) {
    if (!follows(row, last, hasher)) return at
    last = row
  }
  return rows.length
}

/** The columns of a row as the bytes they are on the disk; `also` are the texts that no hash covers, with a blank between them. */
export const RAW = `seq, cast(bytes as blob) as bytes, cast(hash as blob) as hash,
  cast(kind || ' ' || at || iif(signature is null, '', ' ' || signature) as blob) as also`
export interface RawRow {
  readonly seq: number
  readonly bytes: ArrayBuffer
  readonly hash: ArrayBuffer
  readonly also: ArrayBuffer
}
/** Rows as texts. Where one of its texts is none, a record is nothing: its seal cannot fit, and it is found broken. */
export const rowsIn = (rows: readonly RawRow[]): ChainRow[] =>
  rows.map(({ seq, bytes, hash, also }) => {
    const [kind = '', at = '', ...signature] = textIn(also)?.split(' ') ?? []
    return {
      seq,
      bytes: textIn(bytes) ?? '',
      hash: textIn(hash) ?? '',
      kind,
      at,
      signature: signature.length === 0 ? null : signature.join(' '),
    }
  })

/** Verifies at most `most` records after `after`, their signatures too. */
export function walk(database: Pick<Database, 'all'>, after: Head, most: number, seals: Seals): Walked {
  const { epoch } = after
  const rows = rowsIn(
    database.all<RawRow>(`select ${RAW} from journal where epoch = ? and seq > ? order by seq limit ?`, epoch, after.seq, most),
  )
  const linked = followers(rows, after, seals)
  const unsigned = rows.slice(0, linked).findIndex((row) => !isSignedAsItSays(row, seals))
  const held = unsigned === -1 ? linked : unsigned
  const last = rows[held - 1]
  const good = last ? { epoch, seq: last.seq, hash: last.hash } : after
  return { good, brokenAt: held < rows.length ? good.seq + 1 : null, end: rows.length < most }
}

/**
 * Where a walk over all that is left of an epoch begins: before its first record, or, where receipted ones have been dropped, at the
 * oldest that is still here, whose own predecessor nobody can compare any more.
 */
export function beginningOf(database: Pick<Database, 'one'>, { epoch, receipted }: Pick<EpochState, 'epoch' | 'receipted'>): Head {
  const first = oldestLink(database, epoch)
  const dropped = first !== null && first.seq > 1 && first.seq - 1 <= receipted.upto
  return dropped ? first : emptyHead(epoch)
}
