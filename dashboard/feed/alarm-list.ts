import type { AlarmRow } from '#cloud/api'

/**
 * The alarm list as one reader sees it. `shown` is an order that nobody's pointer ever feels move: rows change in place, new
 * alarms gather in `waiting` until the reader asks for them (the founders' rule: never re-order under the pointer).
 */
export interface AlarmList {
  readonly rows: ReadonlyMap<string, AlarmRow>
  readonly shown: readonly string[]
  readonly waiting: readonly string[]
  /** False until the first read came in: an empty list and an unread one are different news. */
  readonly read: boolean
}
export const NO_ALARMS: AlarmList = { rows: new Map(), shown: [], waiting: [], read: false }

const PROGRESS = { unacknowledged: 0, acknowledged: 1, returned: 2, closed: 3 } as const
const PRIORITY = { critical: 1, high: 2, medium: 3 } as const

/** 1 to 3, as the screens number them. */
export const priorityOf = (row: AlarmRow): 1 | 2 | 3 => PRIORITY[row.severity]
/** Returned without anybody having acknowledged it still waits for a person. */
export const waitsForPerson = (row: AlarmRow): boolean => row.state !== 'closed' && row.acknowledgedBy === null

/** Unacknowledged first, then priority, then newest, then identity, so that the order never depends on who answered first. */
export function inOrder(a: AlarmRow, b: AlarmRow): number {
  return (
    Number(waitsForPerson(b)) - Number(waitsForPerson(a)) ||
    Number(a.state === 'closed') - Number(b.state === 'closed') ||
    priorityOf(a) - priorityOf(b) ||
    b.raisedAt.localeCompare(a.raisedAt) ||
    a.id.localeCompare(b.id)
  )
}

/** An alarm's life only goes forward: an answer read before an event was sent must not undo it. */
export function further(known: AlarmRow | undefined, said: AlarmRow): AlarmRow {
  if (!known) return said
  const ahead = PROGRESS[said.state] - PROGRESS[known.state]
  if (ahead !== 0) return ahead > 0 ? said : known
  if (known.acknowledgedBy !== null && said.acknowledgedBy === null) return known
  return known.confirmed && !said.confirmed ? { ...said, confirmed: true } : said
}

const withRows = (list: AlarmList, rows: readonly AlarmRow[]): ReadonlyMap<string, AlarmRow> => {
  const all = new Map(list.rows)
  for (const row of rows) all.set(row.id, further(all.get(row.id), row))
  return all
}
const sorted = (rows: ReadonlyMap<string, AlarmRow>): string[] => [...rows.values()].sort(inOrder).map((row) => row.id)

/** A read by cursor. The first one fills the list; later ones change rows in place and let unknown rows wait. */
export function readAlarms(list: AlarmList, rows: readonly AlarmRow[]): AlarmList {
  const all = withRows(list, rows)
  if (!list.read) return { rows: all, shown: sorted(all), waiting: [], read: true }
  const fresh = rows.map((row) => row.id).filter((id) => !list.rows.has(id))
  return { ...list, rows: all, waiting: [...list.waiting, ...fresh] }
}

/** Older rows the reader asked for go to the end, where nothing is pushed about. */
export function readOlderAlarms(list: AlarmList, rows: readonly AlarmRow[]): AlarmList {
  const fresh = rows.filter((row) => !list.rows.has(row.id)).sort(inOrder)
  return { ...list, rows: withRows(list, rows), shown: [...list.shown, ...fresh.map((row) => row.id)] }
}

/** One alarm heard live. */
export function hearAlarm(list: AlarmList, row: AlarmRow): AlarmList {
  const rows = withRows(list, [row])
  return list.rows.has(row.id) ? { ...list, rows } : { ...list, rows, waiting: [...list.waiting, row.id] }
}

/** The reader asked for the new rows: now, and only now, the order is made anew. */
export const showWaiting = (list: AlarmList): AlarmList => ({ ...list, shown: sorted(list.rows), waiting: [] })

export function countWaitingForPerson(list: AlarmList): { readonly all: number; readonly critical: number } {
  const open = [...list.rows.values()].filter(waitsForPerson)
  return { all: open.length, critical: open.filter((row) => row.severity === 'critical').length }
}

export type AlarmFilter = 'open' | 'unacknowledged' | 'closed' | 'all'
export function showsUnder(filter: AlarmFilter, row: AlarmRow): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'open':
      return row.state !== 'closed'
    case 'closed':
      return row.state === 'closed'
    case 'unacknowledged':
      return waitsForPerson(row)
  }
}
