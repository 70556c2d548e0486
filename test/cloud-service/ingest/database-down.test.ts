import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startEmbedded } from '../../../cloud-service/database/embedded.ts'
import { migrate } from '../../../cloud-service/database/migrate.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort, quiet, testPool } from '../../support/postgres.ts'
import { AgentDouble, aWeighing } from './agent-double.ts'
import { startInbox } from './an-inbox.ts'
import { settle } from './town.ts'

it('the database dies and comes back while a backlog drains: every receipt was true, nothing is lost, nothing is double', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pitgate-down-'))
  const port = await freePort()
  let server = await startEmbedded({ folder, port, log: quiet })
  const owner = testPool(server.url, null, 1)
  await migrate(owner, quiet)
  const pool = testPool(server.url, 'pitgate_ingest')
  const agent = new AgentDouble('hongliu', 'a1')
  await settle(pool, [agent])
  const broker = await testBroker([['hongliu', 'a1']])
  const inbox = await startInbox(broker.cloud(), pool)
  await agent.listen(await broker.agent('hongliu', 'a1'))

  const TOTAL = 1_200
  for (let visit = 1; visit <= TOTAL; visit += 1) agent.append('weighing', aWeighing({ visit }))
  const upto = (): number => Math.max(0, ...agent.receipts.map((receipt) => receipt.upto))
  let sent = 0
  let crashed = false
  // As an agent does: on from what was receipted, a few batches ahead, again from there when the cloud says so.
  await eventually(
    async () => {
      const asked = agent.receipts.splice(0)
      const stands = asked.at(-1)
      if (stands !== undefined) {
        agent.receipts.push(stands)
        if (stands.missing.length > 0) sent = stands.upto
      }
      while (sent < Math.min(TOTAL, upto() + 240)) {
        await agent.send(sent + 1, Math.min(sent + 60, TOTAL))
        sent = Math.min(sent + 60, TOTAL)
      }
      if (!crashed && upto() >= 300) {
        crashed = true
        await server.crash()
        const promised = upto()
        await eventually(() => inbox.counts().dropped > 0, { within: 5_000 }).catch(() => undefined)
        server = await startEmbedded({ folder, port, log: quiet })
        const stored = await eventually(() => asIngest(pool, (tx) => tx.query('select max(seq) as upto from ledger')))
        expect(stored.rows[0].upto).toBeGreaterThanOrEqual(promised)
      }
      return upto() === TOTAL
    },
    { within: 40_000 },
  )
  const { rows } = await asIngest(pool, (tx) => tx.query('select count(*) as n, sum(net_kg) as kg from weighing'))
  expect(rows).toEqual([{ n: TOTAL, kg: TOTAL * 33_000 }])
  expect((await asIngest(pool, (tx) => tx.query('select count(*) as n from weighing_fact'))).rows).toEqual([{ n: TOTAL }])
  await inbox.stop()
  await Promise.all([owner.end(), pool.end()])
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
