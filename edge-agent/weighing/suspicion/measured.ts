import type { BareFinding, Facts, FindingCode } from '#edge/findings'

/** What a signal measured, and from which size on it is a finding: the study asks for both, the verdict only for what is over. */
export interface Measured {
  readonly code: FindingCode
  readonly size: number
  readonly least: number
  readonly facts: Facts
}
export const isOver = ({ size, least }: Measured): boolean => size >= least
export const asFinding = ({ code, facts }: Measured): BareFinding => ({ code, facts })
