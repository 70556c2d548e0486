import Type, { type Static } from 'typebox'
import { AgentIdSchema, EpochSchema, HashSchema, SeqSchema, SiteIdSchema } from './ids.ts'

/**
 * What a running agent says of its own ledger to a program on the same computer that holds the key in its folder: `GET /ledger` names the
 * epochs, `GET /ledger?epoch=E&after=N` a page of the records after N. Only the agent may open its store while it runs. The hash is that of the
 * bytes as they lie there now, not the one that was written beside them.
 */
/** Records in a page; a shorter one is the last. It takes a few milliseconds to read, and so long waits whatever stands behind it. */
export const LEDGER_PAGE = 250

export const LedgerEpochsSchema = Type.Object({
  site: SiteIdSchema,
  agent: AgentIdSchema,
  epochs: Type.Array(Type.Object({ epoch: EpochSchema, receipted: Type.Integer({ minimum: 0 }) })),
})
export type LedgerEpochs = Static<typeof LedgerEpochsSchema>

export const LedgerEntriesSchema = Type.Object({
  entries: Type.Array(Type.Object({ seq: SeqSchema, hash: HashSchema })),
})
export type LedgerEntries = Static<typeof LedgerEntriesSchema>
/** One record by number, within an epoch. */
export type LedgerEntry = LedgerEntries['entries'][number]
