import type { LedgerRecord } from '#edge/records'

/** The record that stored bytes are; null where they are none any more, because somebody edited them on the disk: `why` says so. */
export function recordIn(bytes: string): LedgerRecord | null {
  try {
    const value: unknown = JSON.parse(bytes)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** What we sealed has the shape it was sealed in; its seal tells whether these still are those bytes. */
const isRecord = (value: unknown): value is LedgerRecord =>
  typeof value === 'object' && value !== null && 'kind' in value && 'body' in value && typeof value.body === 'object' && value.body !== null
