import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Log } from '../log.ts'
import type { BoardWiring } from './board.ts'
import type { BoardLine } from './board-line.ts'

/** Relays are looked at this often: a board that lost its power for a moment has let go of the siren. */
const LOOK_EVERY = seconds(5)

export interface BoardOutputs {
  want(output: number, on: boolean): void
  /** The board was away: lights are red until somebody wants green again, and what it has is not known. */
  away(): void
  /** A button of a barrier is pressed until then; to find it on is no news. */
  pressed(output: number, until: number): void
  /** Sets what differs from what is wanted, and looks at the relays when it is time. */
  keepUp(): Promise<void>
}

/**
 * Lights and siren as wanted states, set again until the board has them. A relay of a barrier that is found on is shown and left
 * alone: letting go is a move too, and on a one-button barrier the next press would do the opposite.
 */
export function boardOutputs(parts: {
  readonly outputs: BoardWiring['outputs']
  readonly line: Pick<BoardLine, 'ask'>
  readonly clock: Clock
  readonly log: Log
  remark(words: string): void
}): BoardOutputs {
  const { outputs, line, clock, log, remark } = parts
  const wanted = new Map<number, boolean>([outputs.entryGreen, outputs.exitGreen, outputs.siren].map((output) => [output, false]))
  const has = new Map<number, boolean>()
  const buttons = Object.entries(outputs).filter(([, output]) => !wanted.has(output))
  const pressedUntil = new Map<number, number>()
  let lookedAt: number | null = null
  let shown = ''

  async function set(): Promise<void> {
    for (const [output, on] of wanted) {
      if (has.get(output) === on) continue
      const asked = await line.ask({ kind: 'set', output, on })
      if (asked.kind === 'accepted') has.set(output, on)
    }
  }

  async function look(): Promise<void> {
    if (lookedAt !== null && clock.monotonic() - lookedAt < LOOK_EVERY) return
    const asked = await line.ask({ kind: 'read-outputs' })
    if (asked.kind !== 'outputs') return
    const now = clock.monotonic()
    lookedAt = now
    for (const output of wanted.keys()) has.set(output, asked.on[output] ?? false)
    const found = buttons.filter(([, output]) => asked.on[output] === true && now > (pressedUntil.get(output) ?? -1))
    const words = found.length === 0 ? '' : `found on: ${found.map(([button]) => button).join(', ')}`
    if (words !== '' && words !== shown) log.warn({ found: words }, 'a relay of a barrier is on and nobody asked for it')
    shown = words
    remark(words)
  }

  return {
    want: (output, on) => {
      wanted.set(output, on)
    },
    away: () => {
      wanted.set(outputs.entryGreen, false).set(outputs.exitGreen, false)
      has.clear()
      lookedAt = null
    },
    pressed: (output, until) => {
      pressedUntil.set(output, until)
    },
    keepUp: async () => {
      await set()
      await look()
    },
  }
}
