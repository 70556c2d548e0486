import type { AgentId, SiteId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import type { Signer } from '#edge/seal'
import { encodeBatch, recordsOf, signHead } from '#edge/stream'
import type { Store } from '../store/store.ts'

/**
 * Alarms ahead of their place (DESIGN.md D5): each at once, as a batch of one, believed by its own signature, however long the backlog.
 * Identity makes it one with the record that comes later in the stream, so sending it again is harmless.
 */
export interface Express {
  tell(records: readonly SealedRecord[]): void
  /** Those the cloud has not receipted, newest first: on connecting, and every so often because a broker may have lost one. */
  tellWaiting(): void
}

const AT_ONCE = 20

export function alarmExpress(parts: {
  readonly store: Pick<Store, 'alarmsWaiting'>
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly publish: (payload: string) => void
}): Express {
  const { store, site, agent, signer, publish } = parts
  const tell = (records: readonly SealedRecord[]): void => {
    for (const { identity, kind, bytes, hash, signature } of records) {
      if (kind !== 'alarm') continue
      const { epoch, seq } = identity
      const head = signHead(recordsOf(site, agent), { epoch, seq, hash }, signer)
      publish(encodeBatch({ epoch, from: seq, lines: [{ bytes, signature }], head }))
    }
  }
  return { tell, tellWaiting: () => tell(store.alarmsWaiting(AT_ONCE)) }
}
