import { beforeAll, expect, it } from 'vitest'
import type { AlarmKind } from '#edge/alarm'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { raiseOurs } from '../../../cloud-service/ingest/own-alarms.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { aTeller } from './a-teller.ts'
import { AgentDouble, aWeighing } from './agent-double.ts'
import { settle } from './town.ts'

let pool: Pool
let sites = 0
beforeAll(async () => {
  pool = testPool(await freshDatabase(), 'pitgate_ingest')
})

async function road() {
  sites += 1
  const agent = new AgentDouble(`mine-${sites}`, 'a1')
  await settle(pool, [agent])
  const { who, recorder, tell } = await aTeller(pool, agent)
  return {
    agent,
    who,
    raise: (kind: AlarmKind, occurrence: string) => agent.append('alarm', { kind, severity: 'high', lane: null, occurrence, facts: {} }),
    over: (kind: AlarmKind, occurrence: string) => agent.append('alarm-returned', { kind, occurrence }),
    tell,
    /** Its signed word that nothing up to its newest record is held any more. */
    gone: () => recorder.leap(who, agent.batch(1, agent.lines.length).head),
    states: async () =>
      asIngest(
        pool,
        async (tx) =>
          (
            await tx.query<{ kind: string; occurrence: string; state: string }>(
              'select kind, occurrence, state from alarm where site = $1 order by kind, occurrence',
              [agent.site],
            )
          ).rows,
      ),
  }
}

it('the alarm about records that are gone is ended by no record, not even by one that claims to have raised it', async () => {
  for (const claimed of [false, true]) {
    const { agent, tell, gone, raise, over, states } = await road()
    const occurrence = `gone/${agent.epoch}/2`
    if (claimed) raise('sequence-gap', occurrence)
    else agent.append('weighing', aWeighing())
    await tell()
    for (let visit = 2; visit < 5; visit += 1) agent.append('weighing', aWeighing({ visit }))
    await gone()
    over('sequence-gap', occurrence)
    await tell()
    expect(await states()).toEqual([{ kind: 'sequence-gap', occurrence, state: 'unacknowledged' }])
  }
})

it('a record ends what records have raised, and nothing that the cloud has found out', async () => {
  const { agent, who, tell, raise, over, states } = await road()
  const found = ['agent-silent', 'quarantine', 'ticket-mismatch', 'ticket-reuse'] as const
  await asIngest(pool, async (tx) => {
    for (const kind of found)
      await raiseOurs(tx, who, { kind, epoch: agent.epoch, occurrence: 'ours', facts: {}, at: '2026-11-21T08:00:00.000Z' })
  })
  raise('ticket-reuse', 'theirs')
  for (const kind of found) over(kind, 'ours')
  over('ticket-reuse', 'theirs')
  await tell()
  expect(await states()).toEqual([
    ...found.map((kind) => ({ kind, occurrence: 'ours', state: 'unacknowledged' })),
    { kind: 'ticket-reuse', occurrence: 'theirs', state: 'returned' },
  ])
})
