import { codeReader } from '#dialects/reader/code-line'
import type { Clock } from '#edge/clock'
import { TICKET_NUMBER } from '#edge/ids'
import { readQr } from '#edge/ticket-qr'
import { type Span, seconds } from '#edge/units'
import type { Log } from '../log.ts'
import { byteLink } from './byte-link.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { silenceWatch } from './silence-watch.ts'

export interface ReaderParts extends Listeners {
  readonly name: string
  readonly address: string
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
}

/** A code held before the reader is read several times a second. */
const REPEAT_WITHIN = seconds(3)
const NUMBER = new RegExp(TICKET_NUMBER)

/** The ticket number a code carries: our QR code, or a bare number as a barcode has it. Null for everything else. */
export function numberIn(code: string): string | null {
  const bare = code.trim().toUpperCase()
  return readQr(code)?.number ?? (NUMBER.test(bare) ? bare : null)
}

/**
 * A code reader (扫码器) where drivers show tickets. It tells only which number was shown: whether there is such a ticket, and whether
 * it is this truck's, is for the checks. It may be quiet for hours, so it is lost only when the way to it is.
 */
export function readerDevice(parts: ReaderParts): Device {
  const { name, address, schedule, clock, log, onInput } = parts
  const counts = counting()
  const lines = codeReader()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: null })
  let last: { readonly number: string; readonly at: number } | null = null

  function onCode(code: string): void {
    const number = numberIn(code)
    if (number === null) {
      counts.add('foreign-codes')
      log.info({ length: code.length }, 'a code was shown that is no ticket')
      return
    }
    const now = clock.monotonic()
    const repeated = last !== null && last.number === number && now - last.at < REPEAT_WITHIN
    last = { number, at: now }
    counts.add(repeated ? 'repeated' : 'tickets')
    if (!repeated) onInput({ kind: 'ticket-shown', at: clock.now(), number })
  }

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes: (bytes) => lines.push(bytes, onCode, (why) => counts.add(`rejected-${why}`)),
    onState: (state) => {
      lines.reset()
      if (state.open) watch.heard()
      else watch.lost(state.why)
    },
  })
  return {
    name,
    start: async () => {
      watch.start()
      link.start()
    },
    stop: async () => {
      watch.stop()
      await link.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
