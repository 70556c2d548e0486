import type { AgentId, SiteId } from '#edge/ids'
import type { Head } from '#edge/stream'
import type { Opening, Software } from '#edge/weighing'
import { type Epochs, epochNumber } from './epochs.ts'
import type { Journal, Stamps } from './journal.ts'
import type { OrdersInbox } from './orders-inbox.ts'

/** What an epoch is begun with. */
export interface EpochParts {
  readonly journal: Journal
  readonly epochs: Epochs
  readonly stamps: () => Stamps
  readonly software: Software
  readonly orders: Pick<OrdersInbox, 'startOver'>
  readonly who: { readonly site: SiteId; readonly agent: AgentId }
}

/**
 * Begins a new epoch, whose first record says why and which head came before; its number is above all that are known, `above` included.
 * Inside a commit.
 */
export function openEpoch(reason: Opening['reason'], before: Head | null, parts: EpochParts, above = 0): void {
  const { journal, epochs, stamps, software, who } = parts
  journal.enter(epochs.begin(Math.max(above, before ? epochNumber(before.epoch) : 0)))
  journal.append(
    'opening',
    {
      reason,
      before: before && before.seq > 0 ? { ...who, epoch: before.epoch, seq: before.seq } : null,
      beforeHash: before && before.seq > 0 ? before.hash : null,
      software,
    },
    stamps(),
  )
}
