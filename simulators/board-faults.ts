import type { BoardSettings } from '#dialects/board/board-dialect'
import { milliseconds, type Span } from '#edge/units'

/** What is wrong with a board just now, beside what is wrong with its line. */
export interface BoardFaults {
  /** Another board on the same line answers first, as if it had been asked. */
  readonly strangers: boolean
  /** Its relays are welded or its driver is dead: it answers and nothing moves. */
  readonly stuck: boolean
  /** It refuses every order, in its own words; a make without words says nothing. */
  readonly refuses: boolean
  /** It answers questions, and obeys orders without a word. */
  readonly wordless: boolean
  /** Each answer comes so much later; 0 is at once. */
  readonly lateBy: Span
  /** It presses a second time, as long after the first press as that took. */
  readonly twice: boolean
  /** What its registers say of each relay: not 0 means that an input drives it. */
  readonly modes: readonly number[]
}

export const HONEST: BoardFaults = {
  strangers: false,
  stuck: false,
  refuses: false,
  wordless: false,
  lateBy: milliseconds(0),
  twice: false,
  modes: [],
}

/** The request as a neighbour with the next address would have got it; makes without addresses have no neighbours. */
export function strangersFrame(frame: Uint8Array, { framing, unit }: BoardSettings): Uint8Array {
  const place = framing === 'tcp' ? 6 : 0
  return frame.map((byte, at) => (at === place && byte === unit ? (unit % 247) + 1 : byte))
}
