import type { BareFinding, Finding } from '#edge/findings'
import type { Match } from '#edge/match-ticket'
import type { GateCheck } from '#edge/ticket-check'
import type { Instant, Kilograms } from '#edge/units'
import { axleGroups } from './suspicion/axle-groups.ts'
import { cameraBlind } from './suspicion/camera-blind.ts'
import { boardingMeasures, leavingMeasures } from './suspicion/curve.ts'
import { frontOff, leftBehind, rearOff } from './suspicion/half-on.ts'
import { lasts, restOf } from './suspicion/level.ts'
import { asFinding, isOver, type Measured } from './suspicion/measured.ts'
import { restMeasures, stepAfter } from './suspicion/rests.ts'
import { entryFindings, exitFindings } from './suspicion/sensors.ts'
import { tareOffHistory } from './suspicion/tare-history.ts'
import { REST_FOR, REST_READINGS } from './suspicion/thresholds.ts'
import { untilItFits } from './suspicion/until-fits.ts'
import { drifting, notReturned } from './suspicion/zero.ts'
import type { Common, Dossier, Rules, Settled, Visit } from './vocabulary.ts'

export { habitsAfter } from './suspicion/sensors.ts'

/**
 * How people cheat, and the signal (DOMAIN.md section 7): findings drawn from what the weight and the sensors did, not from papers. Each
 * has a threshold with a reason (`suspicion/thresholds.ts`) and was tuned and measured on simulated cheats (`npm run study`).
 */
export interface Suspect {
  readonly at: Instant
  readonly visit: Visit
  readonly lane: Common
  readonly settled: Settled
  readonly dossier: Dossier
  readonly match: Match
  readonly check: GateCheck
  readonly rules: Rules
}

/** What the weight itself measures at the verdict, found or not. */
export function measures({ visit, settled, dossier, match, check, rules }: Suspect): Measured[] {
  const { watch } = visit
  const { weight, at } = settled
  const curve = watch
    ? [...restMeasures(watch, weight, at, rules), ...boardingMeasures(watch, weight, rules), ...frontOff(watch, weight, rules)]
    : []
  const { plate, trailer } = match.vehicle
  const empty = {
    kg: weight,
    groupsKg: axleGroups(watch, weight),
    plate,
    trailer: trailer ?? match.ticket?.ticket.trailer ?? null,
  }
  return [...curve, ...(check.kind === 'tare' ? tareOffHistory(empty, dossier.tares ?? [], rules) : [])]
}

/** At the verdict: what speaks against this weight or this vehicle. */
export function suspicions(facts: Suspect): BareFinding[] {
  const { visit, lane, settled, dossier, match, check, rules, at } = facts
  const { plate } = match.vehicle
  const recent = dossier.recent ?? []
  return [
    ...measures(facts).filter(isOver).map(asFinding),
    ...(visit.watch ? entryFindings(visit, lane, visit.watch, at, rules) : []),
    ...untilItFits({ at: settled.at, weight: settled.weight, kind: check.kind, plate }, recent, rules),
    ...cameraBlind(visit, plate ?? match.ticket?.ticket.plate ?? null, recent, lane),
    ...drifting(settled.at, lane.zero, dossier.scale, rules),
  ]
}

/** A vehicle that was let go has left the platform: what was noticed only then. `zero` is the empty platform's weight, once it is at rest. */
export interface Left {
  readonly at: Instant
  readonly visit: Visit
  readonly lane: Common
  readonly weight: Kilograms
  readonly given: readonly Finding[]
  readonly zero: Kilograms | null
  readonly rules: Rules
}
export function leftMeasures({ visit: { watch }, lane, weight, zero, rules }: Left): Measured[] {
  return [
    ...(watch
      ? [
          ...stepAfter(watch, weight, rules),
          ...leavingMeasures(watch, weight, rules),
          ...rearOff(watch, weight, rules),
          ...leftBehind(watch, weight),
        ]
      : []),
    ...notReturned(lane.zero, zeroAfter(watch, lane.zero, zero), rules),
  ]
}
/** What rested on the platform once the vehicle had gone, furthest from the zero before: a chip may be switched off before anybody looks. */
function zeroAfter(watch: Visit['watch'], before: number | null, zero: number | null): number | null {
  const level = watch?.level
  const now = level && lasts(level, REST_FOR, REST_READINGS) ? restOf(level, null, false).kg : null
  const all = [watch?.restedAfter ?? null, now, zero].filter((kg) => kg !== null)
  return all.reduce<number | null>(
    (far, kg) => (far === null || Math.abs(kg - (before ?? 0)) > Math.abs(far - (before ?? 0)) ? kg : far),
    null,
  )
}
/** What the verdict had found already is not said twice; of each kind the one that is furthest over. */
export function afterLeaving(facts: Left): BareFinding[] {
  const { visit, lane, given, at, rules } = facts
  const told = new Set<string>(given.map(({ code }) => code))
  const found = [
    ...leftMeasures(facts)
      .filter(isOver)
      .sort((a, b) => b.size / b.least - a.size / a.least)
      .map(asFinding),
    ...(visit.watch ? exitFindings(visit, lane, visit.watch, at, 'by-exit', rules) : []),
  ]
  return found.filter(({ code }) => {
    if (told.has(code)) return false
    told.add(code)
    return true
  })
}
