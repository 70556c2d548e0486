import { LANE_MAP, type Oncoming } from './lane-map.ts'
import type { Signal } from './lane-plant.ts'

/**
 * What a driver does at a lane (pure: what he sees in, what he does out). He knows nothing of tickets and verdicts, only arms and, where
 * there is no arm, the light; and who comes towards him.
 *
 *   queueing ─lane free─► approaching ─► at-entry ─arm up─► driving-on ─► standing ─exit up─► leaving ─► out
 *      ▲                                    │ nobody lifts,                  │ entry up again, red for minutes: held
 *      └────────── backing-up ◄─────────────┘ or for another                 ├─► reversing ─► back
 *                                                                            └─► (bolts) leaving ─► out
 */
export type Temper =
  /** Waits for the exit arm; backs off when held. */
  | 'patient'
  /** Drives over the platform and through the exit without stopping. */
  | 'rolls-through'
  /** Stops and waits, but leaves through the exit arm when held. */
  | 'bolts'
  /** Turns back at the open entry. */
  | 'turns-back'
  /** Let go, and reverses off the platform instead of leaving. */
  | 'reverses-off'
  /** Let go, and stays for minutes: on the telephone, asleep. */
  | 'lingers'
  /** Drives up to the shut arm while one from the other end is weighed, and makes room when that one is let out towards him. */
  | 'presses'

export type Mood =
  | { readonly is: 'queueing'; readonly freeSince: number | null; readonly since: number }
  | { readonly is: 'approaching' }
  | { readonly is: 'at-entry'; readonly since: number }
  | { readonly is: 'backing-up' }
  | { readonly is: 'driving-on' }
  /** `noticed`: what he has seen and since when, for people need a moment. */
  | {
      readonly is: 'standing'
      readonly since: number
      readonly entryWasDown: boolean
      readonly noticed: readonly ['exit' | 'held', number] | null
    }
  | { readonly is: 'leaving' }
  | { readonly is: 'reversing' }
  | { readonly is: 'out' }
  | { readonly is: 'back' }

export interface Sees {
  /** Milliseconds of his own watch. */
  readonly at: number
  readonly entry: Signal
  readonly exit: Signal
  readonly oncoming: Oncoming
  /** His truck is rolling. */
  readonly rolling: boolean
  /** Where he must stop to be weighed. */
  readonly stop: number
}

export interface Does {
  readonly mood: Mood
  readonly go?: { readonly to: number; readonly speed: number }
  /** He calls for somebody to crank the entry arm up, because he has stood there for ages. */
  readonly shouts?: true
}

const SPEED = { approach: 3.5, board: 2.6, leave: 3.2, through: 3.6, reverse: 2 }
const isUp = (signal: Signal): boolean => signal === 'up' || signal === 'broken' || signal === 'green'
const isShut = (signal: Signal): boolean => signal === 'down' || signal === 'red'

/** Both arms down for so long: the lane is ready for the next. */
const LANE_FREE_MS = 5_000
const QUEUE_ANYWAY_MS = 120_000
const LIFT_PATIENCE_MS = 75_000
const REACTION_MS = 900
const HELD_REACTION_MS = 4_000
/** Standing so long with the entry arm up: nobody will weigh him. */
const HELD_IF_OPEN_MS = 60_000
/** Then he calls for somebody to lift the arm behind him or, where there is none, backs off by himself. */
const STAND_PATIENCE_MS = 240_000
/** Longer than any lane waits for who was let go. */
const LINGERS_MS = 150_000

export const arriving = (at: number): Mood => ({ is: 'queueing', freeSince: null, since: at })

