import mqtt from 'mqtt'
import { encodeVzenithKeepAlive, encodeVzenithPreview, encodeVzenithResult, type VzenithMessage } from '#dialects/camera/vzenith-encode'
import { type VzenithLayout, vzenithTopic } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import type { PlateColour } from '#edge/plate'
import { milliseconds, seconds, toIso } from '#edge/units'
import { every } from './clock.ts'
import { photo } from './photo.ts'
import { answerToSnapshot } from './snapshot-answer.ts'

/** A Vzenith plate camera on the site's broker: a heartbeat, and for each vehicle a preview and the result with two pictures. */
export interface CameraSimulator {
  connected(): boolean
  /** A vehicle passes the trigger; `text` is what the camera takes for its plate, null for no plate. */
  sees(what: {
    readonly text: string | null
    readonly colour: PlateColour
    readonly confidence?: number
    readonly backfill?: boolean
  }): void
  /** Blind and mute: neither results nor heartbeats. */
  silent: boolean
  /** What a picture shows when somebody asks for one. */
  scene: () => string
  stop(): Promise<void>
}

const HEARTBEAT = seconds(10)
const RESULT_AFTER_PREVIEW = milliseconds(100)

export function cameraSimulator(options: {
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly serialNumber: string
  readonly layout: VzenithLayout
  readonly clock: Clock
}): CameraSimulator {
  const { url, serialNumber: device, layout, clock, user, password } = options
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    clientId: device,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    // What was seen while the broker was away is gone: this model has no memory card.
    queueQoSZero: false,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
  })
  client.on('error', () => undefined)
  let passages = 0
  const timers = new Set<() => void>()
  const send = ({ topic, payload }: VzenithMessage): void => {
    if (client.connected && !camera.silent) client.publish(topic, Buffer.from(payload), { qos: 0 })
  }
  const alive = (): void => send(encodeVzenithKeepAlive({ device, at: clock.now() }, layout))
  client.on('connect', () => {
    client.subscribe(vzenithTopic(layout, device, 'down', 'snapshot'))
    alive()
  })
  client.on('message', (topic, payload) => {
    for (const message of answerToSnapshot(topic, payload, clock.now(), camera.scene())) send(message)
  })
  const stopHeartbeat = every(clock, HEARTBEAT, alive)

  const camera: CameraSimulator = {
    connected: () => client.connected,
    silent: false,
    scene: () => `${device} ${toIso(clock.now())}`,
    sees({ text, colour, confidence = 97, backfill = false }) {
      passages += 1
      const at = clock.now()
      const record = `${device}-${at}-${passages}`
      const passage = { device, at, record, text, colour, confidence, backfill }
      send(encodeVzenithPreview(passage, layout))
      const full = photo(`${device} ${toIso(at)} ${text ?? '-'}`)
      const plate = photo(`plate ${device} ${toIso(at)} ${text ?? '-'}`)
      const cancel = clock.timer(RESULT_AFTER_PREVIEW, () => {
        timers.delete(cancel)
        send(encodeVzenithResult({ ...passage, pictures: { full, plate } }, layout))
      })
      timers.add(cancel)
    },
    async stop() {
      stopHeartbeat()
      for (const cancel of timers) cancel()
      await client.endAsync(true)
    },
  }
  return camera
}
