import { type DialectSettings, quietTime, type Reading, type Remark, type ScaleDialect } from '#dialects/scale/reading'
import { dialectDecoder, type SevenBit } from '#dialects/scale/seven-bit'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { AskedLine } from './asked-line.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { baudOf } from './scale.ts'
import { type Belief, weightsOf } from './scale-weights.ts'
import { lateness, silenceWatch, timeToReopen } from './silence-watch.ts'

export interface AskedScaleParts extends Listeners, Belief {
  readonly name: string
  readonly address: string
  readonly dialect: ScaleDialect
  /** All of them, defaults too: they hold the indicator's address, and an answer from another is not its. */
  readonly settings: DialectSettings
  readonly sevenBit: SevenBit
  /** The line at `address`, shared with whoever else stands on it. */
  readonly line: AskedLine
  readonly every: Span
  readonly answerWithin: Span
  readonly silentAfter: Span
  readonly clock: Clock
  readonly log: Log
  onBytes?(bytes: Uint8Array): void
}

/** Twelve and a half times a second, as often as indicators send that speak by themselves. */
export const ASK_EVERY = milliseconds(80)

/**
 * An indicator that speaks when asked: question → its answer → `reading`. An answer counts between its own question and the next one
 * only; our own question heard back (an adapter that echoes) is none, an answer without a weight ends the turn and is shown.
 */
export function askedScale(parts: AskedScaleParts): Device {
  const { name, address, dialect, settings, sevenBit, line, every, answerWithin, clock, onBytes } = parts
  const { asking } = dialect
  if (!asking) throw new EdgeError('config-wrong', { dialect: dialect.name })
  const counts = counting()
  const decoder = dialectDecoder(dialect, { settings, sevenBit })
  let answered = false
  /** Bytes that nobody asked for, since the last silence. */
  let unasked = 0

  const watch = silenceWatch({
    ...parts,
    device: name,
    onQuiet: (times) => {
      const strange = weights.strange()
      const babbles = unasked > 0
      unasked = 0
      watch.remark(
        strange === '' && babbles
          ? 'speaks unasked and does not answer: is the indicator set to send by itself?'
          : strange === ''
            ? `asked, and no answer within ${answerWithin} ms: address, cable, indicator off?`
            : `no answer in what is heard (${strange}): address, baud rate, parity?`,
      )
      if (timeToReopen(times)) seat.reopen('nothing heard')
    },
  })
  const weights = weightsOf({ ...parts, distrustFirst: 0, count: counts.add, watch: () => watch })

  const onReading = (reading: Reading): void => {
    // The first answer is the answer; a second one behind it was meant for nobody.
    if (answered) counts.add('unasked')
    else {
      answered = true
      weights.onReading(reading)
    }
  }
  const onRemark = ({ remark, status }: Remark): void => {
    if (remark === 'request') counts.add('echoes')
    if (remark === 'request' || status === null || answered) return
    answered = true
    counts.add(`answered-${status}`)
    watch.remark(`answers without a weight: ${status}`)
  }

  const seat = line.join({
    question: asking.ask(settings),
    every,
    answerWithin,
    quietAfter: milliseconds(quietTime(dialect, baudOf(address)) + lateness(clock)),
    onBytes: (bytes) => {
      counts.add('bytes', bytes.length)
      onBytes?.(bytes)
      decoder.push(bytes, onReading, weights.onRejected, onRemark)
      return answered
    },
    onUnasked: (bytes) => {
      counts.add('unasked-bytes', bytes)
      unasked += bytes
    },
    onTurnOver: (good) => {
      // A frame that could have been longer ends with the turn; what is left of it is nobody's.
      decoder.quiet(weights.onRejected, onReading, onRemark)
      counts.add(good || answered ? 'answers' : 'unanswered')
      answered = false
    },
    onState: (state) => {
      decoder.quiet(weights.onRejected)
      weights.begin()
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
      seat.start()
    },
    stop: async () => {
      watch.stop()
      await seat.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
