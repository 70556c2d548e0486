import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { isCanonical } from '#edge/is-canonical'
import { EnvelopeSchema, type LedgerRecord, RECORD_BODIES, type RecordKind, SIGNED_KINDS } from '#edge/records'
import type { Line } from '#edge/stream'

/** Why a line of the ledger stream cannot be taken for a record. It keeps its place in the chain; quarantine keeps it verbatim. */
export type Unreadable =
  | 'not-json'
  | 'wrong-envelope'
  | 'unknown-kind'
  | 'wrong-body'
  | 'wrong-identity'
  | 'unsigned'
  | 'not-canonical'
  | 'nul-character'
  | 'refused-by-database'

export interface ReadLine {
  readonly line: Line
  readonly seq: number
  readonly reading: { readonly ok: true; readonly record: LedgerRecord } | { readonly ok: false; readonly why: Unreadable }
  /** The link it carries, if it carries one: also an unreadable body may. */
  readonly prev: string | null
}

/** Whose line this must be. */
export interface Place {
  readonly site: string
  readonly agent: string
  readonly epoch: string
  readonly key: string
}

const envelope = Compile(EnvelopeSchema)
/** Envelope and body in one pass; made once, because making one costs a thousand times what using it does. */
const records = new Map(
  Object.entries(RECORD_BODIES).map(([kind, body]) => [kind, Compile(Type.Object({ ...EnvelopeSchema.properties, body }))] as const),
)

/** Reads one line at its place. Never throws: whatever came is either a record or a reason. */
export function readLine(line: Line, seq: number, place: Place): ReadLine {
  // PostgreSQL stores no NUL in text; nothing a weighbridge says needs one.
  if (line.bytes.includes('\\u0000') || line.bytes.includes('\0')) return { line, seq, reading: no('nul-character'), prev: null }
  const value = parse(line.bytes)
  const prev = prevOf(value)
  const refuse = (why: Unreadable): ReadLine => ({ line, seq, reading: no(why), prev })
  const kind = (value as { kind?: unknown } | null)?.kind
  const check = typeof kind === 'string' ? records.get(kind) : undefined
  if (value === undefined) return refuse('not-json')
  if (check === undefined) return refuse(envelope.Check(value) ? 'unknown-kind' : 'wrong-envelope')
  if (!check.Check(value)) return refuse(envelope.Check(value) ? 'wrong-body' : 'wrong-envelope')
  const record = value as unknown as LedgerRecord
  if (
    record.site !== place.site ||
    record.agent !== place.agent ||
    record.epoch !== place.epoch ||
    record.seq !== seq ||
    record.key !== place.key
  )
    return refuse('wrong-identity')
  if (SIGNED_KINDS.has(kind as RecordKind) && line.signature === null) return refuse('unsigned')
  // The hash is over these bytes: were there a second way to say the same, one weighing could have two hashes, and both be true.
  if (!isCanonical(line.bytes, value)) return refuse('not-canonical')
  return { line, seq, reading: { ok: true, record }, prev }
}

/** The same line, after the database itself refused to store what it says. */
export const refused = ({ line, seq, prev }: ReadLine): ReadLine => ({ line, seq, prev, reading: no('refused-by-database') })

const no = (why: Unreadable) => ({ ok: false, why }) as const

function parse(bytes: string): unknown {
  try {
    return JSON.parse(bytes)
  } catch {
    return undefined
  }
}
function prevOf(value: unknown): string | null {
  const prev = (value as { prev?: unknown } | null | undefined)?.prev
  return typeof prev === 'string' ? prev : null
}
