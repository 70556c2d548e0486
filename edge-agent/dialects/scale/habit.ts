/** What a device does every time, learned from what it did: known once seen `after` times running, forgotten after three misses running. */
export interface Habit<T> {
  readonly known: () => T | null
  seen(value: T): void
  missed(): void
}

const MISSES = 3

/** The one memory of decoders whose family has variants that a single frame does not tell apart. It depends on the frames only. */
export function habit<T>(after: number): Habit<T> {
  let value: T | null = null
  let times = 0
  let misses = 0
  return {
    known: () => (times >= after ? value : null),
    seen(now) {
      times = now === value ? times + 1 : 1
      value = now
      misses = 0
    },
    missed() {
      misses++
      if (misses < MISSES) return
      value = null
      times = misses = 0
    },
  }
}
