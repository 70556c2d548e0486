import { decimalText } from '#dialects/scale/exact'
import { quietTime, type Reading, type Rejected, type ScaleDialect, type WeightUnit } from '#dialects/scale/reading'
import { toKilograms } from '#dialects/scale/to-kilograms'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import type { Log } from '../log.ts'
import { parseAddress } from './address.ts'
import { byteLink } from './byte-link.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { lateness, silenceWatch, timeToReopen } from './silence-watch.ts'

export interface ScaleParts extends Listeners {
  readonly name: string
  readonly address: string
  readonly dialect: ScaleDialect
  /** What the indicator is set to, for dialects whose frames carry no unit. */
  readonly unit: WeightUnit
  readonly silentAfter: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
  /** Sees every chunk as it came, before anything is believed: for `record` and `detect`. */
  onBytes?(bytes: Uint8Array): void
}

/** After a silence, more frames at once than this were waiting in a buffer while nobody listened. */
const FRESH_FRAMES = 4
/** A refusal is shown until this long after the last one. */
const SHOW_REFUSAL_FOR = milliseconds(3_000)

/**
 * An indicator on a line: bytes → frames → whole kilograms → `reading`. A weight is told once, when it was said; when nothing is
 * said there is none. What cannot be kilograms (overload, a fraction, the wrong unit) is refused, counted by reason and shown.
 */
export function scaleDevice(parts: ScaleParts): Device {
  const { name, address, dialect, unit, silentAfter, schedule, clock, log, onInput, onBytes } = parts
  const counts = counting()
  const decoder = dialect.decoder()
  const quietAfter = milliseconds(quietTime(dialect, baudOf(address)) + lateness(clock))
  let cancelQuiet = (): void => {}
  let distrust = dialect.distrustFirst
  /** Since the last sensible frame: the words for "it speaks, and we do not understand". */
  let strange = new Map<string, number>()
  let refusedAt: number | null = null
  let lastBytesAt = clock.monotonic()

  const watch = silenceWatch({
    ...parts,
    device: name,
    onQuiet: (times) => {
      watch.remark(
        strange.size === 0 ? 'no bytes: cable or indicator off?' : `no frame in what is heard (${listed(strange)}): baud rate, parity?`,
      )
      strange = new Map()
      if (timeToReopen(times)) link.reopen('nothing heard')
    },
  })

  const onReading = (reading: Reading): void => {
    counts.add('frames')
    if (distrust > 0) {
      distrust--
      counts.add('distrusted')
      return
    }
    watch.heard()
    strange = new Map()
    const weight = toKilograms(reading, { unit, decimals: null })
    if (!weight.ok) {
      counts.add(`refused-${weight.reason}`)
      if (refusedAt === null) log.warn({ reason: weight.reason, shown: shown(reading) }, 'the weight is refused')
      refusedAt = clock.monotonic()
      watch.remark(`refused: ${weight.reason} (${shown(reading)})`)
      return
    }
    if (refusedAt === null || clock.monotonic() - refusedAt > SHOW_REFUSAL_FOR) {
      refusedAt = null
      watch.remark('')
    }
    counts.add('readings')
    onInput({ kind: 'reading', at: clock.now(), weight: weight.kg, stable: reading.stable })
  }
  const onRejected = ({ reason }: Rejected): void => {
    counts.add(`rejected-${reason}`)
    strange.set(reason, (strange.get(reason) ?? 0) + 1)
  }
  // When the computer stood still, the kernel kept the oldest bytes and threw the newest away: those weights are history.
  const isStale = (bytes: Uint8Array): boolean => {
    const quietFor = clock.monotonic() - lastBytesAt
    lastBytesAt = clock.monotonic()
    return quietFor >= silentAfter + lateness(clock) && bytes.length > FRESH_FRAMES * dialect.longestFrame
  }
  const endUnfinished = (): void => decoder.quiet(onRejected, onReading)

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes: (bytes) => {
      counts.add('bytes', bytes.length)
      onBytes?.(bytes)
      cancelQuiet()
      cancelQuiet = clock.timer(quietAfter, endUnfinished)
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
      decoder.quiet(onRejected)
      distrust = dialect.distrustFirst
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
function baudOf(address: string): number {
  const reading = parseAddress(address)
  return reading.ok && reading.address.kind === 'serial' ? reading.address.baud : 1_200
}

const listed = (counts: ReadonlyMap<string, number>): string => [...counts].map(([what, count]) => `${what} ${count}`).join(', ')

/** The number as it stands on the indicator. */
const shown = ({ digits, decimals, unit }: Reading): string =>
  digits === null ? 'no number' : `${decimalText({ digits, decimals: decimals ?? 0 })}${unit === null ? '' : ` ${unit}`}`
