import type { CameraDialect, CameraMessage } from '#dialects/camera/sighting'
import { vzenithSnapshot } from '#dialects/camera/vzenith-command'
import { readVzenithTopic, type VzenithLayout } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { type OpenCameraWay, sameCamera } from './camera-way.ts'
import type { Connection, LanBroker } from './lan-broker.ts'

export interface MqttWayParts {
  readonly dialect: CameraDialect
  /** As in its topics and messages. */
  readonly serialNumber: string
  readonly broker: Pick<LanBroker, 'hear' | 'publish'>
  readonly clock: Clock
  readonly log: Log
}

/** Registrations and the like are short; a long message without our number in its topic is another camera's and not even looked into. */
const SHORT = 8_192
/** Dialects with Vzenith's commands: a camera is told in the layout it was heard in and in no other, as for its outputs. */
const TAKES_COMMANDS = new Set(['vzenith-mqtt', 'vzenith-oem-mqtt'])

/**
 * A camera that speaks MQTT to the agent's own broker. A message is its own when the topic has its number or the body says it, and
 * what it waits for is answered on the topic it named.
 */
export function mqttWay({ dialect, serialNumber, broker, clock, log }: MqttWayParts): OpenCameraWay {
  const isWanted = (device: string | null): boolean => device !== null && sameCamera(device, serialNumber)
  return (ears) => {
    let connection: Connection | null = null
    let heardAs: { readonly layout: VzenithLayout; readonly device: string } | null = null
    let asked = 0
    let stopHearing = (): void => {}

    function answer(message: CameraMessage): void {
      if (!('reply' in message) || message.reply?.as !== 'mqtt') return
      const { topic, body } = message.reply
      broker.publish(topic, JSON.stringify(body)).catch((error: unknown) => log.warn({ why: reasonOf(error) }, 'a camera was not answered'))
    }

    function photograph(): void {
      if (heardAs === null) return
      asked += 1
      const command = vzenithSnapshot({ ...heardAs, id: `photo-${clock.now()}-${asked}`, at: clock.now() })
      broker
        .publish(command.topic, command.payload)
        .catch((error: unknown) => log.warn({ why: reasonOf(error) }, 'a camera was not asked for a picture'))
    }

    return {
      start: () => {
        stopHearing = broker.hear({
          onMessage: (topic, payload, from) => {
            const ours = topic.split('/').some((part) => isWanted(part))
            if (!ours && payload.length > SHORT) return false
            const messages = dialect
              .decode({ place: topic, headers: {}, body: payload, receivedAt: clock.now() })
              .filter((message) => isWanted(message.device) || (ours && message.device === null))
            for (const message of messages) {
              if (message.kind !== 'error') {
                connection = from
                heardAs = heardIn(topic) ?? heardAs
              }
              ears.onMessage(message)
              answer(message)
            }
            return messages.length > 0
          },
          onGone: (gone) => {
            if (gone !== connection) return
            connection = null
            heardAs = null
            ears.onLost('the camera closed its connection')
          },
        })
      },
      stop: async () => stopHearing(),
      reopen: () => {},
      ...(TAKES_COMMANDS.has(dialect.name) && { photograph }),
    }
  }
}

function heardIn(topic: string): { readonly layout: VzenithLayout; readonly device: string } | null {
  const address = readVzenithTopic(topic)
  return address?.kind === 'up' ? { layout: address.layout, device: address.device } : null
}
