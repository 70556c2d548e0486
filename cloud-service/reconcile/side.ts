import type { LedgerEntry } from '#edge/ledger-listing'

/** One of the two ledgers of an agent, read in order and a page at a time, so that its length does not matter. */
export interface LedgerSide {
  epochs(): Promise<readonly EpochThere[]>
  /** How many records a page holds; a shorter one is the last. */
  readonly page: number
  /** The page of an epoch after number `seq`, in order. Hashes are those of the bytes as they lie there. */
  after(epoch: string, seq: number): Promise<readonly LedgerEntry[]>
}

export interface EpochThere {
  readonly epoch: string
  /** Up to which number the agent holds the cloud's receipts; 0 where the cloud itself is asked. */
  readonly receipted: number
}
