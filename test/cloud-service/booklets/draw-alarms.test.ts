import { beforeAll, expect, it } from 'vitest'
import { hours, after as later } from '#edge/units'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { AgentDouble } from '../ingest/agent-double.ts'
import { aDraw, aTown, PLATES, TEN } from './a-town.ts'

let pool: Pool
let town: Awaited<ReturnType<typeof aTown>>
beforeAll(async () => {
  pool = testPool(await freshDatabase())
  town = await aTown(pool)
})
const alarmsAt = async (site: string): Promise<string[]> =>
  asIngest(pool, async (tx) => {
    const { rows } = await tx.query<{ says: string }>(
      `select (facts ->> 'why') || ' ' || (facts ->> 'serial') as says from alarm where site = $1 order by says`,
      [site],
    )
    return rows.map(({ says }) => says)
  })
const ANOTHER_SPELL = { darkSince: '2026-11-21T07:45:00.000Z' }

it('a long darkness told late is one alarm, and the next darkness another', async () => {
  const { agent, booklet, tell } = await town.aSite({ reportWithinHours: 12 })
  for (const serial of [1, 2, 3]) agent.append('drawn-ticket', aDraw(booklet, serial))
  agent.append('drawn-ticket', aDraw(booklet, 4, { differs: ANOTHER_SPELL }))
  town.at(later(TEN, hours(24)))
  await tell()
  town.at(TEN)
  expect(await alarmsAt(agent.site)).toEqual(['reported-late 1', 'reported-late 4'])
})

it('tonnes beyond the booklet, and a booklet nobody signed, are told once a darkness and not once a truck', async () => {
  const { agent, booklet, tell } = await town.aSite({ mostKg: 20_000 })
  for (const serial of [1, 2, 3]) agent.append('drawn-ticket', aDraw(booklet, serial))
  for (const serial of [1, 2]) agent.append('drawn-ticket', { ...aDraw(booklet, serial), booklet: 'BK-NOBODY' as never })
  await tell()
  expect(await alarmsAt(agent.site)).toEqual(['over-tonnes 2', 'unknown-booklet 1'])
})

it('each serial under which two trucks went is an alarm of its own', async () => {
  const { agent, booklet, tell } = await town.aSite()
  for (const serial of [1, 2]) agent.append('drawn-ticket', aDraw(booklet, serial))
  await tell()
  const other = new AgentDouble(agent.site, 'a1', '2-0a0b0c0d', agent.key)
  for (const serial of [1, 2]) other.append('drawn-ticket', aDraw(booklet, serial, { wanted: { plate: PLATES[2] } }))
  await tell(other)
  expect(await alarmsAt(agent.site)).toEqual(['serial-twice 1', 'serial-twice 2'])
})
