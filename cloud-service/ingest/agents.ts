import type { Verifier } from '#edge/seal'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { verifierOf } from '../keys.ts'

/** An enrolled agent, with the one key its signatures are believed by. */
export interface Agent {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly key: string
  readonly verifier: Verifier
}

/** The register of agents as this instance knows it; refreshed with the leases, so that an enrolment or a revoked key counts within seconds. */
export interface Agents {
  get(site: string, agent: string): Agent | null
  ofSite(site: string): Agent[]
  refresh(): Promise<void>
}

interface AgentRow {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly key: string
  readonly public_key: string
}

export function createAgents(pool: Pool): Agents {
  const known = new Map<string, Agent & { readonly publicKey: string }>()
  return {
    get: (site, agent) => known.get(`${site}/${agent}`) ?? null,
    ofSite: (site) => [...known.values()].filter((one) => one.site === site),
    async refresh() {
      const { rows } = await asIngest(pool, (tx) => tx.query<AgentRow>('select site, agent, county, key, public_key from agent'))
      const there = new Set(rows.map((row) => `${row.site}/${row.agent}`))
      for (const name of known.keys()) if (!there.has(name)) known.delete(name)
      for (const { site, agent, county, key, public_key: publicKey } of rows) {
        const name = `${site}/${agent}`
        if (known.get(name)?.publicKey === publicKey && known.get(name)?.county === county) continue
        known.set(name, { site, agent, county, key, publicKey, verifier: verifierOf([publicKey]) })
      }
    },
  }
}
