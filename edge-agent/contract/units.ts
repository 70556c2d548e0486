/** Measures as brands: a tonne is also a number, so kilograms, moments and spans say which they are. */
declare const unit: unique symbol
type Measure<T, U extends string> = T & { readonly [unit]: U }

/** Whole kilograms. Indicators step in 10s or 20s, so a fraction is always a mistake. */
export type Kilograms = Measure<number, 'kg'>
export function Kilograms(value: number): Kilograms {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not whole kilograms`)
  return (value === 0 ? 0 : value) as Kilograms
}

/** A length of time in milliseconds. Write `seconds(3)`, never `3000`. */
export type Span = Measure<number, 'span'>
export const milliseconds = (n: number): Span => n as Span
export const seconds = (n: number): Span => (n * 1_000) as Span
export const minutes = (n: number): Span => (n * 60_000) as Span
export const hours = (n: number): Span => (n * 3_600_000) as Span
export const days = (n: number): Span => (n * 86_400_000) as Span

/** A moment: UTC milliseconds since 1970 inside, an ISO string ending in `Z` on every wire. */
export type Instant = Measure<number, 'instant'>
export const Instant = (millisecondsSince1970: number): Instant => Math.round(millisecondsSince1970) as Instant
export const after = (from: Instant, span: Span): Instant => (from + span) as Instant
export const between = (from: Instant, to: Instant): Span => (to - from) as Span
export const toIso = (at: Instant): string => new Date(at).toISOString()

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/
/** Reads a moment off the wire; anything but a real UTC moment ending in `Z` is `null`. */
export function fromIso(text: string): Instant | null {
  if (!ISO.test(text)) return null
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : (at as Instant)
}

/** Tonnes with two decimals, for screens and reports only. */
export const asTonnes = (kg: number): string => (kg / 1_000).toFixed(2)
