import type { WorldTime } from './world-time.ts'

/** A process that stands still: stopped by its computer, its virtual machine moved, its memory collected. It does not know of it. */
export interface Stillness {
  begin(milliseconds: number): void
  now(): boolean
  /** When it goes on, by the time of the world. */
  until(): number
  over(): Promise<void>
}

export function stillness(time: WorldTime): Stillness {
  let until = 0
  return {
    begin(milliseconds) {
      until = Math.max(until, time.now() + milliseconds)
    },
    now: () => time.now() < until,
    until: () => until,
    async over() {
      while (time.now() < until) await new Promise<void>((then) => void time.later(until - time.now(), then))
    },
  }
}
