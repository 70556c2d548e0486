import { Instant } from '#edge/units'
import type { Database } from './database.ts'
import { factIn, keepFact } from './facts.ts'

/** The clock's floor over a restart (clock-trust.ts). Null where nobody has kept one, or what is there is no moment. */
export function floorIn(database: Database): Instant | null {
  const text = factIn(database, FLOOR)
  const at = Number(text ?? Number.NaN)
  return Number.isSafeInteger(at) ? Instant(at) : null
}
export const keepFloor = (database: Database, floor: Instant): void => keepFact(database, FLOOR, String(floor))

const FLOOR = 'clock-floor'
