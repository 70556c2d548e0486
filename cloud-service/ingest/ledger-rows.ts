import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import type { ReadLine } from './read-line.ts'

/** Begins what stands in the ledger for bytes that PostgreSQL cannot keep as text. No readable line begins so. */
const AS_BASE64 = '(base64) '

/**
 * Adds lines to the ledger in their order: readable ones by their kind, others as `unreadable`, so that the numbers stay contiguous
 * and the chain can be verified link by link. `before` is the hash of the entry before the first.
 *
 * The bytes travel as one text split by line feeds, which canonical bytes cannot hold: no array quoting on either side.
 */
export async function insertLedger(
  tx: Transaction,
  agent: Agent,
  epoch: string,
  lines: readonly ReadLine[],
  hashes: readonly string[],
  before: string,
): Promise<void> {
  const first = lines[0]
  if (first === undefined) return
  await tx.query({
    name: 'insert-ledger',
    text: `insert into ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature)
     select $1, $2, $3, $4::bigint + n - 1, kind, bytes, hash, prev, $5, nullif(signature, '')
     from unnest(string_to_array($6, ','), string_to_array($7, E'\\n'), string_to_array($8, ','), string_to_array($9, ','), string_to_array($10, ','))
       with ordinality as line (kind, bytes, hash, prev, signature, n)
     on conflict do nothing`,
    values: [
      agent.site,
      agent.agent,
      epoch,
      first.seq,
      agent.key,
      lines.map(({ reading }) => (reading.ok ? reading.record.kind : 'unreadable')).join(','),
      lines.map(({ line, reading }) => (reading.ok ? line.bytes : storable(line.bytes))).join('\n'),
      hashes.join(','),
      [before, ...hashes.slice(0, -1)].join(','),
      lines.map(({ line }) => (line.signature !== null && /^[A-Za-z0-9_-]{1,200}$/.test(line.signature) ? line.signature : '')).join(','),
    ],
  })
}

const storable = (bytes: string): string =>
  bytes === '' || bytes.includes('\0') || bytes.startsWith(AS_BASE64) ? AS_BASE64 + Buffer.from(bytes).toString('base64') : bytes

/** The bytes of an unreadable line, as they came, out of its row in the ledger. */
export const asItCame = (stored: string): string =>
  stored.startsWith(AS_BASE64) ? Buffer.from(stored.slice(AS_BASE64.length), 'base64').toString('utf8') : stored
