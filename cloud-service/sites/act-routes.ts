import Type from 'typebox'
import { PageQuerySchema, SiteActPageSchema } from '#cloud/api'
import { LaneIdSchema, parseIdentity, SiteIdSchema } from '#edge/ids'
import type { App } from '../app.ts'
import { askSite, readPhoto } from '../blobs/ask.ts'
import type { Pool } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import type { Issuing } from '../orders/append.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { mustSee } from '../people/operator-routes.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { listActs, photoOfAct } from './acts.ts'

const Params = Type.Object({ site: SiteIdSchema })
const OneAct = Type.Object({ id: Type.String({ maxLength: 120 }) })
const Query = Type.Object({ ...PageQuerySchema.properties, lane: Type.Optional(LaneIdSchema) }, { additionalProperties: false })

/**
 * GET /api/sites/:site/acts: what people did at its lanes, newest first; GET /api/acts/:id/photo: the picture of that moment. Whoever sees
 * the site sees them; a carrier does not.
 */
export function actRoutes(app: App, { pool, issuing }: { readonly pool: Pool; readonly issuing: Issuing }): void {
  const listing = { params: Params, querystring: Query, response: { 200: SiteActPageSchema } } as const
  app.get('/api/sites/:site/acts', { schema: listing }, async (request) => {
    const { site } = request.params
    const { limit = PAGE_LENGTH, ...filter } = request.query
    return asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      await mustSee(tx, site)
      return listActs(tx, { site, ...filter }, limit)
    })
  })

  app.get('/api/acts/:id/photo', { schema: { params: OneAct } }, async (request, reply) => {
    const { site, photo, jpeg } = await asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      const of = parseIdentity(request.params.id)
      const hash = of && (await photoOfAct(tx, of))
      if (of === null || hash === null) throw new Refusal('not-found')
      return { site: of.site, photo: hash, jpeg: await readPhoto(tx, hash) }
    })
    if (jpeg !== null) return reply.type('image/jpeg').header('cache-control', 'private, max-age=86400').send(jpeg)
    await askSite(pool, issuing, photo, site)
    return reply.code(202).header('retry-after', 2).send({ asked: photo })
  })
}
