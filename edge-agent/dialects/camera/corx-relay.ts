import { member, readJsonBody, shortText } from './json-body.ts'
import type { CameraDialect, CameraMessage, Envelope } from './sighting.ts'

/**
 * CORX MQTT relay modules, used beside a camera where its own output is not trusted (one public client project). A command is compact
 * JSON, `{"A01":210001,"res":"LANE1"}`: text with blanks in it is ignored. About 220 ms later the module says the same, `res` and
 * all: it was obeyed, not that an arm moved. Other messages without `res` come about every 10 s.
 */
function decode({ body }: Envelope): CameraMessage {
  const read = readJsonBody(body, 8 * 1_024)
  if (!read.ok) return { kind: 'error', device: null, why: read.why }
  const id = shortText(member(read.value, 'res'), 64)
  if (id === null || id === '') return { kind: 'heartbeat', device: null }
  return { kind: 'command-reply', device: null, id, ok: true }
}

/** The value a client was seen to send for a pulse; what its digits mean is documented nowhere, so it is a setting of the site. */
export const CORX_SEEN_PULSE = 210_001

/** `id` without blanks, or the module ignores the command: a RangeError for one with them. */
export function corxPulse(id: string, relay = 'A01', value: number = CORX_SEEN_PULSE): Uint8Array {
  if (!/^[\w.:-]{1,32}$/.test(id) || !/^\w{1,8}$/.test(relay))
    throw new RangeError(`"${relay}" and "${id}" must be plain letters and digits`)
  return new TextEncoder().encode(JSON.stringify({ [relay]: value, res: id }))
}

export const corxRelay: CameraDialect = {
  name: 'corx-relay',
  about: 'CORX MQTT 继电器的应答 / answers of CORX MQTT relay modules',
  carriedBy: 'mqtt',
  decode: (envelope) => [decode(envelope)],
}
