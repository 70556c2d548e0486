import { type Clock, realSpan } from '#edge/clock'
import type { ConsoleSite } from '#edge/console'
import { hours, seconds, toIso } from '#edge/units'
import type { Software } from '#edge/weighing'
import { freeBytesOf } from '../store/room.ts'
import type { Store } from '../store/store.ts'
import type { LinkState } from '../sync/link-state.ts'

/** What the console says of the agent as a whole. */
export interface SiteParts {
  readonly site: string
  readonly agent: string
  readonly folder: string
  readonly software: Software
  readonly clock: Clock
  readonly store: Pick<Store, 'policies' | 'evidence' | 'broken' | 'time'>
  readonly link: () => LinkState
}

/** A disk does not fill within this. */
const DISK_LOOKED_AT = seconds(10)

export function siteView(parts: SiteParts): () => ConsoleSite {
  const { site, agent, folder, software, clock, store, link } = parts
  let disk: { readonly at: number; readonly free: number } | null = null
  let known: LinkState | null = null
  const free = (): number => {
    if (disk === null || clock.monotonic() - disk.at > realSpan(clock, DISK_LOOKED_AT))
      disk = { at: clock.monotonic(), free: freeBytesOf(folder) }
    return disk.free
  }
  return () => {
    const broken = store.broken()
    const time = store.time.judge()
    // How much waits is counted in the store: once that is in doubt, the newest count stands, beside the word that it is broken.
    if (!broken) known = link()
    const policy = broken ? null : store.policies.current()
    const confirmedAt = broken ? null : store.policies.confirmedAt()
    return {
      site,
      agent,
      at: toIso(clock.now()),
      clock: time.quality,
      clockWhy: time.why,
      link: { connected: known?.state === 'connected', since: known?.since ?? null },
      backlog: {
        records: known?.backlog.records ?? 0,
        oldestAt: known?.backlog.oldest ?? null,
        photos: broken ? 0 : store.evidence.photosWaiting(),
      },
      policy: {
        version: policy?.version ?? 0,
        confirmedAt: confirmedAt === null ? null : toIso(confirmedAt),
        stale: policy === null || store.policies.age() > hours(policy.staleAfterHours),
      },
      store: { broken: broken?.message ?? null, freeBytes: free() },
      software: software.version,
    }
  }
}
