import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { LEDGER_PAGE, LedgerEntriesSchema, LedgerEpochsSchema } from '#edge/ledger-listing'
import { CloudError, reasonOf } from '../errors.ts'
import type { EdgeLedger } from './edge-side.ts'

/** Where a running agent answers on loopback, and the key that only its user can read. */
export interface RunningAgent {
  readonly port: number
  readonly key: string
}

const ANSWER_WITHIN = 10_000

/** The ledger of a running agent, as it says itself (#edge/ledger-listing). */
export async function runningLedger(agent: RunningAgent): Promise<EdgeLedger> {
  const epochs = asking(agent, LedgerEpochsSchema)
  const entries = asking(agent, LedgerEntriesSchema)
  const who = await epochs('')
  return {
    site: who.site,
    agent: who.agent,
    from: 'running',
    page: LEDGER_PAGE,
    epochs: async () => (await epochs('')).epochs,
    after: async (epoch, seq) => (await entries(`?epoch=${encodeURIComponent(epoch)}&after=${seq}`)).entries,
    close() {},
  }
}

function asking<S extends TSchema>({ port, key }: RunningAgent, schema: S): (query: string) => Promise<Static<S>> {
  const check = Compile(schema)
  return async (query) => {
    let said: unknown
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/ledger${query}`, {
        headers: { authorization: key },
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      })
      said = await answer.json()
    } catch (error) {
      throw unreachable(reasonOf(error), error)
    }
    if (!check.Check(said)) throw unreachable('another version?')
    return said
  }
}

const unreachable = (why: string, cause?: unknown): CloudError =>
  new CloudError(
    'edge-unreachable',
    `代理正在运行但没有应答 / the agent runs and gives no answer (${why}): try again, or stop it, and its ledger is read from its folder.`,
    cause,
  )
