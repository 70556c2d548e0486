import type { Facts } from '#edge/findings'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import { alarmIdOf, raiseAlarms } from './alarms.ts'

/** An alarm the cloud itself raises about an agent. Returns its id where it is new. */
export async function raiseOurs(
  tx: Transaction,
  agent: Pick<Agent, 'site' | 'agent' | 'county'>,
  kind:
    | 'conflict'
    | 'seal-broken'
    | 'quarantine'
    | 'ticket-reuse'
    | 'ticket-mismatch'
    | 'agent-silent'
    | 'sequence-gap'
    | 'booklet-gap'
    | 'booklet-over-age'
    | 'store',
  epoch: string,
  occurrence: string,
  facts: Facts,
  at: string,
): Promise<string[]> {
  const id = alarmIdOf(agent, epoch, kind, occurrence)
  const raised = await raiseAlarms(tx, agent, [
    { id, epoch, seq: null, kind, lane: null, occurrence, facts, at, confirmed: true, by: 'cloud' },
  ])
  return raised.fresh
}
