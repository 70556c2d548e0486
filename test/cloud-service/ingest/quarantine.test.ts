import { beforeAll, expect, it } from 'vitest'
import { trueClock } from '../../../cloud-service/clock.ts'
import type { Pool } from '../../../cloud-service/database/pool.ts'
import { asItCame } from '../../../cloud-service/ingest/ledger-rows.ts'
import { KEPT_PER_DAY } from '../../../cloud-service/ingest/quarantine.ts'
import { createSchedule } from '../../../cloud-service/jobs/schedule.ts'
import { type Changes, NOBODY_LISTENS } from '../../../cloud-service/live/changes.ts'
import { listQuarantine, quarantined } from '../../../cloud-service/quarantine/list.ts'
import { replayedWords, replayQuarantine } from '../../../cloud-service/quarantine/replay.ts'
import { eventually } from '../../support/eventually.ts'
import { quiet, testPool } from '../../support/postgres.ts'
import { type AgentDouble, aTareOf, aWeighing, newKey } from './agent-double.ts'
import { roads } from './roads.ts'
import { issueTicket } from './town.ts'

const issuing = { issuer: newKey(), clock: trueClock() }
const town = roads(8)
const { rows } = town
let owner: Pool
beforeAll(() => {
  owner = testPool(town.url, null, 1)
})

async function road() {
  const changes: Changes[] = []
  const live = { ...NOBODY_LISTENS, changed: (one: Changes) => void changes.push(one) }
  return { ...(await town.road({ ...issuing, live })), changes }
}
const receipted = (agent: AgentDouble, upto: number) =>
  eventually(() => agent.receipts.find((receipt) => receipt.upto === upto), { within: 30_000 })
const alarmsOf = (agent: AgentDouble) =>
  rows<{ occurrence: string; why: string }>(
    `select split_part(occurrence, '-', 1) as occurrence, facts ->> 'why' as why from alarm where site = $1 and kind = 'quarantine' order by 1`,
    [agent.site],
  )

it('a record whose bytes are not the canonical form of what they say is kept apart, verbatim, in its place', async () => {
  const { agent, changes } = await road()
  const spoiled: ((bytes: string) => string)[] = [
    (bytes) => bytes.replace('"kind":', '"kind": '),
    (bytes) => bytes.replace('"weightKg":48900', '"weightKg":48900.0'),
    (bytes) => bytes.replace('{"agent"', '{"v":1,"agent"'),
    (bytes) => bytes.replace('"zeroBeforeKg":0', '"zeroBeforeKg":-0'),
    (bytes) => bytes.replace('陕KB6718', '\\u9655KB6718'),
  ]
  agent.append('weighing', aWeighing())
  for (const spoil of spoiled) agent.append('weighing', aWeighing(), spoil)
  agent.append('weighing', aWeighing({ visit: 2 }))
  await agent.send(1, 7)
  await receipted(agent, 7)
  const kept = await rows<{ seq: number; why: string; payload: Buffer }>(
    'select seq, why, payload from quarantine where site = $1 order by seq',
    [agent.site],
  )
  expect(kept.map(({ seq, why }) => [seq, why])).toEqual([2, 3, 4, 5, 6].map((seq) => [seq, 'not-canonical']))
  expect(kept.map(({ seq, payload }) => payload.toString() === agent.lines[seq - 1]?.bytes)).not.toContain(false)
  expect(await rows('select seq from weighing where site = $1 order by seq', [agent.site])).toEqual([{ seq: 1 }, { seq: 7 }])
  expect(await rows('select hash from ledger where site = $1 order by seq', [agent.site])).toEqual(agent.hashes.map((hash) => ({ hash })))
  expect(await alarmsOf(agent)).toEqual([{ occurrence: 'lines', why: 'not-canonical' }])
  expect(changes.flatMap(({ alarms = [] }) => alarms)).toHaveLength(1)
})

