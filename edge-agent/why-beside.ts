import { type Beside, NOTHING_BESIDE } from '#edge/explain-record'
import type { Epoch } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import { recordIn } from './store/record-in.ts'
import type { Store } from './store/store.ts'

/** What of the store stands beside a record and explains it: its token, what allowed it, its weighing, its policy, its photos. */
export function besideOf(store: Pick<Store, 'record' | 'stories' | 'policies' | 'evidence'>, record: LedgerRecord): Beside {
  const { body, site, agent, epoch } = record
  const at = (of: Epoch, seq: number | null | undefined): LedgerRecord | null => {
    const found = seq ? store.record({ site, agent, epoch: of, seq }) : null
    return found === null ? null : recordIn(found.bytes)
  }
  const token = 'token' in body && body.token !== null ? store.stories.token(body.token) : null
  const isPassage = record.kind === 'passage'
  return {
    ...NOTHING_BESIDE,
    token: token && { gate: token.gate, why: token.why },
    allowed: isPassage ? store.stories.allowed(record as LedgerRecord<'passage'>) : token && at(token.epoch, token.seq),
    weighing: 'weighing' in body && record.kind !== 'weighing' ? at(epoch, body.weighing) : null,
    policy: 'policy' in body ? store.policies.of(body.policy) : null,
    drawn: 'ticket' in body && typeof body.ticket === 'string' ? store.stories.drawn(body.ticket) : null,
    held: namedPhotos(record).filter((hash) => store.evidence.holds(hash)),
  }
}

function namedPhotos({ body }: LedgerRecord): string[] {
  if (!('photos' in body)) return []
  return body.photos.map((photo) => (typeof photo === 'string' ? photo : photo.hash))
}
