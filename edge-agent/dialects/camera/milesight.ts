import { colourWord } from './colour-words.ts'
import { deviceClock } from './device-clock.ts'
import { zonedMoment } from './epoch.ts'
import { firstOf, member, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * Milesight "HTTP Post", by an integrator's guide and not the maker's: `device` ("Network Camera" on every unit, so no identity),
 * `time` without zone, `plate`, `plate_color`, `vehicle_type`, `direction`, `plate_image`. Besides recognition there are messages of
 * counting, lists, attributes and violations.
 */
function decode({ body, receivedAt }: Envelope): CameraMessage {
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return { kind: 'error', device: null, why: read.why }
  const said = read.value
  const device = shortText(member(said, 'device'), 64)
  const plate = member(said, 'plate')
  if (plate === undefined)
    return {
      kind: 'ignored',
      device,
      why: `a message of kind ${shortText(firstOf(member(said, 'event'), member(said, 'type')), 40) ?? 'unknown'}`,
    }
  const time = shortText(member(said, 'time'), 40)
  const at = zonedMoment(time)
  const colourRaw = shortText(member(said, 'plate_color'), 20)
  return plainSighting({
    device,
    text: shortText(plate, LONGEST_PLATE_TEXT) ?? '',
    colour: colourWord(colourRaw),
    colourRaw,
    direction: shortText(member(said, 'direction'), 20),
    confidence: percentage(member(said, 'confidence')),
    confidenceRaw: rawValue(member(said, 'confidence')),
    ...deviceClock(at, receivedAt),
    pictures: [...pictureIn(member(said, 'full_image')), ...pictureIn(member(said, 'plate_image'))],
    ...(at === null && time !== null && { beside: { deviceTimeText: time } }),
  })
}

export const milesight: CameraDialect = {
  name: 'milesight',
  about: 'Milesight HTTP Post（字段来自集成商文档） / Milesight HTTP Post, fields by an integrator’s guide',
  carriedBy: 'http-push',
  decode: (envelope) => [decode(envelope)],
}
