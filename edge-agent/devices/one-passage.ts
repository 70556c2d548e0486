import type { CameraMessage } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { normalisePlate } from '#edge/plate'
import { type Instant, milliseconds, minutes, type Span } from '#edge/units'
import { lateness } from './silence-watch.ts'

export type CameraSighting = Extract<CameraMessage, { kind: 'sighting' }>

export interface OnePassageParts {
  readonly clock: Clock
  /** The same text again within this time is the same passage seen by another trigger. */
  readonly repeatWithin: Span
  /** `seenAt` is when its first message was received. */
  onPassage(sighting: CameraSighting, seenAt: Instant): void
  /** Pictures belong to the passage even when their message is a repeat of its text. */
  onPictures(sighting: CameraSighting): void
  onDropped(why: 'preview' | 'record' | 'plate'): void
}

/** A result comes about 100 ms behind its preview. */
const PAIR_WITHIN = milliseconds(300)
/** Record numbers begin anew when a camera restarts, so they name a passage for a while only. */
const RECORD_LASTS = minutes(10)
const MOST_RECORDS = 256

/**
 * One passage gives one to three messages: a preview, the result, the same by another trigger, and the same again out of the camera's
 * memory. They become one sighting: the result's where it comes soon behind the preview. The record number tells repeats first, the
 * text within `repeatWithin` second. What a camera backfills is history: it is told, marked, and hides nothing that is live.
 */
export function onePassage({ clock, repeatWithin, onPassage, onPictures, onDropped }: OnePassageParts) {
  const pairWithin = milliseconds(PAIR_WITHIN + lateness(clock))
  const live = new Map<string, { readonly at: number; preview: boolean }>()
  const history = new Set<string>()
  const texts = new Map<string, number>()
  let held: { readonly preview: CameraSighting; readonly seenAt: Instant; cancel(): void } | null = null

  const keyOf = (of: CameraSighting): string | null => (of.record === null ? null : `${of.record} ${normalisePlate(of.text)}`)

  const tell = (sighting: CameraSighting, seenAt: Instant): void => {
    const now = clock.monotonic()
    for (const [text, at] of texts) if (now - at >= repeatWithin || texts.size > MOST_RECORDS) texts.delete(text)
    if (sighting.pictures.length > 0) onPictures(sighting)
    const text = normalisePlate(sighting.text)
    if (texts.has(text)) {
      onDropped('plate')
      return
    }
    texts.set(text, now)
    onPassage(sighting, seenAt)
  }
  const letGo = (): void => {
    if (!held) return
    const { preview, seenAt, cancel } = held
    held = null
    cancel()
    tell(preview, seenAt)
  }
  const isRepeat = (sighting: CameraSighting): boolean => {
    const key = keyOf(sighting)
    if (key === null) return false
    const now = clock.monotonic()
    for (const [old, { at }] of live) if (now - at >= RECORD_LASTS || live.size > MOST_RECORDS) live.delete(old)
    const known = live.get(key)
    if (known === undefined || (known.preview && !sighting.preview)) {
      live.set(key, { at: now, preview: sighting.preview })
      return false
    }
    return true
  }
  const belongsToHeld = (result: CameraSighting): boolean =>
    held !== null && (held.preview.record === null || result.record === null || held.preview.record === result.record)

  function backfilled(sighting: CameraSighting): void {
    const key = keyOf(sighting)
    if (key !== null && (live.has(key) || history.has(key))) {
      onDropped('record')
      return
    }
    if (key !== null) history.add(key)
    const [oldest] = history
    if (history.size > MOST_RECORDS && oldest !== undefined) history.delete(oldest)
    if (sighting.pictures.length > 0) onPictures(sighting)
    onPassage(sighting, clock.now())
  }

  function result(sighting: CameraSighting): void {
    if (!belongsToHeld(sighting)) letGo()
    const seenAt = held?.seenAt ?? clock.now()
    if (held) {
      held.cancel()
      held = null
      onDropped('preview')
    }
    tell(sighting, seenAt)
  }

  return {
    offer(sighting: CameraSighting): void {
      if (sighting.backfill) backfilled(sighting)
      else if (isRepeat(sighting)) onDropped('record')
      else if (!sighting.preview) result(sighting)
      else {
        letGo()
        held = { preview: sighting, seenAt: clock.now(), cancel: clock.timer(pairWithin, letGo) }
      }
    },
    stop: (): void => held?.cancel(),
  }
}
