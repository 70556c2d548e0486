import { renderSVG } from 'uqr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow, Problem, TicketDetail, TicketRow, WeighingDetail, WeighingRow } from '#cloud/api'
import { qrIsSigned, readQr } from '#edge/ticket-qr'
import { verifierOf } from '../../edge-agent/keys.ts'
import { alarms, delivered, LONG, weighingsOf } from '../support/asking.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse, type Person, played } from '../support/house.ts'
import { requestTicket } from '../support/people.ts'

/** The whole road, on real parts: bytes on a pty at the mine to what a regulator and a haulier read. One house, one truck after the other. */
let house: House
let city: Person

beforeAll(async () => {
  // Slower than usual: a computer that stands still for two seconds must not sleep through a whole passage.
  house = await openHouse(6)
  city = await house.signIn('city')
}, 180_000)
afterAll(() => house?.close(), 60_000)

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
    await eventually(async () => (await alarms(city, 'ticket-mismatch')).length > 0, { within: 30_000 })
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
    await eventually(async () => (await alarms(city, 'overload')).length === 1, { within: 30_000 })
  })

  it('a staff car passes under its cap, an empty truck leaves with its ticket, a misread letter is forgiven and told', LONG, async () => {
    const [car, empty, misread] = await Promise.all([
      played(house.mine.runVisit('staff-car', 'north')),
      played(house.mine.runVisit('empty-exit', 'south')),
      played(house.mine.runVisit('misread', 'north')),
    ])
    for (const visit of [car, empty, misread]) expect(visit.passes.every(({ went }) => went === 'out')).toBe(true)
    await delivered(house)
    expect((await weighingsOf(city, car.plate)).map(({ pass }) => pass)).toContain('non-cargo')
    expect((await weighingsOf(city, empty.plate)).map(({ pass }) => pass)).toEqual(['coal', 'empty-exit', 'coal'])
    expect((await city.get<TicketRow>(`/api/tickets/${misread.ticket}`)).state).toBe('released')
  })

  it('one drives through: an escape alarm, once, and the siren', LONG, async () => {
    const before = (await alarms(city, 'escape')).length
    const visit = await played(house.mine.runVisit('escape', 'south'))
    const rows = await eventually(
      async () => {
        const all = await alarms(city, 'escape')
        return all.length > before ? all : null
      },
      { within: 30_000 },
    )
    await delivered(house)
    expect((await alarms(city, 'escape')).length).toBe(before + 1)
    expect(rows[0]).toMatchObject({ severity: 'critical', state: 'unacknowledged', site: 'hongliu', lane: 'south' })
    expect(house.mine.truth.filter(({ kind }) => kind === 'escape').map((one) => 'plate' in one && one.plate)).toContain(visit.plate)
    expect(house.mine.truth.some((one) => one.kind === 'relay' && one.output === 'siren' && one.on)).toBe(true)
    await eventually(async () => (await alarms(city, 'escape'))[0]?.confirmed, { within: 30_000 })
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

  it("a haulier's program requests a ticket, has its signed code, and sees the truck leave", LONG, async () => {
    const program = house.programOf('tuoyun')
    const truck = house.idleTruck(({ carrier, axles }) => carrier === 'tuoyun' && axles === 6)
    const { number } = await requestTicket(program, truck, 28_000)
    const ticket = (): Promise<TicketDetail> => program.get<TicketDetail>(`/api/tickets/${number}`)
    const issued = await ticket()
    expect(issued).toMatchObject({ number, plate: truck.plate, carrier: 'tuoyun', plannedNetKg: 28_000, state: 'issued' })

    // Anybody who has the issuer's public key can tell, without asking, that the code is genuine.
    const issuer = await program.get<{ id: string; publicKey: string }>('/api/issuer-key')
    const code = readQr(issued.qr)
    expect(code).toMatchObject({ number, site: 'hongliu', carrier: 'tuoyun', plate: truck.plate, plannedNetKg: 28_000 })
    expect(code && qrIsSigned(code, verifierOf({ [issuer.id]: issuer.publicKey }))).toBe(true)
    const picture = await program.read(`/api/tickets/${number}/qr`)
    expect(picture.headers.get('content-type')).toContain('image/svg+xml')
    expect(await picture.text()).toBe(renderSVG(issued.qr, { ecc: 'M', border: 4 }))
    // Another haulier's program does not even learn that it exists.
    expect((await house.programOf('beiyuan').read(`/api/tickets/${number}`)).status).toBe(404)

    await eventually(async () => (await ticket()).atSite, { within: 30_000 })
    expect(await house.mine.pass({ truck, weightKg: truck.tareKg }, 'north')).toBe('out')
    await eventually(async () => (await ticket()).state === 'checked-in', { within: 30_000 })
    // This driver shows the code at the reader, as the cloud wrote it.
    expect(await house.mine.pass({ truck, weightKg: truck.tareKg + 28_000, shows: issued.qr }, 'south')).toBe('out')
    await eventually(async () => (await ticket()).state === 'released', { within: 30_000 })
    const left = await ticket()
    expect(left.history.map(({ state }) => state)).toEqual(['issued', 'checked-in', 'released'])
    expect(Math.abs((left.netKg ?? 0) - 28_000)).toBeLessThanOrEqual(40)
    expect(left.weighings.map(({ kind, lane }) => [kind, lane])).toEqual([
      ['tare', 'north'],
      ['gross', 'south'],
    ])
    // The key opens tickets, not the regulator's desk.
    const refused = await program.read('/api/alarms')
    expect([refused.status, ((await refused.json()) as Problem).type]).toEqual([403, expect.stringContaining('not-allowed')])
  })
})
