import { asTonnes, between, fromIso, type Instant } from '#edge/units'
import type { Words } from './zh.ts'

/** How values look on every screen: tonnes with two decimals, moments in Asia/Shanghai on a 24-hour clock, ages in words. */
const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

/** A moment off the wire; a text that is none stays as it is. The year first in both languages: no day is ever taken for a month. */
function inShanghai(iso: string, write: (part: (name: Part) => string) => string): string {
  const at = fromIso(iso)
  if (at === null) return iso
  const parts = new Map(PARTS.formatToParts(at).map(({ type, value }) => [type as string, value]))
  return write((name) => parts.get(name) ?? '')
}

/** `14:03:22` */
export const clockTime = (iso: string): string => inShanghai(iso, (p) => `${p('hour')}:${p('minute')}:${p('second')}`)
/** `2026-11-21` */
export const dayOf = (iso: string): string => inShanghai(iso, (p) => `${p('year')}-${p('month')}-${p('day')}`)
/** `11-21 14:03:22`, for lists of recent days. */
export const shortMoment = (iso: string): string => inShanghai(iso, (p) => `${p('month')}-${p('day')} ${clockTime(iso)}`)
/** `2026-11-21 14:03:22`, where a year matters. */
export const fullMoment = (iso: string): string => inShanghai(iso, () => `${dayOf(iso)} ${clockTime(iso)}`)

/** `38.42`, or a dash for a weight nobody knows: unknown is not zero. */
export const tonnes = (kg: number | null, words: Words): string => (kg === null ? words.none : asTonnes(kg))
export const tonnesWithUnit = (kg: number | null, words: Words): string => (kg === null ? words.none : `${asTonnes(kg)} ${words.tonne}`)

/** How long ago, in whole units; what lies in the future by a trembling clock is now. */
export function ageText(from: Instant, now: Instant, words: Words): string {
  const span = Math.max(0, between(from, now))
  if (span < 1_000) return words.age.now
  if (span < 60_000) return words.age.seconds(Math.floor(span / 1_000))
  if (span < 3_600_000) return words.age.minutes(Math.floor(span / 60_000))
  if (span < 86_400_000) return words.age.hours(Math.floor(span / 3_600_000))
  return words.age.days(Math.floor(span / 86_400_000))
}

/** A device as a person calls it: its name in `names`; the second and further of a kind (`camera-front-2`) with its number behind. */
export function deviceName(device: string, names: Readonly<Record<string, string>>): string {
  const [, kind = device, number] = /^(.*?)-(\d+)$/.exec(device) ?? []
  const known = names[kind]
  return names[device] ?? (known === undefined || number === undefined ? device : `${known} ${number}`)
}
