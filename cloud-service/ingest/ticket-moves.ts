import type { TicketState } from '#edge/ticket'

/** What a site did with a ticket, told by its weighings and its operators' decisions, in the order of its stream. */
export interface TicketEvent {
  readonly ticket: string
  /** `weighed`: the verdict came with the weighing. `decided`: an operator answered afterwards. */
  readonly how: 'weighed' | 'decided'
  readonly kind: 'tare' | 'gross'
  /** `back`: what this weighing had done to the ticket is undone, because the vehicle did not leave or the weighing does not count. */
  readonly outcome: 'open' | 'hold' | 'ask' | 'back'
  readonly weightKg: number
  /** The tare the net rests on: of a one-pass lane the stored one, which no weighing of this ticket has told. */
  readonly tareKg: number | null
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
  /** What it was before it was released or held, where that is known. */
  readonly before?: TicketState
}

/** What a person said about a weighing that changes whether its vehicle goes. Other acts leave its ticket alone, a lift above all. */
export const OUTCOME_OF_ACT: Readonly<Partial<Record<string, TicketEvent['outcome']>>> = {
  release: 'open',
  refuse: 'hold',
  'timed-out': 'hold',
  hold: 'hold',
  void: 'back',
  're-weigh': 'back',
  plate: 'back',
  'turned-back': 'back',
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
 *      ├──gross on a stored tare, open──► released
 *      └──────────────────────┴──gross, hold──► held ──operator releases, or the next gross opens──► released
 *
 * Taken back (the vehicle stayed, its weighing was voided or is made anew) a ticket is what it was before that weighing.
 */
export function move(now: TicketNow, event: TicketEvent): TicketMove {
  if (event.outcome === 'back') return back(now, event) ?? STAYS
  const open = event.outcome === 'open'
  const undone = event.outcome === 'hold' ? back(now, event) : null
  if (undone !== null) return event.kind === 'tare' ? undone : held(undone.now, event)
  if (now.state === 'released') {
    // A tare after the release would start a second load on the same ticket; so would another gross that opened the gate.
    return open && !(event.kind === 'gross' && event.weightKg === now.grossKg) ? { moved: false, doubt: 'ticket-reuse' } : STAYS
  }
  if (event.kind === 'tare') {
    if (!open || now.state === 'voided') return STAYS
    return { moved: true, now: { ...now, state: 'checked-in', tareKg: event.weightKg }, reason: lateFor(now.state) }
  }
  if (!open) return event.outcome === 'ask' || now.state === 'voided' || now.state === 'expired' ? STAYS : held(now, event)
  const released: TicketNow = {
    ...now,
    tareKg: now.tareKg ?? event.tareKg,
    grossKg: event.weightKg,
    netKg: event.netKg,
    state: 'released',
    before: beforeLoad(now),
  }
  if (now.state === 'voided') return { moved: true, now: released, reason: 'left before the void arrived', doubt: 'ticket-mismatch' }
  return { moved: true, now: released, reason: lateFor(now.state) }
}

const lateFor = (before: TicketState): string => (before === 'expired' ? 'late news from the site' : '')

type Moved = Extract<TicketMove, { moved: true }> & { readonly doubt?: never }

const held = (now: TicketNow, event: TicketEvent): Moved => ({
  moved: true,
  now: { ...now, grossKg: event.weightKg, netKg: event.netKg, state: 'held', before: beforeLoad(now) },
  reason: '',
})
const beforeLoad = ({ state, before }: TicketNow): TicketState => (state === 'released' || state === 'held' ? (before ?? 'issued') : state)

/** Undoes what exactly this weighing did; null where it did nothing, or another one has done something since. */
function back(now: TicketNow, { kind, weightKg, how }: TicketEvent): Moved | null {
  if (how !== 'decided') return null
  const reason = 'taken back at the lane'
  if (kind === 'tare')
    return now.state === 'checked-in' && now.tareKg === weightKg
      ? { moved: true, now: { ...now, state: 'issued', tareKg: null }, reason }
      : null
  if ((now.state !== 'released' && now.state !== 'held') || now.grossKg !== weightKg) return null
  const before = now.before ?? 'issued'
  const tareKg = before === 'checked-in' ? now.tareKg : null
  return { moved: true, now: { ...now, state: before, tareKg, grossKg: null, netKg: null }, reason }
}
