import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import type { Asked, BoardLine } from './board-line.ts'
import type { BoardOutputs } from './board-outputs.ts'
import type { PulseOutcome } from './board-parts.ts'

export interface BoardPress {
  press(output: number, opposite: number | undefined, length: Span): Promise<{ readonly outcome: PulseOutcome; readonly asked: Asked }>
  /** Lets go of what is pressed. */
  stop(): Promise<void>
}

/**
 * A press of a barrier's button, once. Where the board has a pulse, it is one order and the board lets go. Where it has none, the host
 * switches on, waits and switches off: the opposite button is let go of first, switching on is never repeated, letting go is.
 *
 * A board that never answers orders leaves the outcome `unknown`, unless it can be asked for its relays and shows this one on.
 */
export function boardPress(parts: {
  readonly hostPresses: boolean
  readonly confirmable: boolean
  /** The board answers orders: then an answer must be to this one. */
  readonly answered: boolean
  readonly line: Pick<BoardLine, 'ask'>
  readonly outputs: BoardOutputs
  readonly clock: Clock
  readonly answerWithin: Span
}): BoardPress {
  const { hostPresses, confirmable, answered, line, outputs, clock, answerWithin } = parts
  const lettingGo = new Map<number, () => void>()

  async function confirmed(output: number): Promise<PulseOutcome> {
    if (!confirmable) return 'unknown'
    const asked = await line.ask({ kind: 'read-outputs' }, 'urgent')
    return asked.kind === 'outputs' && asked.on[output] === true ? 'accepted' : 'unknown'
  }

  async function byHost(output: number, opposite: number | undefined, length: Span) {
    if (opposite !== undefined && outputs.isHeld(opposite)) {
      lettingGo.get(opposite)?.()
      lettingGo.delete(opposite)
      await outputs.letGo(opposite)
    }
    lettingGo.get(output)?.()
    outputs.hold(output)
    const asked = await line.ask({ kind: 'set', output, on: true }, answered ? 'press' : 'urgent')
    lettingGo.set(
      output,
      clock.timer(length, () => {
        lettingGo.delete(output)
        void outputs.letGo(output)
      }),
    )
    return { asked, outcome: asked.kind === 'sent' ? await confirmed(output) : outcomeOf(asked) }
  }

  return {
    press: async (output, opposite, length) => {
      if (hostPresses) return byHost(output, opposite, length)
      outputs.pressed(output, clock.monotonic() + length + answerWithin + seconds(1))
      const asked = await line.ask({ kind: 'pulse', output, milliseconds: length }, 'press')
      return { asked, outcome: outcomeOf(asked) }
    },
    stop: async () => {
      for (const cancel of lettingGo.values()) cancel()
      lettingGo.clear()
      await outputs.letGoOfAll()
    },
  }
}

const outcomeOf = (asked: Asked): PulseOutcome =>
  asked.kind === 'accepted' ? 'accepted' : asked.kind === 'unanswered' ? 'unknown' : 'refused'
