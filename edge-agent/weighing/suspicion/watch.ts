import { after, type Instant, milliseconds, type Span } from '#edge/units'
import type { Common, LaneInput, Rules } from '../vocabulary.ts'
import { type Level, lasts, type Rest, restOf, startLevel, stretch } from './level.ts'
import { NO_SWEEPS, type Sweeps, swept } from './sweeps.ts'
import {
  BEHIND_AFTER,
  EDGE_WITHIN,
  PLATEAU_FOR,
  plateauBand,
  REST_AFTER_VERDICT,
  REST_FOR,
  REST_READINGS,
  ROLLING_FROM,
  ROLLING_UNTIL,
  restBand,
} from './thresholds.ts'

/**
 * What a visit's weight and sensors did, kept while it lasts: bounded, whatever happens, because it is part of the lane's stored state
 * (about 1 kB, never more than 4). Folded in constant time, input by input; findings are drawn from it at the verdict and when the vehicle
 * has left.
 */
export interface Watch {
  readonly since: Instant
  /** Loop and beam of each side that have been on. */
  readonly acted: readonly Presence[]
  /** The newest eight weights, oldest first. */
  readonly last: readonly number[]
  /** Since when both beams have been clear with a vehicle on; null while they are not. Without beams: since it came on. */
  readonly whollySince: Instant | null
  /** First reading of a vehicle. */
  readonly onAt: Instant | null
  /** The calm the weight is in now, and the calms before it while wholly on: the first two and the newest six. */
  readonly level: Level | null
  readonly rests: readonly Rest[]
  /** Lowest and highest weight since the last of them ended, and whether something came to the entry in that time. */
  readonly unrest: readonly [low: number, high: number] | null
  readonly entered: boolean
  /** Readings on the way to the first rest, and all falls between them, kilograms. */
  readonly rolled: readonly [readings: number, falls: number]
  /** How often the curve swept up anew on the way. */
  readonly sweeps: Sweeps
  /** Readings and their sum while wholly on and hardly at rest. */
  readonly afterBoarding: readonly [readings: number, sum: number]
  /** Weights that lasted a moment while driving on, and while driving off: groups of axles. At most six each. */
  readonly groups: Level | null
  readonly ups: readonly number[]
  readonly downs: readonly number[]
  /** The longest of those on the way on: between tractor and trailer, or front and rear axles, a vehicle rolls furthest without an axle. */
  readonly landing?: readonly [lasted: Span, kg: number]
  /** The highest weight that lasted three readings: up to the verdict, and after it. */
  readonly top: number
  readonly topAfter: number
  readonly judgedAt: Instant | null
  /** After the verdict the front has reached the exit beam; and the mean weight of the last moment before, where that was told in time. */
  readonly reachedExit: boolean
  readonly atExit: number | null
  /** Since when the exit beam has been clear behind the vehicle, and what still stood there a while after that. */
  readonly passedAt: Instant | null
  readonly behind: number
  /** The weight furthest from nothing that rested on the platform after that. */
  readonly restedAfter: number | null
}
export type Presence = 'entry-loop' | 'entry-beam' | 'exit-beam' | 'exit-loop'

const PRESENCE: readonly Presence[] = ['entry-loop', 'entry-beam', 'exit-beam', 'exit-loop']
const isPresence = (sensor: string): sensor is Presence => (PRESENCE as readonly string[]).includes(sensor)
const MOST_GROUPS = 6
const FIRST_RESTS = 2
const NEWEST_RESTS = 6

/** A new visit's watch. */
export const newWatch = (at: Instant): Watch => ({
  since: at,
  acted: [],
  last: [],
  whollySince: null,
  onAt: null,
  level: null,
  rests: [],
  unrest: null,
  entered: false,
  rolled: [0, 0],
  sweeps: NO_SWEEPS,
  afterBoarding: [0, 0],
  groups: null,
  ups: [],
  downs: [],
  top: 0,
  topAfter: 0,
  judgedAt: null,
  reachedExit: false,
  atExit: null,
  passedAt: null,
  behind: 0,
  restedAfter: null,
})

