import { expect, it } from 'vitest'
import { encodeBatch } from '#edge/stream'
import type { Changes, LanesHeard } from '../../../cloud-service/live/changes.ts'
import { eventually } from '../../support/eventually.ts'
import { AgentDouble, anEscape, aStatus, aTareOf, aWeighing, newKey } from './agent-double.ts'
import { roads } from './roads.ts'
import { issueTicket } from './town.ts'

const TICKET = '610881-261121-7QK2M9XA4'
const town = roads(24)
const { rows } = town

/** A site of its own for each test, its agent connected and the cloud listening. */
async function road() {
  const changes: Changes[] = []
  const lanes: LanesHeard[] = []
  const live = { changed: (one: Changes) => void changes.push(one), lanes: (one: LanesHeard) => void lanes.push(one) }
  return { ...(await town.road({ live })), changes, lanes }
}
const receipted = (agent: AgentDouble, upto: number) => eventually(() => agent.receipts.find((receipt) => receipt.upto === upto))

it('a batch is stored whole, receipted after it is committed, and equal hash for hash', async () => {
  const { agent, changes } = await road()
  agent.append('opening', { reason: 'first-start', before: null, beforeHash: null, software: { version: '1', legal: 'x' } })
  for (let visit = 1; visit <= 20; visit += 1) agent.append('weighing', aWeighing({ visit }))
  await agent.send(1, 21)
  expect(await receipted(agent, 21)).toMatchObject({ epoch: agent.epoch, hash: agent.hashes[20], missing: [] })
  const stored = await rows<{ seq: number; hash: string; bytes: string; prev: string }>(
    'select seq, hash, bytes, prev from ledger where site = $1 order by seq',
    [agent.site],
  )
  expect(stored.map(({ hash }) => hash)).toEqual(agent.hashes)
  expect(stored.map(({ bytes }) => agent.key.hash(bytes))).toEqual(agent.hashes)
  expect(stored.map(({ prev }) => prev)).toEqual(['0'.repeat(64), ...agent.hashes.slice(0, -1)])
  expect(await rows('select sum(net_kg) as kg, max(carrier) as carrier from weighing where site = $1', [agent.site])).toEqual([
    { kg: 660_000, carrier: 'haoyun' },
  ])
  expect(await rows('select loads, net_kg from tonnage_hourly where site = $1', [agent.site])).toEqual([{ loads: 20, net_kg: 660_000 }])
  expect(changes.flatMap(({ weighings = [] }) => weighings)).toContain(`${agent.site}.a1.${agent.epoch}.21`)
})

it('batches lost, repeated and out of order end in the same ledger', async () => {
  const { agent } = await road()
  for (let visit = 1; visit <= 9; visit += 1) agent.append('weighing', aWeighing({ visit }))
  await agent.send(4, 6)
  expect((await eventually(() => agent.receipts.at(-1))).missing).toEqual([[1, 6]])
  await agent.send(1, 3)
  await agent.send(1, 3)
  await agent.send(2, 5)
  await agent.send(4, 6)
  await agent.send(6, 9)
  await receipted(agent, 9)
  await agent.send(1, 9)
  await eventually(() => agent.receipts.filter(({ upto }) => upto === 9).length >= 2)
  expect(await rows('select count(*) as n, max(seq) as upto from ledger where site = $1', [agent.site])).toEqual([{ n: 9, upto: 9 }])
  expect(await rows('select count(*) as n from weighing_fact where site = $1', [agent.site])).toEqual([{ n: 9 }])
})

it('a lost receipt and a lost last batch are both healed by the next hello', async () => {
  const { agent } = await road()
  for (let visit = 1; visit <= 3; visit += 1) agent.append('weighing', aWeighing({ visit }))
  await agent.send(1, 2)
  await receipted(agent, 2)
  agent.receipts.length = 0
  await agent.hello()
  expect(await eventually(() => agent.receipts[0])).toMatchObject({ upto: 2, missing: [[3, 3]] })
  await agent.send(3, 3)
  await receipted(agent, 3)
})

