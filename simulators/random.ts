/**
 * Chance with a seed: the same seed tells the same story. `fork` gives a stream of its own, so that one part drawing more does not
 * change what another part draws.
 */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number
  between(least: number, most: number): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(of: readonly T[]): T
  fork(name: string): Random
}

export function random(seed: number | string): Random {
  let state = hash32(String(seed))
  // mulberry32: 32 bits of state are plenty for trucks, and it is the same in every engine.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    between: (least, most) => least + next() * (most - least),
    chance: (probability) => next() < probability,
    pick: (of) => {
      if (of.length === 0) throw new RangeError('nothing to pick from')
      return of[whole(0, of.length - 1)] as (typeof of)[number]
    },
    fork: (name) => random(`${seed}/${name}`),
  }
}

/** A number from −1 to 1 that depends on its arguments alone: noise as a function of time. */
export const noiseAt = (seed: number, bucket: number): number => hash32(`${seed}:${bucket}`) / 2_147_483_648 - 1

function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  // FNV alone leaves neighbours alike: the finisher of MurmurHash3 spreads them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
