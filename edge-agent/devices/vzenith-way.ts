import { vzenithSerial } from '#dialects/camera/vzenith-command'
import { readVzenithTopic, type VzenithLayout } from '#dialects/camera/vzenith-topics'
import type { Clock } from '#edge/clock'
import { EdgeError } from '../errors.ts'
import type { Connection, LanBroker } from './lan-broker.ts'
import type { OpenWay } from './sign.ts'

/**
 * Bytes through a Vzenith camera to the RS-485 behind it (`serial_data`), for a sign or a voice that hangs on the camera. The way is open
 * from the moment the camera has been heard, in the layout it was heard in, until its connection is gone. What the camera hears on
 * its RS-485 does not come back this way.
 */
export function vzenithWay(parts: {
  readonly serialNumber: string
  readonly channel: 0 | 1
  readonly broker: Pick<LanBroker, 'hear' | 'publish'>
  readonly clock: Clock
  newId(): string
}): OpenWay {
  const { channel, broker, clock, newId } = parts
  const wanted = parts.serialNumber.toLowerCase()
  return ({ onState }) => {
    let heardAs: { readonly layout: VzenithLayout; readonly device: string; readonly connection: Connection } | null = null
    let stopHearing = (): void => {}
    return {
      start() {
        onState({ open: false, why: 'the camera has not been heard yet' })
        stopHearing = broker.hear({
          onMessage(topic, _payload, connection) {
            const address = readVzenithTopic(topic)
            if (address?.kind !== 'up' || address.device.toLowerCase() !== wanted) return false
            const isNew = heardAs?.connection !== connection
            heardAs = { layout: address.layout, device: address.device, connection }
            if (isNew) onState({ open: true })
            // The message itself is the camera's own ear's to take.
            return false
          },
          onGone(gone) {
            if (gone !== heardAs?.connection) return
            heardAs = null
            onState({ open: false, why: 'the camera closed its connection' })
          },
        })
      },
      stop: async () => stopHearing(),
      async write(bytes) {
        if (heardAs === null) throw new EdgeError('port-unavailable', { camera: wanted })
        const { layout, device } = heardAs
        const command = vzenithSerial({ layout, device, id: newId(), at: clock.now() }, channel, bytes)
        await broker.publish(command.topic, command.payload)
      },
    }
  }
}
