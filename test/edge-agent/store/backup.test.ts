import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { signBody } from '#edge/seal'
import type { Receipt } from '#edge/stream'
import { days } from '#edge/units'
import { dossierFor } from '../../../edge-agent/dossier.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import { lookIntoBackup } from '../../../edge-agent/store/look-into-backup.ts'
import { MARKER_FILE } from '../../../edge-agent/store/marker.ts'
import { restore } from '../../../edge-agent/store/restore.ts'
import { INCOMING_FILE, RESTORE_FILE } from '../../../edge-agent/store/restore-note.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { anOrderStream, aPolicy, aRig, aSignedTicket, aTicketNumber, LANE, type Rig, weigh } from './store-rig.ts'

let rig: Rig
let backup: string
beforeEach(() => {
  rig = aRig()
  backup = join(rig.folder, 'ledger.backup')
})
afterEach(() => rig.remove())

let visit = 0
const weighings = (store: Store, count = 1): void => {
  for (let at = 0; at < count; at += 1) {
    visit += 1
    weigh(store, visit, {}, { tape: `tape ${visit}`.padEnd(40_000) })
  }
}
async function backedUp(store: Store): Promise<void> {
  store.backups.begin(backup)
  await store.backups.idle()
  expect(store.backups.state()).toMatchObject({ kind: 'done', to: backup })
}
const put = () => restore(backup, rig.parts.folder, rig.signer, { mayBe: () => {} })
const receiptOf = (store: Store, upto: number, of = store.head().epoch): Receipt => {
  const { site, agent } = rig.parts
  return { epoch: of, upto, hash: store.record({ site, agent, epoch: of, seq: upto })?.hash ?? 'f'.repeat(64), missing: [] }
}
const openedElsewhere = async (): Promise<string> => {
  const opener = join(import.meta.dirname, 'opener.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', '--import', 'tsx', opener, rig.parts.folder])
  return stdout
}
const openingOf = (store: Store): unknown => JSON.parse(store.linesFrom(store.head().epoch, 1, 1)[0]?.bytes ?? '{}').body

it('a copy made while lanes weigh holds what was there when it began, whole, and nothing waits for it', async () => {
  const store = rig.open()
  weighings(store, 60)
  const atFirst = store.head().seq
  store.backups.begin(backup)
  expect(store.backups.begin(join(rig.folder, 'another'))).toBe(false)
  let during = 0
  while (store.backups.state().kind === 'copying') {
    weighings(store)
    during += 1
    await new Promise(setImmediate)
  }
  expect(during).toBeGreaterThan(0)
  const done = store.backups.state()
  const seq = done.kind === 'done' ? done.head.seq : expect.unreachable()
  const before = readFileSync(backup)
  const verified: number[] = []
  expect(lookIntoBackup(backup, rig.signer, (records) => verified.push(records))).toMatchObject({
    site: 'hongliu',
    agent: 'a1',
    records: seq,
    epochs: 1,
    newestEpoch: 1,
    head: { seq },
  })
  expect(verified.at(-1)).toBe(seq)
  // To look into it changes nothing, and leaves nothing beside it.
  expect(readFileSync(backup).equals(before)).toBe(true)
  expect(readdirSync(rig.folder).filter((name) => name.startsWith('ledger.backup'))).toEqual(['ledger.backup'])
  weighings(store, 3)
  await store.close()
  const again = rig.open()
  expect(again.head()).toMatchObject({ epoch: expect.stringMatching(/^1-/), seq: atFirst + during + 3 })
  await again.close()
})

it('another process is kept out of the store through a backup and after it', { timeout: 60_000 }, async () => {
  const store = rig.open()
  weighings(store)
  await backedUp(store)
  expect(await openedElsewhere()).toBe('store-locked')
  await store.close()
  expect(await openedElsewhere()).toBe('opened')
})

it('a file that is there is not written over; an agent that stops leaves no half copy', async () => {
  const store = rig.open()
  weighings(store, 200)
  writeFileSync(backup, 'somebody’s')
  store.backups.begin(backup)
  await store.backups.idle()
  expect([store.backups.state().kind, readFileSync(backup, 'utf8')]).toEqual(['failed', 'somebody’s'])
  const half = join(rig.folder, 'half')
  store.backups.begin(half)
  await store.close()
  expect([store.backups.state().kind, existsSync(half)]).toEqual(['failed', false])
})

