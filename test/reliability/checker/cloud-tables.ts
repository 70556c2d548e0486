import pg from 'pg'
import type { CloudRecord, CloudTables } from './history.ts'
import { sha256 } from './seals.ts'

/** Reads what the cloud holds of one agent. The URL is an owner's, who sees past the rights of roles. */
export async function readCloudTables(url: string, site: string, agent: string): Promise<CloudTables> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const rows = async <R extends object>(sql: string): Promise<R[]> => (await client.query<R>(sql, [site, agent])).rows
    const of = 'where site = $1 and agent = $2'
    const ledger = await rows<CloudRecord & { readonly seq: number | string }>(
      `select epoch, seq, kind, bytes, hash from ledger ${of} order by epoch, seq`,
    )
    const weighings = await rows<{ epoch: string; seq: number | string; net_kg: number | null }>(
      `select epoch, seq, net_kg from weighing ${of} order by epoch, seq`,
    )
    const alarms = await rows<{ kind: string; occurrence: string }>(`select kind, occurrence from alarm ${of}`)
    const quarantined = await rows<{ payload: Buffer }>(`select payload from quarantine ${of}`)
    const conflicts = await rows<{ n: number | string }>(`select count(*) as n from ledger_conflict ${of}`)
    return {
      ledger: ledger.map((row) => ({ ...row, seq: Number(row.seq) })),
      weighings: weighings.map(({ epoch, seq, net_kg }) => ({ epoch, seq: Number(seq), netKg: net_kg })),
      alarms,
      quarantined: quarantined.map(({ payload }) => sha256(payload)),
      conflicts: Number(conflicts[0]?.n ?? 0),
    }
  } finally {
    await client.end()
  }
}
