import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Log } from '../log.ts'
import type { Asked } from './board-line.ts'

/** A linked board is looked at again this often: somebody may be putting it right. */
const LOOK_AGAIN = seconds(5)
/** A board that leaves this question unanswered so often does not know it; one lost answer is no such sign. */
const GIVE_UP_AFTER = 3

export interface LinkageCheck {
  /** The way to the board was lost or found: it may be another board, or set otherwise. */
  forget(): void
  /** Asks where it is not known; true also where the board cannot tell. */
  isNormal(): Promise<boolean>
  /** As far as it was last asked. */
  isSettled(): boolean
}

/**
 * Boards of the common makes can let an input drive a relay by itself, and then the host's order is overridden within 50 ms: a wire
 * across an input opens the barrier. So such a board is not believed at all until its modes are normal or the site has allowed it:
 * it counts as not heard, with the reason beside its state, and its barriers are not pulsed.
 */
export function linkageCheck(parts: {
  ask(): Promise<Asked>
  readonly needed: boolean
  readonly clock: Clock
  readonly log: Log
  onCount(what: string): void
  remark(words: string): void
}): LinkageCheck {
  const { ask, needed, clock, log, onCount, remark } = parts
  let found: 'unknown' | 'normal' | 'linked' = 'unknown'
  let lookedAt = 0
  let unanswered = 0

  async function look(): Promise<void> {
    const asked = await ask()
    lookedAt = clock.monotonic()
    if (asked.kind === 'modes') {
      const linked = asked.modes.flatMap((mode, relay) => (mode === 0 ? [] : [`${relay} (${NAMES[mode] ?? `mode ${mode}`})`]))
      found = linked.length === 0 ? 'normal' : 'linked'
      remark(linked.length === 0 ? '' : `inputs drive relays by themselves: ${linked.join(', ')}; set them to normal or say linkageAllowed`)
      if (linked.length > 0) log.error({ linked: linked.join(', ') }, 'inputs of the board drive its relays: its barriers are not moved')
      return
    }
    // Who once told of linked inputs knows the question: silence is no word that somebody put it right.
    if (found === 'unknown' && (asked.kind === 'refused' || ++unanswered >= GIVE_UP_AFTER)) {
      onCount('linkage-untold')
      found = 'normal'
    }
  }

  return {
    forget: () => {
      found = 'unknown'
      unanswered = 0
    },
    isNormal: async () => {
      if (!needed) return true
      if (found === 'unknown' || (found === 'linked' && clock.monotonic() - lookedAt >= LOOK_AGAIN)) await look()
      return found === 'normal'
    },
    isSettled: () => !needed || found === 'normal',
  }
}

const NAMES: Readonly<Record<number, string>> = { 1: 'linked', 2: 'toggled', 3: 'edge' }
