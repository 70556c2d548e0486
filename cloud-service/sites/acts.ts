import type { SiteAct } from '#cloud/api'
import { type Identity, identityText, type LaneId } from '#edge/ids'
import type { Transaction } from '../database/pool.ts'
import { type Page, pageOf, readCursor, sortMoment } from '../paging.ts'

interface StoredAct extends Identity {
  readonly lane: LaneId
  readonly visit: number | null
  readonly weighing: number | null
  readonly act: string
  readonly operator: string
  readonly second: string | null
  readonly photo: string | null
  readonly at: string
  readonly stored_at: string
  readonly sort_moment: string
  readonly body: Readonly<Record<string, unknown>>
}

const SELECT = `select a.site, a.agent, a.epoch, a.seq, a.lane, a.visit, a.weighing, a.act, a.operator, a.second, a.photo, a.at, a.stored_at,
  ${sortMoment('a.stored_at')} as sort_moment, a.body from manual_act a`

const actRow = (row: StoredAct): SiteAct => ({
  id: identityText(row),
  lane: row.lane,
  visit: row.visit,
  weighing: row.weighing === null ? null : identityText({ ...row, seq: row.weighing }),
  act: row.act,
  operator: row.operator,
  second: row.second,
  photo: row.photo,
  at: row.at,
  storedAt: row.stored_at,
  body: row.body,
})

/** Newest stored first. */
export async function listActs(
  tx: Transaction,
  filter: { readonly site: string; readonly lane?: string; readonly cursor?: string },
  limit: number,
): Promise<Page<SiteAct>> {
  const after = readCursor(filter.cursor, 4)
  const { rows } = await tx.query<StoredAct>(
    `${SELECT} where a.site = $1 and ($2::text is null or a.lane = $2)
       and ($3::timestamptz is null or (a.stored_at <= $3 and (a.stored_at < $3 or (a.agent, a.epoch) > ($4, $5)
         or ((a.agent, a.epoch) = ($4, $5) and a.seq < $6))))
     order by a.stored_at desc, a.agent, a.epoch, a.seq desc limit $7`,
    [filter.site, filter.lane, ...(after ?? [null, null, null, null]), limit + 1],
  )
  return pageOf(rows, limit, (row) => [row.sort_moment, row.agent, row.epoch, row.seq], actRow)
}

/** What people decided about one weighing, in the order they did. */
export async function actsOnWeighing(tx: Transaction, of: Identity): Promise<SiteAct[]> {
  const { rows } = await tx.query<StoredAct>(
    `${SELECT} where a.site = $1 and a.agent = $2 and a.epoch = $3 and a.weighing = $4 order by a.seq limit 100`,
    [of.site, of.agent, of.epoch, of.seq],
  )
  return rows.map(actRow)
}

/** Hash of the picture taken when a person acted; null where the asker sees no such act, or no camera answered. */
export async function photoOfAct(tx: Transaction, of: Identity): Promise<string | null> {
  const { rows } = await tx.query<{ photo: string | null }>(
    'select photo from manual_act where site = $1 and agent = $2 and epoch = $3 and seq = $4',
    [of.site, of.agent, of.epoch, of.seq],
  )
  return rows[0]?.photo ?? null
}

/** Photos named for one weighing after its ink. */
export async function laterPhotosOf(
  tx: Transaction,
  of: Identity,
): Promise<{ readonly hash: string; readonly camera: string; readonly at: string }[]> {
  const { rows } = await tx.query<{ hash: string; camera: string; at: string }>(
    `select hash, camera, at from later_photo where site = $1 and agent = $2 and epoch = $3 and weighing = $4 order by at, seq, ordinal limit 100`,
    [of.site, of.agent, of.epoch, of.seq],
  )
  return rows
}