export function driverStep(mood: Mood, sees: Sees, temper: Temper): Does {
  const { at, rolling } = sees
  switch (mood.is) {
    case 'queueing': {
      const presses = temper === 'presses'
      const alone = sees.oncoming === 'nobody'
      const shut = isShut(sees.entry) && isShut(sees.exit)
      const free = presses ? (alone ? isShut(sees.exit) : sees.oncoming === 'comes' && isShut(sees.entry)) : alone && shut
      const freeSince = free ? (mood.freeSince ?? at) : null
      const ready = (freeSince !== null && (presses || at - freeSince >= LANE_FREE_MS)) || (alone && at - mood.since >= QUEUE_ANYWAY_MS)
      return ready
        ? { mood: { is: 'approaching' }, go: { to: LANE_MAP.stopLine, speed: SPEED.approach } }
        : { mood: { ...mood, freeSince } }
    }
    case 'approaching':
      return rolling ? { mood } : { mood: { is: 'at-entry', since: at } }
    case 'at-entry': {
      const forAnother = sees.oncoming === 'comes' && !isShut(sees.entry)
      if (isUp(sees.entry) && !forAnother) {
        if (temper === 'turns-back') return { mood: { is: 'reversing' }, go: { to: LANE_MAP.queue, speed: SPEED.reverse } }
        const to = temper === 'rolls-through' ? { to: LANE_MAP.away, speed: SPEED.through } : { to: sees.stop, speed: SPEED.board }
        return { mood: { is: temper === 'rolls-through' ? 'leaving' : 'driving-on' }, go: to }
      }
      if (!forAnother && at - mood.since < LIFT_PATIENCE_MS) return { mood }
      return { mood: { is: 'backing-up' }, go: { to: LANE_MAP.queue, speed: SPEED.reverse } }
    }
    case 'backing-up':
      return rolling ? { mood } : { mood: arriving(at) }
    case 'driving-on':
      return rolling ? { mood } : { mood: { is: 'standing', since: at, entryWasDown: isShut(sees.entry), noticed: null } }
    case 'standing':
      return standing(mood, sees, temper)
    case 'leaving':
      return rolling ? { mood } : { mood: { is: 'out' } }
    case 'reversing':
      return rolling ? { mood } : { mood: { is: 'back' } }
    case 'out':
    case 'back':
      return { mood }
  }
}

function standing(mood: Extract<Mood, { is: 'standing' }>, sees: Sees, temper: Temper): Does {
  const { at } = sees
  const stood = at - mood.since
  const entryWasDown = mood.entryWasDown || isShut(sees.entry)
  const open = sees.entry === 'up' || sees.entry === 'green'
  const held = open ? entryWasDown || stood > HELD_IF_OPEN_MS : sees.entry === 'red' && stood > STAND_PATIENCE_MS
  // Nobody drives out towards one who stands there.
  const letOut = sees.oncoming === 'nobody' ? 'exit' : null
  const sign = isUp(sees.exit) ? letOut : held ? 'held' : null
  if (sign === null) return { mood: { ...mood, entryWasDown, noticed: null }, ...(stood > STAND_PATIENCE_MS ? { shouts: true } : {}) }
  const noticed = mood.noticed?.[0] === sign ? mood.noticed : ([sign, at] as const)
  if (at - noticed[1] < (sign === 'exit' ? REACTION_MS : HELD_REACTION_MS)) return { mood: { ...mood, entryWasDown, noticed } }
  if (sign === 'exit' && temper === 'lingers' && at - noticed[1] < LINGERS_MS) return { mood: { ...mood, entryWasDown, noticed } }
  if (sign === 'exit' && temper === 'reverses-off') return { mood: { is: 'reversing' }, go: { to: LANE_MAP.queue, speed: SPEED.reverse } }
  if (sign === 'exit') return { mood: { is: 'leaving' }, go: { to: LANE_MAP.away, speed: SPEED.leave } }
  if (temper === 'bolts') return { mood: { is: 'leaving' }, go: { to: LANE_MAP.away, speed: SPEED.through } }
  return { mood: { is: 'reversing' }, go: { to: LANE_MAP.queue, speed: SPEED.reverse } }
}
