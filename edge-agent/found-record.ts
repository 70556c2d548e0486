import type { Beside } from '#edge/explain-record'
import { parseIdentity } from '#edge/ids'
import { recordIn } from './store/record-in.ts'
import type { Store } from './store/store.ts'
import { besideOf } from './why-beside.ts'

/** A record with the tape its weighing names, as `why` needs them. */
export interface Found {
  readonly bytes: string
  readonly hash: string
  readonly signature: string | null
  readonly tape: string | null
  /** What stands beside it and explains it. */
  readonly beside?: Beside
}

/** Null where `id` is no identity or there is no such record here. */
export function findRecord(store: Pick<Store, 'record' | 'evidence' | 'stories' | 'policies'>, id: string): Found | null {
  const identity = parseIdentity(id)
  const sealed = identity && store.record(identity)
  if (!sealed) return null
  const { bytes, hash, signature } = sealed
  const record = recordIn(bytes)
  const tape = record && 'tape' in record.body ? record.body.tape : null
  return {
    bytes,
    hash,
    signature,
    tape: tape === null ? null : store.evidence.text(tape),
    ...(record === null ? {} : { beside: besideOf(store, record) }),
  }
}
