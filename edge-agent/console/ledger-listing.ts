import type { AgentId, Epoch, SiteId } from '#edge/ids'
import { LEDGER_PAGE, type LedgerEntries, type LedgerEpochs } from '#edge/ledger-listing'
import { hasher } from '../keys.ts'
import type { Store } from '../store/store.ts'

/** The agent's side of #edge/ledger-listing: which epochs there are, or a page of one of them. */
export function ledgerListing(
  store: Pick<Store, 'ledger'>,
  { site, agent }: { readonly site: SiteId; readonly agent: AgentId },
  asked: URLSearchParams,
): LedgerEpochs | LedgerEntries {
  const epoch = asked.get('epoch')
  if (epoch === null)
    return { site, agent, epochs: store.ledger.epochs().map((one) => ({ epoch: one.epoch, receipted: one.receipted.upto })) }
  const after = Number(asked.get('after') ?? 0)
  const found = store.ledger.entriesAfter(epoch as Epoch, Number.isSafeInteger(after) ? after : 0, LEDGER_PAGE)
  return { entries: found.map(({ seq, bytes }) => ({ seq, hash: hasher.hash(bytes) })) }
}
