import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE } from './database.ts'

/**
 * The trace of another program that had the ledger open while no agent ran, and did not leave cleanly: SQLite lays this file beside a
 * database whose log it reads, and this store, exclusive before it reads its own, never makes one (fault F7). While the agent runs, the
 * lock keeps everybody out.
 */
const trace = (folder: string): string => join(folder, `${DATABASE_FILE}-shm`)

/** Whether there is one. Only before the store is opened, or after: while a stranger holds it, it is his. */
export const foreignTraceIn = (folder: string): boolean => existsSync(trace(folder))

/** Once the store is open nobody else can be in it. */
export const dropForeignTrace = (folder: string): void => rmSync(trace(folder), { force: true })
