import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbedded } from '../../../cloud-service/database/embedded.ts'
import { migrate } from '../../../cloud-service/database/migrate.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest, asLens, asNobody, asPerson } from '../../../cloud-service/database/transaction.ts'
import { freePort, freshDatabase, quiet, testPool } from '../../support/postgres.ts'

let pool: Pool
let url: string
beforeAll(async () => {
  url = await freshDatabase()
  pool = testPool(url)
  await asIngest(pool, async (tx) => {
    await tx.query(`insert into county values ('610881', '神木市'), ('610822', '府谷县')`)
    await tx.query(`insert into carrier values ('haoyun', '好运物流', 'x'), ('other', '另一家', 'y')`)
    await tx.query(
      `insert into site values ('hongliu', '红柳沟', '610881', 'mine', 110, 38), ('fugu', '府谷矿', '610822', 'mine', 111, 39)`,
    )
    for (const [site, county, carrier] of [
      ['hongliu', '610881', 'haoyun'],
      ['fugu', '610822', 'other'],
    ])
      await tx.query(
        `insert into weighing (site, agent, epoch, seq, county, carrier, lane, visit, weighed_at, kind, pass, weight_kg, plate_colour, verdict, tape)
         values ($1, 'a1', '1-00000000', 1, $2, $3, 'north', 1, now(), 'gross', 'coal', 49000, 'yellow', 'open', 'x')`,
        [site, county, carrier],
      )
  })
})

const sitesSeen = (role: Parameters<typeof asPerson>[1]['role'], scope: string | null): Promise<string[]> =>
  asPerson(pool, { role, scope }, async (tx) =>
    (await tx.query<{ site: string }>('select site from weighing order by site')).rows.map((row) => row.site),
  )

it.each([
  ['city', null, ['fugu', 'hongliu']],
  ['county', '610881', ['hongliu']],
  ['operator', 'fugu', ['fugu']],
  ['enterprise', 'hongliu', ['hongliu']],
  ['carrier', 'other', ['fugu']],
  ['carrier', 'nobody', []],
  ['county', null, []],
] as const)('a %s confined to %s sees only its own weighings', async (role, scope, sites) => {
  expect(await sitesSeen(role, scope)).toEqual(sites)
})

it('whoever has not said who they are sees nothing, on the pool and in a transaction', async () => {
  expect((await pool.query('select * from weighing')).rowCount).toBe(0)
  expect((await asNobody(pool, (tx) => tx.query('select * from ticket'))).rowCount).toBe(0)
  await expect(asLens(pool, (tx) => tx.query('select * from weighing'))).rejects.toMatchObject({ code: '42501' })
})

it('no tenant stays behind on a pooled connection', async () => {
  const one = testPool(url, 'pitgate_app', 1)
  await asPerson(one, { role: 'city', scope: null }, (tx) => tx.query('select 1'))
  await asPerson(one, { role: 'city', scope: null }, (tx) => tx.query('select 1/0')).catch(() => undefined)
  expect((await one.query('select * from weighing')).rowCount).toBe(0)
})

it.each([
  'ledger',
  'ledger_conflict',
  'quarantine',
  'express',
  'weighing',
  'orders',
  'ticket_history',
  'alarm_history',
  'blob',
  'weighing_fact',
])('no role of the running service may change or remove what stands in %s', async (table) => {
  for (const as of [asIngest, asNobody, asLens])
    for (const act of [`delete from ${table}`, `update ${table} set site = 'x'`, `truncate ${table}`])
      await expect(as(pool, (tx) => tx.query(act))).rejects.toMatchObject({
        code: '42501',
      })
})

it('a carrier cannot read orders, nor append one past the service', async () => {
  const asCarrier = (text: string) => asPerson(pool, { role: 'carrier', scope: 'haoyun' }, (tx) => tx.query(text))
  await expect(asCarrier('select * from orders')).rejects.toMatchObject({
    code: '42501',
  })
  await expect(asCarrier('select * from ordered_ticket')).rejects.toMatchObject({ code: '42501' })
})

it('moments are ISO text in UTC and counts are numbers', async () => {
  const { rows } = await asPerson(pool, { role: 'city', scope: null }, (tx) =>
    tx.query('select count(*) as n, max(stored_at) as at from weighing'),
  )
  expect(rows[0].n).toBe(2)
  expect(rows[0].at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

it('migrates once, and two servers that start together wait for each other', async () => {
  const owner = testPool(url, null)
  const both = await Promise.all([migrate(owner, quiet), migrate(owner, quiet)])
  expect(both.map(({ applied }) => applied)).toEqual([[], []])
})

it('a lost backend does not end the process, and the next question is answered', async () => {
  const victim = testPool(url, 'pitgate_app', 1)
  const admin = testPool(url, null, 1)
  const lost = asNobody(victim, async (tx) => {
    const { rows } = await tx.query('select pg_backend_pid() as pid')
    await admin.query('select pg_terminate_backend($1)', [rows[0].pid])
    await tx.query('select 1')
  })
  await expect(lost).rejects.toThrow()
  expect((await victim.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pitgate-embedded-'))
  folders.push(folder)
  return folder
}

it('the embedded server keeps its data over a crash, in a home only its owner may enter, and says so when its port is taken', async () => {
  // As root this is a clone in /root: the folder above is closed to the user PostgreSQL runs as.
  const folder = join(await emptyFolder(), 'inside')
  const first = await startEmbedded({
    folder,
    port: await freePort(),
    log: quiet,
  })
  const before = testPool(first.url, null, 1)
  await before.query('create table kept (n integer); insert into kept values (7)')
  await expect(
    startEmbedded({
      folder: await emptyFolder(),
      port: first.port,
      log: quiet,
    }),
  ).rejects.toMatchObject({ code: 'port-taken' })
  await first.crash()
  const second = await startEmbedded({ folder, port: first.port, log: quiet })
  expect((await before.query('select n from kept')).rows).toEqual([{ n: 7 }])
  expect((await before.query('show server_encoding')).rows).toEqual([{ server_encoding: 'UTF8' }])
  await second.stop()
  await second.ended
})

it('a server whose program was killed is found, ended and started again; one whose program lives is left alone', async () => {
  const folder = await emptyFolder()
  const port = await freePort()
  const child = spawn(process.execPath, [
    '--conditions=source',
    '--import',
    'tsx',
    new URL('./start-embedded.ts', import.meta.url).pathname,
    folder,
    String(port),
  ])
  const ready = new Promise<void>((then) => child.stdout.once('data', () => then()))
  const gone = new Promise<void>((then) => child.once('exit', () => then()))
  await Promise.race([ready, gone])
  await expect(startEmbedded({ folder, port, log: quiet })).rejects.toMatchObject({ code: 'database-not-started' })
  child.kill('SIGKILL')
  await gone
  const again = await startEmbedded({ folder, port, log: quiet })
  expect((await testPool(again.url, null, 1).query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await again.stop()
})
