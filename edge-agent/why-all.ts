import { explainRecord, NOTHING_BESIDE } from '#edge/explain-record'
import { type AgentId, type Identity, identityText, type SiteId } from '#edge/ids'
import { findRecord } from './found-record.ts'
import { recordIn } from './store/record-in.ts'
import type { Store } from './store/store.ts'
import { proofsOf, together, type WhyParts } from './why.ts'

/** What `why` says of one record, in short. */
export interface WhyShort {
  readonly id: string
  /** `damaged` where the bytes are no record any more. */
  readonly kind: string
  /** As `Why.proved`. */
  readonly proved: boolean | null
  /** Sentences it is explained with, in each language at least so many; the proofs are none. */
  readonly sentences: number
  /** Lines that say what could not be proved. */
  readonly detail: string
}

type Asked = Pick<Store, 'head' | 'ledger' | 'record' | 'evidence' | 'policies' | 'stories'>
interface AllParts extends WhyParts {
  readonly site: SiteId
  readonly agent: AgentId
}

const AT_A_TIME = 500

/** `why` over every record of this store's present epoch, oldest first, also over those that somebody edited. */
export function* whyAll(store: Asked, parts: AllParts): Generator<WhyShort> {
  const { site, agent } = parts
  const { epoch, seq: last } = store.head()
  for (let after = 0; after < last; ) {
    const entries = store.ledger.entriesAfter(epoch, after, AT_A_TIME)
    for (const { seq } of entries) yield inShort(store, { site, agent, epoch, seq }, parts)
    after = entries.at(-1)?.seq ?? last
  }
}

function inShort(store: Asked, identity: Identity, parts: AllParts): WhyShort {
  const id = identityText(identity)
  const found = findRecord(store, id)
  const record = found && recordIn(found.bytes)
  if (found === null || record === null) return { id, kind: 'damaged', proved: false, sentences: 0, detail: '✗ 内容已损坏 / damaged' }
  const { beside = NOTHING_BESIDE } = found
  const [zh, en] = [explainRecord(record, beside, 'zh'), explainRecord(record, beside, 'en')]
  const proofs = proofsOf(found, record, parts)
  const doubts = proofs.filter(({ line }) => /^[✗!]/.test(line))
  return {
    id,
    kind: record.kind,
    proved: together(proofs),
    sentences: Math.min(zh.length, en.length),
    detail: doubts.map(({ line }) => line).join(' | '),
  }
}
