import { type Clock, realSpan } from '#edge/clock'
import type { ActDone, ActRequest } from '#edge/console'
import { identityText } from '#edge/ids'
import type { Operator } from '#edge/orders'
import { isTrailer, type Plate, readPlate } from '#edge/plate'
import type { LedgerRecord, SealedRecord } from '#edge/records'
import { seconds } from '#edge/units'
import type { LaneState, OperatorAct } from '#weighing/vocabulary'
import type { Lane } from '../lane.ts'
import type { Store } from '../store/store.ts'
import { plainWords } from './plain-words.ts'
import { type ConsoleRefusal, refusal } from './refusals.ts'
import { secondPerson } from './second-person.ts'
import type { SignInDesk, SignInFrom } from './sign-in.ts'

/**
 * Manual acts (DOMAIN.md section 6): who may, with which reason, confirmed by whom, with a photo of that moment. The lane's machine says
 * what an act does; here it is answered only once the decision is sealed on disk. What changed nothing is refused, not answered.
 */
export interface Acts {
  act(request: ActRequest, person: Operator, from: SignInFrom): Promise<ActAnswer>
}
export type ActAnswer = { readonly ok: true; readonly done: ActDone } | { readonly ok: false; readonly refusal: ConsoleRefusal }

type ActingLane = Pick<Lane, 'rules' | 'tell' | 'state' | 'photograph' | 'onPicture'>

export interface ActsParts {
  readonly lanes: readonly ActingLane[]
  readonly store: Pick<Store, 'policies' | 'onAppended' | 'broken' | 'book' | 'operators'>
  readonly desk: SignInDesk
  readonly clock: Clock
}

const PHOTO_WITHIN = seconds(3)
const LEAST_LETTERS = 5

export function actsOf({ lanes, store, desk, clock }: ActsParts): Acts {
  const both = secondPerson({ store, desk })
  const underWay = new Set<string>()
  const no = (why: ConsoleRefusal): ActAnswer => ({ ok: false, refusal: why })

  async function act(lane: ActingLane, request: ActRequest, person: Operator, from: SignInFrom): Promise<ActAnswer> {
    const plate = request.act === 'plate' ? tractorIn(request.plate) : null
    if (request.act === 'plate' && plate === null) return no(refusal('plate-wanted'))
    if (request.reason === 'other' && lettersIn(plainWords(request.note)) < LEAST_LETTERS) return no(refusal('words-wanted'))
    if (visitIn(lane.state()) !== request.visit) return no(refusal('other-vehicle'))
    const second = await both.prove(request, person, from)
    if (!second.ok) return no(second.refusal)
    const photo = await photoOf(lane, clock)
    // Confirming and the photo took their time; what is on the platform, and who may do what, may have changed.
    if (visitIn(lane.state()) !== request.visit) return no(refusal('other-vehicle'))
    const rights = both.refusedNow(request, person, second.who)
    if (rights !== null) return no(rights)
    return give(lane, {
      kind: 'operator-act',
      at: clock.now(),
      act: request.act,
      reason: request.reason,
      operator: person.id,
      note: plainWords(request.note),
      second: second.who?.id ?? null,
      photo,
      ...(request.act === 'lift' ? { gate: request.gate ?? 'exit' } : {}),
      ...(plate === null ? {} : { plate }),
    })
  }

  /** Tells the lane, which decides and writes while it is told, and finds what it sealed. */
  function give(lane: ActingLane, input: OperatorAct): ActAnswer {
    if (store.broken()) return no(refusal('store-broken'))
    const moved = ticketMoved(lane.state(), input, store.book)
    let sealed: SealedRecord | null = null
    const stop = store.onAppended((records) => {
      sealed ??= records.find((record) => isDecisionOn(record, lane, input)) ?? null
    })
    try {
      lane.tell(input)
    } finally {
      stop()
    }
    if (store.broken()) return no(refusal('store-broken'))
    const record = sealed as SealedRecord | null
    if (record === null) return no(refusal(moved ? 'ticket-moved' : 'nothing-changed'))
    return { ok: true, done: { record: identityText(record.identity), phase: lane.state().phase } }
  }

  return {
    async act(request, person, from) {
      const lane = lanes.find(({ rules }) => rules.lane === request.lane)
      if (lane === undefined) return no(refusal('no-such-lane'))
      // A key pressed twice must not lift twice.
      if (underWay.has(request.lane)) return no(refusal('act-under-way'))
      underWay.add(request.lane)
      try {
        return await act(lane, request, person, from)
      } finally {
        underWay.delete(request.lane)
      }
    },
  }
}

const visitIn = (state: LaneState): number | null => ('visit' in state ? (state.visit?.number ?? null) : null)

const lettersIn = (text: string): number => [...text.matchAll(/[\p{L}\p{N}]/gu)].length

function tractorIn(text: string | undefined): Plate | null {
  const reading = readPlate(text ?? '')
  return reading.kind === 'plate' && !isTrailer(reading.plate) ? reading.plate : null
}

/** The first picture any camera of the lane now takes, or null once that lasts too long: a dead camera must not keep a person from acting. */
function photoOf(lane: ActingLane, clock: Clock): Promise<string | null> {
  return new Promise((taken) => {
    const done = (hash: string | null): void => {
      stopHearing()
      stopWaiting()
      taken(hash)
    }
    const stopHearing = lane.onPicture(done)
    const stopWaiting = clock.timer(realSpan(clock, PHOTO_WITHIN), () => done(null))
    lane.photograph('act')
  })
}

function isDecisionOn(record: SealedRecord, { rules }: ActingLane, { act, operator }: OperatorAct): boolean {
  if (record.kind !== 'decision') return false
  const { body } = JSON.parse(record.bytes) as LedgerRecord<'decision'>
  return body.lane === rules.lane && body.act === act && body.operator === operator
}

/** The ticket this release would use is no longer what the verdict rested on: an order voided it, or another lane used it. */
function ticketMoved(state: LaneState, { act }: OperatorAct, book: Pick<Store['book'], 'get'>): boolean {
  const use = act === 'release' && 'given' in state ? state.given?.use : null
  if (!use) return false
  const now = book.get(use.number)
  return now === null || now.state !== use.from
}
