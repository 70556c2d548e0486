import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../../../edge-agent/log.ts'
import { openDatabase } from '../../../edge-agent/store/database.ts'
import { LOG_TOO_LONG, logGrows } from '../../../edge-agent/store/log-grows.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { aRig, type Rig } from './store-rig.ts'

const MEGABYTE = 1024 * 1024
let rig: Rig
beforeEach(() => {
  rig = aRig()
})
afterEach(() => rig.remove())

const told = (store: Store): unknown[] =>
  store
    .linesFrom(store.head().epoch, 2, 100)
    .map(({ bytes }) => JSON.parse(bytes) as { kind: string; body: { kind: string; occurrence: string; facts?: object } })
    .map(({ kind, body }) => [kind, body.kind, body.occurrence, body.facts])

it('a log that grows beyond 64 MB is one alarm, which a person closes; the next time it is another', async () => {
  const store = rig.open()
  const look = logGrows({ standing: store.standing, log: createLog('test', 'silent') })
  for (const megabytes of [1, 64, 65, 80, 40, 70, 31, 50]) look(megabytes * MEGABYTE)
  const first = ['alarm', 'store', 'log/1', { why: 'log-grows', logMegabytes: 65 }]
  expect(told(store)).toEqual([first])
  look(90 * MEGABYTE)
  expect(told(store)).toEqual([first, ['alarm', 'store', 'log/2', { why: 'log-grows', logMegabytes: 90 }]])
  // A start after that finds the log put into the file.
  logGrows({ standing: store.standing, log: createLog('test', 'silent') })(0)
  expect(told(store)).toHaveLength(2)
  await store.close()
})

it('what is written while the file is held still lengthens the log; afterwards it is put into the file and short again', {
  timeout: 120_000,
}, async () => {
  const database = openDatabase(rig.parts.folder)
  const megabyte = new Uint8Array(MEGABYTE)
  await database.holdStill(async () => {
    for (let at = 0; at < 70; at += 1)
      database.run(`insert into evidence (hash, kind, bytes, size) values (?, 'tape', ?, ?)`, String(at), megabyte, MEGABYTE)
    expect(database.logBytes()).toBeGreaterThan(LOG_TOO_LONG)
    database.checkpoint()
    expect(database.logBytes()).toBeGreaterThan(LOG_TOO_LONG)
  })
  database.checkpoint()
  expect(database.logBytes()).toBe(0)
  expect(database.one('select count(*) as n from evidence')).toMatchObject({ n: 70 })
  database.close()
})
