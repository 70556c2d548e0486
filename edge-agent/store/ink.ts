import type { Identity, LaneId } from '#edge/ids'
import type { SealedRecord } from '#edge/records'
import { toIso } from '#edge/units'
import type { CameraSide, Software, Tare, WeighingDraft } from '#edge/weighing'
import type { Gate, LaneEffect, LaneRecord, LaneState } from '#weighing/vocabulary'
import { hasher } from '../keys.ts'
import type { Alarms } from './alarms.ts'
import type { Evidence } from './evidence.ts'
import type { History } from './history.ts'
import type { Journal, Stamps } from './journal.ts'
import type { LaneStates, LastWeighing } from './lane-states.ts'
import { type Deciding, leavingBy, mintFor, visitOf } from './mint-for.ts'
import type { Quotas } from './quota.ts'
import { rememberReturn, rememberUse, rememberWeighing } from './remember.ts'
import type { TicketBook } from './ticket-book.ts'
import type { Tokens } from './tokens.ts'

/** What one step of a lane wants on disk before any iron moves. */
export interface Ink {
  readonly lane: LaneId
  /** The state after the step. */
  readonly state: LaneState
  readonly records: readonly LaneRecord[]
  readonly useTickets: readonly Extract<LaneEffect, { kind: 'use-ticket' }>[]
  readonly gates: readonly Extract<LaneEffect, { kind: 'gate' }>[]
  /** Text of the visit's tape; needed by a weighing. */
  readonly tape: string | null
  /** Hashes of the photos a weighing names, and which camera took each, in the same order. */
  readonly photos: readonly string[]
  readonly cameras?: readonly CameraSide[]
  readonly stamps: Stamps
}
export interface Inked {
  readonly sealed: readonly SealedRecord[]
  /** For each gate the step opens, the one-use token its pulse needs. */
  readonly tokens: Readonly<Partial<Record<Gate, string>>>
}

export interface InkParts {
  readonly journal: Journal
  readonly lanes: LaneStates
  readonly tokens: Tokens
  readonly book: TicketBook
  readonly alarms: Alarms
  readonly evidence: Evidence
  readonly history: History
  readonly quotas: Quotas
  readonly software: Software
}

/**
 * THE transaction (DESIGN.md section 2): records, lane state, ticket moves and open tokens, all or nothing, durable when it returns.
 * Throws EdgeError 'ticket-moved' when a ticket is no longer what the verdict rested on: nothing is written, and the lane decides anew.
 */
export function inkOn(parts: InkParts, ink: Ink): Inked {
  const inked = parts.journal.commit(() => write(parts, ink))
  parts.tokens.dry(Object.values(inked.tokens))
  return inked
}

function write(parts: InkParts, { lane, state, records, useTickets, gates, tape, photos, cameras, stamps }: Ink): Inked {
  const { journal, lanes, tokens, book, alarms, evidence, software } = parts
  const sealed: SealedRecord[] = []
  let weighing = lanes.lastWeighing(lane)
  let deciding: Deciding | null = null
  const about = visitOf(state) ?? visitIn(records)
  const weighingOf = (visit: number | null): number | null =>
    weighing && weighing.visit === visit && weighing.epoch === journal.head().epoch ? weighing.seq : null

  for (const record of records) {
    switch (record.kind) {
      case 'weighing': {
        if (tape === null) throw new Error('a weighing is written with the tape it can be judged again from')
        const named = hasher.hash(tape)
        const written = journal.append(
          'weighing',
          { ...record.body, photos: [...photos], ...(cameras ? { cameras: [...cameras] } : {}), tape: named, software },
          stamps,
        )
        const place = written.identity
        evidence.keep({
          hash: named,
          kind: 'tape',
          bytes: Buffer.from(tape),
          record: place,
          wanted: record.body.verdict !== 'open',
          of: { lane, visit: record.body.visit },
        })
        const urgency = record.body.verdict === 'open' ? 'none' : 'not-let-go'
        for (const photo of photos) evidence.named(photo, place, urgency, { lane, visit: record.body.visit })
        weighing = { visit: record.body.visit, epoch: place.epoch, seq: place.seq }
        rememberWeighing(parts, place, record.body)
        if (record.body.verdict === 'open') deciding = { seq: place.seq, visit: record.body.visit, letsGo: true }
        sealed.push(written)
        break
      }
      case 'decision': {
        const { act, photo, visit } = record.body
        const weighed = weighingOf(visit)
        const written = journal.append('decision', { ...record.body, weighing: weighed }, stamps)
        if (act === 'void' && weighed !== null) parts.history.forgetTare({ ...written.identity, seq: weighed })
        if (act === 'release' || act === 'lift') deciding = { seq: written.identity.seq, visit, letsGo: act === 'release' }
        if (photo) evidence.named(photo, written.identity, 'not-let-go', { lane, visit })
        sealed.push(written)
        break
      }
      case 'passage': {
        const { visit, passage } = record.body
        const token = record.free && visit !== null ? tokens.releaseOf(lane, visit, leavingBy(state)) : null
        sealed.push(journal.append('passage', { ...record.body, token, weighing: weighingOf(visit) }, stamps))
        if (token) tokens.usedBy(token, passage)
        break
      }
      case 'alarm': {
        const raised = alarms.raise(record.body, stamps)
        if (raised) sealed.push(raised)
        if (about !== null) evidence.want({ lane, visit: about }, 'alarm')
        break
      }
      case 'alarm-returned':
        sealed.push(journal.append('alarm-returned', record.body, stamps))
        break
    }
  }
  for (const { number, from, to, tare, before } of useTickets) {
    const weighed = weighedIn(weighing, records, journal)
    if (tare === 'give-back') {
      book.giveBack(number, from, to, before ?? null)
      if (weighed) rememberReturn(parts, { to: from, weighing: weighed.body, at: stamps.at })
      continue
    }
    if (tare === 'this-weighing' && !weighed) throw new Error('a ticket cannot take the tare of a weighing that was never written')
    const usedAt = to === 'released' ? `${lane} ${toIso(stamps.at)}` : null
    book.use(number, from, to, { tare: tare === 'keep' || !weighed ? 'keep' : tareOf(weighed), usedAt })
    if (weighed) rememberUse(parts, { to, weighing: weighed.body, place: weighed.place, book: book.get(number), at: stamps.at })
  }
  lanes.save(lane, state, weighing)
  return {
    sealed,
    tokens: mintFor(gates, deciding, {
      tokens,
      lane,
      state,
      epoch: journal.head().epoch,
      at: stamps.at,
    }),
  }
}

interface Weighed {
  readonly place: Identity
  readonly body: WeighingDraft
}

/** The weighing of this step, or of this visit when a person decided after it. */
function weighedIn(weighing: LastWeighing | null, records: readonly LaneRecord[], journal: Journal): Weighed | null {
  const stored = weighing && journal.record(weighing.epoch, weighing.seq)
  if (!stored) return null
  const now = records.find((it) => it.kind === 'weighing')?.body
  return { place: stored.identity, body: now ?? (JSON.parse(stored.bytes) as { body: WeighingDraft }).body }
}

/** The tare a ticket is checked in with. */
const tareOf = ({ place: { epoch, seq }, body }: Weighed): Tare => ({ kg: body.weightKg, epoch, seq, at: body.weighedAt })

/** The visit the records of a step are about, where the state after it has none any more. */
function visitIn(records: Ink['records']): number | null {
  for (const { body } of records) if ('visit' in body && body.visit !== null) return body.visit
  return null
}
