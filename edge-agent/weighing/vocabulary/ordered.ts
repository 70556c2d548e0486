import type { Alarm, AlarmReturned } from '#edge/alarm'
import type { Facts } from '#edge/findings'
import type { TicketNumber } from '#edge/ids'
import type { TagSeen } from '#edge/tag'
import type { TicketState } from '#edge/ticket'
import type { Decision, Passage, Tare, WeighingDraft } from '#edge/weighing'
import type { SayCode } from '#edge/words/words'

/** What the lane's machine orders: ink for the ledger, iron at the gates, words for the driver. */

export type Gate = 'entry' | 'exit'

export type LightColour = 'red' | 'green'

/**
 * What the machine wants in the ledger. `weighing: 'this'` in a later record of the same step is filled in by the shell with the
 * sequence number the weighing got. A passage's token is the one minted with the release; the shell fills it in.
 */
export type LaneRecord =
  | { readonly kind: 'weighing'; readonly body: WeighingDraft }
  | { readonly kind: 'decision'; readonly body: Omit<Decision, 'weighing'> }
  | {
      readonly kind: 'passage'
      readonly body: Omit<Passage, 'token' | 'weighing'>
      readonly free: boolean
    }
  | { readonly kind: 'alarm'; readonly body: Alarm }
  | { readonly kind: 'alarm-returned'; readonly body: AlarmReturned }

export type UseTicket = Extract<LaneEffect, { kind: 'use-ticket' }>

/** Effects are orders. Ink (`write`, `use-ticket`) is committed in one transaction with the new state before any iron moves. */
export type LaneEffect =
  | {
      readonly kind: 'fetch-dossier'
      readonly plates: readonly string[]
      /** Tags and cards that were read: the vehicles registered with them are wanted too, and their tickets. */
      readonly tags: readonly TagSeen[]
      readonly shown: string | null
    }
  /* ink */
  | { readonly kind: 'write'; readonly record: LaneRecord }
  | {
      readonly kind: 'use-ticket'
      readonly number: TicketNumber
      readonly from: TicketState
      readonly to: TicketState
      /**
       * `this-weighing`: the weighing of this visit, written in this step or, when an operator released it, in an earlier one. `give-back`:
       * the vehicle did not leave after all, so the ticket becomes what it was before, without the tare this visit gave it. A ticket that
       * is no longer `from` stays as it is then.
       */
      readonly tare: 'this-weighing' | 'keep' | 'give-back'
      /** The tare it had before this weighing replaced it, for the giving back. Older states have none. */
      readonly before?: Tare
    }
  /* iron: only after the ink is dry */
  | {
      readonly kind: 'gate'
      readonly gate: Gate
      readonly move: 'open' | 'close'
      readonly why: string
    }
  | { readonly kind: 'light'; readonly at: Gate; readonly colour: LightColour }
  | { readonly kind: 'siren'; readonly on: boolean }
  /** Every camera of the lane takes a picture now. */
  | { readonly kind: 'photograph'; readonly why: 'weighing' | 'alarm' | 'act' }
  /** A fresh one-time code for the sign: the shell answers with `code-made` at once. */
  | { readonly kind: 'make-code' }
  /** Words for the driver's sign and voice: a code of `words` with its facts. */
  | {
      readonly kind: 'tell-driver'
      readonly say: SayCode
      readonly facts: Facts
    }
