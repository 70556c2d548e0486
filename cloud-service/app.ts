import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify'
import type { Clock } from '#edge/clock'
import { alarmRoutes } from './alarms/routes.ts'
import { blobRoutes } from './blobs/routes.ts'
import { bookletRoutes } from './booklets/routes.ts'
import type { Pool } from './database/pool.ts'
import { healthRoute } from './health.ts'
import type { IssuerKey } from './keys.ts'
import type { Others } from './live/changes.ts'
import { type LiveFeed, liveFeed } from './live/live-feed.ts'
import type { Log } from './log.ts'
import { orderRoutes } from './orders/routes.ts'
import { identify } from './people/identify.ts'
import { operatorRoutes } from './people/operator-routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { answerProblems, Refusal } from './problems.ts'
import { reportRoutes } from './reports/routes.ts'
import { serveScreens } from './screens.ts'
import { actRoutes } from './sites/act-routes.ts'
import { siteRoutes } from './sites/routes.ts'
import { acceptStrictly } from './strict-requests.ts'
import { ticketRoutes } from './tickets/routes.ts'
import { weighingRoutes } from './weighings/routes.ts'

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

export interface AppParts {
  readonly pool: Pool
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  /** Served over TLS (by itself or a proxy in front): cookies say so and browsers are told to stay with it. */
  readonly secure: boolean
  readonly signInsPerMinute: number
  /** Proxies whose word on the visitor's address is believed. */
  readonly trustedProxies: readonly string[]
  /** Where the built dashboard lies; null when there is none. */
  readonly screens: string | null
  readonly issuer: IssuerKey
  readonly brokerOk: () => boolean
  /** Does this error mean that the database is away for now? Then the answer is 503, and nothing is broken. */
  readonly isAway: (error: unknown) => boolean
  /** Other cloud instances, whose browsers hear what ours do. */
  readonly others: Others
}

/** Builds the service that people and programs talk to; `main.ts` listens. Everything it needs is handed in, nothing is looked up. */
export async function buildApp(parts: AppParts): Promise<{ readonly app: App; readonly live: LiveFeed }> {
  const { pool, clock, log, secure } = parts
  const app: App = fastify({
    bodyLimit: 64 * 1024,
    // A request that dribbles in byte by byte is given up.
    requestTimeout: 30_000,
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(answerProblems(log, parts.isAway))
  await app.register(helmet, securityHeaders(secure))
  await app.register(rateLimit, { global: false, errorResponseBuilder: () => new Refusal('too-many-requests') })
  acceptStrictly(app)
  await identify(app, pool, clock, secure)

  const live = liveFeed({ server: app.server, pool, clock, log, secure, others: parts.others })
  app.addHook('preClose', () => live.close())

  healthRoute(app, parts)
  peopleRoutes(app, { ...parts, onEnded: live.ended })
  siteRoutes(app, parts)
  const issuing = { issuer: parts.issuer, clock }
  operatorRoutes(app, { pool, issuing })
  orderRoutes(app, { pool, issuing })
  actRoutes(app, { pool, issuing })
  ticketRoutes(app, { pool, live, issuing })
  bookletRoutes(app, { pool, issuing })
  weighingRoutes(app, { pool, issuing })
  alarmRoutes(app, { pool, live })
  reportRoutes(app, parts)
  blobRoutes(app, parts)
  await serveScreens(app, parts.screens)
  await app.ready()
  return { app, live }
}

/** Everything from our own host, nothing inline, no plug-ins, no frames. `'self'` covers the live feed's WebSocket too. */
const securityHeaders = (secure: boolean) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
  referrerPolicy: { policy: 'same-origin' as const },
})
