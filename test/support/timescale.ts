import { PGlite } from '@electric-sql/pglite'
import { timescaledb } from '@electric-sql/pglite/timescaledb'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { afterAll } from 'vitest'
import type { Pool } from '../../cloud-service/database/pool.ts'
import { createPool } from '../../cloud-service/database/pool.ts'
import { freePort, quiet } from './postgres.ts'

/**
 * TimescaleDB itself, as WebAssembly: its SQL is the real extension's. One connection, no background workers (jobs run when called), and
 * every session must load the library first, else a hypertable answers "invalid INSERT on the root table".
 */
export async function timescalePool(): Promise<Pool> {
  const db = await PGlite.create({ extensions: { timescaledb } })
  const port = await freePort()
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1' })
  await server.start()
  const pool = createPool({ url: `postgres://postgres:x@127.0.0.1:${port}/postgres`, role: null, name: 'test', size: 1, log: quiet })
  pool.on('connect', (client) => void client.query("load 'timescaledb'; set timezone = 'UTC'").catch(() => undefined))
  closing.push(async () => {
    await pool.end()
    await server.stop()
    await db.close()
  })
  return pool
}

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.splice(0)) await close()
})
