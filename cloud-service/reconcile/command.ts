import type { Clock } from '#edge/clock'
import type { Span } from '#edge/units'
import type { Pool } from '../database/pool.ts'
import { CloudError } from '../errors.ts'
import { cloudSide, keptBeside } from './cloud-side.ts'
import { isEqual, reconcile } from './compare.ts'
import { openEdge } from './edge-side.ts'
import { reconciledLines } from './words.ts'

export interface ReconcileAsked {
  readonly pool: Pool
  readonly clock: Clock
  /** The agent's folder on this machine. */
  readonly folder: string
  /** Which site it must be; any, where nothing is said. */
  readonly site: string | null
  /** How long records on their way are waited for. */
  readonly waitFor: Span
}

/**
 * `cloud reconcile`: is what the agent has what the cloud has, hash for hash? Throws CloudError `edge-unreachable`, `config-wrong`.
 */
export async function reconcileCommand({ pool, clock, folder, site, waitFor }: ReconcileAsked) {
  const edge = await openEdge(folder)
  try {
    if (site !== null && edge.site !== site)
      throw new CloudError(
        'config-wrong',
        `${folder} 属于站点 ${edge.site} / belongs to site ${edge.site}, not to ${site}: name that site's folder with --edge.`,
      )
    const epochs = await reconcile(edge, cloudSide(pool, edge), clock, waitFor)
    return { equal: isEqual(epochs), epochs, lines: reconciledLines(edge, epochs, await keptBeside(pool, edge)) }
  } finally {
    edge.close()
  }
}
