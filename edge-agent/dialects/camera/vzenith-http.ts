import { firstOf, member, numberIn, readJsonBody, readText, shortText } from './json-body.ts'
import { type Part, partsOf } from './multipart.ts'
import type { CameraDialect, CameraMessage, CameraReply, Envelope } from './sighting.ts'
import { VZENITH_OEM_HEARTBEAT, type VzenithAnswer, vzenithAnswer, vzenithOemAnswer } from './vzenith-answer.ts'
import { inputMessage, serialMessage, serialNumberIn, snapshotMessage } from './vzenith-body.ts'
import { LONGEST_MESSAGE } from './vzenith-mqtt.ts'
import { byGrammar, VZENITH_OEM_TABLES } from './vzenith-oem-tables.ts'
import { isBackfill, plateSighting } from './vzenith-plate-result.ts'
import { type PlateTables, VZENITH_TABLES } from './vzenith-tables.ts'

/**
 * HTTP push of Vzenith (臻识) cameras and those with the same envelope. Every push is a POST:
 *
 *   { AlarmInfoPlate: { serialno, result: { PlateResult } } }            a plate, text in clear
 *   { AlarmInfoPlate: { serialno, heartbeat: 1 } }                       a heartbeat of old firmware, under the same key
 *   { AlarmGioIn: { serialno, result: { TriggerResult: { source, value } } } }
 *   { SerialData: { serialno, serialChannel, data (base64), dataLen } }
 *   { ipaddr, TriggerImage: { imageFile (base64), imageFileLen } }
 *   multipart/form-data  device_name ipaddr port user_name pass_wd serialno channel_num      the ordinary heartbeat
 *
 * The heartbeat carries the camera's password in clear: nothing of a form but its serial number is ever read here. The content type
 * says little (any firmware names another), so the body decides. The camera waits for an answer, or takes its server for lost.
 */
interface Maker {
  readonly tables: PlateTables
  plateReply(result: unknown): CameraReply
  readonly heartbeatReply?: CameraReply
}

function decode({ headers, body, receivedAt }: Envelope, maker: Maker): readonly CameraMessage[] {
  const form = formIn(headers['content-type'] ?? '', body)
  if (form === 'broken') return [{ kind: 'error', device: null, why: 'bad-multipart' }]
  if (form === 'other') return [{ kind: 'ignored', device: null, why: 'a form that is no heartbeat' }]
  if (form !== null) return [heartbeat(form.serialNumber, maker)]
  const read = readJsonBody(body, LONGEST_MESSAGE)
  if (!read.ok) return [{ kind: 'error', device: null, why: read.why }]
  const { value, gbk } = read
  const device = serialNumberIn(value)
  const alarm = member(value, 'AlarmInfoPlate')
  const said: CameraMessage[] = [
    ...(alarm === undefined ? [] : [alarmMessage(alarm, { device, gbk, receivedAt }, maker)]),
    ...(member(value, 'AlarmGioIn') === undefined ? [] : [inputMessage(device, value)]),
    ...(member(value, 'SerialData') === undefined ? [] : [serialMessage(device, value)]),
  ]
  if (said.length > 0) return said
  if (firstOf(member(value, 'Heartbeat'), member(value, 'heartbeat')) !== undefined) return [heartbeat(device, maker)]
  if (member(value, 'TriggerImage') !== undefined) return [snapshotMessage(device, value)]
  return [{ kind: 'ignored', device, why: 'no message of this protocol' }]
}

function alarmMessage(
  alarm: unknown,
  about: { readonly device: string | null; readonly gbk: boolean; readonly receivedAt: number },
  maker: Maker,
): CameraMessage {
  const plate = member(alarm, 'result', 'PlateResult')
  if (typeof plate === 'object' && plate !== null && !Array.isArray(plate))
    return plateSighting(plate, { ...about, encoded: false, preview: false, tables: maker.tables, reply: maker.plateReply(plate) })
  if (numberIn(member(alarm, 'heartbeat')) === 1) return heartbeat(about.device, maker)
  return { kind: 'error', device: about.device, why: 'missing-plate-result' }
}

const heartbeat = (device: string | null, { heartbeatReply: reply }: Maker): CameraMessage => ({
  kind: 'heartbeat',
  device,
  ...(reply && { reply }),
})

/** The serial number in a heartbeat's form, of a field that came whole; null where the body is no form. */
function formIn(type: string, body: Uint8Array): { readonly serialNumber: string | null } | 'broken' | 'other' | null {
  const begins = readText(body.subarray(0, 200)).text.trimStart()
  if (begins.startsWith('--') || (/^multipart\//i.test(type) && begins !== '' && !begins.startsWith('{'))) {
    const parts = body.length > LONGEST_FORM ? null : partsOf(body)
    if (parts === null) return 'broken'
    const named = (names: string): Part | undefined =>
      parts.find(({ headers }) => new RegExp(`\\bname="?(?:${names})"?(?:;|$)`, 'i').test(headers['content-disposition'] ?? ''))
    if (named('serialno|device_name|user_name|pass_wd|channel_num') === undefined) return 'other'
    const field = named('serialno')
    return { serialNumber: field?.state === 'whole' ? shortText(readText(field.body).text.trim(), 64) : null }
  }
  if (body.length > LONGEST_FORM || !/^[\w.]+=/.test(begins)) return null
  const pair = /(?:^|&)serialno=([\w.:-]{1,64})(?:&|$)/.exec(readText(body).text.trim())
  return pair === null ? null : { serialNumber: pair[1] ?? null }
}
const LONGEST_FORM = 64 * 1_024

const answerTo = (result: unknown): VzenithAnswer => {
  const raw = member(result, 'plateid')
  const plateId = typeof raw === 'number' && Number.isFinite(raw) ? raw : shortText(raw, 64)
  return { ...(plateId !== null && { plateId }), nextBackfilled: isBackfill(result) }
}

const VZENITH: Maker = { tables: VZENITH_TABLES, plateReply: (result) => vzenithAnswer(answerTo(result)) }
const OEM: Maker = {
  tables: VZENITH_OEM_TABLES,
  plateReply: (result) => vzenithOemAnswer(answerTo(result)),
  heartbeatReply: VZENITH_OEM_HEARTBEAT,
}

export const vzenithHttp: CameraDialect = {
  name: 'vzenith-http',
  about: '臻识 HTTP 推送 / Vzenith HTTP push',
  carriedBy: 'http-push',
  decode: (envelope) => decode(envelope, VZENITH),
}

export const vzenithOemHttp: CameraDialect = {
  name: 'vzenith-oem-http',
  about: 'AlphaDigi、芊熠等同格式相机 HTTP 推送 / OEM cameras with Vzenith’s envelope and other numbers, HTTP push',
  carriedBy: 'http-push',
  decode: (envelope) => decode(envelope, OEM).map(byGrammar),
}
