import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import Libsql from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareHashes } from '#cloud/reconcile'
import type { Epoch } from '#edge/ids'
import { seconds } from '#edge/units'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { reconcileCommand } from '../../../cloud-service/reconcile/command.ts'
import { type EpochCompared, reconcile } from '../../../cloud-service/reconcile/compare.ts'
import type { LedgerSide } from '../../../cloud-service/reconcile/side.ts'
import { reconciledLines } from '../../../cloud-service/reconcile/words.ts'
import { localHttp } from '../../../edge-agent/console/local-http.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import type { Uplink } from '../../../edge-agent/sync/uplink.ts'
import { AGENT, aRig, type Rig, SITE } from '../../edge-agent/store/store-rig.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, testPool } from '../../support/postgres.ts'
import { anInbox, anUplink, write } from '../ingest/real-road.ts'
import { settle } from '../ingest/town.ts'

describe('two ledgers side by side', () => {
  it('put each name into exactly one heap', () => {
    const hashes = fc.uniqueArray(fc.tuple(fc.nat(40), fc.constantFrom('a', 'b')), { selector: ([seq]) => seq })
    fc.assert(
      fc.property(hashes, hashes, (ours, theirs) => {
        const { same, onlyEdge, onlyCloud, differ } = compareHashes(new Map(ours), new Map(theirs))
        const all = new Set([...ours, ...theirs].map(([seq]) => seq))
        expect(same + onlyEdge.length + onlyCloud.length + differ.length).toBe(all.size)
        expect(same + onlyEdge.length + differ.length).toBe(ours.length)
        expect(same + onlyCloud.length + differ.length).toBe(theirs.length)
      }),
    )
  })

  const sideOf = (entries: readonly (readonly [number, string])[], receipted: number, page: number): LedgerSide => ({
    page,
    epochs: async () => (entries.length === 0 ? [] : [{ epoch: '1-00000001', receipted }]),
    after: async (_epoch, seq) =>
      entries
        .filter(([at]) => at > seq)
        .slice(0, page)
        .map(([at, hash]) => ({ seq: at, hash })),
  })

  it('come to the same whatever the length of a page, and what the edge dropped after its receipt is as it should be', async () => {
    const hashes = fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom('a', 'b')), { selector: ([seq]) => seq })
      .map((all) => all.toSorted(([a], [b]) => a - b))
    await fc.assert(
      fc.asyncProperty(
        hashes,
        hashes,
        fc.nat(60),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        async (ours, theirs, receipted, one, other) => {
          const [told] = await reconcile(sideOf(ours, receipted, one), sideOf(theirs, 0, other), trueClock(), seconds(0))
          fc.pre(ours.length + theirs.length > 0)
          const wanted = compareHashes(new Map(ours), new Map(theirs))
          const oldest = ours[0]?.[0] ?? 0
          const known = ours.length === 0 ? 0 : receipted
          const pruned = wanted.onlyCloud.filter((seq) => seq < oldest && seq <= known)
          expect(told?.same).toBe(wanted.same)
          expect(told?.pruned).toBe(pruned.length)
          expect(told?.onlyEdge.first.toSorted((a, b) => a - b)).toEqual(wanted.onlyEdge)
          expect(told?.differ.first.toSorted((a, b) => a - b)).toEqual(wanted.differ)
          expect(told?.onlyCloud.first.toSorted((a, b) => a - b)).toEqual(wanted.onlyCloud.filter((seq) => !pruned.includes(seq)))
          expect(told?.waiting).toBe(wanted.onlyEdge.filter((seq) => seq > receipted).length)
        },
      ),
    )
  })

  it('are equal on a site that never rests: what is written while one looks is no part of the question', async () => {
    let newest = 1_000
    const growing = (lead: number): LedgerSide => ({
      page: 250,
      epochs: async () => [{ epoch: '1-00000001', receipted: newest }],
      async after(_epoch, seq) {
        newest += 7
        return Array.from({ length: 250 }, (_, at) => seq + at + 1)
          .filter((at) => at <= newest + lead)
          .map((at) => ({ seq: at, hash: 'h' }))
      },
    })
    // Each look writes fewer records than a page brings, so it ends.
    for (const [edge, cloud] of [
      [growing(5), growing(0)],
      [growing(0), growing(5)],
    ] as const) {
      const [told] = await reconcile(edge, cloud, trueClock(), seconds(10))
      expect([told?.onlyEdge.count, told?.onlyCloud.count, told?.differ.count]).toEqual([0, 0, 0])
    }
  })
})

