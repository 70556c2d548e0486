import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import pg from 'pg'

/** What the system says about the day: its sealed records, read from the agent's store and from the cloud's database. */
export interface SaidRecord {
  readonly epoch: string
  readonly seq: number
  readonly kind: string
  /** Milliseconds since 1970, of the mine's clock. */
  readonly at: number
  readonly hash: string
  readonly body: Readonly<Record<string, unknown>>
}
/** A one-use open token as the store minted it. */
export interface Token {
  readonly token: string
  readonly lane: string
  readonly gate: string
  readonly visit: number | null
  readonly why: string
  /** The record that decided it; null where none is needed (an entry). */
  readonly epoch: string
  readonly seq: number | null
  readonly mintedAt: number
  readonly outcome: string | null
}
export interface EdgeLedger {
  readonly records: readonly SaidRecord[]
  readonly tokens: readonly Token[]
}

/** Reads the store of an agent that has ended. A copy is opened: not a byte of the evidence changes. */
export function readEdge(folder: string, into: string): EdgeLedger {
  mkdirSync(into, { recursive: true })
  for (const name of ['ledger.db', 'ledger.db-wal']) if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(into, name))
  const database = new Libsql(join(into, 'ledger.db'))
  try {
    const rows = database.prepare('select epoch, seq, kind, at, bytes, hash from journal order by epoch, seq').all() as {
      epoch: string
      seq: number
      kind: string
      at: string
      bytes: string
      hash: string
    }[]
    const tokens = database
      .prepare('select token, lane, gate, visit, why, epoch, seq, minted_at, outcome from token order by number')
      .all() as {
      token: string
      lane: string
      gate: string
      visit: number | null
      why: string
      epoch: string
      seq: number | null
      minted_at: string
      outcome: string | null
    }[]
    return {
      records: rows.map(({ bytes, at, ...row }) => ({ ...row, at: Date.parse(at), body: bodyOf(bytes) })),
      tokens: tokens.map(({ minted_at, ...token }) => ({ ...token, mintedAt: Date.parse(minted_at) })),
    }
  } finally {
    database.close()
  }
}

export interface CloudLedger {
  /** `epoch seq` → hash. */
  readonly hashes: ReadonlyMap<string, string>
  readonly conflicts: number
  readonly quarantined: number
}

export async function readCloud(url: string, site: string): Promise<CloudLedger> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ epoch: string; seq: string; hash: string }>(
      'select epoch, seq, hash from ledger where site = $1',
      [site],
    )
    const count = async (table: string): Promise<number> =>
      Number((await client.query<{ n: string }>(`select count(*) as n from ${table} where site = $1`, [site])).rows[0]?.n ?? 0)
    return {
      hashes: new Map(rows.map(({ epoch, seq, hash }) => [`${epoch} ${seq}`, hash])),
      conflicts: await count('ledger_conflict'),
      quarantined: await count('quarantine'),
    }
  } finally {
    await client.end()
  }
}

function bodyOf(bytes: string): SaidRecord['body'] {
  try {
    return (JSON.parse(bytes) as { body: SaidRecord['body'] }).body
  } catch {
    return {}
  }
}
