import { type DialectSettings, quietTime, type ScaleDialect } from '#dialects/scale/reading'
import { dialectDecoder, type SevenBit } from '#dialects/scale/seven-bit'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import type { Log } from '../log.ts'
import { parseAddress } from './address.ts'
import { byteLink } from './byte-link.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { type Belief, weightsOf } from './scale-weights.ts'
import { lateness, silenceWatch, timeToReopen } from './silence-watch.ts'

export interface ScaleParts extends Listeners, Belief {
  readonly name: string
  readonly address: string
  readonly dialect: ScaleDialect
  readonly settings?: DialectSettings
  /** Whether bit 7 may be a parity bit; left out: never. */
  readonly sevenBit?: SevenBit
  readonly silentAfter: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
  /** Sees every chunk as it came, before anything is believed: for `record` and `detect`. */
  onBytes?(bytes: Uint8Array): void
}

/** After a silence, more frames at once than this were waiting in a buffer while nobody listened. */
const FRESH_FRAMES = 4

/**
 * An indicator that speaks by itself: bytes → frames → whole kilograms → `reading`. A weight is told once, when it was said; when
 * nothing is said there is none. What cannot be kilograms (overload, a fraction, the wrong unit) is refused, counted by reason and
 * shown.
 */
export function scaleDevice(parts: ScaleParts): Device {
  const { name, address, dialect, settings = {}, sevenBit = 'never', silentAfter, schedule, clock, log, onBytes } = parts
  const counts = counting()
  const decoder = dialectDecoder(dialect, { settings, sevenBit })
  const quietAfter = milliseconds(quietTime(dialect, baudOf(address)) + lateness(clock))
  let cancelQuiet = (): void => {}
  let waitsForQuiet = false
  let lastBytesAt = clock.monotonic()

  const watch = silenceWatch({
    ...parts,
    device: name,
    onQuiet: (times) => {
      const strange = weights.strange()
      watch.remark(strange === '' ? 'no bytes: cable or indicator off?' : `no frame in what is heard (${strange}): baud rate, parity?`)
      if (timeToReopen(times)) link.reopen('nothing heard')
    },
  })
  const weights = weightsOf({ ...parts, distrustFirst: dialect.distrustFirst, count: counts.add, watch: () => watch })
  const { onReading, onRejected } = weights

  // When the computer stood still, the kernel kept the oldest bytes and threw the newest away: those weights are history.
  const isStale = (bytes: Uint8Array): boolean => {
    const quietFor = clock.monotonic() - lastBytesAt
    lastBytesAt = clock.monotonic()
    return quietFor >= silentAfter + lateness(clock) && bytes.length > FRESH_FRAMES * dialect.longestFrame
  }
  const endUnfinished = (): void => decoder.quiet(onRejected, onReading)
  // One timer that looks when the newest byte came, not one armed anew by each of a thousand bytes a second.
  function waitForQuiet(span: Span): void {
    waitsForQuiet = true
    cancelQuiet = clock.timer(span, () => {
      const left = quietAfter - (clock.monotonic() - lastBytesAt)
      if (left > 0) return waitForQuiet(milliseconds(left))
      waitsForQuiet = false
      endUnfinished()
    })
  }

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes: (bytes) => {
      counts.add('bytes', bytes.length)
      onBytes?.(bytes)
      if (!waitsForQuiet) waitForQuiet(quietAfter)
      if (isStale(bytes)) {
        counts.add('stale-bytes', bytes.length)
        decoder.quiet(onRejected)
        return
      }
      decoder.push(bytes, onReading, onRejected)
    },
    onState: (state) => {
      // A frame begun on one connection is never finished by another.
      cancelQuiet()
      waitsForQuiet = false
      decoder.quiet(onRejected)
      weights.begin()
      lastBytesAt = clock.monotonic()
      if (state.open) watch.found()
      else {
        counts.add('lost')
        watch.lost(state.why)
      }
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
      cancelQuiet()
    },
    state: watch.state,
    counters: counts.all,
  }
}

/** Behind a serial server the line's speed is not ours to know; 1200 is the slowest seen at sites. */
export function baudOf(address: string): number {
  const reading = parseAddress(address)
  return reading.ok && reading.address.kind === 'serial' ? reading.address.baud : 1_200
}
