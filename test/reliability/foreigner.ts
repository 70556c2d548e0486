import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Libsql from 'libsql'

/**
 * Another program with SQLite in it that opens the ledger: an inspector's shell, a well-meant backup script. `--how try` asks again and
 * again to read, to write and to checkpoint, waits up to `--patience` milliseconds each time, and says `refused WHAT` or `got-in WHAT`;
 * `--how hold` puts the log into the file, begins to read, says `holding` and stays so until it is killed.
 */
const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    how: { type: 'string', default: 'try' },
    patience: { type: 'string', default: '200' },
  },
})
const say = (word: string): void => void writeSync(1, `${word}\n`)
const opened = (): Libsql.Database => {
  const database = new Libsql(values.file)
  database.pragma(`busy_timeout = ${values.patience}`)
  return database
}

const ATTEMPTS: Readonly<Record<string, (database: Libsql.Database) => void>> = {
  read: (database) => void database.prepare('select count(*) as n from journal').all(),
  write: (database) => {
    database.exec('begin immediate')
    database.exec('rollback')
  },
  checkpoint: (database) => {
    // A checkpoint that cannot get at the file says so in a row, and one of a file without a log does nothing.
    const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[]
    if (row?.busy !== 0 || row.log === -1) throw new Error('busy')
  },
}

function tryOnce([what, attempt]: [string, (database: Libsql.Database) => void]): void {
  try {
    const database = opened()
    try {
      attempt(database)
      say(`got-in ${what}`)
    } finally {
      database.close()
    }
  } catch {
    say(`refused ${what}`)
  }
}

if (values.how === 'hold') {
  const database = opened()
  database.pragma('wal_checkpoint(PASSIVE)')
  database.exec('begin')
  database.prepare('select count(*) as n from journal').all()
  say('holding')
  setInterval(() => {}, 1_000)
} else {
  const turn = (): void => {
    for (const attempt of Object.entries(ATTEMPTS)) tryOnce(attempt)
    setImmediate(turn)
  }
  turn()
}