/** Whatever the line says instead, its place and its hash are its own (test T09c). */
const POISON: readonly (readonly [what: string, spoil: (bytes: string) => string])[] = [
  ['nothing', () => ''],
  ['a NUL byte', () => '\0'],
  ['a NUL byte inside', (bytes) => bytes.replace('陕', '\0')],
  ['null', () => 'null'],
  ['a number', () => '7'],
  ['a text', () => '"{}"'],
  ['a list', (bytes) => `[${bytes}]`],
  ['half a record', (bytes) => bytes.slice(0, bytes.length / 2)],
  ['a record and something more', (bytes) => `${bytes}}`],
  ['a byte order mark', (bytes) => `\ufeff${bytes}`],
  ['a carriage return', (bytes) => `${bytes}\r`],
  ['an escaped NUL', (bytes) => bytes.replace('陕', '\\u0000')],
  ['no number', (bytes) => bytes.replace('"netKg":33000', '"netKg":NaN')],
  ['a number without end', (bytes) => bytes.replace('"netKg":33000', '"netKg":1e999')],
  ['a number too long', (bytes) => bytes.replace('"netKg":33000', `"netKg":${'9'.repeat(400)}`)],
  ['a fraction of a kilogram', (bytes) => bytes.replace('"netKg":33000', '"netKg":33000.5')],
  ['a member twice', (bytes) => bytes.replace('"netKg":33000', '"netKg":33000,"netKg":33000')],
  ['a member nobody knows, out of order', (bytes) => bytes.replace('"netKg":33000', '"zzz":1,"netKg":33000')],
  ['another version', (bytes) => bytes.replace(/"v":1\}$/, '"v":2}')],
  ['no version', (bytes) => bytes.replace(/,"v":1\}$/, '}')],
  ['another site', (bytes) => bytes.replace(/"site":"mine-\d"/, '"site":"mine-x"')],
  ['another agent', (bytes) => bytes.replace('"agent":"a1"', '"agent":"a2"')],
  ['another number', (bytes) => bytes.replace(/"seq":(\d+),"site"/, '"seq":999999,"site"')],
  ['a number as text', (bytes) => bytes.replace(/"seq":(\d+),"site"/, '"seq":"$1","site"')],
  ['another epoch', (bytes) => bytes.replace(/"epoch":"1-0a0b0c0d","key"/, '"epoch":"9-0a0b0c0d","key"')],
  ['another key', (bytes) => bytes.replace(/"key":"[0-9a-f]{16}"/, '"key":"0123456789abcdef"')],
  ['another suite', (bytes) => bytes.replace('ed25519-sha256', 'rot13')],
  ['a kind of the language itself', (bytes) => bytes.replace('"kind":"weighing"', '"kind":"constructor"')],
  ['the prototype for a kind', (bytes) => bytes.replace('"kind":"weighing"', '"kind":"__proto__"')],
  ['another kind’s body', (bytes) => bytes.replace('"kind":"weighing"', '"kind":"alarm"')],
  ['no body', (bytes) => bytes.replace(/"body":\{.*?\},"boot"/, '"boot"')],
  ['a moment that is none', (bytes) => bytes.replace('"at":"2026-11-21T08:00:00.000Z","body"', '"at":"yesterday","body"')],
  ['a day that is none', (bytes) => bytes.replace('"weighedAt":"2026-11-21', '"weighedAt":"2026-02-30')],
  ['time before the start', (bytes) => bytes.replace(/"mono":\d+/, '"mono":-1')],
  ['a scale that is none', (bytes) => bytes.replace('"eKg":20', '"eKg":{"toString":null}')],
  ['far too much', (bytes) => bytes.replace('"operator":"automatic"', `"operator":"${'x'.repeat(60_000)}"`)],
  ['far too deep', (bytes) => bytes.replace('"operator":"automatic"', `"operator":${'['.repeat(20_000)}${']'.repeat(20_000)}`)],
]

it('no poison stops a stream: each kind is kept apart to the byte, and the good records around it count', async () => {
  const { agent } = await road()
  for (const [, spoil] of POISON) {
    agent.append('weighing', aWeighing(), spoil)
    agent.append('weighing', aWeighing())
  }
  const last = agent.lines.length
  for (let from = 1; from <= last; from += 10) await agent.send(from, Math.min(from + 9, last))
  await receipted(agent, last)
  const kept = await rows<{ seq: number; payload: Buffer }>('select seq, payload from quarantine where site = $1 order by seq', [
    agent.site,
  ])
  const byPlace = new Map(kept.map(({ seq, payload }) => [seq, payload.toString()]))
  expect(POISON.filter((_, at) => byPlace.get(2 * at + 1) !== agent.lines[2 * at]?.bytes).map(([what]) => what)).toEqual([])
  expect(await rows('select count(*) as n from weighing where site = $1 and seq % 2 = 0', [agent.site])).toEqual([{ n: POISON.length }])
  expect(await rows('select hash from ledger where site = $1 order by seq', [agent.site])).toEqual(agent.hashes.map((hash) => ({ hash })))
})

it('an agent that says nothing but nonsense fills a day and not the disk: the rest is counted, said once, and stops nobody', async () => {
  const { agent } = await road()
  const MORE = 40
  for (let n = 0; n < KEPT_PER_DAY.items + MORE; n += 1) agent.append('weighing', aWeighing(), () => `no. ${n} is no json`)
  agent.append('weighing', aWeighing(), () => '\0')
  agent.append('weighing', aWeighing({ visit: 2 }))
  const last = agent.lines.length
  for (let from = 1; from <= last; from += 400) await agent.send(from, Math.min(from + 399, last))
  await receipted(agent, last)
  expect(await rows('select count(*) as n from quarantine where site = $1', [agent.site])).toEqual([{ n: KEPT_PER_DAY.items }])
  expect(await rows('select kept, beyond from quarantine_day where site = $1', [agent.site])).toEqual([
    { kept: KEPT_PER_DAY.items, beyond: MORE + 1 },
  ])
  expect((await alarmsOf(agent)).map(({ occurrence }) => occurrence)).toEqual(['budget', 'lines'])
  // What is only counted stands in the ledger all the same, to the last byte.
  const stored = await rows<{ bytes: string }>(`select bytes from ledger where site = $1 and kind = 'unreadable' order by seq`, [
    agent.site,
  ])
  expect(stored.map(({ bytes }) => asItCame(bytes))).toEqual(agent.lines.slice(0, -1).map(({ bytes }) => bytes))
  expect(await rows('select seq from weighing where site = $1', [agent.site])).toEqual([{ seq: last }])
  // The same again costs nothing.
  await agent.send(1, 400)
  await eventually(() => agent.receipts.filter(({ upto }) => upto === last).length >= 2)
  expect(await rows('select kept, beyond from quarantine_day where site = $1', [agent.site])).toEqual([
    { kept: KEPT_PER_DAY.items, beyond: MORE + 1 },
  ])
})

