import type { Store } from '../../../edge-agent/store/store.ts'
import { createUplink, type Uplink } from '../../../edge-agent/sync/uplink.ts'
import type { Rig } from '../store/store-rig.ts'

/** The uplink of a rig's store to a broker in clear, which waits no longer than it must. */
export function uplinkOf({ parts }: Rig, store: Store, { url, password }: { readonly url: string; readonly password: string }): Uplink {
  const { site, agent, signer, software, clock, log } = parts
  return createUplink({ url, password, ca: null, site, agent, store, signer, software, clock, chance: () => 0, log })
}
