import type { MqttClient } from 'mqtt'
import { expect, it } from 'vitest'
import { seconds } from '#edge/units'
import { trueClock } from '../../../cloud-service/clock.ts'
import { lookAtGaps } from '../../../cloud-service/jobs/gaps.ts'
import { eventually } from '../../support/eventually.ts'
import { AgentDouble, aWeighing } from './agent-double.ts'
import { roads } from './roads.ts'

const clock = trueClock()
const town = roads(8)
const { rows } = town
const clients = new Map<string, MqttClient>()
async function road(records: number): Promise<AgentDouble> {
  const { agent, client } = await town.road()
  clients.set(agent.site, client)
  for (let visit = 1; visit <= records; visit += 1) agent.append('weighing', aWeighing({ visit }))
  return agent
}
const gapsOf = ({ site }: AgentDouble) =>
  rows<{ state: string; occurrence: string; facts: object }>(
    `select state, occurrence, facts from alarm where site = $1 and kind = 'sequence-gap' order by stored_at, occurrence`,
    [site],
  )
/** The poll, as often as it takes so many seconds, two at a time. */
const wait = async ({ site }: AgentDouble, length: number): Promise<void> => {
  for (let gone = 0; gone < length; gone += 2) await lookAtGaps(town.pool, clock, [site], seconds(2))
}
const answered = (agent: AgentDouble, count: number) => eventually(() => agent.receipts.length >= count, { within: 30_000 })
const hello = async (agent: AgentDouble): Promise<void> => {
  const before = agent.receipts.length
  await agent.hello()
  await answered(agent, before + 1)
}
const missing = (agent: AgentDouble, from: number, upto: number) => ({
  state: 'unacknowledged',
  occurrence: `missing/${agent.epoch}/${from}`,
  facts: { epoch: agent.epoch, from, upto, count: upto - from + 1, why: 'not-sent' },
})

it('a last record that is lost is proved by the next hello, and an alarm before the one after it; it returns when the record has come', async () => {
  const agent = await road(3)
  await agent.send(1, 2)
  await answered(agent, 1)
  await hello(agent)
  expect(agent.receipts.at(-1)).toMatchObject({ upto: 2, missing: [[3, 3]] })
  await wait(agent, 6)
  expect(await gapsOf(agent)).toEqual([])
  await wait(agent, 4)
  expect(await gapsOf(agent)).toEqual([missing(agent, 3, 3)])
  await hello(agent)
  await wait(agent, 10)
  expect(await gapsOf(agent)).toHaveLength(1)

  await agent.send(3, 3)
  await eventually(() => agent.receipts.some(({ upto }) => upto === 3))
  await wait(agent, 2)
  expect(await gapsOf(agent)).toEqual([{ ...missing(agent, 3, 3), state: 'returned' }])
  expect(await rows('select from ledger_gap where site = $1', [agent.site])).toEqual([])
})

it('a backlog that drains is no gap, however long it takes; one that stops is', async () => {
  const agent = await road(200)
  await hello(agent)
  for (let from = 1; from <= 150; from += 10) {
    await agent.send(from, from + 9)
    await eventually(() => agent.receipts.some(({ upto }) => upto === from + 9))
    await hello(agent)
    await wait(agent, 12)
  }
  expect(await gapsOf(agent)).toEqual([])
  for (let quiet = 0; quiet < 40; quiet += 10) {
    await hello(agent)
    await wait(agent, 10)
  }
  expect(await gapsOf(agent)).toEqual([missing(agent, 151, 200)])
})

it('a batch behind a lost one proves what is missing, too', async () => {
  const agent = await road(6)
  await agent.send(1, 2)
  await agent.send(5, 6)
  await eventually(() => agent.receipts.some(({ missing: ranges }) => ranges.length > 0))
  await wait(agent, 12)
  expect(await gapsOf(agent)).toEqual([missing(agent, 3, 6)])
})

it('an agent that is not heard is silent and has no gap; when it is back it has all its time again', async () => {
  const agent = await road(2)
  await agent.send(1, 1)
  await answered(agent, 1)
  await hello(agent)
  await wait(agent, 4)
  await rows('update ledger_gap set quiet_ms = 30000 where site = $1', [agent.site])
  await wait(agent, 600)
  expect(await gapsOf(agent)).toEqual([])
  await hello(agent)
  await wait(agent, 6)
  expect(await gapsOf(agent)).toEqual([])
  await wait(agent, 4)
  expect(await gapsOf(agent)).toEqual([missing(agent, 2, 2)])
})

it('an agent whose every second hello is lost is neither silent nor excused: what it owes is called for', async () => {
  const agent = await road(200)
  for (const expected of [[], [], [missing(agent, 1, 200)]]) {
    await hello(agent)
    await wait(agent, 20)
    expect(await gapsOf(agent)).toEqual(expected)
  }
})

it('what a store has signed for and then lost with its epoch is missing for good, and somebody is called', async () => {
  const agent = await road(5)
  await agent.send(1, 3)
  await answered(agent, 1)
  await hello(agent)
  const anew = new AgentDouble(agent.site, agent.agent, '2-0a0b0c0d', agent.key)
  await anew.listen(clients.get(agent.site) as MqttClient)
  anew.append('weighing', aWeighing())
  await anew.send(1, 1)
  await hello(anew)
  await wait(agent, 12)
  expect(await gapsOf(agent)).toEqual([missing(agent, 4, 5)])
})

it('a hello whose head nobody signed proves nothing', async () => {
  const agent = await road(4)
  await agent.send(1, 1)
  await answered(agent, 1)
  const said = await new Promise<string>((heard) => {
    const say = agent.say.bind(agent)
    agent.say = async (_message, payload) => heard(String(payload))
    void agent.hello().then(() => {
      agent.say = say
    })
  })
  await agent.say('hello', said.replace('"seq":4', '"seq":5'))
  await hello(agent)
  expect(await rows('select head from ledger_gap where site = $1', [agent.site])).toEqual([{ head: 4 }])
})
