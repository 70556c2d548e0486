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

export type BoardAnswer =
  /** The board says it has taken the order. Never "the arm is up". */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'inputs'; readonly on: readonly boolean[] }
  | { readonly kind: 'outputs'; readonly on: readonly boolean[] }
  | { readonly kind: 'refused'; readonly code: number }
