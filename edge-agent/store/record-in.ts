import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { EnvelopeSchema, type LedgerRecord, type RecordKind } from '#edge/records'
import { BODY_CHECKERS } from './body-checkers.ts'

/**
 * The record that stored bytes are; null where they are none any more, because they rotted or somebody edited them on the disk: `why` says
 * so. Whoever has it need not doubt its shape; whether these still are the bytes that were sealed its seal tells. Of a kind that only newer
 * software knows no more than what stands around it is vouched for, and nobody here says more of it.
 */
export function recordIn(bytes: string): LedgerRecord | null {
  try {
    const value: unknown = JSON.parse(bytes)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const envelope = Compile(EnvelopeSchema)
const anyBody = Compile(Type.Object({ body: Type.Object({}) }))

const isRecord = (value: unknown): value is LedgerRecord => {
  if (!envelope.Check(value) || !anyBody.Check(value)) return false
  return BODY_CHECKERS.get(value.kind satisfies RecordKind)?.Check(value.body) ?? true
}
