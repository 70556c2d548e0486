import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { JobRunSchema, PageQuerySchema, page, QuarantineSchema, TonnageSchema } from '#cloud/api'
import { MomentSchema, type SiteId, SiteIdSchema } from '#edge/ids'
import { days, fromIso } from '#edge/units'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asLens, asPerson } from '../database/transaction.ts'
import { PAGE_LENGTH, pageOf, readCursor, sortMoment } from '../paging.ts'
import { type Who, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'

const TonnageQuery = Type.Object(
  { from: MomentSchema, to: MomentSchema, site: Type.Optional(SiteIdSchema) },
  { additionalProperties: false },
)
const PageQuery = Type.Object(PageQuerySchema.properties, { additionalProperties: false })
const LONGEST = days(400)

/** GET /api/reports/tonnage, GET /api/quarantine, GET /api/jobs. */
export function reportRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  const tonnage = { querystring: TonnageQuery, response: { 200: Type.Object({ items: Type.Array(TonnageSchema) }) } } as const
  app.get('/api/reports/tonnage', { schema: tonnage }, async (request) => {
    const who = whoAsks(request)
    const { from, to, site = null } = request.query
    checkPeriod(from, to)
    const { rows } = await asLens(pool, (tx) =>
      tx.query<{ site: SiteId; hour: string; loads: number; net_kg: number }>(
        `select site, hour, sum(loads)::bigint as loads, sum(net_kg)::bigint as net_kg from tonnage_hourly
         where ${ownOf(who)} and hour >= $2 and hour < $3 and ($4::text is null or site = $4) group by site, hour order by hour desc, site`,
        [who.scope, from, to, site],
      ),
    )
    return { items: rows.map((row) => ({ site: row.site, hour: row.hour, loads: row.loads, netKg: row.net_kg })) }
  })

  app.get('/api/quarantine', { schema: { querystring: PageQuery, response: { 200: page(QuarantineSchema) } } }, async (request) => {
    const { limit = PAGE_LENGTH, cursor } = request.query
    const after = readCursor(cursor, 2)
    const { rows } = await asPerson(pool, whoAsks(request, 'city'), (tx) =>
      tx.query<{
        id: number
        site: string
        agent: string
        topic: string
        why: string
        stored_at: string
        bytes: number
        sort_moment: string
      }>(
        `select id, site, agent, topic, why, stored_at, octet_length(payload) as bytes, ${sortMoment('stored_at')} as sort_moment from quarantine
         where $1::timestamptz is null or (stored_at, id) < ($1, $2) order by stored_at desc, id desc limit $3`,
        [...(after ?? [null, null]), limit + 1],
      ),
    )
    return pageOf(
      rows,
      limit,
      (row) => [row.sort_moment, row.id],
      ({ sort_moment: _, stored_at: storedAt, ...row }) => ({ ...row, storedAt }),
    )
  })

  app.get('/api/jobs', { schema: { response: { 200: Type.Object({ items: Type.Array(JobRunSchema) }) } } }, async (request) => {
    const { rows } = await runs(pool, request)
    return { items: rows }
  })
}

const runs = (pool: Pool, request: FastifyRequest) =>
  asPerson(pool, whoAsks(request, 'city'), (tx) =>
    tx.query<{
      id: number
      job: string
      startedAt: string
      endedAt: string | null
      ok: boolean | null
      detail: Readonly<Record<string, unknown>>
    }>('select id, job, started_at as "startedAt", ended_at as "endedAt", ok, detail from job_run order by id desc limit 100'),
  )

/** The lens knows no row-level security (DESIGN.md D8), so here, and only here, the tenant is written into the query. `$1` is the scope. */
function ownOf({ role }: Who): string {
  switch (role) {
    case 'city':
      return '$1::text is null'
    case 'county':
      return 'county = $1'
    case 'enterprise':
    case 'operator':
      return 'site = $1'
    case 'carrier':
      return 'carrier = $1'
  }
}

function checkPeriod(from: string, to: string): void {
  const [start, end] = [fromIso(from), fromIso(to)]
  if (start === null || end === null || end <= start || end - start > LONGEST)
    throw new Refusal('mistakes', {
      mistakes: [{ path: 'to', zh: '应晚于起始时间，且不超过 400 天', en: 'must be after `from`, by at most 400 days' }],
    })
}
