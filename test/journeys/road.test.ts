import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow, Site, TicketDetail, TicketRow, WeighingDetail, WeighingRow } from '#cloud/api'
import type { VisitDone } from '../../simulators/visits.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

/** The whole road, on real parts: bytes on a pty at the mine to what a regulator and a haulier read. One house, one truck after the other. */
let house: House
let city: Person

beforeAll(async () => {
  house = await openHouse()
  city = await house.signIn('city')
}, 180_000)
afterAll(() => house?.close(), 60_000)

const weighingsOf = async (person: Person, plate: string): Promise<WeighingRow[]> =>
  (await person.get<{ items: WeighingRow[] }>('/api/weighings?limit=200')).items.filter((row) => row.plate === plate)
const alarms = async (kind: string): Promise<AlarmRow[]> =>
  (await city.get<{ items: AlarmRow[] }>('/api/alarms?limit=200')).items.filter((row) => row.kind === kind)
const hongliu = async (): Promise<NonNullable<Site['agent']>> => {
  const { items } = await city.get<{ items: Site[] }>('/api/sites')
  return items.find(({ site }) => site === 'hongliu')?.agent ?? Promise.reject(new Error('hongliu has no agent'))
}
const played = async (visit: Promise<VisitDone | null>): Promise<VisitDone> =>
  (await visit) ?? Promise.reject(new Error('the visit could not be played'))
/** Everything this site ever wrote is in the cloud, by the agent's own head. */
const delivered = (): Promise<true> =>
  eventually(
    async () => {
      const { store, link } = await house.agentHealth()
      return store.seq > 0 && link.state === 'connected' && link.backlog.records === 0 ? true : null
    },
    { within: 60_000 },
  )
const LONG = { timeout: 180_000 }

describe('one truck drives over the weighbridge', () => {
  it('is weighed empty and full, released, and its load is in the cloud to the kilogram', LONG, async () => {
    const visit = await played(house.mine.runVisit('honest', 'north'))
    expect(visit.passes.map(({ what, went }) => [what, went])).toEqual([
      ['tare', 'out'],
      ['gross', 'out'],
    ])
    const [gross, tare] = await eventually(
      async () => {
        const rows = await weighingsOf(city, visit.plate)
        return rows.length === 2 ? rows : null
      },
      { within: 30_000 },
    )
    expect([tare?.kind, gross?.kind, gross?.verdict]).toEqual(['tare', 'gross', 'open'])
    // What stood on the scale, within half a division: the road adds nothing and loses nothing.
    for (const [row, at] of [
      [tare, 0],
      [gross, 1],
    ] as const)
      expect(Math.abs((row?.weightKg ?? 0) - (visit.passes[at]?.weightKg ?? 0))).toBeLessThanOrEqual(20)
    expect(gross?.netKg).toBe((gross?.weightKg ?? 0) - (tare?.weightKg ?? 0))

    const ticket = await city.get<TicketDetail>(`/api/tickets/${visit.ticket}`)
    expect([ticket.state, ticket.netKg, ticket.weighings.length]).toEqual(['released', gross?.netKg, 2])

    const detail = await city.get<WeighingDetail>(`/api/weighings/${gross?.id}`)
    expect(detail.why.zh.length).toBeGreaterThan(3)
    const why = await house.command('edge', 'why', gross?.id ?? '')
    expect(why.out).toContain('byte for byte')
    expect(why.code).toBe(0)
  })

  it('a truck without a ticket is held, backs off, and nothing opens for it', LONG, async () => {
    const visit = await played(house.mine.runVisit('no-ticket', 'south'))
    expect(visit.passes.map(({ went }) => went)).toEqual(['back'])
    const [row] = await eventually(
      async () => {
        const rows = await weighingsOf(city, visit.plate)
        return rows.length > 0 ? rows : null
      },
      { within: 30_000 },
    )
    const detail = await city.get<WeighingDetail>(`/api/weighings/${row?.id}`)
    expect([row?.verdict, detail.record.findings.map(({ code }) => code)]).toEqual(['hold', expect.arrayContaining(['no-ticket'])])
  })

  it("another truck's ticket does not help", LONG, async () => {
    const visit = await played(house.mine.runVisit('other-trucks-ticket', 'north'))
    expect(visit.passes.map(({ went }) => went)).toEqual(['back'])
    const [row] = await eventually(
      async () => {
        const rows = await weighingsOf(city, visit.plate)
        return rows.length > 0 ? rows : null
      },
      { within: 30_000 },
    )
    const detail = await city.get<WeighingDetail>(`/api/weighings/${row?.id}`)
    expect(detail.record.findings.map(({ code }) => code)).toContain('ticket-other-truck')
    await eventually(async () => (await alarms('ticket-mismatch')).length > 0, { within: 30_000 })
  })

  it('an overloaded truck is sent back, tips off, and leaves within the law', LONG, async () => {
    const visit = await played(house.mine.runVisit('overloaded', 'south'))
    expect(visit.passes.map(({ went }) => went)).toEqual(['out', 'back', 'out'])
    const rows = await eventually(
      async () => {
        const all = await weighingsOf(city, visit.plate)
        return all.length === 3 ? all : null
      },
      { within: 30_000 },
    )
    expect(rows.map(({ verdict }) => verdict)).toEqual(['open', 'hold', 'open'])
    await eventually(async () => (await alarms('overload')).length === 1, { within: 30_000 })
  })

  it('a staff car passes under its cap, an empty truck leaves with its ticket, a misread letter is forgiven and told', LONG, async () => {
    const [car, empty, misread] = await Promise.all([
      played(house.mine.runVisit('staff-car', 'north')),
      played(house.mine.runVisit('empty-exit', 'south')),
      played(house.mine.runVisit('misread', 'north')),
    ])
    for (const visit of [car, empty, misread]) expect(visit.passes.every(({ went }) => went === 'out')).toBe(true)
    await delivered()
    expect((await weighingsOf(city, car.plate)).map(({ pass }) => pass)).toContain('non-cargo')
    expect((await weighingsOf(city, empty.plate)).map(({ pass }) => pass)).toEqual(['coal', 'empty-exit', 'coal'])
    expect((await city.get<TicketRow>(`/api/tickets/${misread.ticket}`)).state).toBe('released')
  })

  it('one drives through: an escape alarm, once, and the siren', LONG, async () => {
    const before = (await alarms('escape')).length
    const visit = await played(house.mine.runVisit('escape', 'south'))
    const rows = await eventually(
      async () => {
        const all = await alarms('escape')
        return all.length > before ? all : null
      },
      { within: 30_000 },
    )
    await delivered()
    expect((await alarms('escape')).length).toBe(before + 1)
    expect(rows[0]).toMatchObject({ severity: 'critical', state: 'unacknowledged', site: 'hongliu', lane: 'south' })
    expect(house.mine.truth.filter(({ kind }) => kind === 'escape').map((one) => 'plate' in one && one.plate)).toContain(visit.plate)
    expect(house.mine.truth.some((one) => one.kind === 'relay' && one.output === 'siren' && one.on)).toBe(true)
    await eventually(async () => (await alarms('escape'))[0]?.confirmed, { within: 30_000 })
  })

  it('a haulier sees only its own', LONG, async () => {
    const mine = await house.signIn('tuoyun')
    const plates = new Set(house.seeded.trucks.filter(({ carrier }) => carrier === 'tuoyun').map(({ plate }) => plate))
    const tickets = await mine.get<{ items: TicketRow[] }>('/api/tickets?limit=200')
    expect(tickets.items.length).toBeGreaterThan(0)
    expect(tickets.items.every(({ plate, carrier }) => plates.has(plate) && carrier === 'tuoyun')).toBe(true)
    const weighings = await mine.get<{ items: WeighingRow[] }>('/api/weighings?limit=200')
    expect(weighings.items.every(({ carrierName }) => carrierName === '驼运物流' || carrierName?.includes('驼运'))).toBe(true)
    expect((await mine.get<{ items: AlarmRow[] }>('/api/alarms').catch(() => ({ items: [] }))).items).toEqual([])
  })
})

