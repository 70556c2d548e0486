import { type Clock, realSpan } from '#edge/clock'
import { seconds } from '#edge/units'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { claimDeaf, claimSites, giveBack } from './claim-sites.ts'

/**
 * Which sites this cloud instance serves (DESIGN.md D7): a lease per site in PostgreSQL, by the database's clock, with a number that
 * grows whenever a site changes hands (the fence). Whoever was thought dead and wakes up finds its fence outdated, and stores nothing.
 * Instances share the sites (claim-sites.ts); one that the broker is away from leaves its own to those who hear.
 */
export interface Leases {
  /** Sites held now, with their fences. */
  held(): ReadonlyMap<string, number>
  /** Claims, and goes on for ever; a database that is away is tried again. */
  start(): Promise<void>
  /** Gives them back, so that another instance need not wait. */
  stop(): Promise<void>
}

interface LeaseParts {
  readonly pool: Pool
  /** Names this instance; the same name after a restart takes its own sites back at once, with a new fence. */
  readonly holder: string
  readonly clock: Clock
  readonly log: Log
  /** Is the broker there, so that sites held here are heard? */
  readonly hears: () => boolean
  /** After every renewal, with what was gained and lost. */
  readonly changed: (gained: readonly string[], lost: readonly string[]) => Promise<void>
}

const RENEW_EVERY = seconds(1.5)
/** How long the broker may be away before the sites are left to others: a connection that is made again at once costs nobody his sites. */
const DEAF_FOR_LONG = seconds(3)

export function createLeases({ pool, holder, clock, log, hears, changed }: LeaseParts): Leases {
  let held = new Map<string, number>()
  let stopped = false
  let cancel: () => void = () => {}
  let renewing: Promise<void> = Promise.resolve()

  /** What `changed` was told and has done. Where it failed half-way it is told again: a site is never held and not listened to. */
  let done: ReadonlyMap<string, number> = held
  /** Until the first claim has succeeded, what an earlier process of this name held is still to be taken. */
  let begun = false
  let deafSince: number | null = null
  const renew = async (): Promise<void> => {
    deafSince = hears() ? null : (deafSince ?? clock.monotonic())
    const deafFor = deafSince === null ? null : clock.monotonic() - deafSince
    const who = { holder, held, takeOwn: !begun }
    const claims = await asIngest(pool, (tx) =>
      deafFor === null ? claimSites(tx, who) : claimDeaf(tx, who, deafFor > realSpan(clock, DEAF_FOR_LONG)),
    )
    if (claims !== null) begun = true
    const now = new Map((claims ?? []).map(({ site, fence }) => [site, fence]))
    const gained = [...now].filter(([site, fence]) => done.get(site) !== fence).map(([site]) => site)
    const lost = [...done.keys()].filter((site) => !now.has(site))
    held = now
    if (lost.length > 0)
      log.warn(
        { sites: lost },
        claims === null ? 'the broker is away: sites are left to other instances' : 'sites are served by another instance now',
      )
    await changed(gained, lost)
    done = now
  }
  const later = (error: unknown): void => log.debug({ reason: reasonOf(error) }, 'leases could not be claimed now')
  const again = (): void => {
    cancel = clock.timer(RENEW_EVERY, () => {
      renewing = renew()
        .catch(later)
        .finally(() => {
          if (!stopped) again()
        })
    })
  }
  return {
    held: () => held,
    async start() {
      await renew().catch(later)
      again()
    },
    async stop() {
      stopped = true
      cancel()
      await renewing
      const mine = [...held.keys()]
      held = new Map()
      await asIngest(pool, (tx) => giveBack(tx, holder, mine)).catch(() => undefined)
    },
  }
}

/** Throws CloudError `lease-lost` unless this fence still stands; asked inside every ingest transaction. */
export async function checkFence(tx: Transaction, site: string, holder: string, fence: number): Promise<void> {
  const { rowCount } = await tx.query('select from site_lease where site = $1 and holder = $2 and fence = $3', [site, holder, fence])
  if (rowCount === 0) throw new CloudError('lease-lost', `Site ${site} is served by another instance`)
}