it('a line that cannot be read keeps its place, is kept verbatim, and stops nobody', async () => {
  const { agent } = await road()
  agent.append('weighing', aWeighing({ visit: 1 }))
  agent.append('weighing', aWeighing({ visit: 2 }), () => '{"not": json')
  agent.append('weighing', aWeighing({ visit: 3 }), (bytes) => bytes.replace('"weightKg":48900', '"weightKg":"heavy"'))
  agent.append('weighing', aWeighing({ visit: 4 }), (bytes) => bytes.replace('"kind":"weighing"', '"kind":"sermon"'))
  agent.append('weighing', aWeighing({ visit: 5, operator: 'a\0b' }))
  agent.append('weighing', aWeighing({ visit: 6_000_000_000 }))
  agent.append('weighing', aWeighing({ visit: 7, weighedAt: '2026-02-31T25:61:00Z' }))
  agent.append('weighing', aWeighing({ visit: 8 }))
  await agent.send(1, 8)
  await receipted(agent, 8)
  const kept = await rows<{ seq: number; why: string; payload: Buffer }>(
    'select seq, why, payload from quarantine where site = $1 order by seq',
    [agent.site],
  )
  expect(kept.map(({ seq, why }) => [seq, why])).toEqual([
    [2, 'not-json'],
    [3, 'wrong-body'],
    [4, 'unknown-kind'],
    [5, 'nul-character'],
    [6, 'refused-by-database'],
    [7, 'refused-by-database'],
  ])
  expect(kept.map(({ seq, payload }) => payload.toString() === agent.lines[seq - 1]?.bytes)).not.toContain(false)
  expect(await rows('select seq, kind, hash from ledger where site = $1 and seq in (1, 2, 8) order by seq', [agent.site])).toEqual([
    { seq: 1, kind: 'weighing', hash: agent.hashes[0] },
    { seq: 2, kind: 'unreadable', hash: agent.hashes[1] },
    { seq: 8, kind: 'weighing', hash: agent.hashes[7] },
  ])
  expect(await rows('select visit from weighing where site = $1 order by visit', [agent.site])).toEqual([{ visit: 1 }, { visit: 8 }])
})

it('other bytes under a known number are kept beside the first and somebody is called', async () => {
  const { agent } = await road()
  for (let visit = 1; visit <= 3; visit += 1) agent.append('weighing', aWeighing({ visit }))
  await agent.send(1, 3)
  await receipted(agent, 3)
  const clone = new AgentDouble(agent.site, agent.agent, agent.epoch, agent.key)
  for (let visit = 1; visit <= 4; visit += 1) clone.append('weighing', aWeighing({ visit, weightKg: 30_000 }))
  await agent.say('ledger', encodeBatch(clone.batch(1, 4)))
  await agent.say('ledger', encodeBatch(clone.batch(1, 4)))
  const [alarm] = await eventually(async () => {
    const found = await rows<{ state: string; kind: string }>(`select kind, state from alarm where site = $1`, [agent.site])
    return found.length > 0 ? found : null
  })
  expect(alarm).toEqual({ kind: 'conflict', state: 'unacknowledged' })
  await eventually(() => agent.receipts.length >= 2)
  expect(agent.receipts.at(-1)).toMatchObject({ upto: 3, hash: agent.hashes[2] })
  const kept = await rows<{ payload: Buffer }>('select payload from ledger_conflict where site = $1', [agent.site])
  expect(kept.map(({ payload }) => payload.toString())).toEqual([encodeBatch(clone.batch(1, 4))])
  expect(await rows('select max(weight_kg) as kg, count(*) as n from weighing where site = $1', [agent.site])).toEqual([
    { kg: 48_900, n: 3 },
  ])
})

it('a batch under a foreign signature is not stored, not receipted, and raises an alarm', async () => {
  const { agent } = await road()
  agent.append('weighing', aWeighing())
  await agent.say('ledger', encodeBatch(agent.batch(1, 1, { ...newKey(), key: agent.key.key })))
  await eventually(
    async () => (await rows(`select 1 as one from alarm where site = $1 and kind = 'seal-broken'`, [agent.site])).length === 1,
  )
  expect(agent.receipts.at(-1)?.upto ?? 0).toBe(0)
  expect(await rows('select why from quarantine where site = $1', [agent.site])).toEqual([{ why: 'head-not-signed' }])
  await agent.send(1, 1)
  await receipted(agent, 1)
})

it('an alarm by express is there at once; its place in the chain confirms it; it stays one', async () => {
  const { agent } = await road()
  agent.append('weighing', aWeighing())
  agent.append('alarm', anEscape('north-7'))
  await agent.say('express', encodeBatch(agent.batch(2, 2)))
  const id = `${agent.site}.a1.${agent.epoch}.escape.north-7`
  const alarm = () =>
    rows<{ confirmed: boolean; seq: number; county: string }>('select confirmed, seq, county from alarm where id = $1', [id])
  await eventually(async () => (await alarm())[0]?.confirmed === false)
  await agent.say('express', encodeBatch(agent.batch(2, 2)))
  await agent.send(1, 2)
  await receipted(agent, 2)
  expect(await alarm()).toEqual([{ confirmed: true, seq: 2, county: '610881' }])
  expect(await rows('select count(*) as n from alarm where site = $1', [agent.site])).toEqual([{ n: 1 }])
  expect(await rows('select act, by_whom from alarm_history where alarm = $1', [id])).toEqual([
    { act: 'raise', by_whom: `${agent.site}/a1` },
  ])
})