describe('parts are pulled and put back', () => {
  for (const name of ['broker', 'cloud', 'database'] as const)
    it(`the ${name} away: trucks go on leaving, and afterwards nothing is missing`, LONG, async () => {
      await eventually(() => house.mine.stock.ready() > 0, { within: 60_000 })
      const before = (await house.agentHealth()).store.seq
      await house.parts[name].kill()
      const visit = await played(house.mine.runVisit('honest', 'north'))
      expect(visit.passes.map(({ went }) => went)).toEqual(['out', 'out'])
      expect((await house.agentHealth()).link.backlog.records).toBeGreaterThan(0)
      await house.parts[name].start()
      await delivered()
      expect((await house.agentHealth()).store.seq).toBeGreaterThan(before)
      expect((await weighingsOf(city, visit.plate)).map(({ verdict }) => verdict)).toEqual(['open', 'open'])
    })

  it('the agent killed in the middle of a weighing goes on, without a second pulse and without a hole', LONG, async () => {
    const pulses = (): number =>
      house.mine.truth.filter((one) => one.kind === 'relay' && one.output === 'exitOpen' && one.on && one.lane === 'north').length
    const before = pulses()
    const visit = house.mine.runVisit('honest', 'north')
    await eventually(
      async () => {
        const { lanes } = await house.agentHealth()
        return lanes.find(({ lane }) => lane === 'north')?.phase === 'released'
      },
      { within: 60_000 },
    )
    await house.parts.agent.kill()
    await house.parts.agent.start()
    const done = await played(visit)
    expect(done.passes.map(({ went }) => went)).toEqual(['out', 'out'])
    await delivered()
    expect(pulses() - before).toBe(2)
    expect((await weighingsOf(city, done.plate)).map(({ kind }) => kind)).toEqual(['gross', 'tare'])
  })

  it('a ticket that somebody altered never enters the book, and is told', LONG, async () => {
    const { items } = await city.get<{ items: TicketRow[] }>('/api/tickets?state=issued&limit=1')
    const genuine = await city.get<TicketDetail>(`/api/tickets/${items[0]?.number}`)
    const { orderTampered } = await import('../support/tampered-order.ts')
    await orderTampered(house, {
      ...genuine.signed,
      body: { ...genuine.signed.body, plannedNetKg: genuine.signed.body.plannedNetKg + 10_000 },
    })
    await eventually(async () => (await alarms('seal-broken')).length > 0, { within: 60_000 })
    expect((await hongliu()).online).toBe(true)
  })
})
