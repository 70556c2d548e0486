import type { AgentId, SiteId } from '#edge/ids'
import type { Hello } from '#edge/messages'
import type { Signer } from '#edge/seal'
import { type Head, recordsOf, type SignedHead, signHead } from '#edge/stream'
import { toIso } from '#edge/units'
import type { Software } from '#edge/weighing'
import type { Store } from '../store/store.ts'

const OLDER_EPOCHS = 8

/**
 * What the agent says of itself on connecting and every ten seconds: the heads of both streams, so that even a lost last record is
 * noticed (rule R13), and the proof that its ticket book is whole.
 */
export function helloOf(parts: {
  readonly store: Pick<Store, 'stamps' | 'boot' | 'head' | 'waiting' | 'orders' | 'book' | 'policies' | 'backlog'>
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly software: Software
}): Hello {
  const { store, site, agent, signer, software } = parts
  const { at, clock } = store.stamps()
  const signed = (head: Head): SignedHead => signHead(recordsOf(site, agent), head, signer)
  const head = store.head()
  return {
    v: 1,
    site,
    agent,
    boot: store.boot,
    at: toIso(at),
    clock,
    records: head.seq === 0 ? null : signed(head),
    orders: store.orders.head(),
    book: store.book.proof(),
    policy: store.policies.version(),
    backlog: store.backlog(),
    software,
    waiting: store
      .waiting()
      .filter((it) => it.head.epoch !== head.epoch)
      .slice(0, OLDER_EPOCHS)
      .map((it) => signed(it.head)),
  }
}
