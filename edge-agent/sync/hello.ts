import type { AgentId, SiteId } from '#edge/ids'
import type { Hello } from '#edge/messages'
import type { Signer } from '#edge/seal'
import { goneOf, type Head, recordsOf, type SignedHead, signHead } from '#edge/stream'
import { toIso } from '#edge/units'
import type { Software } from '#edge/weighing'
import type { Store } from '../store/store.ts'

const OLDER_EPOCHS = 8

/**
 * What the agent says of itself on connecting and every ten seconds: the heads of both streams, so that even a lost last record is
 * noticed (rule R13), and the proof that its ticket book is whole.
 */
export function helloOf(parts: {
  readonly store: Pick<
    Store,
    'stamps' | 'boot' | 'head' | 'waiting' | 'delivered' | 'orders' | 'book' | 'policies' | 'backlog' | 'time' | 'gone'
  >
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly software: Software
  /** How many hellos were said before this one: older epochs take turns. */
  readonly turn: number
}): Hello {
  const { store, site, agent, signer, software, turn } = parts
  const { at, clock } = store.stamps()
  const signed = (head: Head): SignedHead => signHead(recordsOf(site, agent), head, signer)
  const head = store.head()
  const nonce = store.time.ask()
  const gone = store.gone().slice(0, OLDER_EPOCHS)
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
    waiting: olderEpochs(store, head, turn).map(signed),
    ...(nonce === null ? {} : { nonce }),
    ...(gone.length === 0 ? {} : { gone: gone.map((dropped) => signHead(goneOf(site, agent), dropped, signer)) }),
  }
}

function olderEpochs(store: Pick<Store, 'waiting' | 'delivered'>, present: Head, turn: number): Head[] {
  const older = (heads: readonly Head[]): Head[] => heads.filter(({ epoch }) => epoch !== present.epoch)
  const waiting = older(store.waiting().map((it) => it.head)).slice(0, OLDER_EPOCHS)
  const others = older(store.delivered())
  const room = Math.min(OLDER_EPOCHS - waiting.length, others.length)
  const first = others.length === 0 ? 0 : (turn * room) % others.length
  return [...waiting, ...[...others, ...others].slice(first, first + room)]
}
