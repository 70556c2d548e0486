/** What any relay/input board can be asked and can answer, in our words. Outputs and inputs are numbered from 0. */
export type BoardOrder =
  /** A contact that closes and lets go by itself inside the board: if our computer dies after asking, the button is not held. */
  | {
      readonly kind: 'pulse'
      readonly output: number
      readonly milliseconds: number
    }
  | { readonly kind: 'set'; readonly output: number; readonly on: boolean }
  | { readonly kind: 'read-inputs' }
  | { readonly kind: 'read-outputs' }
  /** Whether inputs of the board drive its relays by themselves. */
  | { readonly kind: 'read-modes' }
  /** Whether the board has started anew since it was last asked this. */
  | { readonly kind: 'was-reset' }

export type BoardAnswer =
  /** The board says it has taken the order. Never "the arm is up". */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'inputs'; readonly on: readonly boolean[] }
  | { readonly kind: 'outputs'; readonly on: readonly boolean[] }
  /** Per relay: 0 obeys the host alone; anything else obeys an input too (1 follows it, 2 is toggled by it, 3 follows its edge). */
  | { readonly kind: 'modes'; readonly modes: readonly number[] }
  | { readonly kind: 'reset'; readonly was: boolean }
  /** The board refuses, with its own code. */
  | { readonly kind: 'refused'; readonly code: number }
