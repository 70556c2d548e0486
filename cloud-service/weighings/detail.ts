import type { WeighingDetail } from '#cloud/api'
import type { LedgerRecord } from '#edge/records'
import type { Weighing } from '#edge/weighing'
import { explain } from '#edge/why'
import { readBlob } from '../blobs/ask.ts'
import type { Transaction } from '../database/pool.ts'
import { Refusal } from '../problems.ts'
import { actsOnWeighing, laterPhotosOf } from '../sites/acts.ts'
import { type StoredWeighing, weighingRow } from './queries.ts'
import { recheck } from './recheck.ts'

interface LedgerRow {
  readonly bytes: string
  readonly hash: string
  readonly signature: string | null
}

/** Everything there is to know of one weighing: the record as it was sealed, why the gate opened or stayed shut, and the same checks run again. */
export async function weighingDetail(tx: Transaction, weighing: StoredWeighing): Promise<WeighingDetail> {
  const { rows } = await tx.query<LedgerRow>(
    'select bytes, hash, signature from ledger where site = $1 and agent = $2 and epoch = $3 and seq = $4',
    [weighing.site, weighing.agent, weighing.epoch, weighing.seq],
  )
  const row = rows[0]
  if (!row) throw new Refusal('not-found')
  const record = JSON.parse(row.bytes) as LedgerRecord<'weighing'>
  const tape = await readBlob(tx, weighing.tape)
  return {
    ...weighingRow(weighing),
    record: record.body,
    seal: { suite: record.suite, hash: row.hash, prev: record.prev, key: record.key, signature: row.signature },
    why: { zh: explain(record.body, 'zh', 'regulator'), en: explain(record.body, 'en', 'regulator') },
    acts: await actsOnWeighing(tx, weighing),
    photos: [...named(record.body), ...(await laterPhotosOf(tx, weighing))],
    tapeHeld: tape !== null,
    recheck: recheck(row.bytes, row.hash, record.body, tape),
  }
}

const named = ({ photos, cameras = [] }: Weighing): WeighingDetail['photos'] =>
  photos.map((hash, at) => ({ hash, camera: cameras[at] ?? null, at: null }))
