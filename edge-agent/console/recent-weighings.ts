import type { ConsoleWeighing } from '#edge/console'
import { identityText } from '#edge/ids'
import type { LedgerRecord, SealedRecord } from '#edge/records'
import { recordIn } from '../store/record-in.ts'
import type { Store } from '../store/store.ts'

/** The newest weighings of this agent, kept as they are sealed: a screen that lists them asks the disk for nothing. */
export interface RecentWeighings {
  /** Newest first. */
  list(lane: string | null, limit: number): ConsoleWeighing[]
  stop(): void
}

/** So many are kept, and at the start so many of the newest records are looked through for them. */
const KEPT = 200
const LOOKED_THROUGH = 800

export function recentWeighings(
  store: Pick<Store, 'onAppended' | 'head' | 'record' | 'linesFrom'>,
  of: { site: string; agent: string },
): RecentWeighings {
  let kept: ConsoleWeighing[] = []
  const take = (record: LedgerRecord): void => {
    const { epoch, seq } = record
    if (record.kind === 'weighing') {
      const id = identityText({ ...record, epoch, seq })
      kept = [...kept, shown(id, record as LedgerRecord<'weighing'>)].slice(-KEPT)
    } else if (record.kind === 'photos') kept = withPhotos(kept, record as LedgerRecord<'photos'>)
  }
  const hear = (records: readonly SealedRecord[]): void => {
    for (const { kind, bytes } of records) if (kind === 'weighing' || kind === 'photos') take(JSON.parse(bytes) as LedgerRecord)
  }
  const { epoch, seq } = store.head()
  for (const { bytes } of store.linesFrom(epoch, Math.max(1, seq - LOOKED_THROUGH), LOOKED_THROUGH + 1)) {
    const record = recordIn(bytes)
    if (record && record.site === of.site && record.agent === of.agent) take(record)
  }
  const stop = store.onAppended(hear)
  return {
    list: (lane, limit) =>
      kept
        .filter((weighing) => lane === null || weighing.lane === lane)
        .slice(-limit)
        .reverse(),
    stop,
  }
}

function shown(id: string, { body }: LedgerRecord<'weighing'>): ConsoleWeighing {
  const { lane, weighedAt, kind, weightKg, netKg, vehicle, ticket, verdict, findings, photos } = body
  return { id, lane, at: weighedAt, kind, weightKg, netKg, plate: vehicle.plate, ticket, verdict, findings, photos }
}

/** Pictures that came after the ink belong to their weighing all the same. */
function withPhotos(kept: ConsoleWeighing[], { body, site, agent, epoch }: LedgerRecord<'photos'>): ConsoleWeighing[] {
  if (body.weighing === null) return kept
  const id = identityText({ site, agent, epoch, seq: body.weighing })
  return kept.map((weighing) =>
    weighing.id === id ? { ...weighing, photos: [...new Set([...weighing.photos, ...body.photos.map(({ hash }) => hash)])] } : weighing,
  )
}
