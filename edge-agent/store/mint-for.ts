import type { Epoch, LaneId } from '#edge/ids'
import type { Instant } from '#edge/units'
import type { Gate, LaneState } from '#weighing/vocabulary'
import type { Ink, Inked } from './ink.ts'
import type { Tokens } from './tokens.ts'

/** The record that lets a gate open: a verdict, or a person's act. */
export interface Deciding {
  readonly seq: number
  readonly visit: number | null
  /** Not a gate alone: a vehicle is let go. */
  readonly letsGo: boolean
}

interface MintParts {
  readonly tokens: Tokens
  readonly lane: LaneId
  readonly state: LaneState
  readonly epoch: Epoch
  readonly at: Instant
}
/**
 * The tokens a step's gates open on, and that of a vehicle let go by a light. Throws where an exit would open without a record that decides
 * it: nothing is written then.
 */
export function mintFor(gates: Ink['gates'], deciding: Deciding | null, parts: MintParts): Inked['tokens'] {
  const minted: Partial<Record<Gate, string>> = {}
  for (const { gate, move, why } of gates) {
    if (move !== 'open') continue
    // Invariants I8, I10: an exit opens on an `open` verdict or a person's release in the same ink, or not at all.
    if (gate === leavingBy(parts.state) && !deciding) throw new Error('the exit opens only with the record that decides it')
    if (minted[gate]) throw new Error(`one step opens the ${gate} gate once`)
    const visit = deciding?.visit ?? visitOf(parts.state)
    minted[gate] = parts.tokens.mint({
      lane: parts.lane,
      gate,
      visit,
      why,
      epoch: parts.epoch,
      seq: deciding?.seq ?? null,
      at: parts.at,
    })
  }
  const leaving = leavingBy(parts.state)
  // A lane without a barrier there lets go by its light: the vehicle leaves on a token all the same, and nothing is pulsed with it.
  if (deciding?.letsGo && !minted[leaving]) {
    const { tokens, lane, epoch, at } = parts
    const token = tokens.mint({ lane, gate: leaving, visit: deciding.visit, why: 'light', epoch, seq: deciding.seq, at })
    tokens.answered(token, 'light')
  }
  return minted
}

/** Where vehicles come from the second end the board's entry is where they leave. */
export const leavingBy = (state: LaneState): Gate => (state.turned ? 'entry' : 'exit')
/** The visit a state is about; null where there is none. */
export const visitOf = (state: LaneState): number | null => ('visit' in state ? (state.visit?.number ?? null) : null)
