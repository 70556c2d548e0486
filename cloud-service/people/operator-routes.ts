import Type from 'typebox'
import { EnterOperatorSchema, type LaneOperator, LaneOperatorSchema } from '#cloud/api'
import { SiteIdSchema } from '#edge/ids'
import { OperatorSchema } from '#edge/orders'
import type { App } from '../app.ts'
import type { Pool, Transaction } from '../database/pool.ts'
import { asPerson } from '../database/transaction.ts'
import { once } from '../once.ts'
import { asIngestFor, type Issuing } from '../orders/append.ts'
import { Refusal } from '../problems.ts'
import { enterOperator, revokeOperator, secretMistakes } from './operators.ts'
import { whoAsks } from './who.ts'

const OfSite = Type.Object({ site: SiteIdSchema })
const OfPerson = Type.Object({ site: SiteIdSchema, id: OperatorSchema.properties.id })
const ListSchema = Type.Object({ items: Type.Array(LaneOperatorSchema) })

/** GET /api/sites/:site/operators, PUT …/operators/:id, POST …/operators/:id/revoke: an enterprise its own people, the city everybody's. */
export function operatorRoutes(app: App, { pool, issuing }: { readonly pool: Pool; readonly issuing: Issuing }): void {
  app.get('/api/sites/:site/operators', { schema: { params: OfSite, response: { 200: ListSchema } } }, async (request) => {
    const { site } = request.params
    const items = await asPerson(pool, whoAsks(request, 'enterprise', 'county', 'city'), async (tx) => {
      await mustSee(tx, site)
      return listOperators(tx, site)
    })
    return { items }
  })

  const entering = { params: OfPerson, body: EnterOperatorSchema, response: { 200: LaneOperatorSchema } } as const
  app.put('/api/sites/:site/operators/:id', { schema: entering }, async (request, reply) => {
    const who = whoAsks(request, 'enterprise', 'city')
    const { site, id } = request.params
    const { name, role, secret = null } = request.body
    const mistakes = secret === null ? [] : secretMistakes(secret)
    if (mistakes.length > 0) throw new Refusal('mistakes', { mistakes })
    return once(pool, request, reply, who, async (tx) => {
      await mustSee(tx, site)
      const outcome = await asIngestFor(tx, () => enterOperator(tx, issuing, { site, id, name, role, secret, by: who.by }))
      if (outcome === 'secret-wanted')
        throw new Refusal('mistakes', {
          mistakes: [{ path: 'secret', zh: '新人员或已停用人员需要新密码', en: 'a new person, or one who was revoked, needs a new one' }],
        })
      return { status: 200, body: await oneOf(tx, site, id) }
    })
  })

  const revoking = { params: OfPerson, response: { 200: LaneOperatorSchema } } as const
  app.post('/api/sites/:site/operators/:id/revoke', { schema: revoking }, async (request, reply) => {
    const who = whoAsks(request, 'enterprise', 'city')
    const { site, id } = request.params
    return once(pool, request, reply, who, async (tx) => {
      await mustSee(tx, site)
      const outcome = await asIngestFor(tx, () => revokeOperator(tx, issuing, { site, id, by: who.by }))
      if (outcome === 'unknown') throw new Refusal('not-found')
      return { status: 200, body: await oneOf(tx, site, id) }
    })
  })
}

/** The site exists and is the asker's: row-level security says so. */
export async function mustSee(tx: Transaction, site: string): Promise<void> {
  const { rowCount } = await tx.query('select from site where site = $1', [site])
  if (rowCount !== 1) throw new Refusal('not-found')
}

async function listOperators(tx: Transaction, site: string): Promise<LaneOperator[]> {
  const { rows } = await tx.query<LaneOperator>(
    `select id, name, role, revoked, changed_by as "changedBy", changed_at as "changedAt" from lane_operator where site = $1 order by revoked, id`,
    [site],
  )
  return rows
}
async function oneOf(tx: Transaction, site: string, id: string): Promise<LaneOperator> {
  const found = (await listOperators(tx, site)).find((one) => one.id === id)
  if (!found) throw new Refusal('not-found')
  return found
}
