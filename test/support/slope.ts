/** A straight line through points by least squares, with the 95 % confidence interval of its slope (Student's t, two-sided). */
export interface Slope {
  readonly slope: number
  readonly low: number
  readonly high: number
  /** Zero lies within the interval: no growth is to be told from the noise. */
  readonly isFlat: boolean
}

/** Student's t at 97.5 % for 1, 2, … degrees of freedom. */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
]

/** Beyond the table there are dozens of points, and t is that of the normal distribution. */
const Z_975 = 1.96

/** Of three points `[x, y]` or more; throws a RangeError for fewer, which have no scatter. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  if (points.length < 3) throw new RangeError(`${points.length} points have no slope with an interval`)
  const t = T_975[points.length - 3] ?? Z_975
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const across = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / across
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const error = Math.sqrt(rest / (points.length - 2) / across)
  const [low, high] = [slope - t * error, slope + t * error]
  return { slope, low, high, isFlat: low <= 0 && high >= 0 }
}
