import type { SpokenPart } from '#edge/words/spoken'
import type { Framing } from '../framing.ts'

/** A voice module's language, both sides. A new text breaks off the one it is saying. */
export interface SpeechDialect {
  readonly name: string
  readonly about: string
  readonly evidence: 'solid' | 'fair'
  readonly usual: { readonly baud: number }
  /** What does not fit one telegram is left out at the end, never in the middle of a character or a mark. */
  say(parts: readonly SpokenPart[], replace?: ReadonlyMap<string, string>): Uint8Array
  readonly stop: Uint8Array
  /** The module's side: what a simulated one hears. */
  readonly hears: Framing<SpeechOrder>
}

/** `text` with the module's own marks in it. */
export type SpeechOrder = { readonly kind: 'say'; readonly text: string } | { readonly kind: 'stop' | 'pause' | 'resume' | 'status' }
