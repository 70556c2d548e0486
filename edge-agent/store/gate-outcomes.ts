import type { SealedRecord } from '#edge/records'
import type { GateOutcome } from '#edge/weighing'
import type { Journal, Stamps } from './journal.ts'
import type { Tokens } from './tokens.ts'

/** What came of each pulse, on record: once for a token. */
export interface GateOutcomes {
  /** What the board answered. Null where that is already on record. */
  answered(outcome: GateOutcome): SealedRecord | null
  /** At a start: of pulses nobody has answered for, nobody knows what came of them. */
  settle(): void
}

interface Parts {
  readonly journal: Journal
  readonly tokens: Tokens
  readonly stamps: () => Stamps
}

export function gateOutcomesIn({ journal, tokens, stamps }: Parts): GateOutcomes {
  const answered = (outcome: GateOutcome): SealedRecord | null =>
    journal.commit(() => (tokens.answered(outcome.token, outcome.outcome) ? journal.append('gate-outcome', outcome, stamps()) : null))
  return {
    answered,
    settle: () =>
      journal.commit(() => {
        for (const { token, lane } of tokens.unanswered())
          answered({ lane, token, outcome: 'unknown', detail: 'the agent stopped before the board had answered' })
      }),
  }
}