it('a restored store begins a new epoch above all there were, says so, asks for its orders anew, and keeps what was there before', async () => {
  const first = rig.open()
  const orders = anOrderStream(rig.issuer)
  first.orders.apply(orders.batch({ kind: 'ticket', body: aSignedTicket(rig.issuer, { number: aTicketNumber(1) }) }))
  weighings(first, 5)
  const then = first.head()
  await backedUp(first)
  weighings(first, 7)
  await first.close()

  const { contents, aside } = put()
  expect([contents.head, aside]).toEqual([then, 'before-restore-1'])
  expect(readdirSync(join(rig.parts.folder, 'before-restore-1')).sort()).toEqual([DATABASE_FILE, MARKER_FILE])
  const restored = rig.open()
  expect(restored.head()).toMatchObject({ epoch: expect.stringMatching(/^2-/), seq: 2 })
  expect(openingOf(restored)).toMatchObject({ reason: 'restore', before: { epoch: then.epoch, seq: then.seq }, beforeHash: then.hash })
  expect([restored.orders.head(), restored.book.get(aTicketNumber(1))?.state]).toEqual([null, 'issued'])
  expect(readdirSync(rig.parts.folder)).not.toContain(RESTORE_FILE)
  // The cloud holds more of the old epoch than the backup: that is no conflict, and what the backup has is delivered.
  expect(restored.receipted({ ...receiptOf(restored, then.seq + 7, then.epoch), hash: 'a'.repeat(64) })).toEqual({ kind: 'advanced' })
  expect(restored.waiting().map(({ head }) => head.epoch)).toEqual([restored.head().epoch])
  expect(restored.head().epoch).toMatch(/^2-/)
  weighings(restored, 2)
  await restored.close()

  put()
  const twice = rig.open()
  expect(twice.head().epoch).toMatch(/^3-/)
  await twice.close()
})

it('until a restored store has its tickets again, nobody knows which were used, and every truck waits for a person', async () => {
  const policy = { kind: 'policy', body: signBody('policy', aPolicy(), rig.issuer) } as const
  const asked = { kind: 'fetch-dossier', plates: [], tags: [], shown: null } as const
  const old = (store: Store): boolean => dossierFor(asked, store, LANE).policyAge > days(365)
  const first = rig.open()
  first.orders.apply(anOrderStream(rig.issuer).batch(policy))
  first.policies.confirm()
  await backedUp(first)
  expect(old(first)).toBe(false)
  await first.close()
  put()
  const restored = rig.open()
  restored.policies.confirm()
  expect(old(restored)).toBe(true)
  restored.orders.apply(anOrderStream(rig.issuer).batch(policy))
  expect(old(restored)).toBe(false)
  await restored.close()
})

it('where a backup has other bytes than the cloud receipted, it is a conflict still', async () => {
  const store = rig.open()
  weighings(store, 5)
  const { epoch } = store.head()
  await backedUp(store)
  await store.close()
  put()
  const restored = rig.open()
  expect(restored.receipted({ epoch, upto: 3, hash: 'a'.repeat(64), missing: [] })).toMatchObject({ kind: 'rollback', why: 'other-bytes' })
  await restored.close()
})

it.each<[what: string, spoil: (file: string) => void, why: RegExp]>([
  ['is cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, 3 * 4_096)), /store-broken/],
  ['is no database', (file) => writeFileSync(file, '煤'.repeat(4_000)), /SQLITE_NOTADB/],
  [
    'holds a record that was edited',
    (file) => {
      const folder = `${file}.edit`
      mkdirSync(folder)
      renameSync(file, join(folder, DATABASE_FILE))
      const database = openDatabase(folder)
      database.run(`update journal set bytes = replace(bytes, '48620', '28620') where seq = 3`)
      database.close()
      renameSync(join(folder, DATABASE_FILE), file)
    },
    /a record in it is not what was written/,
  ],
])('a backup that %s is refused before anything is touched', async (_what, spoil, why) => {
  const store = rig.open()
  weighings(store, 5)
  await backedUp(store)
  weighings(store, 2)
  const head = store.head()
  await store.close()
  spoil(backup)
  expect(put).toThrow(why)
  const after = rig.open()
  expect(after.head()).toEqual(head)
  await after.close()
})

it('a power cut at the last step of restoring leaves the restored store', async () => {
  const store = rig.open()
  weighings(store, 5)
  await backedUp(store)
  weighings(store, 5)
  await store.close()
  const { folder } = rig.parts
  copyFileSync(backup, join(folder, INCOMING_FILE))
  writeFileSync(join(folder, RESTORE_FILE), JSON.stringify({ from: 'x', newestEpoch: 4 }))
  rmSync(join(folder, DATABASE_FILE))
  writeFileSync(join(folder, `${DATABASE_FILE}-wal`), 'the log of the store before')
  const next = rig.open()
  expect(next.head().epoch).toMatch(/^5-/)
  expect(openingOf(next)).toMatchObject({ reason: 'restore', before: { seq: 6 } })
  await next.close()
})
