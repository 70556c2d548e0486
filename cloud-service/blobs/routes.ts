import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { HashSchema } from '#edge/ids'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { Refusal } from '../problems.ts'
import { type AskingAgent, agentOf } from './agent-signature.ts'
import { heldOf, readRange, storeBlob, type Taken, takePart } from './parts.ts'
import { isWanted } from './wanted.ts'

const LARGEST_BYTES = 5 * 1024 * 1024
const Params = Type.Object({ hash: HashSchema })
type Asked = FastifyRequest<{ Params: { hash: string } }>

/**
 * A tape or a photo from a site, after its record. It is taken only when its bytes have the hash they are named by, and somebody asked for
 * it or a stored record of that site names it (`evidence-of: <epoch>.<seq>`).
 *
 *   HEAD /agent/v1/blobs/:hash    200, `upload-offset`: bytes held from the beginning, `upload-complete`: ?1 when it is all here
 *   PUT  /agent/v1/blobs/:hash    all of it: 201 stored, 200 here already. With `content-range: bytes 0-131071/480000` a part of it:
 *                                 202 durable, `upload-offset` says up to where; 201 that was the last; 409 with `upload-offset`: go on
 *                                 from there; 409 without it: the bytes have another hash
 */
export function blobRoutes(app: App, { pool }: { readonly pool: Pool }): void {
  app.decorateRequest('agent', null)
  // Asked before the body is read: nobody unknown makes us hold five megabytes.
  const signed = async (request: Asked): Promise<void> => {
    request.agent = await agentOf(pool, request, request.params.hash)
  }
  app.route<{ Params: { hash: string } }>({
    method: 'PUT',
    url: '/agent/v1/blobs/:hash',
    schema: { params: Params },
    config: { bytes: true },
    bodyLimit: LARGEST_BYTES,
    onRequest: signed,
    handler: (request, reply) => take(pool, request, reply),
  })
  app.route<{ Params: { hash: string } }>({
    method: 'HEAD',
    url: '/agent/v1/blobs/:hash',
    schema: { params: Params },
    onRequest: signed,
    handler: async (request, reply) => {
      const { agent, params } = request
      if (agent === null) throw new Refusal('not-signed')
      const held = await asIngest(pool, async (tx) => heldOf(tx, agent.site, params.hash))
      return reply
        .header('upload-offset', held.bytes)
        .header('upload-complete', held.complete ? '?1' : '?0')
        .send()
    },
  })
}

async function take(pool: Pool, request: Asked, reply: FastifyReply): Promise<FastifyReply> {
  const { agent: from, body: bytes, headers } = request
  const { hash } = request.params
  if (from === null || !Buffer.isBuffer(bytes)) throw new Refusal('not-readable')
  const announced = headers['content-range']
  const range = announced === undefined ? { from: 0, total: bytes.length } : readRange(announced, bytes.length)
  if (range === null) throw new Refusal('not-readable')
  if (range.total > LARGEST_BYTES) throw new Refusal('too-large')
  const whole = range.from === 0 && range.total === bytes.length
  if (whole && createHash('sha256').update(bytes).digest('hex') !== hash) throw otherBytes()
  const taken = await asIngest(pool, async (tx): Promise<Taken | { readonly kind: 'here' }> => {
    const evidenceOf = headers['evidence-of']
    if (!(await isWanted(tx, from, hash, typeof evidenceOf === 'string' ? evidenceOf : undefined)))
      throw new Refusal('not-found', { detail: { zh: '没有人要过这份内容', en: 'Nobody asked for this' } })
    if (whole) return (await storeBlob(tx, from, hash, bytes)) ? { kind: 'whole' } : { kind: 'here' }
    return takePart(tx, from, hash, range, bytes)
  })
  return answer(reply, taken, { hash, bytes: range.total })
}

function answer(
  reply: FastifyReply,
  taken: Taken | { readonly kind: 'here' },
  of: { readonly hash: string; readonly bytes: number },
): FastifyReply {
  const { hash } = of
  switch (taken.kind) {
    case 'part':
      return reply.code(202).header('upload-offset', taken.bytes).send({ hash, held: taken.bytes })
    case 'elsewhere':
      return reply.code(409).header('upload-offset', taken.bytes).send({ hash, held: taken.bytes })
    case 'other-bytes':
      throw otherBytes()
    case 'whole':
    case 'here':
      return reply.code(taken.kind === 'whole' ? 201 : 200).send(of)
  }
}

const otherBytes = (): Refusal =>
  new Refusal('not-now', { detail: { zh: '内容与其哈希名不符', en: 'The bytes do not have the hash they are named by' } })

declare module 'fastify' {
  interface FastifyRequest {
    /** The agent whose signature this request carries; null on every other route. */
    agent: AskingAgent | null
  }
}
