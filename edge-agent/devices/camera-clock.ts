import type { Instant } from '#edge/units'
import { minutes } from '#edge/units'

/** A camera's clock may be off by so much before people are told; nothing is decided by it. */
const CLOCK_OFF = minutes(2)

export interface ClockJudgement {
  /** The name of the count, or null where the clock is right or was not told. */
  readonly count: 'clock-suspect' | 'clock-off' | null
  /** For people; empty where there is nothing to say. */
  readonly words: string
}

/** A person who looks at a camera's own pictures and list is misled by a wrong clock, so it is said. */
export function judgeClock(
  { clockSuspect, deviceTime }: { readonly clockSuspect: boolean; readonly deviceTime: number | null },
  now: Instant,
): ClockJudgement {
  const off = deviceTime === null ? 0 : deviceTime - now
  const far = Math.abs(off) >= CLOCK_OFF
  return {
    count: clockSuspect ? 'clock-suspect' : far ? 'clock-off' : null,
    words: far ? `its clock is ${inWords(Math.abs(off))} ${off > 0 ? 'ahead' : 'behind'}` : clockSuspect ? 'its clock is wrong' : '',
  }
}

function inWords(span: number): string {
  const inMinutes = Math.round(span / 60_000)
  if (inMinutes < 120) return `${inMinutes} min`
  return inMinutes < 2_880 ? `${Math.round(inMinutes / 60)} h` : `${Math.round(inMinutes / 1_440)} days`
}
