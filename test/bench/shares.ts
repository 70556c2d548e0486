/** Median, 99th percentile and worst of these milliseconds, to a hundredth. */
export function shares(taken: readonly number[]): { readonly p50: number; readonly p99: number; readonly worst: number } {
  const sorted = [...taken].sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2))
  return { p50: at(0.5), p99: at(0.99), worst: at(1) }
}

/** The middle one, of an even number the upper of the two; NaN of none. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
