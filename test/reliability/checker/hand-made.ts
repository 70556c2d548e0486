import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { CloudTables, EdgeFile, EdgeRecord, History } from './history.ts'
import type { Seen } from './observations.ts'
import { canonicalForm, keysOf, sha256 } from './seals.ts'

/** A small whole history made by hand: an opening, two weighings with their pulses, an escape; in the cloud the same. Say what differs. */
export interface HandMade {
  readonly history: History
  readonly edge: EdgeFile
  readonly cloud: CloudTables
  readonly log: readonly Seen[]
  /** A record after these, sealed with the agent's key. */
  sealed(after: readonly EdgeRecord[], kind: string, body: Record<string, unknown>): EdgeRecord
}

export const EPOCH = '1-0a0b0c0d'
const NO_HASH = '0'.repeat(64)

export function handMade(): HandMade {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'jwk' }).x as string
  const keys = keysOf([raw])
  const key = [...keys.keys()][0] as string
  const sealed = (after: readonly EdgeRecord[], kind: string, body: Record<string, unknown>): EdgeRecord =>
    seal(privateKey, { epoch: EPOCH, seq: after.length + 1, prev: after.at(-1)?.hash ?? NO_HASH, key, kind, body })
  const records: EdgeRecord[] = []
  const write = (kind: string, body: Record<string, unknown>): EdgeRecord => {
    const record = sealed(records, kind, body)
    records.push(record)
    return record
  }
  const opening = write('opening', { reason: 'first-start', before: null, beforeHash: null })
  const one = write('weighing', { visit: 1, netKg: 31_000 })
  const two = write('weighing', { visit: 2, netKg: 32_000 })
  const alarm = write('alarm', { kind: 'escape', occurrence: 'north/1' })
  const token = (seq: number, name: string) => ({ token: name, lane: 'north', gate: 'exit', epoch: EPOCH, seq })
  const edge: EdgeFile = {
    epochs: [{ epoch: EPOCH, receiptedUpto: 3, brokenFrom: null }],
    records,
    tokens: [token(2, 't1'), token(3, 't2')],
  }
  const cloud: CloudTables = {
    ledger: records.map(({ signature: _unused, ...record }) => record),
    weighings: [
      { epoch: EPOCH, seq: 2, netKg: 31_000 },
      { epoch: EPOCH, seq: 3, netKg: 32_000 },
    ],
    alarms: [{ kind: 'escape', occurrence: 'north/1' }],
    quarantined: [],
    conflicts: 0,
  }
  const safe = (op: string, record: EdgeRecord, ...tokens: string[]): Seen => ({ event: 'acknowledged', op, records: [record], tokens })
  const log: Seen[] = [
    safe('open', opening),
    { event: 'invoked', op: 'visit 1', load: { visit: 1, netKg: 31_000 } },
    safe('visit 1', one, 't1'),
    { event: 'pulse', lane: 'north', gate: 'exit', token: 't1' },
    { event: 'invoked', op: 'visit 2', load: { visit: 2, netKg: 32_000 } },
    safe('visit 2', two, 't2'),
    { event: 'pulse', lane: 'north', gate: 'exit', token: 't2' },
    { event: 'invoked', op: 'escape 1', escape: 'north/1' },
    safe('escape 1', alarm),
    { event: 'head', epoch: EPOCH, seq: 4, hash: alarm.hash },
    { event: 'receipt', epoch: EPOCH, upto: 2, hash: one.hash, stored: 2 },
    { event: 'receipt', epoch: EPOCH, upto: 3, hash: two.hash, stored: 4 },
  ]
  return { history: { logs: [log], edge, cloud, keys }, edge, cloud, log, sealed }
}

function seal(privateKey: KeyObject, said: Record<string, unknown> & { epoch: string; seq: number; kind: string }): EdgeRecord {
  const bytes = canonicalForm(JSON.stringify(said)) as string
  const hash = sha256(bytes)
  const { epoch, seq, kind } = said
  const signature = sign(null, Buffer.from(`pitgate-record:v1:${hash}`), privateKey).toString('base64url')
  return { epoch, seq, kind, bytes, hash, signature }
}
