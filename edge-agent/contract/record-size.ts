import { canonical } from './canonical.ts'
import type { WeighingDraft } from './weighing.ts'

/**
 * A weighing's record is at most 4 kB (DESIGN.md section 4). What the shell adds (envelope, photos and tape by hash, software) takes up to
 * 1,300 bytes; the rest is the draft's. Findings, weight, tare, ticket and identity are never shortened: what gives way is the evidence of
 * which the tape has all of it anyway, oldest first, and never all.
 */
export const DRAFT_AT_MOST = 2_780
const LEAST_SENSORS = 6
const LEAST_SIGHTINGS = 2
const LEAST_ASIDES = 1
/** No plate is longer; what a camera wrote beyond that stands on the tape. */
const LONGEST_TEXT = 12

const utf8 = new TextEncoder()
export const bytesOf = (draft: WeighingDraft): number => utf8.encode(canonical(draft)).length

/** The draft, with as many of its sensor changes, sightings and set-aside reads as fit; one that fits is itself. */
export function fitted(draft: WeighingDraft): WeighingDraft {
  let now = draft
  let over = bytesOf(now) - DRAFT_AT_MOST
  while (over > 0) {
    const less = lessOf(now, over)
    if (less === null) return now
    now = less
    over = bytesOf(now) - DRAFT_AT_MOST
  }
  return now
}

/** One step shorter: the longest list gives first. Null where nothing may be taken any more. */
function lessOf(draft: WeighingDraft, over: number): WeighingDraft | null {
  const { sensors, sightings, vehicle } = draft
  if (sightings.some(({ raw }) => raw.length > LONGEST_TEXT))
    return { ...draft, sightings: sightings.map((seen) => ({ ...seen, raw: [...seen.raw].slice(0, LONGEST_TEXT).join('') })) }
  // A sensor change takes about 30 bytes.
  if (sensors.length > LEAST_SENSORS)
    return { ...draft, sensors: sensors.slice(Math.min(sensors.length - LEAST_SENSORS, Math.max(1, Math.ceil(over / 30)))) }
  if (sightings.length > LEAST_SIGHTINGS) return { ...draft, sightings: withoutOldest(sightings) }
  const { basis } = vehicle
  if (basis && basis.aside.length > LEAST_ASIDES)
    return { ...draft, vehicle: { ...vehicle, basis: { ...basis, aside: basis.aside.slice(0, -1) } } }
  return null
}

/** The oldest of the camera that said most: each side keeps a word. */
function withoutOldest(sightings: WeighingDraft['sightings']): WeighingDraft['sightings'] {
  const of = (camera: string): number => sightings.filter((seen) => seen.camera === camera).length
  const most = of('front') >= of('rear') ? 'front' : 'rear'
  const oldest = sightings.findIndex((seen) => seen.camera === most)
  return sightings.filter((_, at) => at !== oldest)
}
