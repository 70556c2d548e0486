import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { parseAddress } from './address.ts'
import { openPort, type Port } from './open-port.ts'

export { parseAddress } from './address.ts'

export type LinkState = { readonly open: true } | { readonly open: false; readonly why: string }

/** Bytes in and out of one address. It keeps itself open; whether anything *sensible* is heard is for the device on top to watch. */
export interface ByteLink {
  start(): void
  stop(): Promise<void>
  /**
   * Hands bytes to the operating system. EdgeError 'port-unavailable': the port is not open and nothing went out; 'port-lost' or
   * 'write-timeout': nobody knows how much went out, and the port is opened anew.
   */
  write(bytes: Uint8Array): Promise<void>
  /** Gives up this port for a new one: a connection whose other end has vanished looks open for hours. */
  reopen(why: string): void
}

export interface ByteLinkParts {
  readonly clock: Clock
  readonly log: Log
  readonly schedule: Iterable<Span>
  onBytes(bytes: Uint8Array): void
  /** Told on change only. */
  onState(state: LinkState): void
}

const WRITE_WITHIN = milliseconds(2_000)

/**
 * Opens `address`, again and again along the schedule, with a new port object each time. The schedule begins anew once a port
 * has brought a byte: a server that accepts and hangs up at once must not be knocked at without pause.
 */
export function byteLink(text: string, { clock, log, schedule, onBytes, onState }: ByteLinkParts): ByteLink {
  const reading = parseAddress(text)
  if (!reading.ok) throw new EdgeError('bad-address', { address: text, reason: reading.reason })
  const { address } = reading

  let port: Port | null = null
  /** Writes under way: they fail at once when the port is gone, whether or not their callbacks ever come. */
  const writing = new Set<(why: EdgeError) => void>()
  let running: Promise<void> | null = null
  const stopped = new AbortController()
  const stopping = (): boolean => stopped.signal.aborted
  /** Ends whatever the loop waits for: an open port, or the pause before the next try. */
  let wake: (why: string) => void = () => {}
  let last: string | null = null

  const tell = (state: LinkState): void => {
    const now = state.open ? 'open' : state.why
    if (now === last) return
    last = now
    if (state.open) log.info({ address: text }, 'connected')
    else log.warn({ address: text, why: state.why }, 'not connected')
    onState(state)
  }

  async function run(): Promise<void> {
    let waits = schedule[Symbol.iterator]()
    while (!stopping()) {
      let heard = false
      const gone = waiting()
      const ears = {
        onBytes: (bytes: Uint8Array) => {
          if (gone.over()) return
          heard = true
          onBytes(bytes)
        },
        onGone: gone.end,
      }
      try {
        port = await openPort(address, ears, clock, stopped.signal)
      } catch (error) {
        if (!stopping()) tell({ open: false, why: reasonOf(error) })
      }
      if (port) {
        const opened = port
        wake = gone.end
        if (!stopping()) tell({ open: true })
        else gone.end('stopped')
        const why = await gone.ended
        port = null
        for (const fail of writing) fail(new EdgeError('port-lost', { address: text, why }))
        await opened.close()
        if (!stopping()) tell({ open: false, why })
      }
      if (stopping()) return
      if (heard) waits = schedule[Symbol.iterator]()
      const next = waits.next()
      if (next.done) return
      const pause = waiting()
      wake = pause.end
      const cancel = clock.timer(next.value, () => pause.end('time'))
      await pause.ended
      cancel()
    }
  }

  async function write(bytes: Uint8Array): Promise<void> {
    const through = port
    if (!through) throw new EdgeError('port-unavailable', { address: text })
    await new Promise<void>((written, failed) => {
      const settle = (error: EdgeError | null): void => {
        cancel()
        writing.delete(settle)
        if (error === null) written()
        else failed(error)
        if (error !== null && port === through) wake(error.message)
      }
      const cancel = clock.timer(realSpan(clock, WRITE_WITHIN), () => settle(new EdgeError('write-timeout', { address: text })))
      writing.add(settle)
      through.write(bytes).then(
        () => settle(null),
        (cause: unknown) => settle(new EdgeError('port-lost', { address: text, cause })),
      )
    })
  }

  return {
    start: () => {
      running ??= run()
    },
    stop: async () => {
      stopped.abort()
      wake('stopped')
      await running
    },
    write,
    reopen: (why) => {
      if (port) wake(why)
    },
  }
}

/** A promise somebody else ends, once, with a reason. */
function waiting(): { readonly ended: Promise<string>; end(why: string): void; over(): boolean } {
  let over = false
  let settle: (why: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    settle = resolve
  })
  return {
    ended,
    end: (why) => {
      over = true
      settle(why)
    },
    over: () => over,
  }
}