it('a message without a place is kept once however often it is sent, and somebody is called once', async () => {
  const { agent } = await road()
  for (let n = 0; n < 3; n += 1) await agent.say('hello', 'hello?')
  await agent.say('hello', 'hallo?')
  await eventually(async () => (await rows('select from quarantine where site = $1', [agent.site])).length === 2)
  expect(await rows('select kept, beyond from quarantine_day where site = $1', [agent.site])).toEqual([{ kept: 2, beyond: 0 }])
  expect(await alarmsOf(agent)).toEqual([{ occurrence: 'lines', why: 'not-json' }])
})

it('what could not be read is listed, shown byte for byte, and counts as soon as it can be read', async () => {
  const { agent } = await road()
  const ticket = '610881-261121-7QK2M9XB4'
  await issueTicket(town.pool, agent.site, ticket)
  // The database has too little room for what the scale may say: the fault lies with the cloud and is mended there.
  await owner.query('alter table weighing add constraint too_narrow check (weight_kg < 15000) not valid')
  agent.append('weighing', aTareOf(ticket))
  agent.append('weighing', aWeighing(), () => 'for ever no json')
  await agent.send(1, 2)
  await receipted(agent, 2)
  await owner.query('alter table weighing drop constraint too_narrow')
  expect(await rows('select seq from weighing where site = $1', [agent.site])).toEqual([])
  const listed = await listQuarantine(town.pool, agent.site)
  expect(listed.slice(0, 2)).toEqual([
    expect.stringContaining(`${agent.site}.a1.${agent.epoch}.2  16 B  不是 JSON / is no JSON`),
    expect.stringMatching(/\.1 {2}\d+ B {2}含数据库无法保存的值 \/ holds a value the database has no place for$/),
  ])
  expect(listed.at(-1)).toContain('2 in quarantine, 2 lines of the ledger not read yet')
  const id = Number(/^#(\d+)/.exec(listed[1] as string)?.[1])
  expect((await quarantined(town.pool, id))?.toString()).toBe(agent.lines[0]?.bytes)

  await agent.say('hello', 'hello?')
  await agent.say('ledger', 'no header\nno lines')
  await eventually(async () => (await rows('select from quarantine where site = $1', [agent.site])).length === 4)
  const told = await replayQuarantine({ pool: town.pool, issuing, by: 'a test' }, agent.site)
  expect([told.read, [...told.still]]).toEqual([1, [['not-json', 1]]])
  expect(replayedWords(told)).toEqual([
    '补读成功 1 条 / 1 read now',
    '仍无法识读 1 条 / 1 still cannot be read: 不是 JSON / is no JSON',
    '不补读 1 条 hello 消息 / 1 hello messages not replayed: 只说明当时的情况，后来的消息已取代 / it told of its own moment, and later ones have replaced it',
    '不补读 1 条 ledger 消息 / 1 ledger messages not replayed: 整批未签收，站点仍保存并会重发 / the batch was not receipted; its site still has it and sends it again',
  ])
  expect(await rows('select weight_kg from weighing where site = $1', [agent.site])).toEqual([{ weight_kg: 15_900 }])
  expect(await rows('select state from ticket where number = $1', [ticket])).toEqual([{ state: 'checked-in' }])
  // The evidence stands as it came, beside it who read it; the night's comparison counts it.
  expect(await rows('select kind from ledger where site = $1 order by seq', [agent.site])).toEqual([
    { kind: 'unreadable' },
    { kind: 'unreadable' },
  ])
  expect(await rows('select seq, kind, by_whom from ledger_read where site = $1', [agent.site])).toEqual([
    { seq: 1, kind: 'weighing', by_whom: 'a test' },
  ])
  expect((await listQuarantine(town.pool, agent.site)).filter((line) => line.endsWith('已补读 / read since: weighing'))).toHaveLength(1)
  expect(
    await createSchedule({ pool: town.pool, issuing, live: NOBODY_LISTENS, clock: issuing.clock, log: quiet }).runNow('compare-totals'),
  ).toMatchObject({
    differences: 0,
  })
  expect((await replayQuarantine({ pool: town.pool, issuing, by: 'a test' }, agent.site)).read).toBe(0)
  expect(await rows('select count(*) as n from weighing_fact where site = $1', [agent.site])).toEqual([{ n: 1 }])
})