/** The watch after one more input of this visit. An older state's watch is taken up as a new one. */
export function watchOn(before: Watch, input: LaneInput, lane: Common, rules: Rules): Watch {
  const watch = 'rests' in before ? before : newWatch((before as Watch).since)
  switch (input.kind) {
    case 'reading':
      return weighed(watch, input.at, input.weight, lane, rules)
    case 'sensor':
      return isPresence(input.sensor) ? sensed(watch, { ...input, sensor: input.sensor }, lane, rules) : watch
    case 'dossier':
      return {
        ...watch,
        judgedAt: input.at,
        topAfter: 0,
        downs: [],
        groups: null,
        reachedExit: false,
        atExit: null,
        passedAt: null,
        behind: 0,
        restedAfter: null,
      }
    default:
      return watch
  }
}

function weighed(watch: Watch, at: Instant, kg: number, lane: Common, rules: Rules): Watch {
  const { eKg } = rules.scale
  const on = kg >= rules.vehicleFrom
  const last = [...watch.last, kg].slice(-8)
  const held = last.length < 3 ? 0 : Math.min(...last.slice(-3))
  const wholly = on ? whollySince(watch, at, lane, rules) : null
  const told: Watch = {
    ...watch,
    last,
    whollySince: wholly,
    onAt: watch.onAt ?? (on ? at : null),
    acted: acting(watch.acted, lane),
    ...(watch.judgedAt === null ? { top: Math.max(watch.top, held) } : { topAfter: Math.max(watch.topAfter, held) }),
    ...rolling(watch, at, kg, wholly),
    ...(leftBehind(watch, at) ? { behind: Math.max(watch.behind, held) } : {}),
  }
  return grouped(calmed(told, at, kg, eKg), at, kg, eKg, rules)
}

/** Whether this sensor has worked in this visit. An older state's watch does not say. */
export const hasActed = (watch: Watch | undefined, sensor: Presence): boolean =>
  watch !== undefined && 'acted' in watch && watch.acted.includes(sensor)

/** Sensors that were on already when the visit began count as well. */
const acting = (acted: Watch['acted'], { sensors }: Common): Watch['acted'] =>
  acted.length === PRESENCE.length || PRESENCE.every((one) => sensors[one] !== true || acted.includes(one))
    ? acted
    : PRESENCE.filter((one) => sensors[one] === true || acted.includes(one))

/**
 * Wholly on from when both beams and the entry loop are clear together: a beam alone may look through the gap between tractor and
 * trailer. The loop may be busy again afterwards, for the next vehicle waits there. What a board whose answer is overdue said last begins
 * nothing.
 */
function whollySince({ whollySince: since }: Watch, at: Instant, lane: Common, rules: Rules): Instant | null {
  if (!beamsClear(lane, rules)) return null
  const onLoop = lane.sensors['entry-loop'] === true && rules.fitted.includes('entry-loop')
  return since ?? (onLoop || lane.boardLate === true ? null : at)
}

function beamsClear({ sensors }: Common, { fitted }: Rules): boolean {
  return (['entry-beam', 'exit-beam'] as const).every((beam) => !fitted.includes(beam) || sensors[beam] === false)
}

/** Until the first rest: how much it shook, and what it weighed on average once it was wholly on. */
function rolling(watch: Watch, at: Instant, kg: number, wholly: Instant | null): Partial<Watch> {
  if (watch.onAt === null || watch.rests.length > 0 || watch.judgedAt !== null) return {}
  const before = watch.last.at(-1) ?? kg
  const [readings, falls] = watch.rolled
  const [n, sum] = watch.afterBoarding
  const inWindow = wholly !== null && at >= after(wholly, ROLLING_FROM) && at <= after(wholly, ROLLING_UNTIL)
  const { level } = watch
  const calm = level !== null && wholly !== null && level.from >= wholly && lasts(level, REST_FOR, REST_READINGS)
  return {
    ...(calm ? {} : { rolled: [readings + 1, falls + Math.max(0, before - kg)] as const, sweeps: swept(watch.sweeps, at, kg) }),
    ...(inWindow ? { afterBoarding: [n + 1, sum + kg] as const } : wholly === null && n > 0 ? { afterBoarding: [0, 0] as const } : {}),
  }
}

/** After the verdict the exit beam was on and has been clear again for a while: what weighs now is not what was let go. */
const leftBehind = ({ passedAt }: Watch, at: Instant): boolean => passedAt !== null && at >= after(passedAt, BEHIND_AFTER)

