import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CameraConfig } from '../../../edge-agent/config/cameras.ts'
import { CAMERA_KINDS } from '../../../edge-agent/devices/camera-kinds.ts'
import { cameraPost } from '../../../simulators/camera-post.ts'
import { eventually } from '../../support/eventually.ts'
import { cameraRig } from './camera-rig.ts'

/** What makers print and devices were heard to say, sent through the agent's real doors: what the tape says is what the lane is told. */
interface Entry {
  readonly id: string
  readonly vendor?: string
  readonly transport?: string
  readonly topicOrUrl: string
  readonly contentType: string
  readonly payloadEncoding: string
  readonly payload: unknown
  readonly expected: {
    readonly kind: string
    readonly plate?: string | null
    readonly backfill?: boolean
    readonly deviceId?: string | null
  }
}
const tape = (name: string): readonly Entry[] =>
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../tapes', `${name}.json`), 'utf8')) as { messages: Entry[] }).messages

const KINDS: readonly [vendor: RegExp, transport: RegExp, kind: string][] = [
  [/AlphaDigi/, /push/, 'vzenith-oem-http'],
  [/Vzenith/, /mqtt/, 'vzenith-mqtt'],
  [/Vzenith/, /push/, 'vzenith-http'],
  [/Qianyi/, /mqtt/, 'qianyi-mqtt'],
  [/OpenALPR/, /push/, 'openalpr'],
  [/Plate Recognizer/, /./, 'plate-recognizer'],
  [/UniFi/, /./, 'unifi-protect'],
  [/Survision/, /./, 'survision'],
  [/Axis/, /push/, 'axis-verifier'],
  [/Milesight/, /./, 'milesight'],
]
const all = [
  ...tape('camera-json').flatMap((entry) => {
    const kind = KINDS.find(([vendor, transport]) => vendor.test(entry.vendor ?? '') && transport.test(entry.transport ?? ''))?.[2]
    return kind === undefined ? [] : [{ ...entry, kind }]
  }),
  ...tape('hikvision').flatMap((entry) =>
    /^POST http/.test(entry.topicOrUrl) ? [{ ...entry, kind: 'hikvision', vendor: 'Hikvision', transport: 'http-push' }] : [],
  ),
  ...tape('dahua').flatMap((entry) =>
    /NotificationInfo/.test(entry.topicOrUrl) ? [{ ...entry, kind: 'dahua-itsapi', vendor: 'Dahua', transport: 'http-push' }] : [],
  ),
  ...tape('gat1400').map((entry) => ({ ...entry, kind: 'gat1400', vendor: 'GA/T 1400', transport: 'http' })),
]
const plates = all.filter(({ expected }) => ['plate', 'no_plate'].includes(expected.kind))

const toClose: (() => unknown)[] = []
let rig: Awaited<ReturnType<typeof cameraRig>>
beforeAll(async () => {
  rig = await cameraRig(toClose)
})
afterAll(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

it('there are tapes of every maker whose camera comes to us', () => {
  expect(new Set(plates.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(9)
})

it.each(plates.map((entry) => [entry.id, entry] as const))('%s', async (id, { kind, expected, ...entry }) => {
  const found = CAMERA_KINDS[kind]
  const overMqtt = found?.by === 'mqtt'
  const fixed = found?.by === 'http-push' ? found.path : null
  const said = new URL(/https?:\/\/[^/]+(\/[^\s<]*)?/.exec(entry.topicOrUrl)?.[1] ?? '/', 'http://x').pathname
  // Where the maker's path is fixed the cameras share it, and each is known by the number in its messages.
  const config: CameraConfig = {
    side: 'front',
    kind,
    ...(overMqtt || fixed !== null ? { serialNumber: expected.deviceId ?? '' } : {}),
    ...(overMqtt || fixed !== null ? {} : { path: `/cameras/${id}` }),
  }
  const { seen, device } = await rig.fit(config)
  const body = bodyOf(entry)
  if (overMqtt) {
    const client = await mqtt.connectAsync(rig.mqttUrl)
    await client.publishAsync(entry.topicOrUrl, Buffer.from(body))
    await client.endAsync()
  } else {
    const url = `${rig.httpUrl}${fixed === null ? `/cameras/${id}` : said}`
    expect((await cameraPost(url, { contentType: entry.contentType, body }))?.status).toBe(200)
  }
  await eventually(() => seen().length > 0)
  const plate = expected.plate ?? null
  expect(seen()[0]).toMatchObject({ backfill: expected.backfill ?? false })
  // A foreign plate is a text to a lane in China: kept as it was said.
  if (seen()[0]?.plate === null && plate !== null)
    expect(
      seen()[0]
        ?.raw.replace(/[^A-Z0-9]/gi, '')
        .toUpperCase(),
    ).toContain(plate)
  else expect(seen()[0]?.plate).toBe(plate)
  await device.stop()
})

function bodyOf({ payload, payloadEncoding }: Pick<Entry, 'payload' | 'payloadEncoding'>): Uint8Array {
  if (payloadEncoding === 'json' || typeof payload !== 'string') return new TextEncoder().encode(JSON.stringify(payload))
  return payloadEncoding === 'hex' ? new Uint8Array(Buffer.from(payload, 'hex')) : new TextEncoder().encode(payload)
}
