import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { renderSVG } from 'uqr'
import {
  ClaimTicketSchema,
  IssuerKeySchema,
  IssueTicketSchema,
  PageQuerySchema,
  type TicketDetail,
  TicketDetailSchema,
  TicketPageSchema,
  VoidTicketSchema,
} from '#cloud/api'
import { oneOf, SiteIdSchema, TicketNumberSchema } from '#edge/ids'
import { normalisePlate } from '#edge/plate'
import { TICKET_STATES } from '#edge/ticket'
import { minutes } from '#edge/units'
import type { App } from '../app.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import type { IssuerKey } from '../keys.ts'
import type { Live } from '../live/changes.ts'
import { once } from '../once.ts'
import type { Issuing } from '../orders/append.ts'
import { PAGE_LENGTH } from '../paging.ts'
import { MAY_ISSUE, MAY_VOID, type Who, whoAsks } from '../people/who.ts'
import { Refusal } from '../problems.ts'
import { weighingsOfTicket } from '../weighings/queries.ts'
import { claimTicket } from './claim.ts'
import { type Issued, issueTicket } from './issue.ts'
import { listTickets, oneTicket, type StoredTicket, ticketHistory, ticketRow } from './queries.ts'
import { voidTicket } from './void.ts'

const Query = Type.Object(
  {
    ...PageQuerySchema.properties,
    state: Type.Optional(oneOf([...TICKET_STATES, 'open'])),
    site: Type.Optional(SiteIdSchema),
    plate: Type.Optional(Type.String({ maxLength: 16 })),
  },
  { additionalProperties: false },
)
const Params = Type.Object({ number: TicketNumberSchema })

const CLAIMS_PER_MINUTE = 6
/** Counted by firm and ticket, not by address: drivers of one firm share neither, and telephones share one. */
const claimant = (request: FastifyRequest): string =>
  `claim ${request.who?.id ?? request.ip} ${(request.params as { number: string }).number}`

export interface TicketParts {
  readonly pool: Pool
  readonly live: Live
  readonly issuing: Issuing & { readonly issuer: IssuerKey }
}

/** GET, POST /api/tickets; GET /api/tickets/:number and its /qr; POST /api/tickets/:number/void and /claim; GET /api/issuer-key. */
export function ticketRoutes(app: App, { pool, live, issuing }: TicketParts): void {
  app.get('/api/tickets', { schema: { querystring: Query, response: { 200: TicketPageSchema } } }, async (request) => {
    const { limit = PAGE_LENGTH, plate, ...filter } = request.query
    return asPerson(pool, whoAsks(request), (tx) => listTickets(tx, { ...filter, ...(plate && { plate: normalisePlate(plate) }) }, limit))
  })

  app.get('/api/tickets/:number', { schema: { params: Params, response: { 200: TicketDetailSchema } } }, async (request) =>
    asPerson(pool, whoAsks(request), async (tx) => detail(tx, await seen(tx, request.params.number))),
  )

  app.get('/api/tickets/:number/qr', { schema: { params: Params } }, async (request, reply) => {
    const { qr } = await asPerson(pool, whoAsks(request), (tx) => seen(tx, request.params.number))
    // Level M: a creased or dirty print still reads. Alphanumeric by its letters, so version 9 at most.
    return reply
      .type('image/svg+xml')
      .header('cache-control', 'private, max-age=3600')
      .send(renderSVG(qr, { ecc: 'M', border: 4 }))
  })

  const act = async (
    request: FastifyRequest,
    reply: FastifyReply,
    who: Who,
    status: number,
    work: (tx: Transaction) => Promise<Issued>,
  ) => {
    const answer = await once(pool, request, reply, who, async (tx) => {
      const { ticket, order } = await work(tx)
      return { status, body: await detail(tx, ticket), finish: order }
    })
    live.changed({ tickets: [answer.number] })
    return answer
  }
  app.post('/api/tickets', { schema: { body: IssueTicketSchema, response: { 201: TicketDetailSchema } } }, async (request, reply) => {
    const who = whoAsks(request, ...MAY_ISSUE)
    return act(request, reply, who, 201, (tx) => issueTicket(tx, issuing, who, request.body))
  })
  const voiding = { params: Params, body: VoidTicketSchema, response: { 200: TicketDetailSchema } } as const
  app.post('/api/tickets/:number/void', { schema: voiding }, async (request, reply) => {
    const who = whoAsks(request, ...MAY_VOID)
    return act(request, reply, who, 200, (tx) => voidTicket(tx, issuing, who, request.params.number, request.body.reason))
  })

  // A code has six digits and lives for a minute or two: so few tries guess none.
  const rateLimit = { max: CLAIMS_PER_MINUTE, timeWindow: minutes(1), keyGenerator: claimant }
  const claiming = { params: Params, body: ClaimTicketSchema } as const
  app.post('/api/tickets/:number/claim', { schema: claiming, config: { rateLimit } }, async (request, reply) => {
    const who = whoAsks(request, 'carrier')
    const { lane = null, code } = request.body
    return once(pool, request, reply, who, async (tx) => {
      const body = await claimTicket(tx, issuing, who, { number: request.params.number, lane, code })
      return { status: 202, body }
    })
  })

  const { suite, key: id, publicKey } = issuing.issuer
  app.get('/api/issuer-key', { schema: { response: { 200: IssuerKeySchema } } }, async () => ({ suite, id, publicKey }))
}

async function seen(tx: Transaction, number: string): Promise<StoredTicket> {
  const ticket = await oneTicket(tx, number, false)
  if (!ticket) throw new Refusal('not-found')
  return ticket
}

const detail = async (tx: Transaction, ticket: StoredTicket): Promise<TicketDetail> => ({
  ...ticketRow(ticket),
  signed: ticket.signed,
  qr: ticket.qr,
  history: await ticketHistory(tx, ticket.number),
  weighings: await weighingsOfTicket(tx, ticket.number),
})
