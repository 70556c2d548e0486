import { readTopic } from '#edge/messages'
import type { Random } from '../../simulators/random.ts'
import type { WorldTime } from './world-time.ts'

/** What a broker and the network around it do to messages now. */
export interface Weather {
  /** Share of messages that are lost, and that arrive twice. */
  readonly lost: number
  readonly twice: number
  /** A message takes from one millisecond to this; two of them may overtake each other. */
  readonly slowestMs: number
}
export const FAIR: Weather = { lost: 0, twice: 0, slowestMs: 1 }

/**
 * A broker as the design believes in it (DESIGN.md D6): it takes a message, says so, and may lose, repeat, delay and reorder it. Who is
 * not there when it arrives has missed it.
 */
export interface Pipe {
  weather(now: Weather): void
  /** From now on no hello arrives. */
  loseHellos(): void
  /** Hears what arrives from now on; the answer stops it, and with it everything still under way to this listener. */
  listen(hears: (topic: string) => boolean, take: (topic: string, payload: string) => void): () => void
  send(topic: string, payload: string): void
  /** Sees everything that is sent, whatever becomes of it. */
  watch(watcher: (topic: string, payload: string) => void): void
}

interface Listener {
  readonly hears: (topic: string) => boolean
  readonly take: (topic: string, payload: string) => void
}

export function lossyPipe(time: WorldTime, random: Random): Pipe {
  const listeners = new Set<Listener>()
  const watchers: ((topic: string, payload: string) => void)[] = []
  let weather = FAIR
  let hellosLost = false

  const carry = (topic: string, payload: string): void => {
    const takes = Math.ceil(random.between(0, weather.slowestMs))
    time.later(Math.max(1, takes), () => {
      for (const listener of [...listeners]) if (listener.hears(topic)) listener.take(topic, payload)
    })
  }
  return {
    weather: (now) => {
      weather = now
    },
    loseHellos() {
      hellosLost = true
    },
    listen(hears, take) {
      const listener: Listener = { hears, take: (topic, payload) => void (listeners.has(listener) && take(topic, payload)) }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    send(topic, payload) {
      for (const watcher of watchers) watcher(topic, payload)
      if (random.chance(weather.lost) || (hellosLost && readTopic(topic)?.message === 'hello')) return
      carry(topic, payload)
      if (random.chance(weather.twice)) carry(topic, payload)
    },
    watch: (watcher) => void watchers.push(watcher),
  }
}
