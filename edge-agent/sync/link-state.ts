import { type Clock, realSpan } from '#edge/clock'
import { type Instant, minutes, toIso } from '#edge/units'

/** How the agent stands with its cloud, for screens and `doctor`: a state always comes with since when. */
export interface LinkState {
  /** `refused`: the broker does not want us (wrong password, no right to a topic); a person must look, we ask again slowly. */
  readonly state: 'connected' | 'disconnected' | 'refused'
  readonly since: string
  /** Why it is not connected; empty when it is. */
  readonly detail: string
  /** When the cloud last confirmed a record or a hello; null since the start of the agent. */
  readonly heardAt: string | null
  readonly backlog: { readonly records: number; readonly oldest: string | null }
}

export interface LinkWatch {
  connected(): void
  lost(detail: string): void
  refused(detail: string): void
  heard(): void
  /** The cloud has been out of reach for so long that the site must help itself. A link that says nothing is none; no clock step counts. */
  isDark(): boolean
  state(): LinkState
  onChange(listener: (state: LinkState) => void): void
}

const DARK_AFTER = minutes(2)

export function watchLink(clock: Clock, backlog: () => LinkState['backlog']): LinkWatch {
  let now: Pick<LinkState, 'state' | 'detail'> = { state: 'disconnected', detail: 'not connected yet' }
  let since: Instant = clock.now()
  let heard: Instant | null = null
  let lostAt = clock.monotonic()
  let wordAt = clock.monotonic()
  const listeners: ((state: LinkState) => void)[] = []
  const read = (): LinkState => ({ ...now, since: toIso(since), heardAt: heard === null ? null : toIso(heard), backlog: backlog() })
  const become = (state: LinkState['state'], detail: string): void => {
    // A retry that fails for the same reason is the same outage: its beginning stays.
    if (now.state !== state) since = clock.now()
    if (now.state === 'connected' && state !== 'connected') lostAt = clock.monotonic()
    if (now.state === state && now.detail === detail) return
    now = { state, detail }
    for (const listener of listeners) listener(read())
  }
  return {
    connected: () => become('connected', ''),
    lost: (detail) => become('disconnected', detail),
    refused: (detail) => become('refused', detail),
    heard() {
      heard = clock.now()
      wordAt = clock.monotonic()
    },
    isDark() {
      const mono = clock.monotonic()
      // Answers come at the network's pace, however fast the shown time runs; a lost link is lost for as long as anybody waits for it.
      return (now.state !== 'connected' && mono - lostAt >= DARK_AFTER) || mono - wordAt >= realSpan(clock, DARK_AFTER)
    },
    state: read,
    onChange: (listener) => void listeners.push(listener),
  }
}
