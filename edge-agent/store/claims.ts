import type { Claim } from '#edge/orders'
import type { Database } from './database.ts'

/**
 * Drivers' claims with the one-time code of a sign. They are for now or never: held in memory until the lanes take them, after the orders
 * that brought them are durable.
 */
export interface Claims {
  /** Inside a commit. */
  keep(claim: Claim): void
  /** All that have come since this was last asked. */
  take(): Claim[]
}

export function claimsIn(database: Database): Claims {
  let waiting: Claim[] = []
  database.onRollback(() => {
    waiting = []
  })
  return {
    keep(claim) {
      waiting = [...waiting, claim].slice(-MOST_WAITING)
    },
    take() {
      const taken = waiting
      waiting = []
      return taken
    },
  }
}
const MOST_WAITING = 100
