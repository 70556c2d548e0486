/**
 * One barrier as its own controller drives it (pure). An open or close contact is an edge, not a level. While its safety loop is
 * busy the arm is not lowered, and one that is falling goes up again; an open signal during lowering raises at once (GB/T 24973).
 * An arm that is hit swings away: no contact is made until somebody has mended it.
 */
export interface Arm {
  /** 0 lies, 1 stands. */
  readonly lift: number
  readonly wants: 'up' | 'down'
  readonly broken: boolean
}
export const LYING: Arm = { lift: 0, wants: 'down', broken: false }
/** Toll barriers of the middle class need 1.4 s or less; ours is one of the quicker. */
const FULL_SWING_MS = 1_200

export type ArmPosition = 'down' | 'moving' | 'up' | 'broken'
export const positionOf = (arm: Arm): ArmPosition => (arm.broken ? 'broken' : arm.lift <= 0 ? 'down' : arm.lift >= 1 ? 'up' : 'moving')

/** A contact of the board closed. */
export const told = (arm: Arm, what: 'open' | 'close'): Arm => ({ ...arm, wants: what === 'open' ? 'up' : 'down' })

/** `dt` milliseconds later. */
export function moved(arm: Arm, dt: number, obstructed: boolean): Arm {
  if (arm.broken) return arm
  const up = arm.wants === 'up' || (obstructed && arm.lift > 0)
  const lift = Math.min(1, Math.max(0, arm.lift + ((up ? 1 : -1) * dt) / FULL_SWING_MS))
  return lift === arm.lift ? arm : { ...arm, lift }
}
/** A vehicle drives into it. An arm that stands high enough lets it pass. */
export const struck = (arm: Arm): Arm => (arm.lift > 0.6 || arm.broken ? arm : { ...arm, broken: true })
export const mended = (): Arm => LYING
