import type { SpokenPart } from '#edge/words/spoken'
import type { Framing } from '../framing.ts'

/** How a sign is made and set: what its lines hold, and which of several on one line it is. */
export interface SignLook {
  /** Lines of 16 dots one above the other. */
  readonly lines: number
  /** Half-width characters a line shows; a Chinese character takes two. */
  readonly columns: number
  /** Of several signs on one line; what a card without an address ignores. */
  readonly unit: number
  readonly colour: SignColour
}
export type SignColour = 'red' | 'green' | 'yellow'

/**
 * A LED sign's language, both sides. What is shown goes to the card's working memory only: flash wears out after some ten thousand
 * to a hundred thousand writes, and a lane changes its sign several times a truck. There is no function here that writes flash.
 */
export interface SignDialect {
  readonly name: string
  readonly about: string
  readonly evidence: 'solid' | 'fair'
  readonly usual: { readonly baud: number } | { readonly tcpPort: number | null }
  /** Telegrams, in order, that replace what stands on the sign. Lines beyond the sign's are left out, longer ones are cut. */
  show(lines: readonly string[], look: SignLook): Uint8Array[]
  /** Cards with a voice of their own: says a sentence, breaking off what it is saying. Null for a card without. */
  readonly speak: ((parts: readonly SpokenPart[], replace: ReadonlyMap<string, string>) => Uint8Array) | null
  /** Brightness or volume, 0–100 %; null where the card has no such telegram. */
  readonly setUp: ((what: 'brightness' | 'volume', percent: number) => Uint8Array) | null
  /** What a card says back, where it does. */
  readonly answers: Framing<SignAnswer> | null
  /** The card's side: what a simulated sign hears. */
  readonly hears: Framing<SignOrder>
}

export interface SignAnswer {
  readonly accepted: boolean
  readonly code: number
}

/** What a telegram orders, as a simulated sign obeys it. `store` is a write to flash, which we never send. */
export type SignOrder =
  /** `line` is counted from 1; null: the text fills the whole sign. */
  | { readonly kind: 'show'; readonly line: number | null; readonly text: string }
  | { readonly kind: 'speak'; readonly text: string }
  | { readonly kind: 'set'; readonly what: 'brightness' | 'volume'; readonly percent: number }
  | { readonly kind: 'store'; readonly text: string }
  | { readonly kind: 'other'; readonly command: number }

/** Exactly as many lines as the sign has, each cut to its width. */
export const linesFor = (lines: readonly string[], look: SignLook): string[] =>
  Array.from({ length: look.lines }, (_, at) => lines[at] ?? '')
