import { facing } from './facing.ts'
import { absorb } from './step/absorb.ts'
import { acted } from './step/acts.ts'
import { arriving, boarding, idle } from './step/arriving.ts'
import { blocked } from './step/blocked.ts'
import { clearing } from './step/clearing.ts'
import { crossing, reachesExit } from './step/escape.ts'
import { forced, shutForNobody } from './step/gates.ts'
import { asking, holding } from './step/held.ts'
import { andThen, go, visitOf } from './step/lane.ts'
import { released } from './step/released.ts'
import { remoteControl } from './step/remote.ts'
import { positioning, settling } from './step/settling.ts'
import { started, starting } from './step/starting.ts'
import { zeroedUnder } from './step/trust.ts'
import type { LaneInput, LaneState, Rules, Sighting, Step } from './vocabulary.ts'

export { actsNow } from './step/acts.ts'
export { initialState } from './step/starting.ts'

/**
 * One vehicle's stay at a lane, as a pure machine (DOMAIN.md section 6); every way between its phases is in `transitions.ts`.
 *
 *   starting ──heard, empty──────────────────────────────────────────────┐
 *      │ loaded, busy, interrupted                                       │
 *      ▼            silent device, never settled, driver waits           │
 *   blocked ◄─────────────────────┬─────────────────────┐                │
 *      │ speaks again, a person   │                     │                │
 *      ▼                          │                     │                │
 *   boarding ──entry clear──► positioning ──beams──► settling            │
 *      ▲     closes entry         ▲   clear a while   │   │ at rest,     │
 *      │ weight                   └──beam blocked─────┘   │ dossier      │
 *   arriving                                              ▼              │
 *      ▲ loop, sighting: opens entry     ┌────────── verdict ─────────┐  │
 *      │                                 ▼ hold         ▼ ask         ▼ open: opens exit
 *    idle                              held ◄──────── asking ────► released
 *      ▲                                 │  refused, silence  operator│  │
 *      │ empty for a while, all clear    │ backs off                  │ exit loop on and off: passage
 *      └───────── clearing ◄─────────────┴────────────────────────────┴──┘
 *
 *   exit loop goes on without a release, in any phase with a vehicle: escape, siren, ──► clearing
 *
 * Timers are data: a state that waits says `until`, the shell arms one timer for it and feeds `deadline`; one that comes early
 * changes nothing. An input that means nothing in a phase changes nothing. The exit is ordered open only in a step that also
 * writes the weighing or the decision that allows it; a gate is ordered closed only onto a side whose loop and beam are clear.
 */
export const step = (state: LaneState, input: LaneInput, rules: Rules): Step =>
  rules.layout.bothWays ? facing(state, input, rules, stepOneWay) : stepOneWay(state, input, rules)

function stepOneWay(state: LaneState, input: LaneInput, rules: Rules): Step {
  if (input.kind === 'started') return started(state, input)
  const heard = absorb(state, input, rules)
  const noticed = NOTICES.reduce((step, notices) => andThen(step, (now) => notices(state, now, input, rules)), go(heard))
  const done = andThen(noticed, (now) => {
    if (input.kind === 'operator-act') return acted(now, input, rules) ?? onward(now, input, rules)
    return (reachesExit(state, input, rules) ? crossing(now, input.at, rules) : null) ?? onward(now, input, rules)
  })
  return andThen(done, (now) => shutForNobody(now, rules))
}

/** What is noticed whatever the phase: an arm that moves by itself, a remote control, a weight that vanishes. */
const NOTICES = [forced, remoteControl, zeroedUnder] as const

function onward(state: LaneState, input: LaneInput, rules: Rules): Step {
  switch (state.phase) {
    case 'starting':
      return starting(state, input, rules)
    case 'idle':
      return idle(state, input, rules)
    case 'arriving':
      return arriving(state, input, rules)
    case 'boarding':
      return boarding(state, input, rules)
    case 'positioning':
      return positioning(state, input, rules)
    case 'settling':
      return settling(state, input, rules)
    case 'asking':
      return asking(state, input, rules)
    case 'released':
      return released(state, input, rules)
    case 'held':
      return holding(state, input, rules)
    case 'blocked':
      return blocked(state, input, rules)
    case 'clearing':
      return clearing(state, input, rules)
  }
}

/** The one timer a state asks for, or null. The shell arms it anew after every step and feeds `deadline` when it has come. */
export const deadlineOf = (state: LaneState) => ('until' in state ? state.until : null)

/**
 * Whether a step must be on disk before the next one: it changed phase, ordered something, or learnt who stands there, which nobody reads
 * a second time. Readings that change nothing but the shown weight are not worth a write.
 */
export const isWorthInk = (before: LaneState, { state, effects }: Step): boolean =>
  before.phase !== state.phase ||
  before.visits !== state.visits ||
  effects.some(({ kind }) => kind !== 'fetch-dossier') ||
  knows(before) !== knows(state)

/** How much is known of the vehicle that is here and of the next: plates read, tags, tickets shown, a plate typed, a ticket claimed. */
function knows(state: LaneState): number {
  const visit = visitOf(state)
  const read = (all: readonly Sighting[]): number => all.filter(({ plate }) => plate !== null).length
  const said = [visit?.shown, visit?.typed, visit?.claimed, state.waiting.shown].filter((one) => (one ?? null) !== null).length
  return (
    read(visit?.sightings ?? []) + read(state.waiting.sightings) + (visit?.tags?.length ?? 0) + (state.waiting.tags?.length ?? 0) + said
  )
}