it('an express alarm that nobody signed, or that the chain contradicts, is not believed', async () => {
  const { agent } = await road()
  agent.append('alarm', anEscape('north-1'))
  const forged = new AgentDouble(agent.site, agent.agent, agent.epoch)
  forged.append('alarm', anEscape('north-99'), (bytes) => bytes.replace(forged.key.key, agent.key.key))
  await agent.say('express', encodeBatch(forged.batch(1, 1)))
  await eventually(
    async () => (await rows(`select 1 as one from quarantine where site = $1 and why = 'signature-broken'`, [agent.site])).length === 1,
  )
  const alarms = () => rows<{ kind: string }>(`select kind from alarm where site = $1 and kind <> 'quarantine' order by kind`, [agent.site])
  expect(await alarms()).toEqual([])

  const twin = new AgentDouble(agent.site, agent.agent, agent.epoch, agent.key)
  twin.append('alarm', anEscape('north-2'))
  await agent.say('express', encodeBatch(twin.batch(1, 1)))
  await eventually(async () => (await alarms()).length === 1)
  await agent.send(1, 1)
  await receipted(agent, 1)
  expect((await alarms()).map(({ kind }) => kind)).toEqual(['conflict', 'escape', 'escape'])
})

it('an alarm returns when its cause is over, an escape never does', async () => {
  const { agent } = await road()
  agent.append('alarm', { kind: 'device-silent', severity: 'high', lane: null, occurrence: 'scale-1', facts: {} })
  agent.append('alarm', anEscape('north-1'))
  agent.append('alarm-returned', { kind: 'device-silent', occurrence: 'scale-1' })
  agent.append('alarm-returned', { kind: 'escape', occurrence: 'north-1' })
  await agent.send(1, 4)
  await receipted(agent, 4)
  expect(await rows('select kind, state from alarm where site = $1 order by kind', [agent.site])).toEqual([
    { kind: 'device-silent', state: 'returned' },
    { kind: 'escape', state: 'unacknowledged' },
  ])
})

it('a ticket goes with its truck: tare, held gross, release by the operator; the load is counted once', async () => {
  const { agent, changes } = await road()
  const ticket = `${TICKET.slice(0, -1)}5`
  await issueTicket(town.pool, agent.site, ticket)
  agent.append('weighing', aTareOf(ticket))
  agent.append('weighing', aWeighing({ visit: 2, ticket: ticket as never, verdict: 'ask' }))
  agent.append('decision', { lane: 'north' as never, visit: 2, weighing: 2 as never, act: 'release', reason: '核对无误', operator: 'liu' })
  await agent.send(1, 1)
  await receipted(agent, 1)
  const state = () => rows<object>('select state, tare_kg, gross_kg, net_kg from ticket where number = $1', [ticket])
  expect(await state()).toEqual([{ state: 'checked-in', tare_kg: 15_900, gross_kg: null, net_kg: null }])
  await agent.send(1, 3)
  await receipted(agent, 3)
  expect(await state()).toEqual([{ state: 'released', tare_kg: 15_900, gross_kg: 48_900, net_kg: 33_000 }])
  expect(await rows('select number, state, by_whom from ticket_history where ticket = $1 order by number', [ticket])).toEqual([
    { number: 1, state: 'issued', by_whom: 'x' },
    { number: 2, state: 'checked-in', by_whom: `${agent.site}/a1` },
    { number: 3, state: 'released', by_whom: 'liu' },
  ])
  expect(await rows('select loads, net_kg, carrier from tonnage_hourly where site = $1', [agent.site])).toEqual([
    { loads: 1, net_kg: 33_000, carrier: 'haoyun' },
  ])
  expect(changes.flatMap(({ tickets = [] }) => tickets)).toContain(ticket)
})

it('a vehicle let go a second time, because it had not left, is one load', async () => {
  const { agent } = await road()
  const weighing = agent.append('weighing', aWeighing({ verdict: 'ask' }))
  const release = {
    lane: 'north' as never,
    visit: 1,
    weighing: weighing as never,
    act: 'release',
    reason: '核对',
    operator: 'liu',
  } as const
  agent.append('decision', release)
  agent.append('decision', release)
  await agent.send(1, 3)
  await receipted(agent, 3)
  agent.append('decision', release)
  await agent.send(4, 4)
  await receipted(agent, 4)
  expect(await rows('select loads, net_kg from tonnage_hourly where site = $1', [agent.site])).toEqual([{ loads: 1, net_kg: 33_000 }])
})

