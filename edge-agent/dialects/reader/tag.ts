import type { Scanner } from '../framing.ts'

/** What a tag or card reader says in one telegram. Tags in upper-case hexadecimal as the tag has them, cards in their printed digits. */
export type TagSaid =
  /** Empty: it looked, and there is none. */
  { readonly kind: 'tags'; readonly tags: readonly string[] } | { readonly kind: 'refused'; readonly code: number }

/** A reader's language, both sides. */
export interface TagDialect {
  readonly name: string
  readonly about: string
  readonly evidence: 'solid' | 'fair'
  /** What is read: a tag on the truck, or a card in the driver's hand. */
  readonly by: 'tag' | 'card'
  readonly usual: { readonly baud: number }
  /** The question that makes it look once; null for readers that speak by themselves. */
  readonly ask: ((unit: number) => Uint8Array) | null
  decoder(settings: TagSettings): Scanner<TagSaid>
  /** The reader's side: what it says when these tags are before it. */
  encode(tags: readonly string[], settings: TagSettings): Uint8Array
}

export interface TagSettings {
  /** Address of the reader on its line. */
  readonly unit: number
  /** How a Wiegand converter writes a card down; other readers ignore it. */
  readonly form: CardForm
}
export const CARD_FORMS = ['decimal', 'hex', 'bits'] as const
export type CardForm = (typeof CARD_FORMS)[number]

export const hexText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
/** Throws a RangeError for what is no hexadecimal: an encoder's caller wrote it. */
export function bytesOfHex(text: string): number[] {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(text)) throw new RangeError(`"${text}" is no tag in hexadecimal`)
  return Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16))
}
