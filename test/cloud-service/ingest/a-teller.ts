import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import type { Agent } from '../../../cloud-service/ingest/agents.ts'
import { createRecorder, type RecordParts } from '../../../cloud-service/ingest/record.ts'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { type AgentDouble, newKey } from './agent-double.ts'

/** A double as the ingest knows it from the register. */
export const registered = ({ site, agent, key }: AgentDouble): Agent => ({
  site,
  agent,
  county: '610881',
  key: key.key,
  verifier: verifierOf([key.publicKey]),
})

/** The cloud's recorder without a broker before it, and what an agent of a town tells it: everything that is not recorded yet. */
export async function aTeller(pool: Pool, agent: AgentDouble, issuing: RecordParts['issuing'] = { issuer: newKey(), clock: trueClock() }) {
  await asIngest(pool, (tx) => tx.query(`insert into site_lease values ($1, 'me', 1, now() + interval '1 day')`, [agent.site]))
  const recorder = createRecorder({ pool, issuing, fenceOf: () => ({ holder: 'me', fence: 1 }) })
  const who = registered(agent)
  return {
    who,
    recorder,
    /** Of `agent`, or of another double of it, in its present epoch. */
    tell: async (of = agent): Promise<void> => {
      const from = (await recorder.standOf(who, of.epoch)).seq + 1
      await recorder.record(who, of.epoch, [{ batch: of.batch(from, of.lines.length), payload: Buffer.from('') }])
    },
  }
}
