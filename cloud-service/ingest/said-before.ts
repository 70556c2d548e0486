import { parseIdentity } from '#edge/ids'
import { isAfter } from '../booklets/judge-draw.ts'
import { textArray } from '../database/arrays.ts'
import type { Transaction } from '../database/pool.ts'
import type { Agent } from './agents.ts'
import { OUTCOME_OF_ACT, type TicketEvent } from './ticket-moves.ts'

/** A weighing of a ticket (`act` null), or what a person said about that weighing. */
interface Told {
  readonly epoch: string
  readonly seq: number
  readonly act: string | null
  readonly at: string
  readonly by: string
  readonly ticket: string
  readonly kind: TicketEvent['kind']
  readonly verdict: TicketEvent['outcome']
  readonly weightKg: number
  readonly tareKg: number | null
  readonly netKg: number | null
}

/**
 * What an agent's ledger has told of tickets that nobody here knew then: their draw lay in quarantine, or stands in an older epoch that
 * came later. The weighings themselves stay listed as they were, under the carrier the register gave them.
 */
export async function saidBefore(tx: Transaction, agent: Agent, tickets: readonly string[]): Promise<TicketEvent[]> {
  if (tickets.length === 0) return []
  const { rows } = await tx.query<Told>(
    `with about as (
       select * from weighing w where w.ticket = any($3::text[]) and w.site = $1 and w.agent = $2 and w.kind in ('tare', 'gross'))
     select a.epoch, a.seq, null as act, a.weighed_at as at, a.site || '/' || a.agent as by,
       a.ticket, a.kind, a.verdict, a.weight_kg as "weightKg", a.tare_kg as "tareKg", a.net_kg as "netKg"
     from about a where a.pass = 'coal'
     union all
     select a.epoch, d.seq, d.act, d.at, d.operator, a.ticket, a.kind, a.verdict, a.weight_kg, a.tare_kg, a.net_kg
     from about a join manual_act d on d.site = a.site and d.agent = a.agent and d.epoch = a.epoch and d.weighing = a.seq`,
    [agent.site, agent.agent, textArray(tickets)],
  )
  return rows.flatMap(({ epoch, seq, act, verdict, ...told }) => {
    const outcome = act === null ? verdict : OUTCOME_OF_ACT[act]
    const record = `${agent.site}.${agent.agent}.${epoch}.${seq}`
    return outcome === undefined ? [] : [{ ...told, how: act === null ? 'weighed' : 'decided', outcome, record } as const]
  })
}

/** Events of one agent in the order of its ledger. */
export const inOrder = (events: readonly TicketEvent[]): TicketEvent[] =>
  [...events].sort((a, b) => {
    const [one, other] = [parseIdentity(a.record), parseIdentity(b.record)]
    return one !== null && other !== null && isAfter(one, other) ? 1 : -1
  })
