import type { Clock } from '#edge/clock'
import { type Instant, toIso } from '#edge/units'

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
  state(): LinkState
  onChange(listener: (state: LinkState) => void): void
}

export function watchLink(clock: Clock, backlog: () => LinkState['backlog']): LinkWatch {
  let now: Pick<LinkState, 'state' | 'detail'> = { state: 'disconnected', detail: 'not connected yet' }
  let since: Instant = clock.now()
  let heard: Instant | null = null
  const listeners: ((state: LinkState) => void)[] = []
  const read = (): LinkState => ({ ...now, since: toIso(since), heardAt: heard === null ? null : toIso(heard), backlog: backlog() })
  const become = (state: LinkState['state'], detail: string): void => {
    // A retry that fails for the same reason is the same outage: its beginning stays.
    if (now.state !== state) since = clock.now()
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
    },
    state: read,
    onChange: (listener) => void listeners.push(listener),
  }
}