describe('an agent and its cloud', () => {
  let pool: Pool
  let rig: Rig
  let store: Store
  let uplink: Uplink
  let inbox: Inbox
  const opened: Store[] = []
  const ask = (folder: string, site: string | null = null, waitFor = seconds(0)) =>
    reconcileCommand({ pool, clock: trueClock(), folder, site, waitFor })
  const counts = (one: EpochCompared | undefined) => [one?.same, one?.onlyEdge.count, one?.onlyCloud.count, one?.differ.count]

  beforeAll(async () => {
    pool = testPool(await freshDatabase(), 'pitgate_ingest')
    const broker = await testBroker([[SITE, AGENT]])
    rig = aRig()
    await settle(pool, [{ site: SITE, agent: AGENT, key: rig.signer }])
    inbox = await anInbox(broker, pool)
    store = rig.open()
    opened.push(store)
    uplink = anUplink(rig, store, broker)
    uplink.start()
    write(store, 1_200)
    await eventually(() => store.backlog().records === 0, { within: 60_000 })
  })
  afterAll(async () => {
    await uplink.stop()
    await inbox.stop()
    for (const one of opened) if (one.broken() === null) await one.close().catch(() => undefined)
    rig.remove()
  })

  const neverAsked = (): never => {
    throw new Error('nobody asks this here')
  }
  async function whileRunning(work: () => Promise<void>): Promise<void> {
    const local = localHttp({
      folder: rig.parts.folder,
      site: SITE,
      agent: AGENT,
      health: neverAsked,
      store,
      slips: { print: neverAsked, preview: neverAsked },
      booklets: { listing: neverAsked },
    })
    await local.start()
    await work().finally(() => local.stop())
  }

  it('are equal, asked of the running agent, hash for hash', () =>
    whileRunning(async () => {
      const { equal, lines, epochs } = await ask(rig.parts.folder, SITE)
      expect([equal, counts(epochs[0])]).toEqual([true, [1_201, 0, 0, 0]])
      expect(lines).toEqual([
        `站点 site ${SITE}, 代理 agent ${AGENT} (询问运行中的代理 / the running agent was asked)`,
        expect.stringContaining('一致 same 1201, 只在边缘 only edge 0, 只在云端 only cloud 0, 不同 differ 0'),
        '  冲突 conflicts 0, 隔离 quarantined 0',
        '一致 / equal: 1201 条 / records',
      ])
    }))

  it('records on their way are waited for, and said when they do not come', () =>
    whileRunning(async () => {
      await uplink.stop()
      write(store, 3)
      const { equal, lines, epochs } = await ask(rig.parts.folder)
      expect([equal, counts(epochs[0]), epochs[0]?.waiting]).toEqual([false, [1_201, 3, 0, 0], 3])
      expect(lines.at(-1)).toBe('不一致 / not equal: 只在边缘 only edge 3, 只在云端 only cloud 0, 不同 differ 0')
      expect(lines.join('\n')).toContain(`${SITE}.${AGENT}.${store.head().epoch}.1202`)
    }))

  it('of a stopped agent a copy is read, and whatever was done to either side is found', async () => {
    const { epoch } = store.head()
    await store.close()
    const copyWith = (...harm: string[]): string => {
      const folder = mkdtempSync(join(tmpdir(), 'pitgate-harmed-'))
      cpSync(rig.parts.folder, folder, { recursive: true })
      const database = new Libsql(join(folder, 'ledger.db'))
      for (const sql of harm) database.exec(sql)
      database.close()
      return folder
    }
    const of = async (folder: string) => counts((await ask(folder)).epochs.find((one) => one.epoch === epoch))
    expect(await of(rig.parts.folder)).toEqual([1_201, 3, 0, 0])
    expect(await of(copyWith('delete from journal where seq > 1201'))).toEqual([1_201, 0, 0, 0])
    expect(await of(copyWith(`update journal set bytes = replace(bytes, 'scale/', 'scale-') where seq = 700`))).toEqual([1_200, 3, 0, 1])
    // A flipped bit leaves no text at all: that record differs, and the question is answered all the same.
    expect(await of(copyWith(`update journal set bytes = cast(x'ff' || bytes as text) where seq = 700`))).toEqual([1_200, 3, 0, 1])
    expect(await of(copyWith('delete from journal where seq = 900 or seq > 1201'))).toEqual([1_200, 0, 1, 0])
    const pruned = (await ask(copyWith('delete from journal where seq <= 400 or seq > 1201'))).epochs[0]
    expect([counts(pruned), pruned?.pruned]).toEqual([[801, 0, 0, 0], 400])
    const other = copyWith(
      'delete from journal where seq > 1201',
      `pragma foreign_keys = off; update journal set epoch = '7-0000000a'; update epoch set epoch = '7-0000000a'`,
    )
    const epochs = (await ask(other)).epochs
    expect(epochs.map((one) => [one.epoch, ...counts(one)])).toContainEqual([epoch, 0, 0, 1_201, 0])
  })

  it('what cannot be asked is said in a sentence', async () => {
    await expect(ask(join(rig.folder, 'nowhere'))).rejects.toMatchObject({
      code: 'edge-unreachable',
      message: expect.stringContaining('--edge'),
    })
    await expect(ask(rig.parts.folder, 'another-mine')).rejects.toMatchObject({ code: 'config-wrong' })
  })
})

it('an epoch only the cloud knows is said so', () => {
  const heap = (...first: number[]) => ({ count: first.length, first })
  const lines = reconciledLines(
    { site: 'hongliu', agent: 'a1', from: 'copy' },
    [{ epoch: '1-0a0b0c0d' as Epoch, same: 0, onlyEdge: heap(), onlyCloud: heap(1, 2, 3, 4, 5, 6), differ: heap(), pruned: 0, waiting: 0 }],
    { conflicts: 2, quarantined: 1 },
  )
  expect(lines).toContain(
    '    只在云端 only cloud: hongliu.a1.1-0a0b0c0d.1 hongliu.a1.1-0a0b0c0d.2 hongliu.a1.1-0a0b0c0d.3 hongliu.a1.1-0a0b0c0d.4 hongliu.a1.1-0a0b0c0d.5 …',
  )
  expect(lines).toContain('  冲突 conflicts 2, 隔离 quarantined 1')
})
