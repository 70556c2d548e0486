import type { CameraMessage } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { readPlate } from '#edge/plate'
import { type Instant, type Span, seconds } from '#edge/units'
import type { CameraSide } from '#edge/weighing'
import type { CameraWords } from '#weighing/vocabulary'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { allowance } from './allowance.ts'
import { judgeClock } from './camera-clock.ts'
import type { Snapshot } from './camera-snapshot.ts'
import type { CameraWay, OpenCameraWay } from './camera-way.ts'
import { counting, type Device, type Listeners } from './device.ts'
import { type CameraSighting, onePassage } from './one-passage.ts'
import { silenceWatch, timeToReopen } from './silence-watch.ts'
import { SUPERVISION } from './supervision.ts'

/** Cameras send a heartbeat every 5 to 10 s, some every 30 s. */
export const CAMERA_SILENT_AFTER = SUPERVISION.camera.ours
/** The same plate from the same camera again: another trigger, not another truck. */
export const CAMERA_REPEAT_WITHIN = seconds(10)
/** No gate sees more vehicles; a camera gone mad, or something that plays one, does not fill the lane and the disk. */
const MOST_SIGHTINGS = 30
const MOST_PICTURES = 60
const WITHIN = seconds(10)
/** A whole picture of a large sensor is about two megabytes. */
const LARGEST_PICTURE = 3 * 1_024 * 1_024

/** A plate camera, which can be asked for a picture of the scene where its maker has a word for it. */
export interface Camera extends Device {
  readonly side: CameraSide
  /** A picture now, through `onPicture`, or none. One question at a time: who asks meanwhile gets the picture under way. */
  photograph(): void
}

export interface CameraParts extends Listeners {
  readonly name: string
  readonly side: CameraSide
  readonly way: OpenCameraWay
  /** Null: the camera has no heartbeat, so that silence tells nothing. */
  readonly silentAfter: Span | null
  readonly repeatWithin: Span
  /** Fetches a picture from the camera's own web server; null where it has none we know of. It is asked before the way is. */
  readonly snapshot: Snapshot | null
  readonly clock: Clock
  readonly log: Log
  onPicture(picture: Picture): void
}

/** A JPEG as the camera sent it. `plate` is null where none was read. */
export interface Picture {
  readonly camera: string
  readonly side: CameraSide
  /** We asked for it: it shows the scene at that moment, whatever the plate reading made of it. */
  readonly asked: boolean
  readonly at: Instant
  readonly plate: string | null
  readonly backfill: boolean
  readonly jpeg: Uint8Array
}

type Remark = 'unreadable' | 'opens' | 'clock' | 'quiet'

const plateIn = (text: string): string | null => {
  const reading = readPlate(text)
  return reading.kind === 'plate' ? reading.plate : null
}
/** What a browser would one day be handed as a picture begins as one. */
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8
const OTHER_SIDE: Readonly<Record<CameraSide, CameraSide>> = { front: 'rear', rear: 'front' }

/**
 * A plate camera of any make, whatever way its messages come. One sighting per passage; "no plate" and unreadable texts are a sighting
 * without plate that keeps the raw text; moments are those of receiving, because cameras' own clocks are often years off.
 */
