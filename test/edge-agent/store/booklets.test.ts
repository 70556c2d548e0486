import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Booklet } from '#edge/booklet'
import type { BookletId } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import { signBody } from '#edge/seal'
import { days, hours } from '#edge/units'
import { agentKey } from '../../../edge-agent/keys.ts'
import { bookletsIn } from '../../../edge-agent/store/booklets.ts'
import { DATABASE_FILE, openDatabase } from '../../../edge-agent/store/database.ts'
import type { Drew } from '../../../edge-agent/store/draw.ts'
import { journalIn } from '../../../edge-agent/store/journal.ts'
import { restore } from '../../../edge-agent/store/restore.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { aBooklet, aSignedBooklet, aWanted, someNumbers } from '../../builders/booklet.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'
import { anOrderStream, aRig, aSignedTicket, aTicketNumber, type Rig, recordsOf } from './store-rig.ts'

const BOOKLET = aBooklet().booklet
const DARK = '2026-11-21T00:00:00.000Z'
let clock: ManualClock
let rig: Rig
let store: Store
let orders: ReturnType<typeof anOrderStream>
beforeEach(() => {
  clock = manualClock()
  rig = aRig({ clock })
  store = rig.open()
  orders = anOrderStream(rig.issuer)
})
afterEach(async () => {
  await store.close()
  rig.remove()
})
const signed = (differing: Partial<Booklet> = {}) => ({ kind: 'booklet' as const, body: aSignedBooklet(rig.issuer, differing) })
const arrives = (differing: Partial<Booklet> = {}): unknown => store.orders.apply(orders.batch(signed(differing)))
const draw = (differing: Parameters<typeof aWanted>[0] = {}, booklet: string = BOOKLET): Drew =>
  store.draw({ booklet, wanted: aWanted(differing), operator: 'zhang', darkSince: DARK, stamps: store.stamps() })
const drawn = (drew: Drew) => (drew.ok ? drew.drawn : expect.unreachable(drew.refusal))
const refused = (drew: Drew): string => (drew.ok ? expect.unreachable('it was drawn') : drew.refusal)
const reopened = async (meanwhile = (): void => {}): Promise<void> => {
  await store.close()
  meanwhile()
  store = rig.open()
}
const draws = () => recordsOf(store).filter(({ kind }) => kind === 'drawn-ticket') as LedgerRecord<'drawn-ticket'>[]
const alarms = (): Record<string, unknown>[] => store.alarmsWaiting(20).map((it) => JSON.parse(it.bytes).body)

describe('a number drawn', () => {
  it('is a signed record, and a ticket in the book with a good seal; the next is the next, over a restart too', async () => {
    arrives()
    const first = draw()
    expect(drawn(first)).toMatchObject({ booklet: BOOKLET, serial: 1, operator: 'zhang', darkSince: DARK, ticket: { plate: '陕K12345' } })
    expect(first.ok && first.sealed.signature).toBeTruthy()
    expect(drawn(draw({ plate: '陕K54321' })).serial).toBe(2)
    await reopened()
    expect(drawn(draw({ plate: '陕K77777' })).serial).toBe(3)
    expect(draws().map(({ body }) => [body.serial, body.ticket.number])).toEqual(someNumbers(3).map((number, at) => [at + 1, number]))
    expect(store.book.get(someNumbers(1)[0] ?? '')).toMatchObject({ state: 'issued', sealGood: true, tare: null })
    expect(store.book.candidates(['陕K54321']).map(({ ticket, sealGood }) => [ticket.number, sealGood])).toEqual([
      [someNumbers(2)[1], true],
    ])
    expect(store.booklets.get(BOOKLET)?.drawn).toEqual({ count: 3, kg: 93_000, withdrawn: false })
    expect(store.stories.drawn(someNumbers(2)[1] ?? '')).toMatchObject({ kind: 'drawn-ticket', body: { serial: 2 } })
    expect(store.stories.drawn(aTicketNumber(1))).toBeNull()
  })

  it('does not touch the hash of the book, which the cloud knows from its own orders', () => {
    store.orders.apply(orders.batch({ kind: 'ticket', body: aSignedTicket(rig.issuer, { plate: '陕K99999' }) }))
    const before = store.book.proof()
    arrives()
    const { number } = drawn(draw()).ticket
    expect(store.book.proof()).toEqual(before)
    store.orders.apply(orders.batch({ kind: 'void-ticket', body: { number, reason: '作废', state: 'voided' } }))
    expect([store.book.get(number)?.state, store.book.proof()]).toEqual(['voided', before])
  })

  it('that the cloud orders afterwards stays one ticket in the state it has here, and is proved as ordered from then on', () => {
    arrives()
    const { ticket } = drawn(draw())
    store.orders.apply(orders.batch({ kind: 'void-ticket', body: { number: aTicketNumber(9), reason: '无', state: 'voided' } }))
    const ordered = signBody('ticket', ticket, rig.issuer)
    store.orders.apply(orders.batch({ kind: 'ticket', body: ordered }, { kind: 'ticket', body: ordered }))
    expect(store.book.get(ticket.number)).toMatchObject({ state: 'issued', sealGood: true })
    expect(store.book.proof().tickets).toBe(1)
    const other = signBody('ticket', { ...drawn(draw({ plate: '陕K54321' })).ticket, plannedNetKg: 1 }, rig.issuer)
    store.orders.apply(orders.batch({ kind: 'ticket', body: other }))
    expect(alarms()).toEqual([expect.objectContaining({ kind: 'implausible-ticket' })])
  })
})

