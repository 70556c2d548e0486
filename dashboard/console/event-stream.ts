import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'

/** Sent once a second at least; a stream silent for longer than this is dead, whatever the socket says. */
const DEAD_AFTER = seconds(6)
const RETRY_AFTER = seconds(2)

/**
 * A server-sent stream that comes back by itself, also where the browser's own does not: after an HTTP error, and when a cable was
 * pulled and nobody closed the socket. `opened` is told at each (re)connect, `heard` for each named event.
 */
export function eventStream(parts: {
  readonly url: string
  readonly names: readonly string[]
  readonly clock: Clock
  readonly opened: () => void
  readonly lost: () => void
  readonly heard: (name: string, data: unknown) => void
}): { stop: () => void } {
  const { clock } = parts
  let source: EventSource | null = null
  let cancelWatch = (): void => {}
  let cancelRetry = (): void => {}

  const close = (): void => {
    cancelWatch()
    source?.close()
    source = null
  }
  const fail = (): void => {
    close()
    parts.lost()
    cancelRetry()
    cancelRetry = clock.timer(RETRY_AFTER, open)
  }
  const watch = (): void => {
    cancelWatch()
    cancelWatch = clock.timer(DEAD_AFTER, fail)
  }
  function open(): void {
    const mine = new EventSource(parts.url)
    source = mine
    watch()
    mine.onopen = () => {
      watch()
      parts.opened()
    }
    mine.onerror = fail
    for (const name of parts.names)
      mine.addEventListener(name, ({ data }) => {
        watch()
        const said = readJson(data)
        if (said !== undefined) parts.heard(name, said)
      })
  }
  open()
  return {
    stop() {
      cancelRetry()
      close()
    },
  }
}

/** A line that is no JSON was cut on its way; the next one will do. */
function readJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}
