import { random } from '../../simulators/random.ts'
import { coverage } from './coverage.ts'
import { mutate } from './mutate.ts'

/** Something that takes any bytes. `run` throws when a promise is broken: an exception, a loss, a claim that does not hold. */
export interface Target {
  readonly name: string
  /** Good inputs to begin with; what they teach is where the search begins. */
  readonly seeds: readonly Uint8Array[]
  /** Pieces worth putting in: member names, frame heads. */
  readonly words: readonly Uint8Array[]
  run(input: Uint8Array): void
}

export interface Found {
  readonly input: Uint8Array
  readonly error: Error
}

export interface Fuzzed {
  readonly target: string
  readonly runs: number
  /** Inputs that reached something new, the seeds among them. */
  readonly corpus: readonly Uint8Array[]
  /** Letters of source reached. */
  readonly reached: number
  readonly found: Found | null
  readonly slowestMs: number
}

/** Longer for one input of at most 8 KiB is a hang, also on a busy machine. */
const HANG_MS = 2_000
/** Reading V8's counters costs a millisecond: that many inputs share a look. */
const BATCH = 16

/**
 * Coverage-guided search for an input that breaks a promise: children of inputs that reached new code are tried first. The same seed
 * and number of runs try the same inputs. Ends at the first break, shrunk to its shortest form.
 */
export function fuzz(
  target: Target,
  options: { readonly seed: number; readonly runs: number; readonly within: readonly string[] },
): Fuzzed {
  const { seed, runs, within } = options
  const chance = random(`${target.name}/${seed}`)
  const guide = coverage(within)
  const corpus: Uint8Array[] = []
  const ways = new Set<string>()
  let tried = 0
  let slowestMs = 0

  const attempt = (input: Uint8Array): Error | null => {
    tried++
    const began = performance.now()
    try {
      target.run(input)
    } catch (error) {
      return error as Error
    }
    const took = performance.now() - began
    slowestMs = Math.max(slowestMs, took)
    return took > HANG_MS ? new Error(`${Math.round(took)} ms for ${input.length} bytes`) : null
  }
  const done = (found: Found | null): Fuzzed => {
    guide.stop()
    return { target: target.name, runs: tried, corpus, reached: guide.reached(), found, slowestMs }
  }

  for (const input of [new Uint8Array(), ...target.seeds]) {
    const error = attempt(input)
    if (error) return done(shrunk({ input, error }, target))
    if (guide.look().news || corpus.length === 0) corpus.push(input)
  }
  while (tried < runs) {
    const batch = Array.from({ length: BATCH }, () => mutate(chance.pick(lately(corpus, chance.next())), corpus, target.words, chance))
    for (const input of batch) {
      const error = attempt(input)
      if (error) return done(shrunk({ input, error }, target))
    }
    if (!guide.look().news) continue
    // Something in this batch was new: whose it was does not matter much, so all of it stays but what took a way that is known.
    for (const input of batch) {
      attempt(input)
      const { way } = guide.look()
      if (ways.has(way)) continue
      ways.add(way)
      corpus.push(input)
    }
  }
  return done(null)
}

/** Half of the time one of the newest: they stand at the edge of what is known. */
const lately = (corpus: readonly Uint8Array[], chance: number): readonly Uint8Array[] => (chance < 0.5 ? corpus.slice(-32) : corpus)

/** Takes bytes away as long as the promise stays broken with the same words. */
function shrunk(found: Found, target: Target): Found {
  let { input } = found
  const breaks = (candidate: Uint8Array): boolean => {
    try {
      target.run(candidate)
      return false
    } catch (error) {
      return (error as Error).message === found.error.message
    }
  }
  for (let size = Math.max(1, input.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1)
    for (let at = 0; at + size <= input.length; ) {
      const less = Uint8Array.from([...input.subarray(0, at), ...input.subarray(at + size)])
      if (breaks(less)) input = less
      else at += size
    }
  return { input, error: found.error }
}
