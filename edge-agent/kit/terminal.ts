import type { Readable, Writable } from 'node:stream'

/** The ways in and out of a command; a test hands in its own. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
}

/** A command of the conformance kit: no site, no configuration, no ledger. The answer is the exit code; what a person can put right is thrown as KitMistake. */
export type KitCommand = (args: readonly string[], terminal: Terminal) => Promise<number>

/** Ctrl-C ends what runs and keeps what was gathered. */
export function untilInterrupted(): { readonly signal: AbortSignal; done(): void } {
  const stop = new AbortController()
  const end = (): void => stop.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  return { signal: stop.signal, done: () => void process.off('SIGINT', end).off('SIGTERM', end) }
}

export const wholeNumber = (text: string | undefined, otherwise: number, least: number, most: number): number => {
  const number = text === undefined ? otherwise : Number(text)
  return Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : otherwise
}
