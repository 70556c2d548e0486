import type { Seen } from './observations.ts'
import type { Keys } from './seals.ts'

/** Everything the checker looks at: what was seen from outside, what lies on the edge's disk, what lies in the cloud's tables. */
export interface History {
  /** One log per process, each in its own order. */
  readonly logs: readonly (readonly Seen[])[]
  readonly edge: EdgeFile | null
  readonly cloud: CloudTables | null
  readonly keys: Keys
}

export interface EdgeFile {
  /** Oldest epoch first. */
  readonly epochs: readonly EdgeEpoch[]
  readonly records: readonly EdgeRecord[]
  readonly tokens: readonly EdgeToken[]
}
export interface EdgeEpoch {
  readonly epoch: string
  readonly receiptedUpto: number
  /** First record the store itself knows to be damaged; null in a whole epoch. */
  readonly brokenFrom: number | null
}
export interface EdgeRecord {
  readonly epoch: string
  readonly seq: number
  readonly kind: string
  readonly bytes: string
  readonly hash: string
  readonly signature: string | null
}
export interface EdgeToken {
  readonly token: string
  readonly lane: string
  readonly gate: string
  readonly epoch: string
  /** The record that decides it; null for an entry that lets somebody in. */
  readonly seq: number | null
}

export interface CloudTables {
  readonly ledger: readonly CloudRecord[]
  /** What people list, one row per weighing. */
  readonly weighings: readonly { readonly epoch: string; readonly seq: number; readonly netKg: number | null }[]
  readonly alarms: readonly { readonly kind: string; readonly occurrence: string }[]
  /** SHA-256 of each payload kept apart. */
  readonly quarantined: readonly string[]
  readonly conflicts: number
}
export interface CloudRecord {
  readonly epoch: string
  readonly seq: number
  readonly kind: string
  readonly bytes: string
  readonly hash: string
}

/** Which record, as one text. */
export const placeOf = ({ epoch, seq }: { readonly epoch: string; readonly seq: number }): string => `${epoch} ${seq}`

/** What a record says; an empty object where its bytes say nothing. */
export function bodyOf({ bytes }: { readonly bytes: string }): Readonly<Record<string, unknown>> {
  try {
    return ((JSON.parse(bytes) as { body?: Record<string, unknown> }).body ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** Everything seen, log after log. */
export function* seenIn(history: Pick<History, 'logs'>): Generator<Seen> {
  for (const log of history.logs) yield* log
}
