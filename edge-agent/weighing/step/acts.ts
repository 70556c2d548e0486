import { MANUAL_ACTS, type ManualAct } from '#edge/acts'
import type { Instant } from '#edge/units'
import type { Decision } from '#edge/weighing'
import type { Gate, Given, LaneEffect, LaneState, OperatorAct, Rules, Step, Visit } from '../vocabulary.ts'
import { raise } from './alarms.ts'
import { mayResume, resumed } from './blocked.ts'
import { held } from './held.ts'
import { allHeard, andThen, boardIsSilent, closeGate, go, openGate, visitOf } from './lane.ts'
import { letGo, takenBack, unjudged } from './letting-go.ts'
import { decision, toClearing, weighAgain } from './moves.ts'

/**
 * What a person may do at a lane now, and what it does (DOMAIN.md section 6). Each act is a sealed decision with its reason; each opening
 * that no verdict allowed raises its own alarm. An act that means nothing now changes nothing.
 *
 *   release     asking, held          lets it go, its ticket with it         hold     on the platform   the exit stays or goes shut
 *               blocked, let go       lifts once more                        re-weigh judged, blocked   back to the scale
 *   refuse      asking                a hold                                 void     judged            that weighing does not count; held
 *   lift        any                   opens a gate, uses no ticket           plate    here              a plate read by eye; judged: weighed again
 *   attended-on, attended-off  any    every opening waits for a person       resume   blocked           a person has looked
 */
export function acted(state: LaneState, act: OperatorAct, rules: Rules): Step | null {
  return can[act.act](state, rules) ? (does[act.act](state, act, rules) ?? null) : null
}

/** The manual acts that mean something now, for the console. */
export const actsNow = (state: LaneState, rules: Rules): ManualAct[] => MANUAL_ACTS.filter((act) => can[act](state, rules))

/** The vehicle that is or was on the platform, while nobody has seen it leave. */
function here(state: LaneState): Visit | null {
  switch (state.phase) {
    case 'boarding':
    case 'positioning':
    case 'settling':
    case 'asking':
    case 'held':
      return state.visit
    case 'released':
      return state.crossing === null ? state.visit : null
    case 'blocked':
      return state.visit?.loaded ? state.visit : null
    case 'starting':
    case 'idle':
    case 'arriving':
    case 'clearing':
      return null
  }
}
const givenOf = (state: LaneState): Given | null => ('given' in state ? state.given : null)
/** Held before anybody judged it: letting it go is a lift, and needs whom a lift needs. */
const isUnjudged = ({ use, findings, modes }: Given): boolean => use === null && findings.length === 0 && modes === undefined
const isJudged = (state: LaneState): boolean => here(state) !== null && givenOf(state) !== null

type May = (state: LaneState, rules: Rules) => boolean
const can: Readonly<Record<ManualAct, May>> = {
  // While the board is silent nobody can be let go: an order nobody hears is worse than a wait.
  release: (state) => {
    const given = givenOf(state)
    if (boardIsSilent(state) || given === null || given.voided === true || isUnjudged(given)) return false
    return state.phase === 'asking' || state.phase === 'held' || (state.phase === 'blocked' && state.released && here(state) !== null)
  },
  refuse: ({ phase }) => phase === 'asking',
  lift: (state, rules) => !boardIsSilent(state) && allHeard(state, rules) && (rules.layout.gates.exit || rules.layout.gates.entry),
  hold: (state) => here(state) !== null && state.phase !== 'held',
  're-weigh': (state, rules) => (state.phase === 'blocked' ? here(state) !== null && mayResume(state, rules) : isJudged(state)),
  void: (state) => isJudged(state) && (here(state)?.weighed ?? 0) > 0 && givenOf(state)?.voided !== true,
  plate: (state) => state.phase === 'arriving' || (here(state) !== null && state.phase !== 'released'),
  'attended-on': ({ attended = null }) => attended === null,
  'attended-off': ({ attended = null }) => attended !== null,
  resume: (state, rules) => mayResume(state, rules),
}

const written = (state: LaneState, act: Decision['act'], by: OperatorAct, rules: Rules, more: { gate?: Gate; plate?: string } = {}) => {
  const { reason, operator, note, second, photo } = by
  return decision(visitOf(state), rules, act, {
    reason,
    operator,
    ...(note === undefined ? {} : { note }),
    ...(second === undefined ? {} : { second }),
    ...(photo === undefined ? {} : { photo }),
    ...more,
  })
}

