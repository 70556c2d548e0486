import type { ConsoleLane } from '#edge/console'

/** The zero of the empty platform over the last hours, as a line in a picture 400 by 80 whose middle is zero. */
export interface ZeroTrend {
  readonly line: string
  readonly count: number
  readonly lowest: number
  readonly highest: number
  /** Kilograms from the middle to the edge. */
  readonly halfKg: number
  /** Within one e of zero nothing is wrong. */
  readonly bandTop: number
  readonly bandHeight: number
  readonly from: string
  readonly to: string
}

/** Null: nothing was recorded yet. */
export function zeroTrend(zeros: ConsoleLane['scale']['zeros'], eKg: number): ZeroTrend | null {
  const [first, last] = [zeros[0], zeros.at(-1)]
  if (first === undefined || last === undefined) return null
  const weights = zeros.map(([, kg]) => kg)
  const [lowest, highest] = [Math.min(...weights), Math.max(...weights)]
  const halfKg = Math.max(2 * eKg, Math.ceil((Math.max(Math.abs(lowest), Math.abs(highest)) * 1.15) / eKg) * eKg)
  const [from, to] = [Date.parse(first[0]), Date.parse(last[0])]
  const x = (at: string): number => (to === from ? 400 : ((Date.parse(at) - from) / (to - from)) * 400)
  const y = (kg: number): number => 40 - (kg / halfKg) * 38
  const points = zeros.map(([at, kg]) => `${x(at).toFixed(1)} ${y(kg).toFixed(1)}`)
  // One zero alone is still a level.
  const line = points.length === 1 ? `M0 ${y(last[1]).toFixed(1)}H400` : `M${points.join('L')}`
  return { line, count: zeros.length, lowest, highest, halfKg, bandTop: y(eKg), bandHeight: y(-eKg) - y(eKg), from: first[0], to: last[0] }
}
