import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '#edge/clock'
import type { Pool } from '../database/pool.ts'
import { readApiKey } from './api-keys.ts'
import { mustBeSameOrigin } from './same-origin.ts'
import { readSession } from './sessions.ts'

/** `__Host-` binds the cookie to exactly this host over TLS; browsers refuse that name in clear, where the demo runs. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-pitgate' : 'pitgate')

/** The session token in a `Cookie` header, for the handshake of the live feed, which passes no Fastify. */
export const tokenInCookies = (header: string | undefined, secure: boolean): string | null =>
  header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === cookieName(secure))?.[1] ?? null

/** Puts on every API request who asks. Asked of the database each time, so that an ended session is ended at once. */
export async function identify(app: FastifyInstance, pool: Pool, clock: Clock, secure: boolean): Promise<void> {
  await app.register(cookie)
  app.decorateRequest('who', null)
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return
    const { authorization } = request.headers
    const token = request.cookies[cookieName(secure)]
    // A header is never added by a browser on its own, so a key needs no check of where the request comes from; a cookie does.
    if (authorization === undefined) mustBeSameOrigin(request, token !== undefined)
    if (authorization !== undefined) request.who = await readApiKey(pool, authorization)
    else if (token !== undefined) request.who = await readSession(pool, clock, token)
  })
}
