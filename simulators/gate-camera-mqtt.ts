import mqtt from 'mqtt'
import { encodeVzenithReply, outputAsked, readVzenithCommand } from '#dialects/camera/vzenith-command'
import { encodeVzenithKeepAlive } from '#dialects/camera/vzenith-encode'
import { type VzenithLayout, vzenithTopic } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'

/** The outputs of a Vzenith camera on the site's broker: hears commands in one topic layout or in both, pulses, answers. */
export interface MqttGateCamera {
  connected(): boolean
  /** Outputs pulsed, in order. */
  readonly pulses: readonly { readonly io: number; readonly milliseconds: number; readonly layout: VzenithLayout }[]
  faults: MqttGateFaults
  /** A heartbeat now, in its own layout. */
  alive(): void
  stop(): Promise<void>
}

export interface MqttGateFaults {
  /** Obeys and never answers. */
  readonly mute: boolean
  readonly lateBy: Span
  /** Answers with this code; 200 is accepted. */
  readonly code: number
  /** Answers as if to another command. */
  readonly foreignId: boolean
}
export const MQTT_GATE_SOUND: MqttGateFaults = { mute: false, lateBy: milliseconds(0), code: 200, foreignId: false }

export async function mqttGateCamera(options: {
  readonly url: string
  readonly serialNumber: string
  readonly layout: VzenithLayout
  /** Some obey both layouts: told in both, they pulse twice. */
  readonly obeysBoth?: boolean
  /** Listens and answers as this camera, though it is another. */
  readonly obeys?: string
  readonly clock: Clock
}): Promise<MqttGateCamera> {
  const { url, serialNumber: device, layout, obeysBoth = false, obeys = device, clock } = options
  const client = await mqtt.connectAsync(url, { protocolVersion: 4, clean: true, clientId: `gate-${device}`, reconnectPeriod: 200 })
  client.on('error', () => undefined)
  const layouts: readonly VzenithLayout[] = obeysBoth ? ['A', 'B'] : [layout]
  const pulses: { io: number; milliseconds: number; layout: VzenithLayout }[] = []
  const timers = new Set<() => void>()
  await client.subscribeAsync(layouts.map((one) => vzenithTopic(one, obeys, 'down', '+')))

  client.on('message', (topic, payload) => {
    const heard = readVzenithCommand(topic, payload)
    const asked = heard === null ? null : outputAsked(heard)
    if (heard === null || asked === null) return
    const { mute, lateBy, code, foreignId } = camera.faults
    if (code === 200 && asked.value === 2) pulses.push({ io: asked.io, milliseconds: asked.delayMs, layout: heard.layout })
    const reply = encodeVzenithReply({ ...heard, id: foreignId ? `${heard.id}-other` : heard.id }, code, clock.now())
    const say = (): void => {
      if (!camera.faults.mute) client.publish(reply.topic, Buffer.from(reply.payload))
    }
    if (mute) return
    if (lateBy === 0) {
      say()
      return
    }
    const cancel = clock.timer(lateBy, () => {
      timers.delete(cancel)
      say()
    })
    timers.add(cancel)
  })

  const camera: MqttGateCamera = {
    connected: () => client.connected,
    pulses,
    faults: MQTT_GATE_SOUND,
    alive: () => {
      const { topic, payload } = encodeVzenithKeepAlive({ device, at: clock.now() }, layout)
      client.publish(topic, Buffer.from(payload))
    },
    async stop() {
      for (const cancel of timers) cancel()
      await client.endAsync(true)
    },
  }
  return camera
}
