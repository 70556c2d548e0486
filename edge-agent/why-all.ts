import { identityText } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import type { Verifier } from '#edge/seal'
import type { Software } from '#edge/weighing'
import { findRecord } from './console/local-http.ts'
import type { Store } from './store/store.ts'
import { tellWhy } from './why.ts'

/** What `why` says of one record, in short. */
export interface WhyShort {
  readonly id: string
  readonly kind: string
  /** As `Why.proved`. */
  readonly proved: boolean | null
  /** Lines it was explained with. */
  readonly sentences: number
  /** Lines that say what could not be proved. */
  readonly detail: string
}

const AT_A_TIME = 500

/** `why` over every record of this store's present epoch, oldest first. */
export function* whyAll(
  store: Pick<Store, 'head' | 'linesFrom' | 'record' | 'evidence' | 'policies' | 'stories'>,
  parts: { readonly software: Software; readonly keys: Verifier },
): Generator<WhyShort> {
  const { epoch, seq: last } = store.head()
  for (let from = 1; from <= last; from += AT_A_TIME)
    for (const { bytes } of store.linesFrom(epoch, from, Math.min(AT_A_TIME, last - from + 1))) {
      const record = JSON.parse(bytes) as LedgerRecord
      const id = identityText(record)
      const found = findRecord(store, id)
      if (!found) continue
      const { lines, proved } = tellWhy(id, found, parts)
      const doubts = lines.filter((line) => /^[✗!]/.test(line))
      yield { id, kind: record.kind, proved, sentences: lines.filter((line) => line !== '').length, detail: doubts.join(' | ') }
    }
}
