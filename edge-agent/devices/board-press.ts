import type { Clock } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import type { Asked, BoardLine } from './board-line.ts'
import type { BoardOutputs } from './board-outputs.ts'
import type { PulseOutcome } from './board-parts.ts'

export interface BoardPress {
  press(output: number, opposite: number | undefined, length: Span): Promise<{ readonly outcome: PulseOutcome; readonly asked: Asked }>
  /** Lets go of what is pressed. */
  stop(): Promise<void>
}

/**
 * A press of a barrier's button, once. Where the board has a pulse, it is one order and the board lets go; the opposite button has its
 * time first, because a barrier that is told both at once does as it likes. Where it has none, the host switches on, waits and switches
 * off: the opposite button is let go of first, switching on is never repeated, letting go is.
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
  /** Until when the board presses a button, by the steady clock. */
  const byBoard = new Map<number, number>()
  const waits = new Set<() => void>()

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

  function pressing(output: number | undefined): number {
    const until = output === undefined ? undefined : byBoard.get(output)
    return until === undefined ? 0 : until + SLACK - clock.monotonic()
  }
  /** True when the time has come, false when the agent ends first. */
  const passed = (span: number): Promise<boolean> =>
    new Promise((done) => {
      const end = (): void => {
        cancel()
        done(false)
      }
      const cancel = clock.timer(milliseconds(Math.ceil(span)), () => {
        waits.delete(end)
        done(true)
      })
      waits.add(end)
    })

  async function inBoard(output: number, opposite: number | undefined, length: Span) {
    for (let left = pressing(opposite); left > 0; left = pressing(opposite))
      if (!(await passed(left))) return { asked: { kind: 'not-sent', why: 'the agent ends' }, outcome: 'refused' } as const
    byBoard.set(output, clock.monotonic() + length)
    outputs.pressed(output, clock.monotonic() + length + answerWithin + seconds(1))
    const asked = await line.ask({ kind: 'pulse', output, milliseconds: length }, 'press')
    const outcome = outcomeOf(asked)
    if (outcome === 'refused') byBoard.delete(output)
    else byBoard.set(output, clock.monotonic() + length)
    return { asked, outcome }
  }

  return {
    press: (output, opposite, length) => (hostPresses ? byHost : inBoard)(output, opposite, length),
    stop: async () => {
      for (const end of waits) end()
      waits.clear()
      for (const cancel of lettingGo.values()) cancel()
      lettingGo.clear()
      await outputs.letGoOfAll()
    },
  }
}

/** A board's own timer is not ours. */
const SLACK = milliseconds(50)

const outcomeOf = (asked: Asked): PulseOutcome =>
  asked.kind === 'accepted' ? 'accepted' : asked.kind === 'unanswered' ? 'unknown' : 'refused'
