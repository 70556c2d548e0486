import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  type BookletDetail,
  BookletDetailSchema,
  BookletPageSchema,
  PageQuerySchema,
  SignBookletSchema,
  WithdrawBookletRequestSchema,
} from '#cloud/api'
import { type BookletId, BookletIdSchema, SiteIdSchema } from '#edge/ids'
import { toIso } from '#edge/units'
import type { App } from '../app.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { once } from '../once.ts'
import type { Issuing } from '../orders/append.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { SEES_SITES, SIGNS_BOOKLETS, type Who, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { drawsOf, listBooklets, oneBooklet } from './queries.ts'
import { signBooklet } from './sign.ts'
import { withdrawBooklet } from './withdraw.ts'

const Query = Type.Object({ ...PageQuerySchema.properties, site: Type.Optional(SiteIdSchema) }, { additionalProperties: false })
const Params = Type.Object({ id: BookletIdSchema })

type Order = (tx: Transaction) => Promise<void>

/** GET, POST /api/booklets; GET /api/booklets/:id; POST /api/booklets/:id/withdraw. Never shown to carriers, who see what was drawn for them. */
export function bookletRoutes(app: App, { pool, issuing }: { readonly pool: Pool; readonly issuing: Issuing }): void {
  const now = (): string => toIso(issuing.clock.now())
  const detail = async (tx: Transaction, booklet: BookletId): Promise<BookletDetail> => {
    const row = await oneBooklet(tx, now(), booklet)
    if (row === null) throw new Refusal('not-found')
    return { ...row, draws: await drawsOf(tx, row) }
  }

  app.get('/api/booklets', { schema: { querystring: Query, response: { 200: BookletPageSchema } } }, async (request) => {
    const { limit = PAGE_LENGTH, ...filter } = request.query
    return asPerson(pool, whoAsks(request, ...SEES_SITES), (tx) => listBooklets(tx, now(), filter, limit))
  })

  app.get('/api/booklets/:id', { schema: { params: Params, response: { 200: BookletDetailSchema } } }, async (request) =>
    asPerson(pool, whoAsks(request, ...SEES_SITES), (tx) => detail(tx, request.params.id)),
  )

  const act = (
    request: FastifyRequest,
    reply: FastifyReply,
    who: Who,
    status: number,
    work: (tx: Transaction) => Promise<{ readonly booklet: BookletId; readonly order: Order }>,
  ): Promise<BookletDetail> =>
    once(pool, request, reply, who, async (tx) => {
      const { booklet, order } = await work(tx)
      return { status, body: await detail(tx, booklet), finish: order }
    })
  app.post('/api/booklets', { schema: { body: SignBookletSchema, response: { 201: BookletDetailSchema } } }, async (request, reply) => {
    const who = whoAsks(request, ...SIGNS_BOOKLETS)
    return act(request, reply, who, 201, (tx) => signBooklet(tx, issuing, who.by, request.body))
  })
  const withdrawing = { params: Params, body: WithdrawBookletRequestSchema, response: { 200: BookletDetailSchema } } as const
  app.post('/api/booklets/:id/withdraw', { schema: withdrawing }, async (request, reply) => {
    const who = whoAsks(request, ...SIGNS_BOOKLETS)
    const { id: booklet } = request.params
    return act(request, reply, who, 200, async (tx) => {
      const taken = await withdrawBooklet(tx, issuing, { booklet, by: who.by, reason: request.body.reason })
      if (taken.outcome === 'unknown') throw new Refusal('not-found')
      if (taken.outcome === 'withdrawn-already')
        throw new Refusal('not-now', { detail: { zh: '此票册已收回', en: 'The booklet is withdrawn already' } })
      return { booklet, order: taken.order }
    })
  })
}
