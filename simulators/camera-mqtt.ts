import mqtt from 'mqtt'
import type { Passage } from '#dialects/camera/passage'
import {
  encodeQianyiHeartbeat,
  encodeQianyiRegister,
  encodeQianyiResult,
  encodeQianyiWill,
  readQianyiDown,
} from '#dialects/camera/qianyi-encode'
import { encodeVzenithKeepAlive, encodeVzenithResult } from '#dialects/camera/vzenith-encode'
import { type VzenithLayout, vzenithTopic } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import { Instant, milliseconds, type Span } from '#edge/units'
import { CAMERA_SOUND, type CameraFaults, type FamilyCamera, HEARTBEAT_MS, passages } from './camera-family.ts'
import { every, inReal } from './clock.ts'
import { answerToSnapshot } from './snapshot-answer.ts'

/** A camera of either MQTT family on the agent's broker. */
export interface MqttCamera extends FamilyCamera {
  connected(): boolean
  /** Qianyi: the host has answered its registration. */
  registered(): boolean
  /** Anything at all on its own topic. */
  say(bytes: Uint8Array): void
}

interface Message {
  readonly topic: string
  readonly payload: Uint8Array
}

const ANSWER_WITHIN_MS = 500
const MOST_KEPT = 200

/**
 * `qianyi-mqtt` registers first, and a result that is not answered comes again as history until it is; `vzenith-mqtt` and the OEM form
 * of it say everything once (`camera.ts` is the one of the demo, with previews and pictures).
 */
export function mqttCamera(options: {
  readonly url: string
  readonly family: 'vzenith-mqtt' | 'vzenith-oem-mqtt' | 'qianyi-mqtt'
  readonly device: string
  readonly layout?: VzenithLayout
  readonly user?: string
  readonly password?: string
  readonly clock: Clock
  readonly heartbeat?: Span
}): MqttCamera {
  const { url, family, device, layout = 'A', clock, user, password, heartbeat = milliseconds(HEARTBEAT_MS) } = options
  const qianyi = family === 'qianyi-mqtt'
  const will = encodeQianyiWill(device)
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    clientId: device,
    reconnectPeriod: 500,
    queueQoSZero: false,
    ...(qianyi && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 0, retain: false } }),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
  })
  client.on('error', () => undefined)
  const take = passages(device, clock, true)
  const waiting = new Map<string, Passage>()
  let registered = false
  let delivered = 0
  let ids = 0
  let cancelAgain = (): void => {}

  const send = ({ topic, payload }: Message): void => {
    if (client.connected && !camera.faults.silent) client.publish(topic, Buffer.from(payload), { qos: 0 })
  }
  const result = (passage: Passage): Message =>
    qianyi ? encodeQianyiResult(passage) : encodeVzenithResult({ ...passage, direction: 'down', at: Instant(passage.at) }, layout)
  const nextId = (): string => {
    ids += 1
    return `${String(clock.now()).padStart(13, '0')}${String(ids).padStart(7, '0')}`
  }
  const cameraTime = (): Instant => Instant(clock.now() + camera.faults.clockOff)
  const alive = (): void =>
    send(qianyi ? encodeQianyiHeartbeat(device, nextId(), cameraTime()) : encodeVzenithKeepAlive({ device, at: cameraTime() }, layout))

  /** What is not answered in time is history by then. */
  function again(): void {
    cancelAgain()
    if (waiting.size === 0) return
    cancelAgain = inReal(clock, ANSWER_WITHIN_MS, () => {
      const [oldest] = waiting.values()
      if (oldest !== undefined) send(result({ ...oldest, backfill: true }))
      again()
    })
  }
  client.on('connect', () => {
    registered = false
    if (qianyi) client.subscribe(`device/plate/${device}`, () => send(encodeQianyiRegister(device, nextId())))
    else client.subscribe(vzenithTopic(layout, device, 'down', 'snapshot'))
    alive()
  })
  client.on('message', (topic, payload) => {
    for (const message of answerToSnapshot(topic, payload, clock.now(), `${device} asked ${clock.now()}`)) send(message)
    const said = readQianyiDown(payload)
    if (said?.cmd === 'camera_register_rsp') registered = said.status === 'ok'
    if (said?.cmd !== 'result_rsp' || said.status !== 'ok' || !waiting.delete(said.id)) return
    delivered += 1
    again()
  })
  const stopHeartbeat = every(clock, heartbeat, alive)

  const camera: MqttCamera & { faults: CameraFaults } = {
    faults: CAMERA_SOUND,
    connected: () => client.connected,
    registered: () => registered,
    say: (bytes) =>
      send({
        topic: qianyi ? `aiot/plate/${device}` : result(take({ text: null, colour: 'unknown' }, camera.faults)).topic,
        payload: bytes,
      }),
    sees(what) {
      const seen = take(what, camera.faults)
      const passage = qianyi ? { ...seen, record: nextId() } : seen
      if (camera.faults.silent) return
      for (let time = 0; time <= camera.faults.repeats; time += 1) send(result(passage))
      if (!qianyi) {
        if (client.connected) delivered += 1
        return
      }
      waiting.set(passage.record, passage)
      const [oldest] = waiting.keys()
      if (waiting.size > MOST_KEPT && oldest !== undefined) waiting.delete(oldest)
      again()
    },
    delivered: () => delivered,
    kept: () => waiting.size,
    async stop() {
      stopHeartbeat()
      cancelAgain()
      await client.endAsync(true)
    },
  }
  return camera
}
