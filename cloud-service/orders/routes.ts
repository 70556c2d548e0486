import Type from 'typebox'
import { type QuotaRow, QuotaRowSchema, SetQuotaSchema } from '#cloud/api'
import { SiteIdSchema } from '#edge/ids'
import { QuotaSchema } from '#edge/orders'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { once } from '../once.ts'
import { mustSee } from '../people/operator-routes.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { asIngestFor, type Issuing } from './append.ts'
import { listQuotas, setQuota } from './quota.ts'
import { shareTares } from './tare-sharing.ts'

const OfSite = Type.Object({ site: SiteIdSchema })
const OfMonth = Type.Object({ site: SiteIdSchema, month: QuotaSchema.properties.month })
const OfTwo = Type.Object({ site: SiteIdSchema, other: SiteIdSchema })

/** What the city tells a site beside tickets: GET /api/sites/:site/quotas, PUT …/quotas/:month, PUT and DELETE …/tares-from/:other. */
export function orderRoutes(app: App, { pool, issuing }: { readonly pool: Pool; readonly issuing: Issuing }): void {
  const listing = { params: OfSite, response: { 200: Type.Object({ items: Type.Array(QuotaRowSchema) }) } } as const
  app.get('/api/sites/:site/quotas', { schema: listing }, async (request) => {
    const items = await asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      await mustSee(tx, request.params.site)
      return listQuotas(tx, request.params.site)
    })
    return { items }
  })

  const setting = { params: OfMonth, body: SetQuotaSchema, response: { 200: QuotaRowSchema } } as const
  app.put('/api/sites/:site/quotas/:month', { schema: setting }, async (request, reply) => {
    const who = whoAsks(request, 'city')
    const { site, month } = request.params
    if (!/-(0[1-9]|1[0-2])$/.test(month))
      throw new Refusal('mistakes', { mistakes: [{ path: 'month', zh: '没有这个月份', en: 'is no month' }] })
    return once(pool, request, reply, who, async (tx) => {
      await mustSee(tx, site)
      await asIngestFor(tx, () => setQuota(tx, issuing, { site, month, limitKg: request.body.limitKg, by: who.by }))
      const body = (await listQuotas(tx, site)).find((row) => row.month === month) as QuotaRow
      return { status: 200, body }
    })
  })

  for (const method of ['PUT', 'DELETE'] as const)
    app.route<{ Params: { site: string; other: string } }>({
      method,
      url: '/api/sites/:site/tares-from/:other',
      schema: { params: OfTwo },
      handler: async (request, reply) => {
        const who = whoAsks(request, 'city')
        const { site: to, other: from } = request.params
        if (from === to) throw new Refusal('mistakes', { mistakes: [{ path: 'other', zh: '应为另一个站点', en: 'must be another site' }] })
        return once(pool, request, reply, who, async (tx) => {
          const share = method === 'PUT'
          const outcome = await asIngestFor(tx, () => shareTares(tx, { issuing, from, to, by: who.by, share }))
          if (outcome === 'no-such-site') throw new Refusal('not-found')
          return { status: 200, body: { from, to, counts: share } }
        })
      },
    })
}
