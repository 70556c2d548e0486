import { LEDGER_PAGE, type LedgerEntries, type LedgerEpochs } from '#edge/ledger-listing'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { createInbox, type Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import type { LedgerSide } from '../../../cloud-service/reconcile/side.ts'
import { ledgerListing } from '../../../edge-agent/console/ledger-listing.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { createUplink, type Uplink } from '../../../edge-agent/sync/uplink.ts'
import { AGENT, aState, aWeighing, LANE, type Rig, SITE } from '../../edge-agent/store/store-rig.ts'
import type { TestBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet } from '../../support/postgres.ts'
import { newKey } from './agent-double.ts'

/** The road of the ledger in one process, of real parts: an agent's store on disk and its uplink, a broker, the cloud's inbox, PostgreSQL. */
export function anUplink({ parts }: Rig, store: Store, broker: TestBroker): Uplink {
  const { site, agent, signer, software, clock, log } = parts
  return createUplink({
    url: broker.url,
    password: broker.passwordOf(SITE, AGENT),
    ca: null,
    site,
    agent,
    store,
    signer,
    software,
    clock,
    chance: () => 0,
    log,
  })
}

export async function anInbox(broker: TestBroker, pool: Pool): Promise<Inbox> {
  const inbox = createInbox({
    broker: broker.cloud(),
    pool,
    issuer: newKey(),
    live: NOBODY_LISTENS,
    clock: trueClock(),
    log: quiet,
    holder: 'cloud-1',
  })
  await inbox.start()
  await eventually(() => inbox.connected())
  return inbox
}

/** One weighing without a ticket, as a lane inks it. */
export function weigh(store: Store, visit: number, netKg?: number): void {
  const body = aWeighing({ visit, ticket: null, ...(netKg === undefined ? {} : { netKg }) })
  store.ink({
    lane: LANE,
    state: aState(visit),
    records: [{ kind: 'weighing', body }],
    useTickets: [],
    gates: [],
    tape: `tape ${visit}`,
    photos: [],
    stamps: store.stamps(),
  })
}

let written = 0
/** So many records in one ink, no two alike. */
export function write(store: Store, count: number): void {
  const records = Array.from({ length: count }, () => {
    written += 1
    return { kind: 'alarm-returned', body: { kind: 'device-silent', occurrence: `scale/${written}` } } as const
  })
  store.ink({ lane: LANE, state: aState(), records, useTickets: [], gates: [], tape: null, photos: [], stamps: store.stamps() })
}

/** An open store as `reconcile` sees it when its agent runs. */
export function sideOf(store: Store): LedgerSide {
  const ask = (asked: Record<string, string>) => ledgerListing(store, { site: SITE, agent: AGENT }, new URLSearchParams(asked))
  return {
    page: LEDGER_PAGE,
    epochs: async () => (ask({}) as LedgerEpochs).epochs,
    after: async (epoch, seq) => (ask({ epoch, after: String(seq) }) as LedgerEntries).entries,
  }
}
