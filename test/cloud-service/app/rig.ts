import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { afterAll } from 'vitest'
import type { Role } from '#cloud/api'
import { type Clock, scaledClock } from '#edge/clock'
import { startingPolicy } from '#edge/policy'
import { signBody } from '#edge/seal'
import { Instant, type Span, toIso } from '#edge/units'
import { type AppParts, buildApp } from '../../../cloud-service/app.ts'
import { asIngest } from '../../../cloud-service/database/transaction.ts'
import { isTransient } from '../../../cloud-service/errors.ts'
import { type IssuerKey, issuerKey } from '../../../cloud-service/keys.ts'
import { NO_OTHERS } from '../../../cloud-service/live/changes.ts'
import { addApiKey } from '../../../cloud-service/people/api-keys.ts'
import { enterPerson } from '../../../cloud-service/people/register.ts'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import { freshDatabase, quiet, testPool } from '../../support/postgres.ts'

/** Two counties, two sites, three carriers: enough for every tenant to have a neighbour it must not see. */
export const SITES = { hongliu: '610881', gaoliang: '610822' } as const
export const CARRIERS = ['tuoyun', 'beiguo', 'hangda'] as const
export const PASSWORD = 'a long enough password'
export const PEOPLE: readonly { name: string; role: Role; scope: string | null }[] = [
  { name: 'sibang', role: 'operator', scope: 'hongliu' },
  { name: 'kuang', role: 'enterprise', scope: 'hongliu' },
  { name: 'kuang2', role: 'enterprise', scope: 'gaoliang' },
  { name: 'wuliu', role: 'carrier', scope: 'tuoyun' },
  { name: 'wuliu2', role: 'carrier', scope: 'beiguo' },
  { name: 'shenmu', role: 'county', scope: '610881' },
  { name: 'fugu', role: 'county', scope: '610822' },
  { name: 'shi', role: 'city', scope: null },
]

/** The true clock, moved by hand. */
export interface MovedClock extends Clock {
  forward(by: Span): void
}
export function movedClock(): MovedClock {
  let ahead = 0
  const clock = scaledClock({
    wall: () => Date.now(),
    steady: () => performance.now(),
    startTimer: (wait, then) => {
      const timer = setTimeout(then, wait)
      return () => clearTimeout(timer)
    },
  })
  const forward = (by: Span): void => {
    ahead += by
  }
  return { ...clock, now: () => Instant(clock.now() + ahead), forward }
}

const made: { close(): Promise<unknown> }[] = []
afterAll(() => Promise.all(made.splice(0).map((app) => app.close())))

/** The real application on a real database, with two tenants' registers filled; `as` asks with a signed-in person's cookie. */
export async function startRig(differs: Partial<AppParts> = {}) {
  const pool = testPool(await freshDatabase(), null)
  const clock = movedClock()
  const issuer = issuerKey(join(mkdtempSync(join(tmpdir(), 'pitgate-rig-')), 'issuer.pem'))
  await fillRegisters(pool, clock, issuer)
  const agent = agentKey()
  await enrolAgent(pool, { issuer, clock }, 'hongliu', 'a1', agent.publicKey)
  const parts: AppParts = {
    pool,
    clock,
    log: quiet,
    version: 'test',
    secure: false,
    signInsPerMinute: 1_000,
    trustedProxies: [],
    screens: null,
    issuer,
    brokerOk: () => true,
    isAway: isTransient,
    others: NO_OTHERS,
    ...differs,
  }
  const { app, live } = await buildApp(parts)
  made.push(app)
  const cookies = new Map<string, string>()
  const signIn = async (name: string, password = PASSWORD) =>
    app.inject({ method: 'POST', url: '/api/session', payload: { name, password } })
  const cookieOf = async (name: string): Promise<string> => {
    const known = cookies.get(name)
    if (known !== undefined) return known
    const answer = await signIn(name)
    const cookie = String(answer.headers['set-cookie']).split(';')[0] as string
    cookies.set(name, cookie)
    return cookie
  }
  const as = async (name: string, options: InjectOptions) =>
    app.inject({ ...options, headers: { cookie: await cookieOf(name), 'sec-fetch-site': 'same-origin', ...options.headers } })
  return {
    app,
    live,
    /** What it is made of: another instance on the same database is made of the same. */
    parts,
    pool,
    issuer,
    /** The key of agent a1 at hongliu. */
    agent,
    /** An API key of a carrier, as a header. */
    keyOf: async (carrier: string) => ({ authorization: `Bearer ${await addApiKey(pool, carrier, 'test')}` }),
    clock,
    signIn,
    cookieOf,
    as,
    get: async (name: string, url: string) => as(name, { method: 'GET', url }),
    post: async (name: string, url: string, payload?: object, headers: Record<string, string> = {}) =>
      as(name, { method: 'POST', url, headers, ...(payload && { payload }) }),
    /** Listens on a free port, for sockets. */
    async listen(): Promise<string> {
      await app.listen({ host: '127.0.0.1', port: 0 })
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    },
  }
}
export type Rig = Awaited<ReturnType<typeof startRig>>

/** An agent's key pair, as the edge has it. */
export function agentKey(): { publicKey: string; sign: (text: string) => string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ format: 'jwk' }).x as string,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  }
}

/** Plates of the rig's trucks, by carrier. */
export const TRUCKS = { tuoyun: ['陕KA1001', '陕KA1002', '陕KA1003'], beiguo: ['陕KB2001', '陕KB2002'], hangda: ['陕KC3001'] } as const

async function fillRegisters(pool: AppParts['pool'], clock: Clock, issuer: IssuerKey): Promise<void> {
  const scale = { eKg: 20, maxKg: 120_000, minKg: 400, serial: 'S1', certificate: 'C1', certificateUntil: '2036-01-01T00:00:00Z' }
  await asOwner(pool, async (query) => {
    await query("insert into county values ('610881', '神木市'), ('610822', '府谷县')")
    for (const carrier of CARRIERS) await query('insert into carrier values ($1, $2, $3)', [carrier, `${carrier}物流`, `USCC-${carrier}`])
    for (const [carrier, plates] of Object.entries(TRUCKS))
      for (const plate of plates)
        await query("insert into vehicle values ($1, $2, 'coal', '半挂汽车列车', null, null, 6, 2, true, false)", [plate, carrier])
    const policy = startingPolicy(toIso(clock.now()))
    await query('insert into policy values ($1, $2, $3, $4)', [1, policy, signBody('policy', policy, issuer), policy.issuedAt])
    for (const [site, county] of Object.entries(SITES)) {
      await query('insert into site values ($1, $2, $3, $4, 110.2, 38.9)', [site, `${site}煤矿(示例)`, county, 'mine'])
      await query('insert into lane values ($1, $2, $3, $4, $5)', [site, 'north', '北磅', county, scale])
    }
    await query("insert into vehicle values ('陕K00001', null, 'non-cargo', '通勤车', 'hongliu', 3500, 2, 1, false, false)")
  })
  for (const person of PEOPLE) await enterPerson(pool, clock, { ...person, shownName: `${person.name}先生`, password: PASSWORD })
}
type Query = (sql: string, values?: unknown[]) => Promise<unknown>
/** Fills tables as an administrator would: as the owner, past every right of the running service. */
export async function asOwner(pool: AppParts['pool'], fill: (query: Query) => Promise<void>): Promise<void> {
  await asIngest(pool, async (tx) => {
    await tx.query('reset role')
    await fill((sql, values) => tx.query(sql, values))
  })
}
