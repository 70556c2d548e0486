import type { linkBroker } from '../../cloud-service/ingest/broker-link.ts'
import type { Pipe } from './pipe.ts'
import type { Stillness } from './stillness.ts'
import type { WorldTime } from './world-time.ts'

/** What one process of the cloud hears and says; a dead one neither. */
export interface CloudNetwork {
  readonly link: typeof linkBroker
  end(): void
}

/**
 * Links in the place of MQTT connections: subscriptions by topic with `+`, one message dealt with after another, as MQTT.js does. What
 * arrives while the process stands still lies in its socket and is dealt with when it goes on.
 */
export function cloudNetwork(time: WorldTime, pipe: Pipe, stillness: Stillness): CloudNetwork {
  const ends = new Set<() => void>()
  let ended = false
  const link: typeof linkBroker = ({ received, came }) => {
    const topics = new Set<string>()
    const waiting: { readonly topic: string; readonly payload: string }[] = []
    let busy = false
    const work = async (): Promise<void> => {
      busy = true
      for (let next = waiting.shift(); next !== undefined && !ended; next = waiting.shift()) {
        if (stillness.now()) await stillness.over()
        await received(next.topic, Buffer.from(next.payload))
      }
      busy = false
    }
    const stopListening = pipe.listen(
      (topic) => topics.has(wildcardOf(topic)),
      (topic, payload) => {
        waiting.push({ topic, payload })
        if (!busy) void work()
      },
    )
    ends.add(stopListening)
    time.later(1, () => void (!ended && came()))
    return {
      connected: () => !ended,
      subscribe: (asked) => void asked.map((topic) => topics.add(topic)),
      unsubscribe: (asked) => void asked.map((topic) => topics.delete(topic)),
      async publish(topic, payload) {
        if (!ended) pipe.send(topic, payload)
      },
      async stop() {
        stopListening()
      },
    }
  }
  return {
    link,
    end() {
      ended = true
      for (const stop of ends) stop()
    },
  }
}

/** `pitgate/v1/hongliu/a1/ledger` as it is subscribed to: `pitgate/v1/hongliu/+/ledger`. */
const wildcardOf = (topic: string): string => topic.replace(/^([^/]+\/[^/]+\/[^/]+\/)[^/]+/, '$1+')
