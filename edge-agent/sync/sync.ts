import { blobSender } from './blobs.ts'
import { createUplink, type Uplink, type UplinkParts } from './uplink.ts'

/** The agent's whole side of the cloud: the uplink, and the evidence that travels after its records. */
export type Sync = Uplink
export interface SyncParts extends UplinkParts {
  /** Where the cloud's HTTP answers: `https://cloud.example`. */
  readonly cloudUrl: string
}

export function createSync(parts: SyncParts): Sync {
  const uplink = createUplink(parts)
  const blobs = blobSender(parts)
  uplink.onDelivered(blobs.wake)
  uplink.onOrders((kinds) => {
    if (kinds.includes('send-blob')) blobs.wake()
  })
  return {
    ...uplink,
    start() {
      uplink.start()
      blobs.wake()
    },
    async stop() {
      blobs.stop()
      await uplink.stop()
    },
  }
}
