import Type from 'typebox'
import { LaneSchema, SiteSchema } from '#cloud/api'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { readLanes, readSites } from './queries.ts'

/** GET /api/sites (everybody: a carrier asks for tickets at a site) and GET /api/lanes (who may look at a site from inside). */
export function siteRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  app.get('/api/sites', { schema: { response: { 200: Type.Object({ items: Type.Array(SiteSchema) }) } } }, async (request) => {
    const items = await asPerson(pool, whoAsks(request), (tx) => readSites(tx))
    return { items }
  })
  app.get('/api/lanes', { schema: { response: { 200: Type.Object({ items: Type.Array(LaneSchema) }) } } }, async (request) => {
    const items = await asPerson(pool, whoAsks(request, ...SEES_SITES), readLanes)
    return { items }
  })
}
