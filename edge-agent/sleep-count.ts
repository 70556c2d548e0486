/** What the count is made of, all in milliseconds. */
export interface SleepParts {
  /** A clock that stands still while the computer is suspended. */
  readonly awake: () => number
  /** One that goes on meanwhile; not a number where nobody can tell. Dear to ask. */
  readonly uptime: () => number
  /** What the computer's clock shows. Cheap, and anybody may set it: only asked whether it is time to look. */
  readonly wall: () => number
}

const LOOK_EVERY = 100
/** A clock that gained more on the one that stands still has seen a sleep or a hand: whoever reads both must not see half of it. */
const LEAPT = 500
/** What is less is only counted with the next sleep: an uptime is told coarsely. */
const SURELY = 2_000

/**
 * How long the computer has been suspended since this began: what its uptime gained on a clock that stands still meanwhile. A pause of
 * this process between two readings is never taken for sleep: the uptime is read last at the beginning, and first from then on.
 */
export function sleepCount({ awake, uptime, wall }: SleepParts): () => number {
  let looked = awake()
  let ahead = wall() - looked
  const gainedBefore = uptime() - looked
  let slept = 0
  return () => {
    const now = awake()
    if (now - looked < LOOK_EVERY && Math.abs(wall() - now - ahead) < LEAPT) return slept
    const up = uptime()
    looked = awake()
    ahead = wall() - looked
    const more = up - looked - gainedBefore - slept
    if (more > SURELY) slept += more
    return slept
  }
}
