/**
 * What cameras say about the time. Their clocks are often years off, so a moment is kept beside the decisions and never under them;
 * `clockSuspect` only says that nobody should believe it.
 */
export interface DeviceClock {
  readonly deviceTime: number | null
  readonly clockSuspect: boolean
}

/** Where a mine's camera counts local time without naming a zone, it is China's. */
export const CHINA_MINUTES_AHEAD = 8 * 60

/** A camera that lost its battery begins at 1970 or at its firmware's year: no time at all. */
const EARLIEST = Date.UTC(2015, 0, 1)
/** One published event is dated 2034. Behind this nothing is believed that is not also behind us by our own clock. */
const LATEST = Date.UTC(2033, 0, 1)
const ONE_DAY = 86_400_000

/** A moment in milliseconds since 1970 as the camera gave it, and whether it can be. `receivedAt` is 0 where nobody said. */
export function deviceClock(at: number | null, receivedAt = 0): DeviceClock {
  if (at === null || !(at >= EARLIEST)) return { deviceTime: null, clockSuspect: at !== null }
  if (at > 8.64e15) return { deviceTime: null, clockSuspect: true }
  return { deviceTime: Math.round(at), clockSuspect: at >= Math.max(LATEST, receivedAt + ONE_DAY) }
}

const FORM = /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})[T ]?(\d{2}):?(\d{2}):?(\d{2})(?:[.,:](\d{1,9}))?\s?(?:(Z)|([+-])(\d{2}):?(\d{2}))?$/i

/**
 * Milliseconds since 1970 of a time as cameras write it: ISO 8601 in its long and short forms, `yyyyMMddHHmmss`, a blank for the T.
 * Without a zone it is `minutesAhead` minutes ahead of UTC. Null for what is no time or no day of the calendar.
 */
export function momentIn(text: unknown, minutesAhead: number = CHINA_MINUTES_AHEAD): number | null {
  const parts = typeof text === 'string' && text.length <= 40 ? FORM.exec(text.trim()) : null
  if (parts === null) return null
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number)
  if (year === undefined || month === undefined || day === undefined) return null
  if (hour === undefined || minute === undefined || second === undefined) return null
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  if (new Date(at).getUTCDate() !== day) return null
  const milliseconds = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1_000)
  const zone = parts[8] !== undefined ? 0 : parts[9] === undefined ? minutesAhead : zoneMinutes(parts[9], parts[10], parts[11])
  return at + milliseconds - zone * 60_000
}

const zoneMinutes = (sign: string, hours = '0', minutes = '0'): number => (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))

const two = (of: number): string => String(of).padStart(2, '0')

/** `yyyyMMddHHmmss` at a place `minutesAhead` of UTC, as makers of the police protocol write it. */
export function localDigits(at: number, minutesAhead: number = CHINA_MINUTES_AHEAD): string {
  const local = new Date(at + minutesAhead * 60_000)
  const day = `${String(local.getUTCFullYear()).padStart(4, '0')}${two(local.getUTCMonth() + 1)}${two(local.getUTCDate())}`
  return `${day}${two(local.getUTCHours())}${two(local.getUTCMinutes())}${two(local.getUTCSeconds())}`
}

/** `yyyy-MM-ddTHH:mm:ss` at a place `minutesAhead` of UTC, without its zone. */
export function localIso(at: number, minutesAhead: number = CHINA_MINUTES_AHEAD): string {
  const digits = localDigits(at, minutesAhead)
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)]
  return `${year}-${month}-${day}T${digits.slice(8, 10)}:${digits.slice(10, 12)}:${digits.slice(12)}`
}
