import { deviceClock } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { MOST_IN_ONE, plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * OpenALPR and Rekor Scout, JSON by POST. `data_type` tells three apart: `alpr_results` is one picture (`results[]`), `alpr_group` one
 * passage (`best_plate_number`, `best_confidence`, `epoch_start`), `heartbeat` the agent's own. Confidence is 0–100 with fractions; the
 * runner-up is often half a point behind, so `candidates` are kept. Times are in milliseconds.
 */
function decode({ body, receivedAt }: Envelope): readonly CameraMessage[] {
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
  const said = read.value
  const device = shortText(firstOf(member(said, 'camera_id'), member(said, 'agent_uid')), 64)
  switch (member(said, 'data_type')) {
    case 'alpr_results':
      return results(said, device, receivedAt)
    case 'alpr_group':
      return [group(said, device, receivedAt)]
    case 'heartbeat': {
      const at = epochMs(numberIn(member(said, 'timestamp')))
      return [{ kind: 'heartbeat', device, ...(at !== null && { deviceTime: deviceClock(at, receivedAt).deviceTime }) }]
    }
    default:
      return [{ kind: 'ignored', device, why: `data_type ${shortText(member(said, 'data_type'), 40) ?? 'is missing'}` }]
  }
}

function results(said: unknown, device: string | null, receivedAt: number): readonly CameraMessage[] {
  const clock = deviceClock(epochMs(numberIn(member(said, 'epoch_time'))), receivedAt)
  const list = member(said, 'results')
  if (!Array.isArray(list)) return [{ kind: 'error', device, why: 'missing-plate-result' }]
  if (list.length === 0) return [plainSighting({ device, text: '', ...clock })]
  const record = shortText(member(said, 'uuid'), 64)
  return list.slice(0, MOST_IN_ONE).map((result, at) =>
    plainSighting({
      device,
      record: record === null ? null : list.length === 1 ? record : `${record}-${at}`,
      text: shortText(member(result, 'plate'), LONGEST_PLATE_TEXT) ?? '',
      confidence: percentage(member(result, 'confidence')),
      confidenceRaw: rawValue(member(result, 'confidence')),
      ...clock,
      ...candidates(member(result, 'candidates')),
    }),
  )
}

function group(said: unknown, device: string | null, receivedAt: number): CameraMessage {
  const text = shortText(firstOf(member(said, 'best_plate_number'), member(said, 'best_plate', 'plate')), LONGEST_PLATE_TEXT)
  const confidence = firstOf(member(said, 'best_confidence'), member(said, 'best_plate', 'confidence'))
  const direction = numberIn(member(said, 'travel_direction'))
  return plainSighting({
    device,
    record: shortText(member(said, 'best_uuid'), 64),
    text: text ?? '',
    direction: direction === null ? null : String(direction),
    confidence: percentage(confidence),
    confidenceRaw: rawValue(confidence),
    ...deviceClock(epochMs(numberIn(member(said, 'epoch_start'))), receivedAt),
    pictures: [
      ...pictureIn(member(said, 'vehicle_crop_jpeg')),
      ...pictureIn(firstOf(member(said, 'plate_crop_jpeg'), member(said, 'best_plate', 'plate_crop_jpeg'))),
    ],
    ...candidates(firstOf(member(said, 'candidates'), member(said, 'best_plate', 'candidates'))),
  })
}

function candidates(list: unknown): { readonly beside?: { readonly candidates: readonly string[] } } {
  if (!Array.isArray(list)) return {}
  const texts = list.slice(0, 10).map((candidate) => shortText(member(candidate, 'plate'), LONGEST_PLATE_TEXT) ?? '')
  return texts.length === 0 ? {} : { beside: { candidates: texts } }
}

export const openAlpr: CameraDialect = {
  name: 'openalpr',
  about: 'OpenALPR、Rekor Scout HTTP 推送 / OpenALPR and Rekor Scout, HTTP push',
  carriedBy: 'http-push',
  decode,
}
