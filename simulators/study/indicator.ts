import type { Random } from '../random.ts'
import { TICK_MS } from './cells.ts'
import { draw, NOISE, normal } from './noise.ts'

/** What an indicator makes of its cells: two filters in a row, converter noise, its division, its rate, perhaps a motion flag. */
export interface Indicator {
  readonly eKg: number
  readonly everyMs: number
  /** Once a tick; a reading when one is due. */
  take(at: number, kg: number): { readonly kg: number; readonly stable: boolean | null } | null
}

/** Readings per second from 5 to 20, as indicators in the field speak; filter times as their menus offer them. */
export function indicator(chance: Random, eKg: number): Indicator {
  const everyMs = chance.pick([50, 75, 75, 100, 125, 200])
  const flagged = chance.chance(0.4)
  const keeps = Math.exp(-TICK_MS / 1_000 / chance.between(0.06, 0.22))
  const converter = draw(chance, NOISE.converterKg)
  let one = 0
  let two = 0
  let due = 0
  let still = 0
  let last = Number.NaN
  return {
    eKg,
    everyMs,
    take(at, kg) {
      one = one * keeps + kg * (1 - keeps)
      two = two * keeps + one * (1 - keeps)
      if (at < due) return null
      due = at + everyMs
      const shown = Math.round((two + normal(chance, converter)) / eKg) * eKg
      still = Math.abs(shown - last) <= eKg ? still + everyMs : 0
      last = shown
      return { kg: shown === 0 ? 0 : shown, stable: flagged ? still >= 500 : null }
    },
  }
}
