import { uptime } from 'node:os'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { type Clock, type ClockScale, scaledClock, TRUE_SCALE } from '#edge/clock'
import { EdgeError } from './errors.ts'
import { sleepCount } from './sleep-count.ts'

/** Node holds a timer of more than 2^31−1 ms to be one of 1 ms; longer ones are waited for in legs. */
const LONGEST_LEG = 2_147_483_647

const scaleChecker = Compile(
  Type.Object(
    {
      speed: Type.Number({ minimum: 0.1, maximum: 20 }),
      realStart: Type.Number(),
      shownStart: Type.Number(),
    },
    { additionalProperties: false },
  ),
)

/** The agent's clock over the computer's: as it is, or at the scale a demo shares with its simulators (DESIGN.md D18). */
export function nodeClock(scale: ClockScale = TRUE_SCALE): Clock {
  const [wall, steady] = [() => Date.now(), () => performance.now()]
  // Only Linux's steady clock, CLOCK_MONOTONIC, stands still while the computer is suspended; that of Windows goes on.
  const slept = process.platform === 'linux' ? sleepCount({ awake: steady, uptime: upFor, wall }) : () => 0
  return scaledClock({ wall, steady, slept, startTimer }, scale)
}

function upFor(): number {
  try {
    return uptime() * 1_000
  } catch {
    return Number.NaN
  }
}

function startTimer(span: number, then: () => void): () => void {
  let left = Math.max(0, span)
  let timer: NodeJS.Timeout
  const leg = (): void => {
    const next = Math.min(left, LONGEST_LEG)
    left -= next
    timer = setTimeout(left > 0 ? leg : then, next)
  }
  leg()
  return () => clearTimeout(timer)
}

/**
 * Reads the text of the environment variable PITGATE_CLOCK, `{"speed":4,"realStart":…,"shownStart":…}`; absent or empty is the true
 * clock. Only main files read the environment. Anything else throws EdgeError 'config-wrong': a half-read scale would be a wrong date.
 */
export function scaleFromText(text: string | undefined): ClockScale {
  if (text === undefined || text.trim() === '') return TRUE_SCALE
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EdgeError('config-wrong', { cause, variable: 'PITGATE_CLOCK' })
  }
  if (!scaleChecker.Check(value))
    throw new EdgeError('config-wrong', {
      variable: 'PITGATE_CLOCK',
      wanted: 'speed 0.1 to 20, realStart, shownStart',
    })
  return value
}
