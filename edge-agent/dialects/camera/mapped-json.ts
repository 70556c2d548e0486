import { colourWord } from './colour-words.ts'
import { type DeviceClock, deviceClock, momentIn } from './device-clock.ts'
import { zonedMoment } from './epoch.ts'
import { member, numberIn, percentage, pictureIn, rawValue, readJsonBody, shortText } from './json-body.ts'
import { type JsonCondition, type JsonMapping, parseJsonPath } from './json-mapping.ts'
import { MOST_IN_ONE, plainSighting } from './plain-sighting.ts'
import type { CameraDialect, CameraMessage, CameraReply, Envelope, SightingBeside } from './sighting.ts'
import { licenceIn } from './vzenith-licence.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { LONGEST_PLATE_TEXT } from './vzenith-plate-result.ts'

/**
 * A dialect made of a mapping profile, for cameras that post JSON. What is not mapped was not said; a path that leads nowhere gives
 * nothing, and a body without plate that no condition knows is ignored with a reason. A path nobody can follow leads nowhere too: see
 * `mappingMistakes`, which the configuration check asks.
 */
export function mappedJson(mapping: JsonMapping, name = 'mapped-json'): CameraDialect {
  const reply: CameraReply | null =
    mapping.answer === undefined ? null : { as: 'json', status: mapping.answer.status ?? 200, body: mapping.answer.json }
  const answered = <M extends CameraMessage>(message: M): M => (reply === null ? message : { ...message, reply })

  function decode({ body, receivedAt }: Envelope): readonly CameraMessage[] {
    const read = readJsonBody(body, LONGEST_MESSAGE)
    if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
    const whole = read.value
    const met = (conditions: readonly JsonCondition[]): boolean => conditions.every((condition) => holds(condition, whole, whole))
    const device = textAt(mapping.device, whole, whole, 64)
    if (mapping.heartbeatWhen !== undefined && met(mapping.heartbeatWhen)) return [answered({ kind: 'heartbeat', device })]
    if (mapping.plateWhen !== undefined && !met(mapping.plateWhen))
      return [answered({ kind: 'ignored', device, why: 'no condition for plates is met' })]
    const list = mapping.each === undefined ? [whole] : at(mapping.each, whole, whole)
    const items = Array.isArray(list) ? list.slice(0, MOST_IN_ONE) : list === undefined || list === null ? [] : [list]
    const plates = items.filter((item) => mapping.plateWhen !== undefined || at(mapping.plate, item, whole) !== undefined)
    if (plates.length === 0) return [answered({ kind: 'ignored', device, why: 'no plate at its path' })]
    return plates.map((item, place) => {
      const message = sighted(mapping, item, whole, receivedAt)
      return place === 0 ? answered(message) : message
    })
  }
  return {
    name,
    about: mapping.about ?? '按映射表读取的 JSON 相机 / any camera that posts JSON, by a mapping profile',
    carriedBy: 'http-push',
    decode,
  }
}

function sighted(mapping: JsonMapping, item: unknown, whole: unknown, receivedAt: number): CameraMessage {
  const text = (path: string | undefined, longest: number): string | null => textAt(path, item, whole, longest)
  const met = (condition: JsonCondition | undefined): boolean => condition !== undefined && holds(condition, item, whole)
  const licence = licenceIn(at(mapping.plate, item, whole), mapping.plateBase64 === true)
  const plate = shortText(licence?.text, LONGEST_PLATE_TEXT) ?? ''
  const colourRaw = text(mapping.colour?.path, 60)
  const confidence = mapping.confidence === undefined ? undefined : at(mapping.confidence.path, item, whole)
  const lane = mapping.lane === undefined ? null : numberIn(at(mapping.lane, item, whole))
  const { clock, deviceTimeText } = timeOf(mapping.time, item, whole, receivedAt)
  const beside: SightingBeside = {
    ...(lane !== null && { lane }),
    ...(deviceTimeText !== null && { deviceTimeText }),
    ...(licence?.gbk === true && { encoding: 'gbk' }),
  }
  return plainSighting({
    device: text(mapping.device, 64),
    record: text(mapping.record, 64),
    preview: met(mapping.previewWhen),
    text: mapping.noPlate?.includes(plate) === true ? '' : plate,
    colour: colourOf(mapping.colour?.values, colourRaw),
    colourRaw,
    plateType: text(mapping.plateType, 40),
    direction: text(mapping.direction, 20),
    confidence: percentage(confidence, mapping.confidence?.most ?? 100),
    confidenceRaw: rawValue(confidence),
    ...clock,
    backfill: met(mapping.backfillWhen),
    fake: met(mapping.fakeWhen),
    pictures: (mapping.pictures ?? []).flatMap((path) => pictureIn(at(path, item, whole))),
    beside,
  })
}

/** The value at a path, from the item or, behind `$.`, from the whole body. */
function at(path: string, item: unknown, whole: unknown): unknown {
  const steps = parseJsonPath(path.replace(/^\$\./, ''))
  return steps === null ? undefined : member(path.startsWith('$.') ? whole : item, ...steps)
}

const textAt = (path: string | undefined, item: unknown, whole: unknown, longest: number): string | null =>
  path === undefined ? null : shortText(at(path, item, whole), longest)

function holds({ path, is }: JsonCondition, item: unknown, whole: unknown): boolean {
  const value = at(path, item, whole)
  if (is === undefined) return value !== undefined && value !== null
  return is.some((one) => String(one) === (typeof value === 'boolean' ? String(value) : shortText(value, 60)))
}

function colourOf(values: Readonly<Record<string, string>> | undefined, raw: string | null) {
  const said = raw !== null && values !== undefined && Object.hasOwn(values, raw) ? (values[raw] ?? null) : null
  return colourWord(values === undefined ? raw : said)
}

const UNIT_MS = { s: 1_000, ms: 1, us: 0.001 } as const

function timeOf(
  time: JsonMapping['time'],
  item: unknown,
  whole: unknown,
  receivedAt: number,
): { readonly clock: DeviceClock; readonly deviceTimeText: string | null } {
  const value = time === undefined ? undefined : at(time.path, item, whole)
  if (time === undefined || value === undefined) return { clock: deviceClock(null), deviceTimeText: null }
  if (time.as !== 'text') {
    const number = numberIn(value)
    return { clock: deviceClock(number === null ? null : Math.floor(number * UNIT_MS[time.as]), receivedAt), deviceTimeText: null }
  }
  const text = shortText(value, 40)
  const moment = time.utcOffsetMinutes === undefined ? zonedMoment(text) : momentIn(text, time.utcOffsetMinutes)
  return { clock: deviceClock(moment, receivedAt), deviceTimeText: moment === null ? text : null }
}
