import { fromBase64 } from './base64.ts'
import { decodeText, firstOf, member, numberIn, shortText } from './json-body.ts'
import type { CameraMessage } from './sighting.ts'
import { COLOURS, DIRECTIONS, FAKE_PLATE_TYPE, PLATE_TYPES } from './vzenith-tables.ts'

/** As many letters of a text as a record keeps. */
export const LONGEST_PLATE_TEXT = 40
/** Before this no such camera was built, after it none is left: outside, the camera's clock is wrong. */
const EARLIEST = Date.UTC(2020, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)

/**
 * A `PlateResult` as a sighting. `encoded`: the text and nothing else in it is base64 of UTF-8 (MQTT with the `payload` wrapper);
 * the older form carries it plainly. `sentAt` is the envelope's own second, used where the result has no time.
 */
export function plateSighting(
  result: unknown,
  about: { readonly device: string; readonly encoded: boolean; readonly preview: boolean; readonly sentAt: unknown },
): CameraMessage {
  const licence = member(result, 'license')
  const colour = numberIn(firstOf(member(result, 'colorType'), member(result, 'color'), member(result, 'plates', 0, 'color')))
  const type = numberIn(member(result, 'type'))
  const confidenceRaw = shortText(member(result, 'confidence'), 20)
  const confidence = numberIn(member(result, 'confidence'))
  const direction = numberIn(member(result, 'direction'))
  return {
    kind: 'sighting',
    preview: about.preview,
    device: about.device,
    record: recordOf(result),
    text: shortText(about.encoded ? encodedText(licence) : licence, LONGEST_PLATE_TEXT) ?? '',
    colour: COLOURS[colour ?? 0] ?? 'unknown',
    colourRaw: colour === null ? null : String(colour),
    plateType: type === null ? null : (PLATE_TYPES[type] ?? `type-${type}`),
    direction: direction === null ? null : (DIRECTIONS[direction] ?? 'unknown'),
    confidence: confidence !== null && confidence >= 0 && confidence <= 100 ? Math.round(confidence) : null,
    confidenceRaw,
    ...timeOf(result, about.sentAt),
    backfill: isSet(member(result, 'isoffline')),
    fake: isSet(member(result, 'is_fake_plate')) || type === FAKE_PLATE_TYPE,
    pictures: picturesOf(result),
  }
}

/** Base64 of UTF-8 (or of GBK, as an OEM might); a text that is no base64 stands for itself. */
export function encodedText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const bytes = fromBase64(value)
  return bytes === null ? value : decodeText(bytes)
}

/** The preview and its result share the `unique_id`; `plateid` is the number repeats and backfill carry. Zero is no number. */
function recordOf(result: unknown): string | null {
  const plateId = member(result, 'plateid')
  return shortText(firstOf(member(result, 'unique_id'), plateId === 0 ? null : plateId), 64)
}

function timeOf(result: unknown, sentAt: unknown): { deviceTime: number | null; clockSuspect: boolean } {
  const exact = numberIn(member(result, 'timeStamp', 'Timeval', 'sec'))
  const micro = numberIn(member(result, 'timeStamp', 'Timeval', 'usec')) ?? 0
  const said = [exact === null ? null : exact + micro / 1e6, numberIn(member(result, 'start_time')), numberIn(sentAt)]
    .filter((seconds): seconds is number => seconds !== null)
    // Some firmware counts milliseconds where the protocol says seconds.
    .map((seconds) => Math.round(seconds > 1e11 ? seconds : seconds * 1_000))
  const plausible = said.filter((at) => at >= EARLIEST && at < LATEST)
  return { deviceTime: plausible[0] ?? null, clockSuspect: plausible.length < Math.max(1, said.length) }
}

const isSet = (value: unknown): boolean => value === true || numberIn(value) === 1

function picturesOf(result: unknown): Uint8Array[] {
  const names = ['full_image_content', 'small_image_content', 'imageFile', 'imageFragmentFile']
  return names.flatMap((name) => {
    const text = member(result, name)
    const picture = typeof text === 'string' ? fromBase64(text) : null
    return picture === null || picture.length === 0 ? [] : [picture]
  })
}