/** Goes on in its calm or begins another; a calm that lasted while wholly on is remembered as a rest. */
function calmed(watch: Watch, at: Instant, kg: number, eKg: number): Watch {
  const longer = watch.level === null ? null : stretch(watch.level, at, kg, restBand(eKg))
  if (longer !== null) return { ...watch, level: longer }
  return { ...closed(watch), level: startLevel(at, kg) }
}

function closed(watch: Watch): Watch {
  const { level, unrest, rests, entered } = watch
  if (level === null) return watch
  if (
    watch.whollySince !== null &&
    level.from >= watch.whollySince &&
    lasts(level, watch.judgedAt === null ? REST_FOR : REST_AFTER_VERDICT, REST_READINGS)
  ) {
    const all = [...rests, restOf(level, unrest, entered)]
    const kept = all.length <= FIRST_RESTS + NEWEST_RESTS ? all : [...all.slice(0, FIRST_RESTS), ...all.slice(-NEWEST_RESTS)]
    return { ...watch, level: null, rests: kept, unrest: null, entered: false }
  }
  if (watch.passedAt !== null && level.from >= watch.passedAt && lasts(level, REST_FOR, REST_READINGS)) {
    const { kg } = restOf(level, null, false)
    return { ...watch, level: null, restedAfter: Math.abs(kg) > Math.abs(watch.restedAfter ?? 0) ? kg : (watch.restedAfter ?? kg) }
  }
  const [low, high] = unrest ?? [level.low, level.high]
  return { ...watch, level: null, unrest: [Math.min(low, level.low), Math.max(high, level.high)] }
}

/** Groups of axles: weights that last a moment, on the way on and on the way off. */
function grouped(watch: Watch, at: Instant, kg: number, eKg: number, rules: Rules): Watch {
  const driving = watch.judgedAt === null ? watch.rests.length === 0 && watch.whollySince === null : true
  const longer = watch.groups === null ? null : stretch(watch.groups, at, kg, plateauBand(eKg, kg))
  if (longer !== null) return { ...watch, groups: longer }
  const groups = kg >= rules.vehicleFrom ? startLevel(at, kg) : null
  const ended = watch.groups
  if (!driving || ended === null || !lasts(ended, PLATEAU_FOR, 3)) return { ...watch, groups }
  const side = watch.judgedAt === null ? 'ups' : 'downs'
  const lasted = milliseconds(ended.to - ended.from)
  const landing = side === 'ups' && lasted > (watch.landing?.[0] ?? 0) ? { landing: [lasted, meanOf(ended)] as const } : {}
  return watch[side].length >= MOST_GROUPS
    ? { ...watch, ...landing, groups }
    : { ...watch, ...landing, groups, [side]: [...watch[side], meanOf(ended)] }
}
const meanOf = ({ sum, readings }: Level): number => Math.round(sum / readings)

type Edge = Omit<Extract<LaneInput, { kind: 'sensor' }>, 'sensor'> & { readonly sensor: Presence }

function sensed(watch: Watch, { at, sensor, on, lateBy = milliseconds(0) }: Edge, lane: Common, rules: Rules): Watch {
  const seen: Watch = {
    ...watch,
    acted: acting(on && !watch.acted.includes(sensor) ? [...watch.acted, sensor] : watch.acted, lane),
    entered: watch.entered || (on && sensor.startsWith('entry-')),
  }
  if (sensor === 'exit-beam' && on && watch.judgedAt !== null && !watch.reachedExit)
    return { ...closed(seen), whollySince: null, reachedExit: true, atExit: lateBy <= EDGE_WITHIN ? meanOfLast(watch) : null }
  if (sensor !== 'entry-beam' && sensor !== 'exit-beam') return seen
  // Its rear is past the beam when its body is over the loop; one that backs away from the beam has passed nothing.
  const overLoop = !rules.fitted.includes('exit-loop') || lane.sensors['exit-loop'] === true
  const passing = sensor === 'exit-beam' && watch.reachedExit ? { passedAt: !on && overLoop ? at : null } : {}
  const loaded = lane.weight !== null && lane.weight >= rules.vehicleFrom
  return { ...closed(seen), ...passing, whollySince: loaded ? whollySince({ ...seen, whollySince: null }, at, lane, rules) : null }
}
const meanOfLast = ({ last }: Watch): number | null =>
  last.length === 0 ? null : Math.round(last.reduce((sum, kg) => sum + kg, 0) / last.length)
