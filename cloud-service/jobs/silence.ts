import { type Clock, realSpan } from '#edge/clock'
import { seconds } from '#edge/units'
import { textArray } from '../database/arrays.ts'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { raiseOurs } from '../ingest/own-alarms.ts'

/**
 * Agents that are not heard any more. How long is counted on the steady clock of this process, from the moment it last saw that an agent
 * had been heard: whoever sets the clock of this computer, or of the database's, makes nobody silent and lets nobody be silent unnoticed
 * (rule R23).
 */
export interface SilenceWatch {
  /** Raises `agent-silent` for agents of these sites that have been silent for 30 s; `at` is the moment the alarms bear. */
  ask(sites: readonly string[], at: string): Promise<{ alarms: string[]; sites: string[] }>
  /** Nobody could be heard for a while, which is nobody's silence. */
  forget(): void
}

const SILENT_AFTER = seconds(30)
/** Whoever could not ask for so long, because the database did not answer, has not been listening either. */
const DEAF_AFTER = seconds(10)

interface Heard {
  readonly site: string
  readonly agent: string
  /** The moment of the newest hello by the database's clock: looked at for being another one, never for how long ago it is. */
  readonly heardAt: string
}

export function silenceWatch(pool: Pool, clock: Pick<Clock, 'monotonic' | 'speed'>): SilenceWatch {
  let seen = new Map<string, { readonly heardAt: string; readonly mono: number }>()
  let askedAt = 0
  return {
    async ask(sites, at) {
      const heard = await heardOf(pool, sites)
      const mono = clock.monotonic()
      if (mono - askedAt > realSpan(clock, DEAF_AFTER)) seen = new Map()
      askedAt = mono
      seen = new Map(
        heard.map(({ site, agent, heardAt }) => {
          const before = seen.get(`${site}/${agent}`)
          return [`${site}/${agent}`, before?.heardAt === heardAt ? before : { heardAt, mono }]
        }),
      )
      const silent = heard.filter(({ site, agent }) => mono - (seen.get(`${site}/${agent}`)?.mono ?? mono) > realSpan(clock, SILENT_AFTER))
      return silent.length === 0 ? { alarms: [], sites: [] } : raiseSilent(pool, silent, at)
    },
    forget() {
      seen = new Map()
    },
  }
}

const heardOf = (pool: Pool, sites: readonly string[]): Promise<Heard[]> =>
  asIngest(pool, async (tx) => {
    const { rows } = await tx.query<{ site: string; agent: string; heard_at: string }>(
      'select site, agent, heard_at from agent where site = any($1) and boot is not null and heard_at is not null',
      [sites],
    )
    return rows.map(({ site, agent, heard_at: heardAt }) => ({ site, agent, heardAt }))
  })

interface SilentRow {
  readonly site: string
  readonly agent: string
  readonly county: string
  readonly boot: string
  readonly since: string
  readonly times: number
}

/**
 * One alarm for each silence: its occurrence is the agent's boot and how many times it fell silent in it, and it says after which hello.
 * It returns with the next one (ingest/hello.ts); closed by a person before that, it is not raised again for the same silence.
 */
const raiseSilent = (pool: Pool, silent: readonly Heard[], at: string): Promise<{ alarms: string[]; sites: string[] }> =>
  asIngest(pool, async (tx) => {
    const texts = (of: (heard: Heard) => string): string => textArray(silent.map(of))
    const { rows } = await tx.query<SilentRow>(
      `select a.site, a.agent, a.county, a.boot, s.since,
         (select count(*) from alarm m where m.site = a.site and m.agent = a.agent and m.kind = 'agent-silent' and m.occurrence like a.boot || '.%') as times
       from unnest($1::text[], $2::text[], $3::text[]) as s (site, agent, since)
       join agent a on a.site = s.site and a.agent = s.agent and a.heard_at = s.since::timestamptz
       where not exists (select from alarm m where m.site = a.site and m.agent = a.agent and m.kind = 'agent-silent'
                         and (m.state in ('unacknowledged', 'acknowledged') or m.facts ->> 'since' = s.since))
       for update of a skip locked`,
      [texts(({ site }) => site), texts(({ agent }) => agent), texts(({ heardAt }) => heardAt)],
    )
    const alarms: string[] = []
    for (const { site, agent, county, boot, since, times } of rows) {
      await tx.query('update agent set online = false where site = $1 and agent = $2', [site, agent])
      const silence = { kind: 'agent-silent', epoch: 'cloud', occurrence: `${boot}.${times + 1}`, facts: { agent, since }, at } as const
      alarms.push(...(await raiseOurs(tx, { site, agent, county }, silence)))
    }
    return { alarms, sites: [...new Set(rows.map(({ site }) => site))] }
  })
