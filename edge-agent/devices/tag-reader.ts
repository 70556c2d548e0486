import type { TagDialect, TagSaid, TagSettings } from '#dialects/reader/tag'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import type { Log } from '../log.ts'
import { byteLink } from './byte-link.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { lateness, silenceWatch, timeToReopen } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

export interface TagReaderParts extends Listeners {
  readonly name: string
  readonly address: string
  readonly dialect: TagDialect
  readonly settings: TagSettings
  /** How often a reader that must be asked is asked: 0.2 to 1 s. */
  readonly pollEvery: Span
  /** The same tag again within this time of being seen last is the same truck still standing there. */
  readonly repeatWithin: Span
  readonly schedule: Iterable<Span>
  readonly clock: Clock
  readonly log: Log
}

export const TAG_POLL_EVERY = milliseconds(500)
export const TAG_REPEAT_WITHIN = seconds(10)
/** Too much power reads the whole queue; more tags than this at once are no lane. */
const MOST_TAGS = 64
/** Half an answer that nothing follows for so long is dropped. */
const QUIET_AFTER = milliseconds(100)

/**
 * A reader of tags on trucks, or of cards in drivers' hands: a second identity beside the plate. A polled reader answers every question,
 * with "none" where there is none, so its silence counts; one that speaks by itself may be quiet for hours.
 */
export function tagReaderDevice(parts: TagReaderParts): Device {
  const { name, address, dialect, settings, pollEvery, repeatWithin, schedule, clock, log, onInput } = parts
  const counts = counting()
  const decoder = dialect.decoder(settings)
  const question = dialect.ask?.(settings.unit) ?? null
  const seen = new Map<string, number>()
  let open = false
  let asking = false
  let cancelPoll = (): void => {}
  let cancelQuiet = (): void => {}

  const watch = silenceWatch({
    ...parts,
    device: name,
    silentAfter: question === null ? null : SUPERVISION.tag.ours,
    onQuiet: (times) => {
      if (timeToReopen(times)) link.reopen('nothing heard')
    },
  })

  function onSaid(said: TagSaid): void {
    watch.heard()
    if (said.kind === 'refused') {
      counts.add('refused')
      watch.remark(`the reader refuses: code ${said.code}`)
      return
    }
    watch.remark('')
    counts.add('answers')
    for (const tag of said.tags) onTag(tag)
  }

  function onTag(tag: string): void {
    const now = clock.monotonic()
    for (const [old, at] of seen) if (now - at >= repeatWithin) seen.delete(old)
    const repeated = seen.has(tag)
    if (!repeated && seen.size >= MOST_TAGS) {
      counts.add('too-many')
      return
    }
    seen.set(tag, now)
    counts.add(repeated ? 'repeated' : 'tags')
    if (!repeated) onInput({ kind: 'tag-read', at: clock.now(), tag, by: dialect.by })
  }
  const onRejected = ({ reason }: { reason: string }): void => counts.add(`rejected-${reason}`)

  function poll(): void {
    cancelPoll()
    if (question === null || !open) return
    cancelPoll = clock.timer(pollEvery, poll)
    if (asking) return
    asking = true
    link
      .write(question)
      .catch(() => counts.add('unasked'))
      .finally(() => {
        asking = false
      })
  }

  const link = byteLink(address, {
    clock,
    log,
    schedule,
    onBytes: (bytes) => {
      counts.add('bytes', bytes.length)
      cancelQuiet()
      cancelQuiet = clock.timer(milliseconds(QUIET_AFTER + lateness(clock)), () => decoder.quiet(onRejected, onSaid))
      decoder.push(bytes, onSaid, onRejected)
    },
    onState: (state) => {
      cancelQuiet()
      decoder.quiet(onRejected)
      open = state.open
      if (!state.open) {
        counts.add('lost')
        watch.lost(state.why)
      } else if (question === null) watch.heard()
      else watch.found()
      poll()
    },
  })

  return {
    name,
    start: async () => {
      watch.start()
      link.start()
    },
    stop: async () => {
      cancelPoll()
      cancelQuiet()
      watch.stop()
      await link.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
