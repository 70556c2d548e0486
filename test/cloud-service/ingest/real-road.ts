import { LEDGER_PAGE, type LedgerEntries, type LedgerEpochs } from '#edge/ledger-listing'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import type { LedgerSide } from '../../../cloud-service/reconcile/side.ts'
import { ledgerListing } from '../../../edge-agent/console/ledger-listing.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import type { Uplink } from '../../../edge-agent/sync/uplink.ts'
import { AGENT, aState, LANE, type Rig, SITE } from '../../edge-agent/store/store-rig.ts'
import { uplinkOf } from '../../edge-agent/sync/an-uplink.ts'
import type { TestBroker } from '../../support/broker.ts'
import { startInbox } from './an-inbox.ts'

/** The road of the ledger in one process, of real parts: an agent's store on disk and its uplink, a broker, the cloud's inbox, PostgreSQL. */
export const anUplink = (rig: Rig, store: Store, broker: TestBroker): Uplink =>
  uplinkOf(rig, store, { url: broker.url, password: broker.passwordOf(SITE, AGENT) })

export const anInbox = (broker: TestBroker, pool: Pool): Promise<Inbox> => startInbox(broker.cloud(), pool)

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
