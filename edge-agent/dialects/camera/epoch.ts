import { momentIn } from './device-clock.ts'

/**
 * A count since 1970 as milliseconds. Makers count seconds, milliseconds or microseconds, and some firmware another one than its
 * protocol says; between 2001 and 5138 the size of the number tells which.
 */
export function epochMs(count: number | null): number | null {
  if (count === null) return null
  if (Math.abs(count) >= 1e14) return Math.floor(count / 1_000)
  return Math.abs(count) >= 1e11 ? Math.floor(count) : Math.floor(count * 1_000)
}

/** A time with its zone; a local time without one is no moment. */
export const zonedMoment = (text: unknown): number | null =>
  typeof text === 'string' && /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)$/i.test(text.trim())
    ? momentIn(text.trim().replace(/\s?(?:GMT|UTC)$/i, 'Z'))
    : null
