import type { AlarmKind } from '#edge/alarm'
import type { FindingCode } from '#edge/findings'
import type { LaneFault } from '../lane-faults.ts'
import type { Cheat } from './kinds.ts'

/**
 * What the system must say about each cheat and each fault: any one of these findings (on a weighing or a passage of its lane while it
 * was there) or alarms. `through`: whether its vehicle may leave all the same, because nothing about it is forbidden.
 */
export interface Expectation {
  readonly findings: readonly FindingCode[]
  readonly alarms: readonly AlarmKind[]
  /** Acts of the lane itself that say it. */
  readonly decisions?: readonly string[]
  /** Or it is kept from being weighed at all, and goes back: what never was weighed has no record to stand in. */
  readonly prevented?: boolean
  /** It may leave by an automatic release. */
  readonly through: boolean
}
const says = (findings: readonly FindingCode[], alarms: readonly AlarmKind[] = [], through = false): Expectation => ({
  findings,
  alarms,
  through,
})

export const EXPECTED: Readonly<Record<Cheat, Expectation>> = {
  // Of those who used theirs earlier in the day the system says so.
  'no-ticket': says(['no-ticket', 'ticket-used', 'no-plate']),
  'other-trucks-ticket': says(['ticket-other-truck', 'no-ticket']),
  overloaded: says(['over-legal-limit'], ['overload'], true),
  escape: says([], ['escape']),
  bolt: says(['no-ticket', 'ticket-used'], ['held-vehicle-left', 'escape']),
  tailgate: { ...says(['tailgate', 'two-trucks', 'two-plates', 'half-on'], ['tailgate', 'escape'], true), prevented: true },
  'two-trucks': says(['two-trucks', 'two-plates', 'tare-off-history', 'tare-implausible']),
  'half-on': { ...says(['half-on', 'never-settled', 'moved-while-weighing']), prevented: true },
  'half-on-masked': says(['half-on', 'sensor-masked', 'sensor-stuck']),
  'remote-chip': says(['weight-step', 'curve-shape', 'curve-smooth', 'moved-while-weighing']),
  'remote-heard': { ...says(['remote-control'], ['weight-curve']), prevented: true },
  'power-cycled': says(['weight-untrusted', 'scale-silent', 'zero-off'], ['device-silent', 'weight-curve']),
  zeroed: says(['weight-untrusted', 'weight-step'], ['weight-curve']),
  'water-tank': says(['tare-off-history', 'tare-implausible']),
  'plate-changed': says(['plate-changed', 'ticket-other-truck', 'two-plates', 'no-ticket']),
  'trailer-changed': says(['pair-changed', 'pair-unknown']),
  'used-ticket': says(['ticket-used', 'no-ticket']),
  'expired-ticket': says(['ticket-expired']),
  'unknown-ticket': says(['ticket-unknown', 'no-ticket', 'ticket-used']),
  'turns-back': { ...says([]), prevented: true },
  'reverses-off': { ...says([], ['drive-off'], true), decisions: ['turned-back'] },
  lingers: says([], [], true),
  'wrong-way': { ...says(['wrong-way'], ['forced-gate']), prevented: true },
  'wrong-lane': says(['wrong-lane']),
  'dirty-plate': says(['no-plate', 'camera-blind']),
}

export const EXPECTED_OF_FAULTS: Readonly<Record<LaneFault, Expectation>> = {
  'spilled-coal': says(['zero-off', 'zero-drifting', 'zero-not-returned'], ['zero-drift']),
  'beam-stuck': { ...says(['sensor-stuck', 'sensor-masked', 'half-on', 'never-settled']), prevented: true },
  'loop-dead': says(['sensor-stuck', 'sensor-masked', 'half-on', 'position-unproved']),
  'scale-unplugged': says(['scale-silent', 'weight-untrusted'], ['device-silent']),
  'board-silent': says([], ['device-silent']),
  'camera-dead': says(['no-plate', 'camera-blind'], ['device-silent']),
  'arm-hit': says([], ['forced-gate']),
}
