import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { beforeAll, expect, it } from 'vitest'
import { PolicySchema } from '#edge/policy'
import { buildApp } from '../../../cloud-service/app.ts'
import { trueClock } from '../../../cloud-service/clock.ts'
import { type Seeded, seedDemo } from '../../../cloud-service/demo/seed.ts'
import { isTransient } from '../../../cloud-service/errors.ts'
import { issuerKey } from '../../../cloud-service/keys.ts'
import { NO_OTHERS } from '../../../cloud-service/live/changes.ts'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'
import { agentKey, asOwner } from '../app/rig.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-seed-'))
const issuer = issuerKey(join(folder, 'issuer.pem'))
const clock = trueClock()
const file = join(folder, 'demo.json')
let pool: Awaited<ReturnType<typeof testPool>>
let seeded: Seeded
beforeAll(async () => {
  pool = testPool(await freshDatabase(), null)
  seeded = await seedDemo({ pool, clock, issuer, file, password: undefined })
})

it('says who signs in how, and every one of them can', async () => {
  const { app } = await buildApp({
    pool,
    clock,
    log: quiet,
    version: 'test',
    secure: false,
    signInsPerMinute: 99,
    trustedProxies: [],
    screens: null,
    issuer,
    brokerOk: () => true,
    isAway: isTransient,
    others: NO_OTHERS,
  })
  expect(seeded.people.map(({ name }) => name)).toEqual(['city', 'shenmu', 'fugu', 'mine', 'operator', 'tuoyun', 'beiyuan'])
  for (const { name, password } of seeded.people)
    expect([name, (await app.inject({ method: 'POST', url: '/api/session', payload: { name, password } })).statusCode]).toEqual([name, 200])
  const [first] = seeded.keys
  const truck = seeded.trucks.find(({ carrier }) => carrier === first?.carrier)
  const wish = {
    site: 'hongliu',
    carrier: first?.carrier,
    consignee: '锦界电厂(示例)',
    plate: truck?.plate,
    trailer: truck?.trailer,
    product: { coalClass: 'BN', category: 'FINE' },
    plannedNetKg: 33_000,
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/api/tickets',
    headers: { authorization: `Bearer ${first?.key}` },
    payload: wish,
  })
  expect(answer.statusCode).toBe(201)
  await app.close()
})

it('changes nothing the second time, and keeps its secrets to this user', async () => {
  expect(await seedDemo({ pool, clock, issuer, file, password: undefined })).toEqual(seeded)
  expect(statSync(file).mode & 0o077).toBe(0)
})

it('takes another password when it is given one', async () => {
  const changed = await seedDemo({ pool, clock, issuer, file, password: 'another-one' })
  expect([changed.people[0]?.password, changed.keys]).toEqual(['another-one', seeded.keys])
})

it('is ordered to the agent at enrolment: policy, register, people of the console, tickets, a booklet', async () => {
  const key = agentKey()
  const { orders } = await enrolAgent(pool, { issuer, clock }, 'hongliu', 'a1', key.publicKey)
  const trucks = seeded.trucks.length + seeded.nonCargo.length
  const people = seeded.operators.filter(({ site }) => site === 'hongliu').length
  expect(people).toBe(3)
  expect(orders).toBe(1 + trucks + people + 1 + 1)
  expect(await enrolAgent(pool, { issuer, clock }, 'hongliu', 'a1', key.publicKey)).toEqual({ orders: 0 })
  await asOwner(pool, async (query) => {
    const { rows } = (await query('select kind, count(*)::int as count, min(bytes) as bytes from orders group by kind order by kind')) as {
      rows: { kind: string; count: number; bytes: string }[]
    }
    expect(rows.map(({ kind, count }) => [kind, count])).toEqual([
      ['booklet', 1],
      ['operator', people],
      ['policy', 1],
      ['ticket', 1],
      ['vehicle', trucks],
    ])
    expect(Compile(PolicySchema).Check(JSON.parse(rows[2]?.bytes ?? '').body.body)).toBe(true)
  })
})
