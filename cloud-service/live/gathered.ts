import type { Changes } from './changes.ts'

/** Changes that wait to be told: each name once, and few enough to read at once, whatever a site sends. */
export type Gathered = Required<Changes>

/** A drained backlog can change thousands of rows at once; a hint names the newest, the screens read the rest by cursor. */
export const MOST_ROWS = 50

export const NOTHING: Gathered = { alarms: [], weighings: [], tickets: [], sites: [], lanes: [], more: false }

/**
 * Both together, the newest of each kind. Lanes are not cut: there are no more of them than stand at the sites, and nobody reads in a
 * list what a lane showed a moment ago.
 */
export function joined(before: Gathered, changes: Changes): Gathered {
  const alarms = eachOnce(before.alarms, changes.alarms)
  const weighings = eachOnce(before.weighings, changes.weighings)
  const tickets = eachOnce(before.tickets, changes.tickets)
  const sites = eachOnce(before.sites, changes.sites)
  return {
    alarms: alarms.slice(-MOST_ROWS),
    weighings: weighings.slice(-MOST_ROWS),
    tickets: tickets.slice(-MOST_ROWS),
    sites: sites.slice(-MOST_ROWS),
    lanes: eachOnce(before.lanes, changes.lanes),
    more: before.more || changes.more === true || [alarms, weighings, tickets, sites].some(({ length }) => length > MOST_ROWS),
  }
}

export const isNothing = ({ more, ...names }: Gathered): boolean => !more && Object.values(names).every(({ length }) => length === 0)

/** What is told again counts as new. */
function eachOnce(before: readonly string[], added: readonly string[] = []): readonly string[] {
  if (added.length === 0) return before
  const again = new Set(added)
  return [...before.filter((name) => !again.has(name)), ...again]
}

/**
 * Tells by `work`, one telling at a time; what comes meanwhile is joined. So hints stay in order (a later one never shows an older row),
 * and whoever is slow has one bounded thing waiting and no queue. `work` must not reject.
 */
export function oneAtATime(work: (changes: Gathered) => Promise<void>): (changes: Changes) => void {
  let waiting = NOTHING
  let busy = false
  const go = async (): Promise<void> => {
    busy = true
    while (!isNothing(waiting)) {
      const now = waiting
      waiting = NOTHING
      await work(now)
    }
    busy = false
  }
  return (changes) => {
    waiting = joined(waiting, changes)
    if (!busy) void go()
  }
}
