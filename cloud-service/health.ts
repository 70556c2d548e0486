import { HealthSchema } from '#cloud/api'
import type { App } from './app.ts'
import type { Pool } from './database/pool.ts'
import { asPerson } from './database/transaction.ts'

export interface HealthParts {
  readonly pool: Pool
  readonly version: string
  /** Whether the service is connected to its broker now. */
  readonly brokerOk: () => boolean
}

/** GET /health: for whoever runs this. 200 when all is well, 503 with the same words when something is away. Names no tenant. */
export function healthRoute(app: App, { pool, version, brokerOk }: HealthParts): void {
  app.get('/health', { schema: { response: { 200: HealthSchema, 503: HealthSchema } } }, async (_request, reply) => {
    const database = await askDatabase(pool)
    const ok = database !== null && brokerOk()
    return reply.code(ok ? 200 : 503).send({
      ok,
      version,
      database: { ok: database !== null, timescale: database?.timescale ?? false },
      broker: { ok: brokerOk() },
      quarantined: database?.quarantined ?? 0,
    })
  })
}

async function askDatabase(pool: Pool): Promise<{ timescale: boolean; quarantined: number } | null> {
  try {
    return await asPerson(pool, { role: 'city', scope: null }, async (tx) => {
      const { rows } = await tx.query<{ timescale: boolean; quarantined: number }>(
        `select exists (select from pg_extension where extname = 'timescaledb') as timescale, (select count(*) from quarantine) as quarantined`,
      )
      return rows[0] ?? null
    })
  } catch {
    return null
  }
}