describe('nothing is drawn, and nothing written', () => {
  it.each<[string, (() => unknown)[], Parameters<typeof aWanted>[0], string]>([
    ['from one nobody sent', [], {}, 'no-such-booklet'],
    ['after it was withdrawn', [arrives, () => withdraw()], {}, 'withdrawn'],
    ['from one that is used up', [() => arrives({ numbers: someNumbers(1) }), () => draw({ plate: '陕K54321' })], {}, 'used-up'],
    ['beyond its tonnes', [() => arrives({ mostKg: 61_999 }), () => draw({ plate: '陕K54321' })], {}, 'over-tonnes'],
    ['for more than one may have', [arrives], { plannedNetKg: 36_000 }, 'over-each'],
    ['for another product', [arrives], { product: 2 }, 'product-not-in-booklet'],
    ['before its hours', [() => arrives({ validFrom: '2026-11-21T06:00:00Z' })], {}, 'not-yet-valid'],
    ['where its number is another ticket already', [() => taken(), arrives], {}, 'number-taken'],
  ])('%s', (_what, before, wanted, refusal) => {
    for (const act of before) act()
    const head = store.head()
    expect(refused(draw(wanted))).toBe(refusal)
    expect(store.head()).toEqual(head)
  })
  const withdraw = (): unknown => store.orders.apply(orders.batch({ kind: 'withdraw-booklet', body: { booklet: BOOKLET, reason: '换新' } }))
  const taken = (): unknown =>
    store.orders.apply(orders.batch({ kind: 'ticket', body: aSignedTicket(rig.issuer, { number: someNumbers(1)[0] ?? aTicketNumber(1) }) }))

  it('after its hours; tickets drawn before stay what they are', async () => {
    arrives()
    const { number } = drawn(draw()).ticket
    await clock.advance(hours(24))
    expect(refused(draw({ plate: '陕K54321' }))).toBe('over')
    expect(store.book.get(number)).toMatchObject({ state: 'issued', sealGood: true })
  })

  it('and a withdrawal of one that is not here is kept and no alarm', () => {
    expect(withdraw()).toMatchObject({ applied: [] })
    expect([store.orders.refused(), alarms()]).toEqual([1, []])
  })
})

describe('a booklet', () => {
  it('of a foreign issuer, or edited on its way, is not taken and raises its alarm', () => {
    const foreign = agentKey(join(rig.folder, 'foreign.key'))
    const good = aSignedBooklet(rig.issuer)
    const edited = { ...good, body: { ...good.body, mostKg: 1_000_000 } }
    store.orders.apply(orders.batch({ kind: 'booklet', body: aSignedBooklet(foreign) }, { kind: 'booklet', body: edited }))
    expect(store.booklets.all()).toEqual([])
    expect(alarms().map(({ kind }) => kind)).toEqual(['seal-broken', 'seal-broken'])
  })

  it.each<[string, Partial<Booklet>]>([
    ['another site’s', { site: 'otherplace' as Booklet['site'] }],
    ['of hours that end before they begin', { validUntil: '2026-11-20T00:00:00Z' }],
    ['with one number twice', { numbers: [...someNumbers(2), ...someNumbers(1)] }],
    ['with a number that is none', { numbers: [`${aTicketNumber(1).slice(0, -1)}9` as Booklet['numbers'][number]] }],
  ])('%s is refused with an alarm, and the stream goes on', (_what, differing) => {
    arrives(differing)
    expect([store.booklets.all(), alarms()]).toEqual([[], [expect.objectContaining({ kind: 'implausible-ticket' })]])
    arrives()
    expect(store.booklets.all()).toHaveLength(1)
  })

  it('that comes again changes nothing; another of its name is refused', () => {
    arrives()
    draw()
    arrives()
    expect(store.booklets.get(BOOKLET)?.drawn.count).toBe(1)
    arrives({ mostKg: 1_000_000 })
    expect([store.booklets.get(BOOKLET)?.booklet.mostKg, alarms().length]).toEqual([160_000, 1])
  })

  it('edited in the database gives nothing any more, and its tickets no longer bear their seal', async () => {
    arrives()
    const { number } = drawn(draw()).ticket
    await reopened(() => {
      const database = openDatabase(rig.parts.folder)
      database.run(`update booklet set signed = replace(signed, '160000', '960000')`)
      database.close()
    })
    expect([refused(draw({ plate: '陕K54321' })), store.book.get(number)?.sealGood]).toEqual(['seal-broken', false])
  })

  it('does not lend its number to a ticket that somebody wrote into the database', async () => {
    arrives()
    const { number } = drawn(draw()).ticket
    await reopened(() => {
      const database = openDatabase(rig.parts.folder)
      database.run(`update ticket set signed = replace(signed, '31000', '34000')`)
      database.close()
    })
    expect(store.book.get(number)).toMatchObject({ ticket: { plannedNetKg: 34_000 }, sealGood: false })
  })

  it('is forgotten thirty days after its last ticket could end; what was never used is closed then', async () => {
    arrives()
    const { number } = drawn(draw()).ticket
    const forget = (): void => {
      const database = openDatabase(rig.parts.folder)
      bookletsIn(database, journalIn(database, rig.parts), rig.parts.issuer).forget(clock.now())
      database.close()
    }
    await clock.advance(days(1) + hours(12) + days(30))
    await reopened(forget)
    expect([store.booklets.all().length, store.book.get(number)?.state]).toEqual([1, 'issued'])
    await clock.advance(1_000)
    await reopened(forget)
    expect([store.booklets.all(), store.book.get(number)?.state]).toEqual([[], 'expired'])
  })
})

