import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClockScale } from '#edge/clock'

/**
 * The scale of the demo's one clock (DESIGN.md D18). Accelerated time goes on where the last run of this folder stopped, so that
 * a second start never turns the mine's clock back.
 */
export function demoClock(folder: string, speed: number): { readonly text: string; keep(): void } {
  const file = join(folder, 'clock')
  const realStart = Date.now()
  const scale: ClockScale = {
    speed,
    realStart,
    shownStart: Math.max(realStart, lastShown(file)),
  }
  const keep = (): void => writeFileSync(file, String(Math.ceil(scale.shownStart + (Date.now() - scale.realStart) * scale.speed)))
  keep()
  setInterval(keep, 5_000).unref()
  return { text: JSON.stringify(scale), keep }
}

function lastShown(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0
  } catch {
    return 0 // the first start of this folder
  }
}
