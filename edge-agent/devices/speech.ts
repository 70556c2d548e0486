import type { SpeechDialect } from '#dialects/speech/speech'
import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import type { SpokenPart } from '#edge/words/spoken'
import { counting, type Device, type Listeners } from './device.ts'
import { newestOnly } from './newest-only.ts'
import type { OpenWay } from './sign.ts'
import { silenceWatch } from './silence-watch.ts'

export interface SpeechParts extends Listeners {
  readonly name: string
  readonly way: OpenWay
  readonly dialect: SpeechDialect
  /** Texts said in place of others, the site's own beside the dialect's. */
  readonly replace: ReadonlyMap<string, string>
  readonly clock: Clock
}

export interface Speech extends Device {
  /** Says it now and breaks off what is being said; while the way is closed it is never said: late words mislead the next driver. */
  say(parts: readonly SpokenPart[]): void
}

/** The same sentence again so soon is the same event told twice. */
const REPEAT_WITHIN = seconds(3)

/** A voice module. It answers little and late, so it is lost only when the way to it is. */
export function speechDevice(parts: SpeechParts): Speech {
  const { name, way, dialect, replace, clock } = parts
  const counts = counting()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: null })
  let open = false
  let last: { readonly telegram: string; readonly at: number } | null = null

  const link = way({
    onBytes: (bytes) => counts.add('bytes', bytes.length),
    onState: (state) => {
      open = state.open
      outbox.clear()
      if (state.open) watch.heard()
      else {
        counts.add('lost')
        watch.lost(state.why)
      }
    },
  })
  const outbox = newestOnly(link.write, clock)

  return {
    name,
    say(spoken) {
      if (!open) {
        counts.add('unsaid')
        return
      }
      const telegram = dialect.say(spoken, replace)
      const key = telegram.join()
      const now = clock.monotonic()
      if (last !== null && last.telegram === key && now - last.at < REPEAT_WITHIN) return
      last = { telegram: key, at: now }
      outbox.put('voice', [telegram], (sent) => counts.add(sent ? 'said' : 'unsaid'))
    },
    start: async () => {
      watch.start()
      link.start()
    },
    stop: async () => {
      watch.stop()
      outbox.clear()
      await link.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
