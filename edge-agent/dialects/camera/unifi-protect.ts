import { deviceClock } from './device-clock.ts'
import { epochMs } from './epoch.ts'
import { firstOf, member, numberIn, pictureIn, readJsonBody, shortText } from './json-body.ts'
import { MOST_IN_ONE, plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * UniFi Protect's alarm webhook: `alarm.triggers[]`, of which those with a `key` of `license_plate_…` carry a plate in `value`. The
 * camera is named in the trigger, not in `sources`. No confidence and no colour; reported minutes late and sometimes without plate, so
 * it is a second witness and no trigger.
 */
function decode({ body, receivedAt }: Envelope): readonly CameraMessage[] {
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
  const triggers = member(read.value, 'alarm', 'triggers')
  if (!Array.isArray(triggers)) return [{ kind: 'ignored', device: null, why: 'no alarm' }]
  const plates = triggers.filter((trigger) => /^license_?plate/i.test(shortText(member(trigger, 'key'), 60) ?? ''))
  if (plates.length === 0) return [{ kind: 'ignored', device: deviceOf(triggers[0]), why: 'an alarm without plate' }]
  const pictures = pictureIn(member(read.value, 'alarm', 'thumbnail'))
  return plates.slice(0, MOST_IN_ONE).map((trigger, at) =>
    plainSighting({
      device: deviceOf(trigger),
      record: shortText(member(trigger, 'eventId'), 64),
      text: shortText(firstOf(member(trigger, 'value'), member(trigger, 'group', 'name')), LONGEST_PLATE_TEXT) ?? '',
      ...deviceClock(epochMs(numberIn(firstOf(member(trigger, 'timestamp'), member(read.value, 'timestamp')))), receivedAt),
      pictures: at === 0 ? pictures : [],
    }),
  )
}

const deviceOf = (trigger: unknown): string | null => shortText(member(trigger, 'device'), 64)

export const unifiProtect: CameraDialect = {
  name: 'unifi-protect',
  about: 'UniFi Protect 报警 Webhook / UniFi Protect, alarm webhook',
  carriedBy: 'http-push',
  decode,
}
