import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { PageQuerySchema, WeighingDetailSchema, WeighingPageSchema } from '#cloud/api'
import { HashSchema, LaneIdSchema, parseIdentity, SiteIdSchema, TicketNumberSchema } from '#edge/ids'
import { normalisePlate } from '#edge/plate'
import type { App } from '../app.ts'
import { askSite, readBlob, readPhoto } from '../blobs/ask.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import type { Issuing } from '../orders/append.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { SEES_SITES, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { weighingDetail } from './detail.ts'
import { hasPhoto } from './photos.ts'
import { listWeighings, oneWeighing, type StoredWeighing } from './queries.ts'

const Query = Type.Object(
  {
    ...PageQuerySchema.properties,
    site: Type.Optional(SiteIdSchema),
    lane: Type.Optional(LaneIdSchema),
    ticket: Type.Optional(TicketNumberSchema),
    plate: Type.Optional(Type.String({ maxLength: 16 })),
  },
  { additionalProperties: false },
)
const Params = Type.Object({ id: Type.String({ maxLength: 120 }) })
const PhotoParams = Type.Object({ ...Params.properties, hash: HashSchema })

export interface WeighingParts {
  readonly pool: Pool
  readonly issuing: Issuing
}

/** GET /api/weighings, GET /api/weighings/:id, GET /api/weighings/:id/tape, GET /api/weighings/:id/photos/:hash. */
export function weighingRoutes(app: App, { pool, issuing }: WeighingParts): void {
  app.get('/api/weighings', { schema: { querystring: Query, response: { 200: WeighingPageSchema } } }, async (request) => {
    const { limit = PAGE_LENGTH, plate, ...filter } = request.query
    return asPerson(pool, whoAsks(request), (tx) => listWeighings(tx, { ...filter, ...(plate && { plate: normalisePlate(plate) }) }, limit))
  })

  app.get('/api/weighings/:id', { schema: { params: Params, response: { 200: WeighingDetailSchema } } }, async (request) => {
    const who = whoAsks(request)
    return asPerson(pool, who, async (tx) => weighingDetail(tx, await seen(tx, request.params.id)))
  })

  /** 200 with the tape, or 202: it is still at the site, which has been asked to send it. A tape shows the lane, not only one's own truck: no carrier. */
  app.get('/api/weighings/:id/tape', { schema: { params: Params } }, async (request, reply) => {
    const { tape, site, text } = await asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      const weighing = await seen(tx, request.params.id)
      return { ...weighing, text: await readBlob(tx, weighing.tape) }
    })
    if (text === null) return stillAtTheSite(reply, tape, site)
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'private, max-age=86400').send(text)
  })

  /** The same for a photo this weighing names, or that was sealed beside it later. */
  app.get('/api/weighings/:id/photos/:hash', { schema: { params: PhotoParams } }, async (request, reply) => {
    const { id, hash } = request.params
    const { site, jpeg } = await asPerson(pool, whoAsks(request, ...SEES_SITES), async (tx) => {
      const weighing = await seen(tx, id)
      if (!(await hasPhoto(tx, weighing, hash))) throw new Refusal('not-found')
      return { site: weighing.site, jpeg: await readPhoto(tx, hash) }
    })
    if (jpeg === null) return stillAtTheSite(reply, hash, site)
    return reply.type('image/jpeg').header('cache-control', 'private, max-age=86400').send(jpeg)
  })

  async function stillAtTheSite(reply: FastifyReply, hash: string, site: string): Promise<FastifyReply> {
    await askSite(pool, issuing, hash, site)
    return reply.code(202).header('retry-after', 2).send({ asked: hash })
  }
}

async function seen(tx: Transaction, id: string): Promise<StoredWeighing> {
  const of = parseIdentity(id)
  const weighing = of && (await oneWeighing(tx, of))
  if (!weighing) throw new Refusal('not-found')
  return weighing
}