export function cameraDevice(parts: CameraParts): Camera {
  const { name, side, clock, log, repeatWithin, silentAfter, onInput, onPicture } = parts
  const counts = counting()
  let unreadable = 0
  let openings = 0
  const watch = silenceWatch({
    ...parts,
    device: name,
    onQuiet: (times) => {
      if (times === 1 || timeToReopen(times)) way.reopen('nothing heard')
    },
  })
  const remarks = new Map<Remark, string>()
  const remark = (about: Remark, words: string): void => {
    remarks.set(about, words)
    watch.remark([...remarks.values()].filter((one) => one !== '').join('; '))
  }

  const sightings = allowance(clock, MOST_SIGHTINGS, WITHIN)
  const photos = allowance(clock, MOST_PICTURES, WITHIN)
  const passages = onePassage({
    clock,
    repeatWithin,
    onPassage: (sighting, seenAt) => {
      if (!sightings.take()) {
        counts.add('too-many-sightings')
        return
      }
      counts.add(sighting.backfill ? 'backfilled' : 'sightings')
      if (!sighting.backfill) lookAtClock(sighting)
      tell(sighting, side, seenAt)
      const attached = plateIn(sighting.beside?.attachedText ?? '')
      if (attached === null || attached === plateIn(sighting.text)) return
      counts.add('attached-plates')
      tell({ ...sighting, text: attached, colour: 'unknown', confidence: null }, OTHER_SIDE[side], seenAt)
    },
    onPictures: ({ pictures, text, backfill }) => {
      for (const jpeg of pictures) take(jpeg, { plate: plateIn(text), backfill, asked: false })
    },
    onDropped: (why) => counts.add(`repeated-${why}`),
  })

  function take(jpeg: Uint8Array, about: Pick<Picture, 'plate' | 'backfill' | 'asked'>): void {
    if (!isJpeg(jpeg)) counts.add('no-jpeg')
    else if (jpeg.length > LARGEST_PICTURE) counts.add('picture-too-large')
    else if (!photos.take()) counts.add('too-many-pictures')
    else onPicture({ camera: name, side, at: clock.now(), jpeg, ...about })
  }
  const taken = (jpeg: Uint8Array): void => {
    counts.add('pictures-asked')
    take(jpeg, { plate: null, backfill: false, asked: true })
  }

  let asking = false
  /** A camera that does not answer is a camera without this picture: told in the counters, never waited for. */
  async function fetchPicture(snapshot: Snapshot): Promise<void> {
    if (asking) return
    asking = true
    try {
      taken(await snapshot.take())
    } catch (error) {
      counts.add('pictures-refused')
      log.warn({ why: reasonOf(error) }, 'a camera gave no picture')
    } finally {
      asking = false
    }
  }

  const tell = (seen: CameraSighting, camera: CameraSide, at: Instant): void => {
    const { text, colour, confidence, backfill, fake } = seen
    const sighting = {
      camera,
      at,
      plate: plateIn(text),
      raw: [...text].slice(0, 40).join(''),
      colour,
      // Some makers send fractions; a record holds whole numbers.
      confidence: confidence === null ? null : Math.round(confidence),
      backfill,
      fake,
      said: wordsOf(seen),
    }
    onInput({ kind: 'sighting', at: clock.now(), sighting })
  }

  function lookAtClock(sighting: CameraSighting): void {
    const { count, words } = judgeClock(sighting, clock.now())
    if (count !== null) counts.add(count)
    remark('clock', words)
  }

  function notUnderstood(why: string, what: string): void {
    counts.add(`unreadable-${why}`)
    if (unreadable++ === 0) log.warn({ why }, what)
    remark('unreadable', `${unreadable} unreadable messages, newest: ${why}`)
  }

  function onMessage(message: CameraMessage): void {
    if (message.kind === 'error') {
      notUnderstood(message.why, 'a camera message cannot be read')
      return
    }
    counts.add(message.kind)
    watch.heard()
    if (message.kind === 'sighting') {
      unreadable = 0
      remark('unreadable', '')
      if (message.beside?.openedByCamera === true) openedByCamera()
      passages.offer(message)
    } else if (message.kind === 'picture') {
      for (const jpeg of message.pictures) taken(jpeg)
    } else if (message.kind === 'input') {
      log.info({ input: message.input, on: message.on }, 'an input of the camera changed')
    } else if (message.kind === 'lane-event') {
      counts.add(`lane-event-${/^event-/.test(message.event) ? 'other' : message.event}`)
      log.info({ event: message.event, text: message.text }, 'the camera tells what happened in the lane')
    }
  }

  function openedByCamera(): void {
    counts.add('opened-by-camera')
    if (openings++ === 0) log.error({}, 'the camera itself moves the barrier: two masters drive one arm; take its white list away')
    remark('opens', `it moved the barrier itself (${openings} times): two masters drive one arm`)
  }

  /** It counts as there, because nothing else can be known; people are told so. */
  function withoutHeartbeat(): void {
    remark('quiet', 'it sends no heartbeat: if it dies, nobody notices')
    watch.heard()
  }

  const way: CameraWay = parts.way({
    onMessage,
    onSpoiled: (why) => notUnderstood(why, 'a camera message did not arrive whole'),
    onFound: () => watch.found(),
    onLost: (why) => {
      counts.add('lost')
      watch.lost(why)
    },
  })

  return {
    name,
    side,
    photograph: () => {
      if (parts.snapshot) void fetchPicture(parts.snapshot)
      else way.photograph?.()
    },
    start: async () => {
      watch.start()
      if (silentAfter === null) withoutHeartbeat()
      way.start()
    },
    stop: async () => {
      watch.stop()
      passages.stop()
      parts.snapshot?.stop()
      await way.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}

/** `3 yellow-one-row`: what the maker sent and what its table makes of it, in one text where the two differ. */
const withItsRaw = (raw: string | undefined, word: string | null): string | null =>
  raw === undefined || word === null || raw === word ? word : `${raw} ${word}`

/** A tape holds whole numbers only, so a fraction stands there as text. */
const wordsOf = ({ deviceTime, record, colourRaw, plateType, direction, confidenceRaw, beside }: CameraSighting): CameraWords => ({
  deviceAt: deviceTime === null ? null : Math.round(deviceTime),
  record,
  colour: colourRaw,
  plateType: withItsRaw(beside?.plateTypeRaw, plateType),
  direction: withItsRaw(beside?.directionRaw, direction),
  confidence: confidenceRaw === null ? null : String(confidenceRaw).slice(0, 20),
})
