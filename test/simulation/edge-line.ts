import { milliseconds } from '#edge/units'
import type { connection } from '../../edge-agent/sync/connection.ts'
import type { Random } from '../../simulators/random.ts'
import type { Pipe } from './pipe.ts'
import type { WorldTime } from './world-time.ts'

/** The network between one site and the broker. */
export interface SiteNetwork {
  /** Cuts the line now, and for so long. */
  cut(milliseconds: number): void
  /** The line of an agent's process, in the place of its MQTT connection. */
  readonly line: typeof connection
  /** The process has died: nobody hears, says or is told anything more. */
  end(): void
}

const HANDSHAKE_MS = 40
const RETRY_MS = 1_000

export function siteNetwork(time: WorldTime, pipe: Pipe, random: Random): SiteNetwork {
  let cutUntil = 0
  const cutNow = new Set<() => void>()
  const ends = new Set<() => void>()
  const line: typeof connection = (parts) => {
    const { clock } = parts
    let stopListening: (() => void) | null = null
    let started = false
    const open = (): void => {
      if (!started) return
      const retry = clock.timer.bind(null, milliseconds(RETRY_MS + random.whole(0, RETRY_MS)))
      if (time.now() < cutUntil) {
        parts.onLost('the network is away')
        retry(open)
        return
      }
      clock.timer(milliseconds(HANDSHAKE_MS), () => {
        if (!started || stopListening !== null) return
        if (time.now() < cutUntil) return open()
        stopListening = pipe.listen(
          (topic) => parts.subscribe.includes(topic),
          (topic, payload) => parts.onMessage(topic, Buffer.from(payload)),
        )
        parts.onConnected()
      })
    }
    const drop = (): void => {
      if (stopListening === null) return
      stopListening()
      stopListening = null
      parts.onLost('the connection was closed')
      clock.timer(milliseconds(RETRY_MS), open)
    }
    const stop = (): void => {
      started = false
      cutNow.delete(drop)
      stopListening?.()
      stopListening = null
    }
    cutNow.add(drop)
    ends.add(stop)
    return {
      connected: () => stopListening !== null,
      proven: () => {},
      start() {
        started = true
        open()
      },
      // What is published without a line is dropped, as the real one does.
      publish: ({ topic, payload }) => void (stopListening !== null && pipe.send(topic, payload)),
      stop: async () => stop(),
    }
  }
  return {
    line,
    end() {
      for (const stop of ends) stop()
      ends.clear()
    },
    cut(span) {
      cutUntil = Math.max(cutUntil, time.now() + span)
      for (const drop of [...cutNow]) drop()
    },
  }
}
