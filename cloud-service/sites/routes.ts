import Type from 'typebox'
import { CarrierPageSchema, LaneSchema, SiteSchema } from '#cloud/api'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { readCarriers, readLanes, readSites } from './queries.ts'

/** GET /api/sites, /api/carriers (everybody: a ticket names both) and GET /api/lanes (who may look at a site from inside). */
export function siteRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  app.get('/api/sites', { schema: { response: { 200: Type.Object({ items: Type.Array(SiteSchema) }) } } }, async (request) => {
    const items = await asPerson(pool, whoAsks(request), (tx) => readSites(tx))
    return { items }
  })
  app.get('/api/carriers', { schema: { response: { 200: CarrierPageSchema } } }, async (request) => {
    const items = await asPerson(pool, whoAsks(request), readCarriers)
    return { items, next: null }
  })
  app.get('/api/lanes', { schema: { response: { 200: Type.Object({ items: Type.Array(LaneSchema) }) } } }, async (request) => {
    const items = await asPerson(pool, whoAsks(request, ...SEES_SITES), readLanes)
    return { items }
  })
}
