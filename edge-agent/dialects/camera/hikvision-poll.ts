import { withoutColourPrefix } from './colour-prefix.ts'
import { deviceClock, momentIn } from './device-clock.ts'
import { decimalIn } from './hikvision-event.ts'
import { shortText } from './json-body.ts'
import type { CameraMessage } from './sighting.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'
import { asXmlText, type XmlElement, xmlText } from './xml.ts'

/** Where a poll asks. */
export const HIKVISION_POLL_PATH = '/ISAPI/Traffic/channels/1/vehicleDetect/plates'
const MOST_PLATES = 200

/**
 * What to POST in order to hear of every plate after a moment: `<AfterTime><picTime>20240416T000000Z</picTime></AfterTime>`. The
 * newest `captureTime` heard is the next question's; answers may repeat it, and `picName` tells them apart.
 */
export function hikvisionPlatesAfter(at: number): string {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  return `<?xml version="1.0" encoding="UTF-8"?><AfterTime><picTime>${asXmlText(time)}</picTime></AfterTime>`
}

/** The answer: `Plates/Plate`, none, one or many. It names neither device nor colour nor confidence. */
export function hikvisionPlates(root: XmlElement, receivedAt = 0): readonly CameraMessage[] {
  const plates = root.children.filter((child) => child.name === 'Plate').slice(0, MOST_PLATES)
  if (plates.length === 0) return [{ kind: 'ignored', device: null, why: 'no plates since' }]
  return plates.map((plate) => sighting(plate, receivedAt))
}

function sighting(plate: XmlElement, receivedAt: number): CameraMessage {
  const { text, prefix, colour, encoding } = withoutColourPrefix(xmlText(plate, 'plateNumber') ?? '')
  const lane = decimalIn(xmlText(plate, 'laneNo'))
  return {
    kind: 'sighting',
    preview: false,
    device: null,
    record: shortText(xmlText(plate, 'picName'), 96),
    text: shortText(text, LONGEST_PLATE_TEXT) ?? '',
    colour: colour ?? 'unknown',
    colourRaw: null,
    plateType: null,
    direction: shortText(xmlText(plate, 'direction'), 40),
    confidence: null,
    confidenceRaw: null,
    ...deviceClock(momentIn(xmlText(plate, 'captureTime')), receivedAt),
    backfill: false,
    fake: false,
    pictures: [],
    beside: {
      ...(lane !== null && { lane }),
      ...(prefix !== undefined && { prefixColour: prefix }),
      ...(encoding && { encoding }),
    },
  }
}
