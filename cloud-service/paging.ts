import { Refusal } from './problems.ts'

/**
 * Cursor paging, newest first. A cursor is opaque to whoever holds it: the sort key of the last row seen. Rows that come in
 * meanwhile are newer and never shift what is still to be read; nothing counts offsets.
 */
export const PAGE_LENGTH = 50

/** Sort key of a row: its stored moment to the microsecond as text, then what makes it unique. */
export type SortKey = readonly [moment: string, ...unique: (string | number)[]]

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

export const cursorOf = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** Reads a cursor of `length` parts; anything else was not written by us. */
export function readCursor(cursor: string | undefined, length: number): SortKey | null {
  if (cursor === undefined) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const moment = Array.isArray(key) ? (key[0] as unknown) : null
    const parts = Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
    if (parts && typeof moment === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/.test(moment))
      return key as unknown as SortKey
  } catch {
    // not ours: said below
  }
  throw new Refusal('mistakes', { mistakes: [{ path: 'cursor', zh: '不是本系统给出的游标', en: 'is not a cursor this service gave' }] })
}

/** Ask the database for `limit + 1` rows; this cuts the page and names where the next one begins. */
export function pageOf<Row, T>(rows: readonly Row[], limit: number, keyOf: (row: Row) => SortKey, itemOf: (row: Row) => T): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(itemOf), next: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null }
}

/** SQL for a `timestamptz` as a sort key: microseconds, UTC. */
export const sortMoment = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
