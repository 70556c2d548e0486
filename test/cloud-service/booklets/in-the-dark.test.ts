import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CarrierId, TicketNumber } from '#edge/ids'
import { startingPolicy } from '#edge/policy'
import { signBody } from '#edge/seal'
import { Instant, minutes, toIso } from '#edge/units'
import { signBooklet } from '../../../cloud-service/booklets/sign.ts'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { createInbox, type Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { compareTotals } from '../../../cloud-service/jobs/compare-totals.ts'
import { NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import type { Drew } from '../../../edge-agent/store/draw.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { AGENT, aRig, type Rig, rigIn, SITE, weigh } from '../../edge-agent/store/store-rig.ts'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { anUplink } from '../ingest/real-road.ts'

/** The whole road of a booklet, of real parts: an agent's store and uplink, a broker, the cloud's inbox and orders, PostgreSQL. */
const within = { within: 100_000 }

interface Town {
  readonly rig: Rig
  readonly pool: Pool
  readonly broker: TestBroker
  readonly inbox: Inbox
  readonly booklet: string
  rows<T extends object>(text: string): Promise<T[]>
}

/** A site enrolled with a cloud, and a booklet of four tickets signed for it. */
async function aTown(): Promise<Town> {
  const rig = aRig()
  const pool = testPool(await freshDatabase(), 'pitgate_ingest')
  const broker = await testBroker([[SITE, AGENT]])
  const issuing = { issuer: rig.issuer, clock: trueClock() }
  const policy = startingPolicy('2026-11-20T00:00:00Z')
  await asIngest(pool, async (tx) => {
    await tx.query(`insert into county values ('610881', '神木市')`)
    await tx.query(`insert into carrier values ('haoyun', '好运物流(示例)', '91610000MA00000000')`)
    await tx.query(`insert into site values ($1, $1, '610881', 'mine', 110, 38)`, [SITE])
    await tx.query('insert into policy (version, body, signed, issued_at) values ($1, $2, $3, $4)', [
      policy.version,
      policy,
      signBody('policy', policy, rig.issuer),
      policy.issuedAt,
    ])
  })
  await enrolAgent(pool, issuing, SITE, AGENT, rig.signer.publicKey)
  const booklet = await asIngest(pool, async (tx) => {
    const signing = await signBooklet(tx, issuing, 'test', {
      site: SITE,
      carrier: 'haoyun' as CarrierId,
      consignee: '锦界电厂(示例)',
      products: [{ coalClass: 'BN', category: 'LUMP' }],
      count: 4,
      mostKg: 140_000,
    })
    await signing.order(tx)
    return signing.booklet
  })
  const inbox = createInbox({ broker: broker.cloud(), pool, ...issuing, live: NOBODY_LISTENS, log: quiet, holder: 'cloud-1' })
  await inbox.start()
  await eventually(() => inbox.connected())
  const rows = <T extends object>(text: string): Promise<T[]> => asIngest(pool, async (tx) => (await tx.query<T>(text)).rows)
  return { rig, pool, broker, inbox, booklet, rows }
}

const draw = ({ rig, booklet }: Pick<Town, 'rig' | 'booklet'>, store: Store, plate: string): Extract<Drew, { ok: true }> => {
  const drew = store.draw({
    booklet,
    wanted: { plate, plateColour: 'yellow', trailer: null, axles: 6, drivenAxles: 2, product: 0, plannedNetKg: 32_000 },
    operator: 'zhang',
    darkSince: toIso(Instant(rig.parts.clock.now() - minutes(10))),
    stamps: store.stamps(),
  })
  if (!drew.ok) throw new Error(`nothing drawn: ${drew.refusal}`)
  return drew
}

let visits = 0
/** Its truck is weighed empty and full, and let go, as the lane inks it. */
function weighAndRelease({ rig }: Pick<Town, 'rig'>, store: Store, ticket: TicketNumber): void {
  const now = () => toIso(rig.parts.clock.now())
  const ink = (kind: 'tare' | 'gross', from: 'issued' | 'checked-in', to: 'checked-in' | 'released'): void => {
    visits += 1
    const tare = { kg: 15_800, epoch: store.head().epoch, seq: store.head().seq, at: now() }
    const weighed = kind === 'tare' ? { weightKg: 15_800, tare: null, netKg: null } : { weightKg: 47_800, tare, netKg: 32_000 }
    const used = { kind: 'use-ticket', number: ticket, from, to, tare: kind === 'tare' ? 'this-weighing' : 'keep' } as const
    weigh(store, visits, { kind, ticket, weighedAt: now(), ...weighed }, { useTickets: [used] })
  }
  ink('tare', 'issued', 'checked-in')
  ink('gross', 'checked-in', 'released')
}

const alarms = ({ rows }: Town): Promise<{ kind: string; why: string | null }[]> =>
  rows(`select kind, facts ->> 'why' as why from alarm where kind like 'booklet-%' or kind like 'ticket-%' order by 1, 2`)

it('the network is cut: a ticket is drawn, its truck weighed and let go; after the cut the cloud has it released, and no alarm', {
  timeout: 400_000,
}, async () => {
  const town = await aTown()
  const { rig, pool, broker, rows } = town
  const store = rig.open()
  const uplink = anUplink(rig, store, broker)
  uplink.start()
  await eventually(() => store.booklets.get(town.booklet), within)
  await eventually(
    async () => (await rows<{ there: boolean }>('select upto >= 1 as there from order_cursor')).some(({ there }) => there),
    within,
  )

  await broker.stop()
  const first = draw(town, store, '陕KB6718').drawn.ticket.number
  weighAndRelease(town, store, first)
  const second = draw(town, store, '陕KB6719').drawn.ticket.number
  await broker.start()

  await eventually(() => store.backlog().records === 0, within)
  expect(
    await rows(
      `select number, state, net_kg as net, (origin ->> 'serial')::int as serial, origin ->> 'booklet' as booklet from ticket order by 4`,
    ),
  ).toEqual([
    { number: first, state: 'released', net: 32_000, serial: 1, booklet: town.booklet },
    { number: second, state: 'issued', net: null, serial: 2, booklet: town.booklet },
  ])
  expect(await alarms(town)).toEqual([])
  expect(await compareTotals(pool, trueClock())).toMatchObject({ ok: true })
  // The site takes both into its book under the cloud's signature, and both sides agree on the whole of it.
  await eventually(
    async () =>
      store.book.proof().tickets === 2 &&
      (await rows<{ book_hash: string }>('select book_hash from order_head')).every(
        ({ book_hash }) => book_hash === store.book.proof().hash,
      ),
    within,
  )
  expect([store.book.get(first), store.book.get(second)]).toMatchObject([
    { state: 'released', sealGood: true },
    { state: 'issued', sealGood: true },
  ])
  await uplink.stop()
  await town.inbox.stop()
  await store.close()
  rig.remove()
})

it('an old image of the site’s computer draws the same serial for another truck: both draws are kept, and it is told', {
  timeout: 400_000,
}, async () => {
  const town = await aTown()
  const { rig, broker, rows } = town
  const before = rig.open()
  const first = anUplink(rig, before, broker)
  first.start()
  await eventually(() => before.booklets.get(town.booklet), within)
  await eventually(() => before.backlog().records === 0, within)
  await first.stop()
  await before.close()
  const image = mkdtempSync(join(tmpdir(), 'pitgate-image-'))
  cpSync(rig.folder, image, { recursive: true })

  // What the image does not know: a ticket was drawn, and its truck has left.
  const store = rig.open()
  const honest = draw(town, store, '陕KB6718').drawn.ticket.number
  weighAndRelease(town, store, honest)
  const uplink = anUplink(rig, store, broker)
  uplink.start()
  await eventually(() => store.backlog().records === 0, within)
  await uplink.stop()
  await store.close()

  const old = rigIn(image)
  const again = old.open()
  const twice = draw({ rig: old, booklet: town.booklet }, again, '陕KB9999')
  expect(twice.drawn.ticket.number).toBe(honest)
  weighAndRelease({ rig: old }, again, twice.drawn.ticket.number)
  const late = anUplink(old, again, broker)
  late.start()
  await eventually(async () => (await alarms(town)).some(({ why }) => why === 'serial-twice'), within)
  expect(
    (await rows<{ plate: string }>(`select ticket ->> 'plate' as plate from booklet_draw order by 1`)).map(({ plate }) => plate),
  ).toEqual(['陕KB6718', '陕KB9999'])
  expect(await rows(`select plate, state from ticket where number = '${honest}'`)).toEqual([{ plate: '陕KB6718', state: 'released' }])
  await late.stop()
  await town.inbox.stop()
  await again.close()
  old.remove()
  rmSync(image, { recursive: true, force: true })
  rig.remove()
})