describe('a crash', () => {
  it.each(['journal', 'booklet', 'drawn_ticket', 'ticket'])('where %s could not be written leaves nothing drawn', async (table) => {
    arrives()
    draw()
    const head = store.head()
    await reopened(() => {
      const database = openDatabase(rig.parts.folder)
      const when = table === 'booklet' ? 'update' : 'insert'
      database.run(`create trigger power_cut before ${when} on ${table} begin select raise(abort, 'the power is gone'); end`)
      database.close()
    })
    expect(() => draw({ plate: '陕K54321' })).toThrow('the power is gone')
    expect(store.head()).toEqual(head)
    expect(store.booklets.get(BOOKLET)?.drawn).toEqual({ count: 1, kg: 31_000, withdrawn: false })
    expect(store.book.candidates(['陕K54321'])).toEqual([])
    await reopened(() => {
      const database = openDatabase(rig.parts.folder)
      database.run('drop trigger power_cut')
      database.close()
    })
    expect(drawn(draw({ plate: '陕K54321' })).serial).toBe(2)
  })
})

it('killed with -9 while it draws, it draws no number twice and leaves none out', { timeout: 240_000 }, async () => {
  const numbers = someNumbers(200)
  arrives({ numbers, validFrom: '2000-01-01T00:00:00Z', validUntil: '2099-01-01T00:00:00Z' })
  const program = ['--conditions=source', '--import', 'tsx', join(import.meta.dirname, 'drawer.ts'), rig.folder, BOOKLET]
  for (const kill of [7, 12, 3]) {
    await store.close()
    const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    const said: string[] = []
    createInterface(child.stdout).on('line', (line) => {
      said.push(line)
      if (said.length === kill) child.kill('SIGKILL')
    })
    await ended
    store = rig.open()
    const count = store.booklets.get(BOOKLET)?.drawn.count ?? 0
    expect(count).toBeGreaterThanOrEqual(Number(said.at(-1) ?? 0))
    expect(draws().map(({ body }) => [body.serial, body.ticket.number])).toEqual(
      numbers.slice(0, count).map((number, at) => [at + 1, number]),
    )
    expect(numbers.filter((number) => store.book.get(number)?.sealGood)).toEqual(numbers.slice(0, count))
  }
})

describe('a store that was put back', () => {
  const file = (): string => join(rig.parts.folder, DATABASE_FILE)
  const kept = (): string => join(rig.folder, 'kept')

  it('draws no number again that may have gone out meanwhile: it wants a new booklet', async () => {
    arrives()
    await reopened(() => copyFileSync(file(), kept()))
    await clock.advance(60_000)
    expect(drawn(draw()).serial).toBe(1)
    await reopened(() => copyFileSync(kept(), file()))
    expect(refused(draw())).toBe('put-back')
    // Its orders come again, the old booklet among them, and one that was signed since.
    const again = anOrderStream(rig.issuer)
    store.orders.apply(again.batch(signed()))
    expect(refused(draw())).toBe('put-back')
    await clock.advance(60_000)
    const fresh = { booklet: 'BK-SINCE1' as BookletId, numbers: someNumbers(3, 40), validFrom: new Date(clock.now()).toISOString() }
    store.orders.apply(again.batch(signed(fresh)))
    expect(drawn(draw({}, 'BK-SINCE1')).serial).toBe(1)
  })

  it('nor one that a person restored from a backup', async () => {
    arrives()
    const backup = join(rig.folder, 'ledger.backup')
    store.backups.begin(backup)
    await store.backups.idle()
    await clock.advance(60_000)
    const { number } = drawn(draw()).ticket
    await reopened(() => void restore(backup, rig.parts.folder, rig.signer, { mayBe: () => {} }))
    expect([store.book.get(number), store.booklets.get(BOOKLET)?.drawn.count, refused(draw())]).toEqual([null, 0, 'put-back'])
  })

  it('nor one that is lost, though its orders bring the booklet as if it were new', async () => {
    arrives()
    await clock.advance(60_000)
    draw()
    await reopened(() => rmSync(file()))
    orders = anOrderStream(rig.issuer)
    arrives()
    expect(refused(draw())).toBe('put-back')
  })
})
