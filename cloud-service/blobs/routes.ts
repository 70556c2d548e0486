import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { HashSchema } from '#edge/ids'
import type { App } from '../app.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { Refusal } from '../problems.ts'
import { type AskingAgent, agentOf } from './agent-signature.ts'

const LARGEST_BYTES = 5 * 1024 * 1024
const Params = Type.Object({ hash: HashSchema })

/**
 * PUT /agent/v1/blobs/:hash: a tape or a photo from a site, after its record. It is taken only when its bytes have the hash they are
 * named by, and somebody asked for it or a stored record of that site names it. 201 stored, 200 here already.
 */
export function blobRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  app.decorateRequest('agent', null)
  app.route<{ Params: { hash: string } }>({
    method: 'PUT',
    url: '/agent/v1/blobs/:hash',
    schema: { params: Params },
    config: { bytes: true },
    bodyLimit: LARGEST_BYTES,
    // Asked before the body is read: nobody unknown makes us hold five megabytes.
    onRequest: async (request) => {
      request.agent = await agentOf(pool, request, request.params.hash)
    },
    handler: (request, reply) => take(pool, request, reply),
  })
}

async function take(pool: Pool, request: FastifyRequest<{ Params: { hash: string } }>, reply: FastifyReply): Promise<FastifyReply> {
  const { agent: from, body: bytes } = request
  const { hash } = request.params
  if (from === null || !Buffer.isBuffer(bytes)) throw new Refusal('not-readable')
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new Refusal('not-now', { detail: { zh: '内容与其哈希名不符', en: 'The bytes do not have the hash they are named by' } })
  const stored = await asIngest(pool, async (tx) => {
    if (!(await isWanted(tx, from.site, hash)))
      throw new Refusal('not-found', { detail: { zh: '没有人要过这份内容', en: 'Nobody asked for this' } })
    const { rowCount } = await tx.query('insert into blob (hash, site, county, bytes) values ($1, $2, $3, $4) on conflict do nothing', [
      hash,
      from.site,
      from.county,
      bytes,
    ])
    return rowCount === 1
  })
  return reply.code(stored ? 201 : 200).send({ hash, bytes: bytes.length })
}

async function isWanted(tx: Transaction, site: string, hash: string): Promise<boolean> {
  const asked = await tx.query(
    'select from blob_asked where hash = $1 and site = $2 union all select from weighing where tape = $1 and site = $2 limit 1',
    [hash, site],
  )
  if ((asked.rowCount ?? 0) > 0) return true
  // A photo is named in its weighing's record alone. It travels right behind that record, so the newest are looked at first.
  const named = await tx.query(
    `select from weighing w join ledger l using (site, agent, epoch, seq)
     where w.site = $2 and w.stored_at > now() - interval '30 days' and position($1 in l.bytes) > 0 order by w.stored_at desc limit 1`,
    [hash, site],
  )
  return (named.rowCount ?? 0) > 0
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The agent whose signature this request carries; null on every other route. */
    agent: AskingAgent | null
  }
}
