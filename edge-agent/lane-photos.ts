import { createHash } from 'node:crypto'
import type { Clock } from '#edge/clock'
import type { LaneId } from '#edge/ids'
import { type Instant, minutes, seconds, toIso } from '#edge/units'
import type { CameraSide } from '#edge/weighing'
import type { Picture } from './devices/camera.ts'
import type { Store } from './store/store.ts'

export interface LanePhoto {
  readonly hash: string
  /** The device's name: `camera-front`. */
  readonly camera: string
  readonly side: CameraSide
  readonly at: Instant
  readonly asked: boolean
}

/**
 * The pictures of one lane: on disk as they come, so that ink only names them and no picture stands between a decision and its gate. A
 * weighing names those of its visit that are there; what comes after its ink is sealed beside it, as a `photos` record, as long as somebody
 * was waiting for it.
 */
export interface LanePhotos {
  /** Keeps a picture; its hash, or null where it was not kept. Throws what the store throws. */
  take(picture: Picture): string | null
  /** Those since the last vehicle went, oldest first. */
  all(): readonly LanePhoto[]
  /** Whose visit it is now; null: nobody's, and what comes unasked is of the next vehicle. */
  visit(now: number | null): void
  /** A weighing of this visit has named what was there. */
  inked(visit: number): void
  /** An alarm about this visit: what the cameras show now is sealed beside it, weighed or not. */
  alarmed(visit: number): void
  /** Seals what still waits to be. */
  stop(): void
}

const PICTURES_OF_A_VISIT = 8
/** A picture of later than this shows another moment than the one it was asked for. */
const LATE_AT_MOST = seconds(30)
/** A vehicle that was seen so long ago is not the one that comes now. */
const WAITED_AT_MOST = minutes(2)
/** Cameras answer within a second of each other: their pictures are one record. */
const GATHERED_FOR = seconds(1)

export function lanePhotos(parts: {
  readonly lane: LaneId
  readonly store: Pick<Store, 'evidence' | 'latePhotos'>
  readonly clock: Clock
  onBroken(error: Error): void
}): LanePhotos {
  const { lane, store, clock, onBroken } = parts
  let photos: readonly LanePhoto[] = []
  let visit: number | null = null
  /** A visit whose weighing has been written: what still comes of it is sealed beside it, until then. */
  let after: { readonly visit: number; readonly until: number; readonly alarmed: boolean } | null = null
  let late: { readonly visit: number; readonly photos: LanePhoto[]; alarmed: boolean; cancel(): void } | null = null

  const seal = (): void => {
    if (!late) return
    const { visit: of, photos: waiting, alarmed, cancel } = late
    late = null
    cancel()
    const named = waiting.map(({ hash, side, at }) => ({ hash, camera: side, at: toIso(at) }))
    store.latePhotos({ lane, visit: of, photos: named }, alarmed)
  }
  /** Of a vehicle that has gone only what was asked for is its own. */
  const openFor = (asked: boolean): number | null =>
    after !== null && clock.monotonic() <= after.until && (after.visit === visit || (visit === null && asked)) ? after.visit : null
  const sealSoon = (of: number, photo: LanePhoto): void => {
    if (late && (late.visit !== of || late.photos.length >= PICTURES_OF_A_VISIT)) seal()
    late ??= {
      visit: of,
      photos: [],
      alarmed: false,
      cancel: clock.timer(GATHERED_FOR, () => {
        try {
          seal()
        } catch (error) {
          onBroken(error as Error)
        }
      }),
    }
    late.photos.push(photo)
    late.alarmed ||= after?.alarmed === true
  }
  return {
    take({ camera, side, at, jpeg, backfill, asked }) {
      if (backfill) return null
      const hash = createHash('sha256').update(jpeg).digest('hex')
      const of = openFor(asked)
      if (
        !store.evidence.keep({
          hash,
          kind: 'photo',
          bytes: jpeg,
          record: null,
          wanted: false,
          of: of === null ? null : { lane, visit: of },
        })
      )
        return null
      const photo = { hash, camera, side, at, asked }
      if (of !== null) sealSoon(of, photo)
      // A visit's own pictures stay for the screen and for a second weighing; those of a vehicle that has gone are only sealed.
      if (of === null || of === visit) photos = fewest([...photos, photo])
      return hash
    },
    all: () => photos,
    visit(now) {
      if (now === visit) return
      if (now === null) photos = []
      else if (after?.visit !== now) {
        after = null
        // What a camera pushed of the waiting vehicle is its own; what somebody asked for on the empty lane is not.
        if (visit === null) photos = photos.filter(({ asked, at }) => !asked && clock.now() - at <= WAITED_AT_MOST)
      }
      visit = now
    },
    inked: (of) => {
      after = { visit: of, until: clock.monotonic() + LATE_AT_MOST, alarmed: after?.visit === of && after.alarmed }
    },
    alarmed: (of) => {
      after = { visit: of, until: clock.monotonic() + LATE_AT_MOST, alarmed: true }
    },
    stop: seal,
  }
}

/** At most so many: the oldest that nobody asked for goes first. */
function fewest(photos: readonly LanePhoto[]): readonly LanePhoto[] {
  if (photos.length <= PICTURES_OF_A_VISIT) return photos
  const unasked = photos.findIndex(({ asked }) => !asked)
  return photos.filter((_, at) => at !== Math.max(0, unasked))
}
