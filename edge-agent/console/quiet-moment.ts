import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, seconds } from '#edge/units'
import type { Lane } from '../lane.ts'

/**
 * Work that holds the whole agent for a tenth of a second, as the re-run of a long tape does: one piece at a time, and not while a truck
 * stands on a platform and is about to be judged. Nobody waits longer than a few seconds for an answer.
 */
export function quietMoments(lanes: readonly Pick<Lane, 'state'>[], clock: Clock): <T>(work: () => T) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  const pause = (): Promise<void> => new Promise((go) => void clock.timer(realSpan(clock, LOOKED_AGAIN_AFTER), go))
  const judging = (): boolean => lanes.some(({ state }) => state().phase === 'settling')
  return (work) => {
    const mine = turn.then(async () => {
      for (let waited = 0; judging() && waited < WAITED_AT_MOST; waited += LOOKED_AGAIN_AFTER) await pause()
      return work()
    })
    // Between two pieces everybody else has his turn.
    turn = mine.then(pause, pause)
    return mine
  }
}

const LOOKED_AGAIN_AFTER = milliseconds(100)
const WAITED_AT_MOST = seconds(5)
