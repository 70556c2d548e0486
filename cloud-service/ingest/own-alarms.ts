import type { Facts } from '#edge/findings'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import { alarmIdOf, raiseAlarms } from './alarms.ts'

/** What the cloud itself has found out about an agent. */
export interface OurAlarm {
  readonly kind:
    | 'conflict'
    | 'seal-broken'
    | 'quarantine'
    | 'ticket-reuse'
    | 'ticket-mismatch'
    | 'agent-silent'
    | 'sequence-gap'
    | 'booklet-gap'
    | 'booklet-over-age'
    | 'store'
  /** Of the records it is about; `cloud` where it is about none. */
  readonly epoch: string
  readonly occurrence: string
  readonly facts: Facts
  readonly at: string
}

/** Raises it, once however often it is found. Returns its id where it is new. */
export async function raiseOurs(tx: Transaction, agent: Pick<Agent, 'site' | 'agent' | 'county'>, alarm: OurAlarm): Promise<string[]> {
  const id = alarmIdOf(agent, alarm.epoch, alarm.kind, alarm.occurrence)
  const raised = await raiseAlarms(tx, agent, [{ ...alarm, id, seq: null, lane: null, confirmed: true, by: 'cloud' }])
  return raised.fresh
}
