import { milliseconds, type Span } from '#edge/units'

/**
 * How long to wait before attempt `attempt` (from 0): somewhere between `least` and a bound that doubles up to `most`. The whole range
 * is drawn from (full jitter), so that a thousand sites cut off together do not come back together.
 */
export function backoff(attempt: number, { least, most }: { readonly least: Span; readonly most: Span }, chance: () => number): Span {
  const bound = Math.min(most, least * 2 ** Math.min(attempt + 1, 30))
  return milliseconds(Math.round(least + chance() * (bound - least)))
}
