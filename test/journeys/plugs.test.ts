import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem, TicketDetail, TicketRow } from '#cloud/api'
import { agentOf, alarms, delivered, LONG, weighingsOf } from '../support/asking.ts'
import { eventually } from '../support/eventually.ts'
import { type House, openHouse, type Person, played } from '../support/house.ts'
import { orderTampered } from '../support/tampered-order.ts'

/** The same road while its parts are pulled and put back: trucks go on leaving, nothing is missing, nothing is done twice. */
let house: House
let city: Person

beforeAll(async () => {
  house = await openHouse()
  city = await house.signIn('city')
  // What is pulled is pulled from a site at work: its policy and its first tickets are there.
  await eventually(
    async () => {
      const { bookWhole, bookTickets, policy } = await agentOf(city)
      return bookWhole && bookTickets >= 4 && policy > 0
    },
    { within: 60_000 },
  )
}, 180_000)
afterAll(() => house?.close(), 60_000)

describe('parts are pulled and put back', () => {
  for (const name of ['broker', 'cloud', 'database'] as const)
    it(`the ${name} away: trucks go on leaving, and afterwards nothing is missing`, LONG, async () => {
      await eventually(() => house.mine.stock.ready() > 0, { within: 60_000 })
      await eventually(async () => (await agentOf(city)).bookWhole, { within: 30_000 })
      const before = (await house.agentHealth()).store.seq
      await house.parts[name].kill()
      const visit = await played(house.mine.runVisit('honest', 'north'))
      expect(visit.passes.map(({ went }) => went)).toEqual(['out', 'out'])
      expect((await house.agentHealth()).link.backlog.records).toBeGreaterThan(0)
      await house.parts[name].start()
      await delivered(house)
      expect((await house.agentHealth()).store.seq).toBeGreaterThan(before)
      expect((await weighingsOf(city, visit.plate)).map(({ verdict }) => verdict)).toEqual(['open', 'open'])
    })

  it.skipIf(process.platform !== 'linux')(
    'the disk away under the agent: nothing is let go that is not written, and afterwards nothing is missing',
    LONG,
    async () => {
      const { agent } = house.parts
      await eventually(() => house.mine.stock.ready() > 0, { within: 60_000 })
      const before = (await house.agentHealth()).store
      expect(agent.disk(false)).toBe(true)
      // The next thing it must write down ends it; without a disk it does not start again.
      await eventually(() => agent.pid() === null, { within: 60_000 })
      await expect(agent.start()).rejects.toThrow()
      expect(agent.disk(true)).toBe(true)
      await agent.start()
      const visit = await played(house.mine.runVisit('honest', 'north'))
      expect(visit.passes.map(({ went }) => went)).toEqual(['out', 'out'])
      await delivered(house)
      expect((await house.agentHealth()).store).toMatchObject({ epoch: before.epoch })
      expect((await weighingsOf(city, visit.plate)).map(({ verdict }) => verdict)).toEqual(['open', 'open'])
      expect((await house.command('cloud', 'reconcile', '--site', 'hongliu', '--wait', '60')).code).toBe(0)
    },
  )

  it('broker and database not yet there when agent and cloud start: they say so, work, and come together by themselves', LONG, async () => {
    const { agent, cloud, broker, database } = house.parts
    await eventually(() => house.mine.stock.ready() > 0, { within: 60_000 })
    for (const one of [agent, cloud, broker, database]) await one.kill()
    const cloudIsWell = cloud.start()
    await agent.start()

    const health = await eventually(() => fetch(`${house.url}/health`), { within: 30_000 })
    expect([health.status, await health.json()]).toEqual([
      503,
      expect.objectContaining({ ok: false, database: { ok: false, timescale: false }, broker: { ok: false } }),
    ])
    const refused = await fetch(`${house.url}/api/tickets`, { headers: { cookie: city.cookie } })
    expect([refused.status, ((await refused.json()) as Problem).type]).toEqual([503, expect.stringContaining('database-away')])

    const visit = await played(house.mine.runVisit('honest', 'south'))
    expect(visit.passes.map(({ went }) => went)).toEqual(['out', 'out'])
    const { link } = await house.agentHealth()
    expect(link.state).not.toBe('connected')
    expect(link.backlog.records).toBeGreaterThan(0)

    await database.start()
    await broker.start()
    await cloudIsWell
    await delivered(house)
    expect((await weighingsOf(city, visit.plate)).map(({ verdict }) => verdict)).toEqual(['open', 'open'])
    expect((await city.get<TicketRow>(`/api/tickets/${visit.ticket}`)).state).toBe('released')
  })

  it('the agent killed in the middle of a weighing goes on, without a second pulse and without a hole', LONG, async () => {
    const pulses = (): number =>
      house.mine.truth.filter((one) => one.kind === 'relay' && one.output === 'exitOpen' && one.on && one.lane === 'north').length
    const before = pulses()
    const visit = house.mine.runVisit('honest', 'north')
    // The relay has moved and the truck still stands there: what the agent has written down is all that keeps it from a second pulse.
    await eventually(
      async () => {
        const { lanes } = await house.agentHealth()
        return pulses() === before + 1 && lanes.find(({ lane }) => lane === 'north')?.phase === 'released'
      },
      { within: 60_000 },
    )
    await house.parts.agent.kill()
    await house.parts.agent.start()
    const done = await played(visit)
    expect(done.passes.map(({ went }) => went)).toEqual(['out', 'out'])
    await delivered(house)
    expect(pulses() - before).toBe(2)
    expect((await weighingsOf(city, done.plate)).map(({ kind }) => kind)).toEqual(['gross', 'tare'])
  })

  it('a ticket that somebody altered never enters the book, and is told', LONG, async () => {
    const { items } = await city.get<{ items: TicketRow[] }>('/api/tickets?state=issued&limit=1')
    const genuine = await city.get<TicketDetail>(`/api/tickets/${items[0]?.number}`)
    await orderTampered(house, {
      ...genuine.signed,
      body: { ...genuine.signed.body, plannedNetKg: genuine.signed.body.plannedNetKg + 10_000 },
    })
    await eventually(async () => (await alarms(city, 'seal-broken')).length > 0, { within: 60_000 })
    expect((await agentOf(city)).online).toBe(true)
  })
})
