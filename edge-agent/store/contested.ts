import type { Epoch } from '#edge/ids'
import type { Database } from './database.ts'

/**
 * Records of a closed epoch that the cloud holds otherwise, because this store was put back to an older state. They are no second ledger
 * and never sent as one, but they were weighed: the cloud is shown them until it says that it keeps them beside its own (rule R15).
 */
export interface Contested {
  /** Inside a commit: from here on this epoch is not what the cloud has. */
  note(epoch: Epoch, from: number): void
  /** What is to be shown next; null when all was kept. */
  next(): { readonly epoch: Epoch; readonly from: number } | null
  /** The cloud keeps them up to here. */
  kept(epoch: Epoch, upto: number): void
}

const NAME = 'contested/'

export function contestedIn(database: Database, newestOf: (epoch: Epoch) => number): Contested {
  const forget = (name: string): void => void database.run('delete from fact where name = ?', name)
  return {
    note: (epoch, from) =>
      void database.run('insert into fact (name, value) values (?, ?) on conflict do nothing', `${NAME}${epoch}`, String(from)),
    next() {
      const row = database.one<{ name: string; value: string }>(
        'select name, value from fact where name glob ? order by name limit 1',
        `${NAME}*`,
      )
      if (!row) return null
      return { epoch: row.name.slice(NAME.length) as Epoch, from: Number(row.value) }
    },
    kept(epoch, upto) {
      const name = `${NAME}${epoch}`
      if (upto >= newestOf(epoch)) forget(name)
      else database.run('update fact set value = ? where name = ?', String(upto + 1), name)
    },
  }
}
