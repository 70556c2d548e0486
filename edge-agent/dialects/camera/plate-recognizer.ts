import { deviceClock, momentIn } from './device-clock.ts'
import { firstOf, member, numberIn, percentage, rawValue, readJsonBody, readText, shortText } from './json-body.ts'
import { partsOf } from './multipart.ts'
import { MOST_IN_ONE, plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope, Sighting } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * Plate Recognizer Stream, a webhook: JSON, or a form with the JSON in the field `json` and the picture in `upload`.
 *
 *   { hook: { event }, data: { camera_id, timestamp (ISO, Z), results: [{ plate (lower case), score 0–1, candidates, direction }] } }
 *
 * `direction` is degrees. Newer firmware gives `plate` as an object with `props.plate[].value`.
 */
function decode({ headers, body, receivedAt }: Envelope): readonly CameraMessage[] {
  const { json, pictures } = opened(headers['content-type'] ?? '', body)
  if (json === null) return [{ kind: 'error', device: null, why: 'bad-multipart' }]
  const read = readJsonBody(json, LONGEST_MESSAGE)
  if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
  const data = firstOf(member(read.value, 'data'), read.value)
  const device = shortText(firstOf(member(data, 'camera_id'), member(read.value, 'hook', 'id')), 64)
  const event = shortText(member(read.value, 'hook', 'event'), 40)
  if (event !== null && event !== 'recognition') return [{ kind: 'ignored', device, why: `an event of kind ${event}` }]
  const results = member(data, 'results')
  if (!Array.isArray(results)) return [{ kind: 'error', device, why: 'missing-plate-result' }]
  const said = momentIn(firstOf(member(data, 'timestamp'), member(data, 'timestamp_local')), 0)
  const clock = deviceClock(said, receivedAt)
  if (results.length === 0) return [plainSighting({ device, text: '', ...clock, pictures })]
  return results.slice(0, MOST_IN_ONE).map((result, at) => sighting(result, { device, ...clock, pictures: at === 0 ? pictures : [] }))
}

function sighting(result: unknown, common: Partial<Sighting> & Pick<Sighting, 'device'>): CameraMessage {
  const best = member(result, 'plate', 'props', 'plate', 0)
  const plate = firstOf(member(best, 'value'), member(result, 'plate'))
  const score = firstOf(member(best, 'score'), member(result, 'score'), member(result, 'plate', 'score'))
  const direction = numberIn(firstOf(member(result, 'direction'), member(result, 'vehicle', 'direction')))
  const candidates = member(result, 'candidates')
  const texts = (Array.isArray(candidates) ? candidates.slice(0, 10) : []).map(
    (candidate) => shortText(member(candidate, 'plate'), LONGEST_PLATE_TEXT) ?? '',
  )
  return plainSighting({
    ...common,
    text: shortText(plate, LONGEST_PLATE_TEXT) ?? '',
    direction: direction === null ? null : String(direction),
    confidence: percentage(score, 1),
    confidenceRaw: rawValue(score),
    ...(texts.length > 0 && { beside: { candidates: texts } }),
  })
}

/** The JSON and the pictures of a message; `json` is null where a form has no such field. */
function opened(type: string, body: Uint8Array): { readonly json: Uint8Array | null; readonly pictures: readonly Uint8Array[] } {
  const isForm = readText(body.subarray(0, 64)).text.trimStart().startsWith('--')
  if (!isForm)
    return /^multipart\//i.test(type) && body.length > 0 && body[0] !== 0x7b ? { json: null, pictures: [] } : { json: body, pictures: [] }
  const parts = partsOf(body) ?? []
  const named = (name: string) =>
    parts.filter(
      ({ headers, state }) => state === 'whole' && new RegExp(`\\bname="?${name}"?(?:;|$)`, 'i').test(headers['content-disposition'] ?? ''),
    )
  return {
    json: named('json')[0]?.body ?? null,
    pictures: named('upload')
      .map((part) => part.body)
      .filter((picture) => picture.length > 0),
  }
}

export const plateRecognizer: CameraDialect = {
  name: 'plate-recognizer',
  about: 'Plate Recognizer Stream，Webhook（JSON 或表单带图） / Plate Recognizer Stream, webhook as JSON or as a form with picture',
  carriedBy: 'http-push',
  decode,
}
