import Type from 'typebox'
import { PageQuerySchema, SiteActPageSchema } from '#cloud/api'
import { LaneIdSchema, SiteIdSchema } from '#edge/ids'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { mustSee } from '../people/operator-routes.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { listActs } from './acts.ts'

const Params = Type.Object({ site: SiteIdSchema })
const Query = Type.Object({ ...PageQuerySchema.properties, lane: Type.Optional(LaneIdSchema) }, { additionalProperties: false })

/** GET /api/sites/:site/acts: what people did at its lanes, newest first. Whoever sees the site sees it; a carrier does not. */
export function actRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  const listing = { params: Params, querystring: Query, response: { 200: SiteActPageSchema } } as const
  app.get('/api/sites/:site/acts', { schema: listing }, async (request) => {
    const { site } = request.params
    const { limit = PAGE_LENGTH, ...filter } = request.query
    return asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      await mustSee(tx, site)
      return listActs(tx, { site, ...filter }, limit)
    })
  })
}
