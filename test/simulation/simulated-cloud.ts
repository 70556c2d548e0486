import type { Signer } from '#edge/seal'
import { createInbox } from '../../cloud-service/ingest/inbox.ts'
import { NOBODY_LISTENS } from '../../cloud-service/live/changes.ts'
import { createLog, type Log } from '../../cloud-service/log.ts'
import { cloudNetwork } from './cloud-link.ts'
import type { MemoryDatabase } from './memory-database.ts'
import type { Pipe } from './pipe.ts'
import { type Stillness, stillness } from './stillness.ts'
import type { Truth } from './truth.ts'
import type { WorldTime } from './world-time.ts'

/** One process of the cloud: the real ingest with its leases, over the simulated pipe and database. */
export interface SimulatedCloud {
  start(): void
  running(): boolean
  crash(): void
  /** The database does not answer this process alone, for so long: its leases run out and it does not know. */
  part(milliseconds: number): void
  /** The process stands still for so long, whatever it has in hand, and goes on as if nothing had been. */
  freeze(milliseconds: number): void
}

interface Parts {
  readonly name: string
  readonly time: WorldTime
  readonly pipe: Pipe
  readonly database: MemoryDatabase
  readonly issuer: Signer
  readonly truth: Truth
}

export function simulatedCloud({ name, time, pipe, database, issuer, truth }: Parts): SimulatedCloud {
  let end: (() => void) | null = null
  let partedUntil = 0
  let still: Stillness | null = null
  const log: Log = {
    ...createLog('simulation', 'silent'),
    error(told: unknown, text?: string) {
      if (text?.includes('our mistake')) truth.violated('the cloud', `${text} ${JSON.stringify(told)}`)
    },
    child: () => log,
  }
  return {
    running: () => end !== null,
    start() {
      const stands = stillness(time)
      still = stands
      const clock = time.clockOf(() => 0, stands.until)
      const network = cloudNetwork(time, pipe, stands)
      const { pool, end: endPool } = database.poolFor(() => time.now() < partedUntil, stands)
      const broker = { url: '', username: '', password: '', clientId: `cloud-${name}` }
      const inbox = createInbox({ broker, pool, issuer, live: NOBODY_LISTENS, clock, log, holder: name }, network.link)
      void inbox.start()
      end = () => {
        clock.end()
        network.end()
        endPool()
      }
    },
    part(milliseconds) {
      partedUntil = time.now() + milliseconds
    },
    freeze: (milliseconds) => still?.begin(milliseconds),
    crash() {
      end?.()
      end = null
    },
  }
}
