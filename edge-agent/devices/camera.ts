import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'
import { readVzenithTopic } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import { readPlate } from '#edge/plate'
import { type Instant, type Span, seconds } from '#edge/units'
import type { CameraSide } from '#edge/weighing'
import type { Log } from '../log.ts'
import { counting, type Device, type Listeners } from './device.ts'
import type { Connection, LanBroker } from './lan-broker.ts'
import { type CameraSighting, onePassage } from './one-passage.ts'
import { silenceWatch } from './silence-watch.ts'

/** Cameras send a heartbeat every 5 to 10 s; a field system takes one for dead after 71 s. */
export const CAMERA_SILENT_AFTER = seconds(71)
/** The same plate from the same camera again: another trigger, not another truck. */
export const CAMERA_REPEAT_WITHIN = seconds(10)

export interface CameraParts extends Listeners {
  readonly name: string
  readonly side: CameraSide
  /** As in its messages; upper and lower case are the same. */
  readonly serialNumber: string
  readonly broker: Pick<LanBroker, 'hear'>
  readonly silentAfter: Span
  readonly repeatWithin: Span
  readonly clock: Clock
  readonly log: Log
  onPicture(picture: Picture): void
}

/** A JPEG as the camera sent it. `plate` is null where none was read. */
export interface Picture {
  readonly camera: string
  readonly at: Instant
  readonly plate: string | null
  readonly backfill: boolean
  readonly jpeg: Uint8Array
}

const plateIn = (text: string): string | null => {
  const reading = readPlate(text)
  return reading.kind === 'plate' ? reading.plate : null
}

/**
 * A plate camera that speaks MQTT to the agent's own broker. One sighting per passage; "no plate" and unreadable texts are a sighting
 * without plate that keeps the raw text; moments are those of receiving, because cameras' own clocks are often years off.
 */
export function cameraDevice(parts: CameraParts): Device {
  const { name, side, serialNumber, broker, clock, log, repeatWithin, onInput, onPicture } = parts
  const counts = counting()
  const wanted = serialNumber.toLowerCase()
  let connection: Connection | null = null
  let unreadable = 0
  let stopHearing = (): void => {}
  const watch = silenceWatch({ ...parts, device: name })

  const passages = onePassage({
    clock,
    repeatWithin,
    onPassage: (sighting, seenAt) => {
      counts.add(sighting.backfill ? 'backfilled' : 'sightings')
      if (!sighting.backfill && sighting.clockSuspect) counts.add('clock-suspect')
      onInput({ kind: 'sighting', at: clock.now(), sighting: inOurWords(sighting, seenAt) })
    },
    onPictures: ({ pictures, text, backfill }) => {
      for (const jpeg of pictures) onPicture({ camera: name, at: clock.now(), plate: plateIn(text), backfill, jpeg })
    },
    onDropped: (why) => counts.add(`repeated-${why}`),
  })
  const inOurWords = ({ text, colour, confidence, backfill, fake }: CameraSighting, at: Instant) => ({
    camera: side,
    at,
    plate: plateIn(text),
    raw: [...text].slice(0, 40).join(''),
    colour,
    confidence,
    backfill,
    fake,
  })

  function onMessage(topic: string, payload: Uint8Array, from: Connection): boolean {
    if (readVzenithTopic(topic)?.device.toLowerCase() !== wanted) return false
    const message = decodeVzenith(topic, payload)
    if (message.kind === 'error') {
      counts.add(`unreadable-${message.why}`)
      if (unreadable++ === 0)
        log.warn({ topic: topic.slice(0, 200), why: message.why, bytes: payload.length }, 'a camera message cannot be read')
      watch.remark(`${unreadable} unreadable messages, newest: ${message.why}`)
      return true
    }
    counts.add(message.kind)
    connection = from
    watch.heard()
    if (message.kind === 'sighting') {
      unreadable = 0
      watch.remark('')
      passages.offer(message)
    }
    return true
  }

  return {
    name,
    start: async () => {
      watch.start()
      stopHearing = broker.hear({
        onMessage,
        onGone: (gone) => {
          if (gone !== connection) return
          connection = null
          counts.add('lost')
          watch.lost('the camera closed its connection')
        },
      })
    },
    stop: async () => {
      stopHearing()
      watch.stop()
      passages.stop()
    },
    state: watch.state,
    counters: counts.all,
  }
}
