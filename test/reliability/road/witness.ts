import pg from 'pg'
import type { Observer } from '../checker/observations.ts'

/**
 * Stands beside the pipe and the database and writes down what passes: heads the agent shows, receipts the cloud sends. For each receipt
 * it asks the database at once, over a connection of its own, how much of what was promised is committed.
 */
export interface Witness {
  heard(message: string, payload: string): void
  /** When the database has answered whatever was asked so far: before somebody takes it away. */
  answered(): Promise<void>
  /** When all it has asked is answered and written down. */
  done(): Promise<void>
}

interface Head {
  readonly epoch: string
  readonly seq: number
  readonly hash: string
}

export function witness(observer: Observer, databaseUrl: string, site: string, agent: string): Witness {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  pool.on('error', () => undefined)
  let written: Promise<void> = Promise.resolve()
  const stored = async (epoch: string, upto: number): Promise<number> => {
    const { rows } = await pool.query<{ n: string }>(
      'select count(*) as n from ledger where site = $1 and agent = $2 and epoch = $3 and seq <= $4',
      [site, agent, epoch, upto],
    )
    return Number(rows[0]?.n ?? 0)
  }
  const head = ({ epoch, seq, hash }: Head): void => observer.see({ event: 'head', epoch, seq, hash })
  return {
    heard(message, payload) {
      // Who cannot be read has shown nothing.
      const said = read(message === 'ledger' ? payload.slice(0, payload.indexOf('\n')) : payload)
      if (said === null) return
      if (message === 'ledger' && said.head) head(said.head)
      if (message === 'hello') for (const one of [...(said.waiting ?? []), ...(said.records ? [said.records] : [])]) head(one)
      if (message !== 'receipt' || said.epoch === undefined || said.upto === undefined) return
      const { epoch, upto, hash = '' } = said
      const asked = stored(epoch, upto)
      written = written.then(async () => observer.see({ event: 'receipt', epoch, upto, hash, stored: await asked }))
    },
    answered: () => written,
    async done() {
      await written
      await pool.end()
    },
  }
}

interface Message {
  readonly head?: Head
  readonly records?: Head | null
  readonly waiting?: readonly Head[]
  readonly epoch?: string
  readonly upto?: number
  readonly hash?: string
}
function read(text: string): Message | null {
  try {
    return JSON.parse(text) as Message
  } catch {
    return null
  }
}
