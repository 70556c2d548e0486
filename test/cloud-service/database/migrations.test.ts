import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from '../../../cloud-service/database/migrate.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'

/** T02b at the cloud: its database dies in the middle of being brought up to date. */
const FOLDER = join(import.meta.dirname, '../../../cloud-service/migrations')
const CUTS = 4

let server: string
const made: string[] = []
beforeAll(async () => {
  server = await freshDatabase()
})
afterAll(async () => {
  for (const name of made) await ask(server, `drop database if exists ${name} with (force)`)
})

async function ask<R extends object>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows as R[]
  } finally {
    await client.end()
  }
}
/** A database with nothing in it. */
async function anEmptyDatabase(): Promise<string> {
  const name = `pitgate_empty_${process.pid}_${made.length}`
  await ask(server, `create database ${name}`)
  made.push(name)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
/** Every column, index and right there is, but for the list of migrations itself. */
const shapeOf = async (url: string): Promise<string> =>
  (
    await ask<{ one: string }>(
      url,
      `select c.table_name || '.' || c.column_name || ' ' || c.data_type as one from information_schema.columns c where table_schema = 'public'
       union all select indexdef from pg_indexes where schemaname = 'public'
       union all select tablename || ' policy ' || policyname from pg_policies where schemaname = 'public'
       order by one`,
    )
  )
    .map(({ one }) => one)
    .filter((one) => !/^migration\b|ON public\.migration\b/.test(one))
    .join('\n')
/** The backend that carries out the `nth` change of a table dies behind it; 0: none does. What it counts, no rollback takes back. */
const dieAt = (url: string, nth: number): Promise<object[]> =>
  ask(
    url,
    `create schema if not exists cut; create sequence if not exists cut.changes;
     create or replace function cut.count() returns event_trigger language plpgsql as $$ begin
       if nextval('cut.changes') = ${nth} then perform pg_terminate_backend(pg_backend_pid()); end if;
     end $$;
     drop event trigger if exists cut; create event trigger cut on ddl_command_end execute function cut.count();`,
  )

it('a database that dies within any of its migrations has the tables of before it or of after it, and the next start brings it up to date', {
  timeout: 300_000,
}, async () => {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort()
  const byHand = await anEmptyDatabase()
  const shapes = [await shapeOf(byHand)]
  for (const name of names) {
    await ask(byHand, `begin; ${await readFile(join(FOLDER, name), 'utf8')}; commit`)
    shapes.push(await shapeOf(byHand))
  }
  const whole = await anEmptyDatabase()
  await dieAt(whole, 0)
  await migrate(testPool(whole, null, 1), quiet)
  const [counted] = await ask<{ changes: string }>(whole, 'select last_value as changes from cut.changes')
  const changes = Number(counted?.changes)
  expect(changes).toBeGreaterThan(names.length)
  expect(await shapeOf(whole)).toBe(shapes.at(-1))

  const found = new Set<number>()
  for (let cut = 0; cut < CUTS; cut += 1) {
    const url = await anEmptyDatabase()
    // The last of them in the last change there is.
    await dieAt(url, Math.ceil(((cut + 1) * changes) / CUTS))
    const pool = testPool(url, null, 1)
    await expect(migrate(pool, quiet)).rejects.toThrow()
    const applied = (await ask(url, 'select name from migration')).length
    expect(await shapeOf(url)).toBe(shapes[applied])
    found.add(applied)
    await migrate(pool, quiet)
    expect([await shapeOf(url), (await ask(url, 'select name from migration')).length]).toEqual([shapes.at(-1), names.length])
  }
  expect([...found].every((applied) => applied < names.length)).toBe(true)
})
