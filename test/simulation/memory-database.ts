import type { Pool } from '../../cloud-service/database/pool.ts'
import { type Answer, answerOf, statementFor } from './memory-statements.ts'
import { copyOf, noTables, type Tables } from './memory-tables.ts'
import type { Stillness } from './stillness.ts'
import type { WorldTime } from './world-time.ts'

/** How the database is today. `unsure`: COMMIT does not answer; whether it stands is chance. */
export type DatabaseMood = 'well' | 'slow' | 'away' | 'unsure'

/**
 * The cloud's database without a server: the contract of PostgreSQL as far as the stream of records asks for it. Transactions write one
 * after another, what is not committed nobody else sees, and a process that dies leaves its transactions open or done, by chance.
 */
export interface MemoryDatabase {
  /** What is committed. */
  tables(): Tables
  /** Whether these bytes have ever stood in the ledger at this place, whatever was put back since. */
  everHeld(name: string, hash: string): boolean
  mood(now: DatabaseMood): void
  /** An operator puts an older copy in the place of what is there; whoever is connected is thrown out. */
  putBack(copy: Tables): void
  /** Connections for one process of the cloud, and whether it is parted from the database; `end` is that process's death. */
  poolFor(parted: () => boolean, still?: Stillness): { readonly pool: Pool; end(): void }
  /** Hears what each COMMIT, and no copy that was put back, made of what was there before. */
  onCommit(heard: (before: Tables, after: Tables) => void): void
}

interface Parts {
  readonly time: WorldTime
  readonly chance: () => number
}

export function memoryDatabase({ time, chance }: Parts): MemoryDatabase {
  let committed = noTables()
  const listeners: ((before: Tables, after: Tables) => void)[] = []
  const ever = new Set<string>()
  let mood: DatabaseMood = 'well'
  /** Grows with every copy put back: transactions begun before it are over. */
  let life = 0
  let writer: object | null = null
  let queue: (() => void)[] = []

  const release = (of: object): void => {
    if (writer !== of) return
    writer = null
    const waiting = queue
    queue = []
    for (const go of waiting) go()
  }
  const lock = async (of: object): Promise<void> => {
    while (writer !== null && writer !== of) await new Promise<void>((go) => queue.push(go))
    writer = of
  }

  const connection = (isDead: () => boolean, still: Stillness | undefined) => {
    const own = {}
    let mine: Tables | null = null
    let born = life
    const gone = new Promise<never>(() => {})
    const end = (): void => {
      mine = null
      release(own)
    }
    const commit = async (): Promise<object> => {
      if (mine === null) return { command: 'COMMIT' }
      const unsure = mood === 'unsure' && chance() < 0.5
      if (mood !== 'well') await new Promise<void>((then) => void time.later(1 + Math.floor(chance() * 900), then))
      // A process that dies while COMMIT is under way has asked for it all the same.
      const stands = born === life && mine !== null && !(isDead() || unsure ? chance() < 0.5 : false)
      if (stands && mine !== null) {
        for (const heard of listeners) heard(committed, mine)
        committed = mine
        for (const [name, { hash }] of mine.ledger) ever.add(`${name} ${hash}`)
      }
      end()
      if (isDead()) return gone
      if (unsure || born !== life) throw lostConnection()
      return { command: 'COMMIT' }
    }
    return {
      async query(asked: string | { readonly text: string; readonly values?: readonly unknown[] }, given: readonly unknown[] = []) {
        if (still?.now()) await still.over()
        if (isDead()) {
          end()
          return gone
        }
        const text = typeof asked === 'string' ? asked : asked.text
        if (text.startsWith('begin')) {
          born = life
          return {}
        }
        if (text === 'commit') return commit()
        if (text === 'rollback') return end()
        const statement = statementFor(text)
        if (statement.writes && mine === null) {
          await lock(own)
          // Orders are given by people, whose transactions touch nothing that is written here.
          mine = { ...copyOf(committed), orders: committed.orders }
        }
        if (born !== life) throw lostConnection()
        const values = typeof asked === 'string' ? given : (asked.values ?? given)
        return answerOf(statement.run(mine ?? committed, values, time.now())) satisfies Answer
      },
      escapeLiteral: (said: string) => `'${said}'`,
      release: end,
      on: () => {},
      once: () => {},
    }
  }
  return {
    tables: () => committed,
    everHeld: (name, hash) => ever.has(`${name} ${hash}`),
    mood: (now) => {
      mood = now
    },
    putBack(copy) {
      committed = copyOf(copy)
      life += 1
    },
    onCommit: (heard) => void listeners.push(heard),
    poolFor(parted, still) {
      let dead = false
      const connect = async (): Promise<unknown> => {
        if (still?.now()) await still.over()
        if (dead) return new Promise<never>(() => {})
        if (mood === 'away' || parted()) throw lostConnection()
        return connection(() => dead, still)
      }
      const end = (): void => {
        dead = true
      }
      // The service asks a pool for nothing but `connect`.
      return { pool: { connect } as unknown as Pool, end }
    },
  }
}

const lostConnection = (): Error => Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' })
