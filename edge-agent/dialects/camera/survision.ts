import { deviceClock } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * Survision: JSON translated from XML, so attributes begin with `@` and every number is text. `anpr.@date` is milliseconds,
 * `anpr.decision` carries `@plate`, `@reliability` (0–100), `@direction` (front or rear of the vehicle), `reliabilityPerCharacter.char[]`
 * and the pictures. The device is named only in the header `survision-serial-number`.
 */
function decode({ headers, body, receivedAt }: Envelope): CameraMessage {
  const device = shortText(headers['survision-serial-number'], 64)
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return { kind: 'error', device, why: read.why }
  const anpr = member(read.value, 'anpr')
  if (anpr === undefined) {
    if (firstOf(member(read.value, 'keepAlive'), member(read.value, 'heartbeat')) !== undefined) return { kind: 'heartbeat', device }
    return { kind: 'ignored', device, why: 'no recognition' }
  }
  const decision = member(anpr, 'decision')
  if (typeof decision !== 'object' || decision === null) return { kind: 'error', device, why: 'missing-plate-result' }
  const [session, id] = [shortText(member(anpr, '@session'), 30), shortText(member(anpr, '@id'), 30)]
  const end = shortText(member(decision, '@direction'), 20)
  const perCharacter = charConfidence(member(decision, 'reliabilityPerCharacter', 'char'))
  return plainSighting({
    device,
    // The counter begins anew with each session.
    record: id === null ? null : session === null ? id : `${session}-${id}`,
    text: shortText(member(decision, '@plate'), LONGEST_PLATE_TEXT) ?? '',
    direction: end,
    confidence: percentage(member(decision, '@reliability')),
    confidenceRaw: rawValue(member(decision, '@reliability')),
    ...deviceClock(epochMs(numberIn(member(anpr, '@date'))), receivedAt),
    pictures: [...pictureIn(member(decision, 'contextJpeg')), ...pictureIn(member(decision, 'jpeg'))],
    beside: {
      ...(perCharacter.length > 0 && { charConfidence: perCharacter }),
      ...((end === 'front' || end === 'rear') && { vehicleEnd: end }),
    },
  })
}

/** A single character is an object, several are a list; attributes carry their `@` on newer firmware. */
function charConfidence(char: unknown): number[] {
  const list = Array.isArray(char) ? char.slice(0, 16) : char === undefined || char === null ? [] : [char]
  const said = list.map((one) => percentage(firstOf(member(one, '@reliability'), member(one, 'reliability'))))
  return said.every((one): one is number => one !== null) ? said : []
}

export const survision: CameraDialect = {
  name: 'survision',
  about: 'Survision HTTP 推送 / Survision, HTTP push',
  carriedBy: 'http-push',
  decode: (envelope) => [decode(envelope)],
}
