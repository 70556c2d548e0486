import { readTape } from '../tapes.ts'

/** A published message of a camera and what must come out of it, in the words of the conformance kit. */
export interface Sample {
  readonly id: string
  readonly topicOrUrl: string
  readonly contentType: string
  readonly payloadEncoding: 'json' | 'utf8' | 'hex'
  readonly payload: unknown
  readonly note?: string
  readonly expected: Readonly<Record<string, unknown>>
}

export const samplesOf = (tape: string): readonly Sample[] => readTape<{ messages: Sample[] }>(tape).messages

export function payloadOf({ payload, payloadEncoding }: Sample): Uint8Array {
  if (payloadEncoding === 'hex') return Uint8Array.from(Buffer.from(String(payload), 'hex'))
  return utf8(payloadEncoding === 'json' ? JSON.stringify(payload) : String(payload))
}

/** The path of what is written as a request. */
export const pathOf = ({ topicOrUrl }: Sample): string => /^\w+ (?:https?:\/\/[^/]*)?(\/.*)$/.exec(topicOrUrl)?.[1] ?? topicOrUrl

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The bytes cut at these places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((to, i) => bytes.slice(at[i], to))
}
