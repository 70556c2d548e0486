import type { AgentId, SiteId } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { BATCH_MAX_LINES, batchLength, encodeBatch, type Receipt, recordsOf, signHead } from '#edge/stream'
import type { Store } from '../store/store.ts'

/**
 * Shows the cloud the records that it holds otherwise, one batch at a time and with every hello again, until its receipt names the batch
 * as kept beside (rule R15). A pipe may lose any of them, and a crash of ours comes at any time.
 */
export interface ContestedSender {
  tell(): void
  /** After the store has taken the receipt. */
  receipted(receipt: Receipt): void
}

export function contestedSender(parts: {
  readonly store: Pick<Store, 'contested' | 'linesFrom'>
  readonly site: SiteId
  readonly agent: AgentId
  readonly signer: Signer
  readonly publish: (payload: string) => void
}): ContestedSender {
  const { store, site, agent, signer, publish } = parts
  let shown: { readonly epoch: string; readonly from: number; readonly upto: number; readonly hash: string } | null = null

  const tell = (): void => {
    shown = null
    const next = store.contested.next()
    if (!next) return
    const { epoch, from } = next
    const found = store.linesFrom(epoch, from, BATCH_MAX_LINES)
    const lines = found.slice(0, batchLength(found))
    const last = lines.at(-1)
    if (!last) {
      store.contested.kept(epoch, from)
      return
    }
    const head = { epoch, seq: from + lines.length - 1, hash: signer.hash(last.bytes) }
    shown = { epoch, from, upto: head.seq, hash: head.hash }
    publish(encodeBatch({ epoch, from, lines, head: signHead(recordsOf(site, agent), head, signer) }))
  }
  return {
    tell,
    receipted({ epoch, upto, hash, beside, besideFrom }) {
      if (shown === null || epoch !== shown.epoch) return
      // A cloud put back to before the conflict has nothing else there, and takes them in their place.
      const inPlace = upto === shown.upto && hash === shown.hash
      // What went as ordinary batches before the rollback was known may end at the same record, and begin later.
      const isBeside = beside === shown.hash && (besideFrom === undefined || besideFrom <= shown.from)
      if (!isBeside && !inPlace) return
      store.contested.kept(epoch, shown.upto)
      tell()
    },
  }
}
