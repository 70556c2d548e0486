/** A share with its Wilson 95 % interval, in parts of one. */
export interface Share {
  readonly of: number
  readonly hits: number
  readonly share: number
  readonly least: number
  readonly most: number
}
const Z = 1.959964

export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { of, hits, share: 0, least: 0, most: 1 }
  const p = hits / of
  const spread = 1 + (Z * Z) / of
  const middle = p + (Z * Z) / (2 * of)
  const half = Z * Math.sqrt((p * (1 - p)) / of + (Z * Z) / (4 * of * of))
  return { of, hits, share: p, least: Math.max(0, (middle - half) / spread), most: Math.min(1, (middle + half) / spread) }
}

export function quantile(sorted: readonly number[], part: number): number {
  if (sorted.length === 0) return 0
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? 0
}
