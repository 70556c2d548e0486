import type { PlateColour } from '#edge/plate'
import type { Instant } from '#edge/units'
import { toBase64 } from './base64.ts'
import { COLOURS, DIRECTIONS, PLATE_TYPES } from './vzenith-tables.ts'
import { type VzenithLayout, vzenithTopic } from './vzenith-topics.ts'

/** What a camera is to say: the simulator's side of the same protocol. */
export interface VzenithPassage {
  readonly device: string
  readonly at: Instant
  /** The same for the preview, the result and every repeat of one passage. */
  readonly record: string
  /** Null: a vehicle on which no plate was seen. */
  readonly text: string | null
  readonly colour: PlateColour
  /** A word of the type table; left out, the colour's ordinary class. */
  readonly plateType?: string
  readonly direction?: (typeof DIRECTIONS)[number]
  readonly confidence: number
  readonly backfill?: boolean
  readonly fake?: boolean
  /** JPEGs: the whole picture and the plate. */
  readonly pictures?: { readonly full: Uint8Array; readonly plate: Uint8Array }
}

export interface VzenithMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

const ORDINARY: Readonly<Record<PlateColour, string>> = {
  unknown: 'unknown',
  blue: 'blue-small',
  yellow: 'yellow-one-row',
  white: 'police',
  black: 'black-small',
  green: 'nev-small',
  'yellow-green': 'nev-large',
}

const utf8 = new TextEncoder()
const encoded = (text: string): string => toBase64(utf8.encode(text))
const inSeconds = (at: Instant): number => Math.floor(at / 1_000)
const typeNumber = (word: string): number => Number(Object.entries(PLATE_TYPES).find(([, type]) => type === word)?.[0] ?? 0)

/** `ivs_result`, with pictures where given. */
export const encodeVzenithResult = (passage: VzenithPassage, layout: VzenithLayout): VzenithMessage => plate(passage, layout, 'ivs_result')

/** `quick_ivs_result`: about 100 ms ahead of the result of the same passage, never with a picture. */
export const encodeVzenithPreview = ({ pictures: _, ...passage }: VzenithPassage, layout: VzenithLayout): VzenithMessage =>
  plate(passage, layout, 'quick_ivs_result')

/** `keep_alive`, every 5 to 10 s. `nulFirst` as some firmware sends it: a NUL byte ahead of the JSON. */
export function encodeVzenithKeepAlive(
  of: { readonly device: string; readonly at: Instant; readonly nulFirst?: boolean },
  layout: VzenithLayout,
): VzenithMessage {
  const { topic, payload } = envelope(of, layout, 'keep_alive', { body: { timestamp: inSeconds(of.at) } })
  return of.nulFirst === true ? { topic, payload: Uint8Array.of(0, ...payload) } : { topic, payload }
}

/** `snapshot`: the picture that was asked for. */
export const encodeVzenithSnapshot = (
  of: { readonly device: string; readonly at: Instant; readonly jpeg: Uint8Array },
  layout: VzenithLayout,
): VzenithMessage => envelope(of, layout, 'snapshot', { TriggerImage: { imageFile: toBase64(of.jpeg), imageFileLen: of.jpeg.length } })

function plate(passage: VzenithPassage, layout: VzenithLayout, name: string): VzenithMessage {
  const plateResult = {
    license: encoded(passage.text ?? '_无_'),
    confidence: passage.confidence,
    colorType: COLOURS.indexOf(passage.colour),
    type: typeNumber(passage.plateType ?? ORDINARY[passage.colour]),
    direction: DIRECTIONS.indexOf(passage.direction ?? 'down'),
    triggerType: 1,
    isoffline: passage.backfill === true ? 1 : 0,
    is_fake_plate: passage.fake === true ? 1 : 0,
    unique_id: passage.record,
    start_time: inSeconds(passage.at),
    timeStamp: { Timeval: { sec: inSeconds(passage.at), usec: (passage.at % 1_000) * 1_000 } },
    ...(passage.pictures && {
      full_image_content: toBase64(passage.pictures.full),
      small_image_content: toBase64(passage.pictures.plate),
    }),
  }
  const alarm = { channel: 0, deviceName: encoded(passage.device), serialno: passage.device, result: { PlateResult: plateResult } }
  return envelope(passage, layout, name, { AlarmInfoPlate: alarm })
}

function envelope(
  { device, at }: { readonly device: string; readonly at: Instant },
  layout: VzenithLayout,
  name: string,
  payload: unknown,
): VzenithMessage {
  const message = { id: `${name}-${at}`, bv: '16771', sn: device, name, version: '1.0', timestamp: inSeconds(at), payload }
  return { topic: vzenithTopic(layout, device, 'up', name), payload: utf8.encode(JSON.stringify(message)) }
}