it('a second load on a released ticket leaves the ticket as it is and raises an alarm', async () => {
  const { agent } = await road()
  const ticket = `${TICKET.slice(0, -1)}6`
  await issueTicket(town.pool, agent.site, ticket)
  agent.append('weighing', aTareOf(ticket))
  agent.append('weighing', aWeighing({ visit: 2, ticket: ticket as never }))
  agent.append('weighing', aWeighing({ visit: 3, ticket: ticket as never, weightKg: 40_000, netKg: 24_100 }))
  await agent.send(1, 3)
  await receipted(agent, 3)
  expect(await rows('select state, net_kg from ticket where number = $1', [ticket])).toEqual([{ state: 'released', net_kg: 33_000 }])
  expect(await rows('select kind, occurrence from alarm where site = $1', [agent.site])).toEqual([
    { kind: 'ticket-reuse', occurrence: ticket },
  ])
})

it('another site’s ticket is nobody’s here', async () => {
  const { agent } = await road()
  const ticket = `${TICKET.slice(0, -1)}7`
  await issueTicket(town.pool, 'mine-0', ticket)
  agent.append('weighing', aTareOf(ticket))
  await agent.send(1, 1)
  await receipted(agent, 1)
  expect(await rows('select state from ticket where number = $1', [ticket])).toEqual([{ state: 'issued' }])
})

it('a hello without a readable word is quarantined, a good one shows how the agent is', async () => {
  const { agent } = await road()
  await agent.say('hello', 'hello?')
  await agent.say('hello', Buffer.from([0xff, 0xfe, 0x00]))
  await agent.hello()
  await eventually(
    async () =>
      (await rows('select 1 as one from agent where site = $1 and online and boot is not null and book_whole', [agent.site])).length === 1,
  )
  expect(
    (await rows<{ why: string }>('select why from quarantine where site = $1 order by id', [agent.site])).map(({ why }) => why),
  ).toEqual(['not-json', 'not-utf8'])
})

it('lane status is passed on at once, the newest is kept, and history takes one a second', async () => {
  const { agent, lanes } = await road()
  for (const weightKg of [0, 20_000, 48_900]) await agent.say('status', JSON.stringify({ v: 1, lanes: [aStatus({ weightKg })] }))
  await eventually(() => lanes.length === 3)
  expect(lanes.at(-1)).toMatchObject({ site: agent.site, county: '610881', lanes: [{ lane: 'north', weightKg: 48_900 }] })
  const now = () => rows<{ kg: number }>(`select (status ->> 'weightKg')::int as kg from lane_now where site = $1`, [agent.site])
  await eventually(async () => (await now())[0]?.kg === 48_900)
  expect(await rows('select count(*) as n from lane_status where site = $1', [agent.site])).toEqual([{ n: 1 }])
})

it('a lane status no table can hold takes no other site’s with it', async () => {
  const { agent: rogue } = await road()
  const { agent } = await road()
  await rogue.say('status', JSON.stringify({ v: 1, lanes: [aStatus({ at: '2026-13-45T00:00:00Z' })] }))
  await agent.say('status', JSON.stringify({ v: 1, lanes: [aStatus()] }))
  await eventually(async () => (await rows('select from lane_now where site = $1', [agent.site])).length === 1, { within: 3_000 })
})

it('an agent that leaves is offline at once', async () => {
  const { agent } = await road()
  await agent.hello()
  const online = async () => (await rows<{ online: boolean }>('select online from agent where site = $1', [agent.site]))[0]?.online
  await eventually(async () => (await online()) === true)
  await agent.say('presence', JSON.stringify({ online: false, boot: 'b0070001', at: '2026-11-21T08:00:00.000Z' }))
  await eventually(async () => (await online()) === false)
})

it('a site changes hands: the new instance goes on where the old one stopped, the old one stores nothing more', async () => {
  const { agent, inbox } = await road()
  agent.append('weighing', aWeighing())
  await agent.send(1, 1)
  await receipted(agent, 1)
  const second = await town.inbox()
  await eventually(() => !inbox.leasedSites().has(agent.site) && second.leasedSites().has(agent.site))
  agent.append('weighing', aWeighing({ visit: 2 }))
  await agent.send(2, 2)
  await receipted(agent, 2)
  expect(second.counts().records).toBe(1)
})

it('the broker goes and comes: what was not receipted is sent again and stored once', async () => {
  const { agent, inbox } = await road()
  agent.append('weighing', aWeighing())
  await town.broker.stop()
  await eventually(() => !inbox.connected())
  await town.broker.start()
  await eventually(() => inbox.connected())
  await eventually(async () => {
    await agent.send(1, 1)
    return agent.receipts.some(({ upto }) => upto === 1)
  })
  expect(await rows('select count(*) as n from weighing where site = $1', [agent.site])).toEqual([{ n: 1 }])
})
