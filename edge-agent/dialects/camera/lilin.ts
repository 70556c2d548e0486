import { deviceClock } from './device-clock.ts'
import { epochMs, zonedMoment } from './epoch.ts'
import { firstOf, member, numberIn, percentage, rawValue, readJsonBody, shortText } from './json-body.ts'
import { plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/** What to ask a LILIN camera for, newest first; `limit` bounds its answer. */
export const lilinPoll = (limit: number): string => `/get_search_info?list=log&limit=${limit}`

/**
 * LILIN answers a poll with its log: `{ LPR_COUNT, INFORMATION: [{ INDEX, TS (µs as text), MOD_TS, LPR, THRESHOLD (0–1 as text), … }] }`.
 * `INDEX` counts within one answer, so the time names the record. The log reaches back: whoever polls must not take its first answer
 * for vehicles that pass now.
 */
function decode({ body, receivedAt }: Envelope): readonly CameraMessage[] {
  const read = readJsonBody(body, LONGEST_MESSAGE, 'or a list')
  if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
  const list = firstOf(member(read.value, 'INFORMATION'), read.value)
  const entries = Array.isArray(list) ? list.slice(0, MOST_ENTRIES) : member(read.value, 'LPR') === undefined ? [] : [read.value]
  if (entries.length === 0) return [{ kind: 'ignored', device: null, why: 'nothing in the log' }]
  return entries.map((entry) => {
    const at = epochMs(numberIn(member(entry, 'TS'))) ?? zonedMoment(member(entry, 'MOD_TS'))
    return plainSighting({
      device: null,
      record: shortText(member(entry, 'TS'), 64),
      text: shortText(member(entry, 'LPR'), LONGEST_PLATE_TEXT) ?? '',
      confidence: percentage(member(entry, 'THRESHOLD'), 1),
      confidenceRaw: rawValue(member(entry, 'THRESHOLD')),
      ...deviceClock(at, receivedAt),
    })
  })
}
const MOST_ENTRIES = 200

export const lilin: CameraDialect = {
  name: 'lilin',
  about: 'LILIN LPR 摄像机，轮询 / LILIN LPR cameras, polled',
  carriedBy: 'http-poll',
  decode,
}
