import type { TicketState } from '#edge/ticket'

/** What a site did with a ticket, told by its weighings and its operators' decisions, in the order of its stream. */
export interface TicketEvent {
  readonly ticket: string
  /** `weighed`: the verdict came with the weighing. `decided`: an operator answered afterwards. */
  readonly how: 'weighed' | 'decided'
  readonly kind: 'tare' | 'gross'
  readonly outcome: 'open' | 'hold' | 'ask'
  readonly weightKg: number
  readonly netKg: number | null
  /** By the site's clock. */
  readonly at: string
  readonly by: string
  /** `site.agent.epoch.seq` of the record that says so. */
  readonly record: string
}

export interface TicketNow {
  readonly state: TicketState
  readonly tareKg: number | null
  readonly grossKg: number | null
  readonly netKg: number | null
}

export type TicketMove =
  | { readonly moved: true; readonly now: TicketNow; readonly reason: string }
  /** Nothing to change: told again, or a step that changes nothing for people. */
  | { readonly moved: false; readonly doubt: null }
  /** Told to have happened to a ticket for which it must not happen: a second load, or a load on a voided ticket. */
  | { readonly moved: false; readonly doubt: 'ticket-reuse' }
  | { readonly moved: true; readonly now: TicketNow; readonly reason: string; readonly doubt: 'ticket-mismatch' }

const STAYS: TicketMove = { moved: false, doubt: null }

/**
 * The cloud's picture of a ticket after what the site did. The site decides (DESIGN.md D1), so a truck that left has left, even where
 * the cloud had meanwhile expired the ticket (late news of a good load) or voided it (the void had not arrived: a doubt to look into).
 *
 *   issued ──tare, open──► checked-in ──gross, open──► released
 *      └──────────────────────┴──gross, hold──► held ──operator releases, or the next gross opens──► released
 */
export function move(now: TicketNow, event: TicketEvent): TicketMove {
  const open = event.outcome === 'open'
  if (now.state === 'released') {
    // A tare after the release would start a second load on the same ticket; so would another gross that opened the gate.
    return open && !(event.kind === 'gross' && event.weightKg === now.grossKg) ? { moved: false, doubt: 'ticket-reuse' } : STAYS
  }
  if (event.kind === 'tare') {
    if (!open || now.state === 'voided') return STAYS
    return { moved: true, now: { ...now, state: 'checked-in', tareKg: event.weightKg }, reason: lateFor(now.state) }
  }
  const weights = { grossKg: event.weightKg, netKg: event.netKg }
  if (!open) {
    if (event.outcome === 'ask' || now.state === 'voided' || now.state === 'expired') return STAYS
    return { moved: true, now: { ...now, ...weights, state: 'held' }, reason: '' }
  }
  const released: TicketNow = { ...now, ...weights, state: 'released' }
  if (now.state === 'voided') return { moved: true, now: released, reason: 'left before the void arrived', doubt: 'ticket-mismatch' }
  return { moved: true, now: released, reason: lateFor(now.state) }
}

const lateFor = (before: TicketState): string => (before === 'expired' ? 'late news from the site' : '')
