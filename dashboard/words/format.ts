import { asTonnes, between, fromIso, type Instant } from '#edge/units'
import type { Language } from './language.ts'
import type { Words } from './zh.ts'

/** How values look on every screen: tonnes with two decimals, moments in Asia/Shanghai on a 24-hour clock, ages in words. */
const ZONE = 'Asia/Shanghai'
const LOCALE: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }
const formats = new Map<string, Intl.DateTimeFormat>()
function inShanghai(iso: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const at = fromIso(iso)
  if (at === null) return iso
  const key = `${language}${JSON.stringify(options)}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALE[language], { timeZone: ZONE, hourCycle: 'h23', ...options })
  formats.set(key, format)
  return format.format(at)
}

/** `14:03:22` */
export const clockTime = (iso: string, language: Language): string =>
  inShanghai(iso, language, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** `11/21 14:03:22`, for lists of recent days. */
export const shortMoment = (iso: string, language: Language): string =>
  inShanghai(iso, language, { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** `2026/11/21 14:03:22`, where a year matters. */
export const fullMoment = (iso: string, language: Language): string =>
  inShanghai(iso, language, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** `2026/11/21` */
export const dayOf = (iso: string, language: Language): string =>
  inShanghai(iso, language, { year: 'numeric', month: '2-digit', day: '2-digit' })

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
