import { PersonSchema, SignInSchema } from '#cloud/api'
import type { Clock } from '#edge/clock'
import { between, minutes, seconds } from '#edge/units'
import type { App } from '../app.ts'
import type { Pool } from '../database/pool.ts'
import { Refusal } from '../problems.ts'
import { cookieName } from './identify.ts'
import { endSession, personOf, SESSION_LASTS, signIn } from './sessions.ts'
import { whoAsks } from './who.ts'

export interface PeopleParts {
  readonly pool: Pool
  readonly clock: Clock
  /** Served over TLS: cookies are marked so. */
  readonly secure: boolean
  /** Attempts a minute from one address; an account locks by itself besides. */
  readonly signInsPerMinute: number
  /** Tells the live feed that a session has ended. */
  readonly onEnded: (session: string) => void
}

/** POST, GET and DELETE /api/session. */
export function peopleRoutes(app: App, { pool, clock, secure, signInsPerMinute, onEnded }: PeopleParts): void {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  const rateLimit = { max: signInsPerMinute, timeWindow: minutes(1), errorResponseBuilder: () => new Refusal('too-many-attempts') }

  app.post(
    '/api/session',
    { schema: { body: SignInSchema, response: { 200: PersonSchema } }, config: { rateLimit } },
    async (request, reply) => {
      const { name, password } = request.body
      const answer = await signIn(pool, clock, name, password)
      if (!answer.ok && answer.reason === 'locked') {
        const wait = Math.ceil(between(clock.now(), answer.until) / seconds(1))
        throw new Refusal('too-many-attempts', {
          detail: {
            zh: `连续失败次数过多，账号锁定至 ${Math.ceil(wait / 60)} 分钟后`,
            en: `Too many failures: locked for ${Math.ceil(wait / 60)} more minutes`,
          },
          retryAfterSeconds: wait,
        })
      }
      if (!answer.ok) throw new Refusal('wrong-password')
      // A fresh token at every sign-in: nothing a visitor brought along is taken over.
      void reply.setCookie(cookieName(secure), answer.token, { ...cookie, maxAge: SESSION_LASTS / seconds(1) })
      return personOf(pool, answer.who)
    },
  )

  app.get('/api/session', { schema: { response: { 200: PersonSchema } } }, async (request) => {
    const who = whoAsks(request)
    // A firm's key is no person: it has no screens.
    if (who.session === null) throw new Refusal('not-signed-in')
    return personOf(pool, who)
  })

  app.delete('/api/session', async (request, reply) => {
    const { session } = whoAsks(request)
    if (session !== null) {
      await endSession(pool, clock, session)
      onEnded(session)
    }
    return reply.clearCookie(cookieName(secure), cookie).code(204).send()
  })
}
