import type { FastifyRequest } from 'fastify'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { keyId, verifierOf } from '../keys.ts'
import { Refusal } from '../problems.ts'

export interface AskingAgent {
  readonly site: string
  readonly agent: string
  readonly county: string
}

/**
 * Which agent sends a blob: `Authorization: Agent site/agent timestamp signature`, the signature over `blob\n<hash>\n<timestamp>`.
 * A replay is harmless (it can only store the same bytes again), so the moment is not held against our clock: an agent whose clock
 * is wrong must still be able to show its evidence.
 */
export async function agentOf(pool: Pool, request: FastifyRequest, hash: string): Promise<AskingAgent> {
  const parts = /^Agent ([a-z0-9-]{2,32})\/([a-z0-9-]{2,32}) (\S{1,40}) ([A-Za-z0-9_-]{1,200})$/.exec(request.headers.authorization ?? '')
  if (!parts) throw new Refusal('not-signed')
  const [, site, agent, timestamp, signature] = parts as unknown as [string, string, string, string, string]
  const { rows } = await asIngest(pool, (tx) =>
    tx.query<{ county: string; public_key: string }>('select county, public_key from agent where site = $1 and agent = $2', [site, agent]),
  )
  const known = rows[0]
  if (!known || !verifierOf([known.public_key]).verify(keyId(known.public_key), `blob\n${hash}\n${timestamp}`, signature))
    throw new Refusal('not-signed')
  return { site, agent, county: known.county }
}
