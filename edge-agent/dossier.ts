import { isOpen } from '#edge/book-ticket'
import type { LaneId } from '#edge/ids'
import { startingPolicy } from '#edge/policy'
import { milliseconds } from '#edge/units'
import type { Dossier, LaneEffect } from '#weighing/vocabulary'
import { isFull } from './store/room.ts'
import type { Store } from './store/store.ts'

export type DossierAsked = Extract<LaneEffect, { kind: 'fetch-dossier' }>

/** Before the first policy has come nothing may open by itself: version 0, confirmed never, so a person is asked. */
const NO_POLICY = { ...startingPolicy('1970-01-01T00:00:00Z'), version: 0 }
const NEVER = milliseconds(Number.MAX_SAFE_INTEGER)

/** Gathers from the store what a verdict rests on; kept on the tape, so that a re-run needs no store. */
export function dossierFor(asked: DossierAsked, store: Store, lane: LaneId): Dossier {
  const policy = store.policies.current()
  const shown = asked.shown === null ? null : store.book.get(asked.shown)
  const tagged = store.register.withTags(asked.tags)
  const plates = [...new Set([...asked.plates, ...tagged.map(({ plate }) => plate)])]
  const candidates = store.book.candidates(plates)
  const known = candidates.some(({ ticket }) => ticket.number === shown?.ticket.number)
  const tickets = shown && !known ? [...candidates, shown] : candidates
  // The trucks this may turn out to be: as read, as tagged, and as the open tickets of confusable plates say.
  const trucks = [...new Set([...plates, ...tickets.filter(isOpen).map(({ ticket }) => ticket.plate)])]
  const { at, clock } = store.stamps()
  return {
    tickets,
    shown: asked.shown === null ? null : { number: asked.shown, known: shown !== null },
    // The tagged vehicles are among them by their plates.
    register: store.register.candidates(plates),
    policy: policy ?? NO_POLICY,
    // The cloud's answers confirm what is in force here; where nothing is, they confirm nothing. A store that was put back asks for its
    // tickets anew: until they come, nobody knows which of them were used.
    policyAge: policy === null || store.orders.head() === null ? NEVER : store.policies.age(),
    clock,
    tares: store.history.tares(trucks),
    recent: store.history.recent(trucks),
    quota: store.quotas.now(at),
    scale: store.scales.state(lane),
    ...(isFull(store.space.room()) ? { storeFull: true as const } : {}),
  }
}
