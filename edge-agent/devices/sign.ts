import { type Scanner, scanner } from '#dialects/framing'
import { pagesOf } from '#dialects/sign/layout'
import type { SignAnswer, SignDialect, SignLook } from '#dialects/sign/sign'
import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import type { SpokenPart } from '#edge/words/spoken'
import type { ByteLink, ByteLinkParts } from './byte-link.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { newestOnly } from './newest-only.ts'
import { silenceWatch } from './silence-watch.ts'

/** The way to a device, made with its ears: a line of its own, or bytes handed through another device. */
export type OpenWay = (ears: Pick<ByteLinkParts, 'onBytes' | 'onState'>) => Pick<ByteLink, 'start' | 'stop' | 'write'>

export interface SignParts extends Listeners {
  readonly name: string
  readonly way: OpenWay
  readonly dialect: SignDialect
  readonly look: SignLook
  /** What it shows when nothing has been said for `defaultAfter`, and at the start. */
  readonly defaultText: string
  readonly defaultAfter: Span
  /** Brightness and volume in percent, told once whenever the way opens; null leaves the card as it is. */
  readonly setUp: Readonly<Partial<Record<'brightness' | 'volume', number>>>
  readonly replace: ReadonlyMap<string, string>
  readonly clock: Clock
}

export interface Sign extends Device {
  show(text: string): void
  /** Where the card has a voice; elsewhere nothing. */
  say(parts: readonly SpokenPart[]): void
}

export const SIGN_DEFAULT_AFTER = seconds(600)
/** A text longer than the sign is shown in pages, each this long: time enough to read two lines from a cab. */
const PAGE_FOR = seconds(3)

/**
 * A LED sign. A page goes out when it differs from what stands there and never again: after that only another page, or a way that was
 * closed and opened, sends anything. What is said while the way is closed is shown when it opens; a voice keeps quiet about it.
 */
export function signDevice(parts: SignParts): Sign {
  const { name, way, dialect, look, defaultText, defaultAfter, setUp, replace, clock } = parts
  const counts = counting()
  const watch = silenceWatch({ ...parts, device: name, silentAfter: null })
  const answers: Scanner<SignAnswer> | null = dialect.answers && scanner(dialect.answers)
  let open = false
  let text = defaultText
  let pages = pagesOf(defaultText, look)
  let at = 0
  /** The page that was handed over last; null where nobody knows what stands there. */
  let standing: string | null = null
  let cancelPage = (): void => {}
  let cancelDefault = (): void => {}

  const link = way({
    onBytes: (bytes) => answers?.push(bytes, onAnswer, ({ reason }) => counts.add(`rejected-${reason}`)),
    onState: (state) => {
      open = state.open
      standing = null
      answers?.quiet(() => {})
      outbox.clear()
      if (!state.open) {
        counts.add('lost')
        watch.lost(state.why)
        return
      }
      watch.heard()
      for (const what of ['brightness', 'volume'] as const) {
        const percent = setUp[what]
        if (percent !== undefined && dialect.setUp) outbox.put(what, [dialect.setUp(what, percent)], count('set-up'))
      }
      refresh()
    },
  })
  const outbox = newestOnly(link.write, clock)
  const count = (what: string) => (sent: boolean) => counts.add(sent ? what : `${what}-dropped`)

  function onAnswer({ accepted, code }: SignAnswer): void {
    counts.add(accepted ? 'accepted' : 'refused')
    watch.remark(accepted ? '' : `the card refuses a telegram: code ${code}`)
  }

  function refresh(): void {
    const page = pages[at] ?? []
    const wanted = page.join('\n')
    if (!open || wanted === standing) return
    standing = wanted
    outbox.put('page', dialect.show(page, look), (sent) => {
      counts.add(sent ? 'pages' : 'pages-dropped')
      if (!sent && standing === wanted) standing = null
    })
  }

  function turn(): void {
    cancelPage()
    if (pages.length < 2) return
    cancelPage = clock.timer(PAGE_FOR, () => {
      at = (at + 1) % pages.length
      refresh()
      turn()
    })
  }

  function put(next: string): void {
    if (next === text) return
    text = next
    pages = pagesOf(next, look)
    at = 0
    refresh()
    turn()
  }

  return {
    name,
    show(next) {
      cancelDefault()
      cancelDefault = clock.timer(defaultAfter, () => put(defaultText))
      put(next)
    },
    say(spoken) {
      if (open && dialect.speak) outbox.put('voice', [dialect.speak(spoken, replace)], count('said'))
    },
    start: async () => {
      watch.start()
      link.start()
      turn()
    },
    stop: async () => {
      cancelPage()
      cancelDefault()
      watch.stop()
      outbox.clear()
      await link.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
