import { type BareFinding, finding } from '#edge/findings'
import type { RecentWeighing } from '#edge/history'
import type { CameraSide } from '#edge/weighing'
import type { Common, Habits, Visit } from '../vocabulary.ts'
import { BLIND_UNREAD, BLIND_VISITS, CAMERA_DEAD } from './thresholds.ts'

/** What one camera made of one stay of this truck. */
interface Look {
  readonly camera: CameraSide
  readonly read: boolean
}

/** Mud on one truck's plate: a camera that reads the others fails to read this one, stay after stay. */
export function cameraBlind(visit: Visit, plate: string | null, recent: readonly RecentWeighing[], { habits = {} }: Common): BareFinding[] {
  if (plate === null) return []
  const before = stays(recent.filter((one) => one.plate === plate)).flatMap(({ cameras, readBy }) =>
    cameras.map((camera): Look => ({ camera, read: readBy.includes(camera) })),
  )
  return looksOf(visit).flatMap(({ camera, read }) => {
    if ((habits[`camera-${camera}`] ?? 0) >= CAMERA_DEAD) return []
    const looks = [read, ...before.filter((one) => one.camera === camera).map((one) => one.read)].slice(0, MOST_VISITS)
    const unread = looks.filter((good) => !good).length
    return looks.length >= BLIND_VISITS && unread >= BLIND_UNREAD && unread * 2 > looks.length
      ? [finding('camera-blind', { camera, unread, visits: looks.length })]
      : []
  })
}
const MOST_VISITS = 6

/** Each stay once, newest first, however often it was weighed in it. */
function stays(recent: readonly RecentWeighing[]): RecentWeighing[] {
  const seen = new Set<string>()
  return recent.filter(({ lane, visit }) => {
    const stay = `${lane}/${visit}`
    if (seen.has(stay)) return false
    seen.add(stay)
    return true
  })
}

/** Cameras that spoke in this visit, and whether they read a plate. */
function looksOf({ sightings }: Visit): Look[] {
  const cameras = [...new Set(sightings.map(({ camera }) => camera))]
  return cameras.map((camera) => ({ camera, read: sightings.some((seen) => seen.camera === camera && seen.plate !== null) }))
}

/** Vehicles in a row that a camera saw and did not read. */
export function cameraHabits(habits: Habits, visit: Visit): Habits {
  const next: Partial<Record<keyof Habits, number>> = { ...habits }
  for (const { camera, read } of looksOf(visit)) {
    if (read) delete next[`camera-${camera}`]
    else next[`camera-${camera}`] = Math.min(99, (habits[`camera-${camera}`] ?? 0) + 1)
  }
  return next
}