/** Opened by a person against or without a verdict: an alarm of its own. */
function lifted(state: LaneState, { at, operator, reason }: OperatorAct, gate: Gate, rules: Rules): Step {
  const counts = { remotes: 0, zeros: 0, ...state.counts, lifts: (state.counts?.lifts ?? 0) + 1 }
  return go({ ...state, counts }, raise('manual-lift', `lift-${counts.lifts}`, state, at, rules, { operator, reason, gate }))
}

type Does = (state: LaneState, by: OperatorAct, rules: Rules) => Step | undefined
const does: Readonly<Record<ManualAct, Does>> = {
  release(state, by, rules) {
    const [visit, given] = [here(state), givenOf(state)]
    if (visit === null || given === null) return
    const decided = written(state, 'release', by, rules)
    const asked = state.phase === 'asking'
    const { state: now, effects } = asked ? go(state) : lifted(state, by, 'exit', rules)
    return letGo(now, visit, given, { at: by.at, rules, why: 'operator-release', ink: [decided, ...effects] })
  },
  refuse: (state, by, rules) => holdIt(state, by, rules),
  hold: (state, by, rules) => holdIt(state, by, rules),
  void: (state, by, rules) => holdIt(state, by, rules),
  lift(state, by, rules) {
    const gate = by.gate ?? 'exit'
    if (!rules.layout.gates[gate]) return
    const decided = written(state, 'lift', by, rules, { gate })
    const up = lifted(state, by, gate, rules)
    const vehicle = here(state)
    const given = givenOf(state) ?? unjudged(state, by.at, rules)
    // Its leaving uses no ticket: nobody has judged that it may.
    const liftedFor: Given = { ...given, use: given.used ? given.use : null }
    if (gate === 'exit' && vehicle?.loaded) return letGo(up.state, vehicle, liftedFor, aside(by.at, rules, [decided, ...up.effects]))
    const open: readonly LaneEffect[] = openGate(gate, 'operator-lift', rules)
    if (state.phase === 'idle') return go(toClearing(up.state, by.at, rules, 'nobody'), decided, ...up.effects, ...open)
    // Of a start nobody knows yet what stands there: what leaves now was let out by a person.
    const now = state.phase === 'starting' && gate === 'exit' && state.visit ? { ...up.state, released: true, given: liftedFor } : up.state
    return go(now as LaneState, decided, ...up.effects, ...open)
  },
  're-weigh'(state, by, rules) {
    if (state.phase === 'blocked') return resumed(state, by.at, rules, 're-weigh', [written(state, 're-weigh', by, rules)])
    return again(state, by, rules, 're-weigh')
  },
  plate(state, by, rules) {
    const { plate } = by
    if (plate === undefined || !('visit' in state) || state.visit === null) return
    const typed = { ...state, visit: { ...state.visit, typed: { plate, by: by.operator } } }
    if (isJudged(state) && state.phase !== 'blocked') return again(typed, by, rules, 'plate')
    return go(typed as LaneState, written(state, 'plate', by, rules, { plate }))
  },
  'attended-on': (state, by, rules) =>
    go({ ...state, attended: { since: by.at, why: by.reason } }, written(state, 'attended-on', by, rules)),
  'attended-off': (state, by, rules) => go({ ...state, attended: null }, written(state, 'attended-off', by, rules)),
  resume: (state, by, rules) =>
    state.phase === 'blocked' ? resumed(state, by.at, rules, 're-weigh', [written(state, 'resume', by, rules)]) : undefined,
}

const aside = (at: Instant, rules: Rules, ink: readonly LaneEffect[]) => ({ at, rules, why: 'operator-lift', ink })

/** Also one that was let go and has not left: the arm comes down again once its side is clear, and its ticket comes back. */
function holdIt(state: LaneState, by: OperatorAct, rules: Rules): Step | undefined {
  const visit = here(state)
  if (visit === null) return
  const back = takenBack(givenOf(state) ?? unjudged(state, by.at, rules))
  const given = by.act === 'void' ? { ...back.given, use: null, voided: true } : back.given
  const step = held(state, visit, given, [written(state, by.act, by, rules), ...back.ink], rules)
  return andThen(step, (now) => closeGate(now, 'exit', rules, 'held'))
}

function again(state: LaneState, by: OperatorAct, rules: Rules, because: 're-weigh' | 'plate'): Step | undefined {
  const [visit, given] = [here(state), givenOf(state)]
  if (visit === null || given === null) return
  const more = because === 'plate' && by.plate !== undefined ? { plate: by.plate } : {}
  const ink = [written(state, because, by, rules, more), ...takenBack(given).ink]
  return weighAgain(state, visit, because, by.at, rules, ink)
}
