import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { PersonSchema, type Problem, ProblemSchema } from '#cloud/api'
import { hours, minutes } from '#edge/units'
import { enterPerson } from '../../../cloud-service/people/register.ts'
import { endSessionsOf } from '../../../cloud-service/people/sessions.ts'
import { PASSWORD, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const problemOf = (answer: { headers: object; json: () => unknown }): Problem => {
  expect(answer.headers).toMatchObject({ 'content-type': expect.stringMatching(/^application\/problem\+json/) })
  const problem = answer.json() as Problem
  expect([...Compile(ProblemSchema).Errors(problem)]).toEqual([])
  return problem
}
const kindOf = (problem: Problem): string => problem.type.replace('https://pitgate.dev/problems/', '')

describe('signing in', () => {
  it('gives a cookie that no script reads and no other site sends, and says who one is', async () => {
    const answer = await rig.signIn('shenmu')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['set-cookie']).toMatch(/^pitgate=[\w-]{43}; .*HttpOnly; SameSite=Strict/)
    expect([...Compile(PersonSchema).Errors(answer.json())]).toEqual([])
    expect(answer.json()).toMatchObject({
      name: 'shenmu',
      role: 'county',
      scope: '610881',
      scopeName: '神木市',
      may: { issueTickets: true, handleAlarms: true },
    })
    expect((await rig.get('shenmu', '/api/session')).json()).toEqual(answer.json())
  })

  it.each([
    ['sibang', { issueTickets: false, handleAlarms: false }, 'hongliu煤矿(示例)'],
    ['kuang', { issueTickets: true, handleAlarms: false }, 'hongliu煤矿(示例)'],
    ['wuliu', { issueTickets: true, handleAlarms: false }, 'tuoyun物流'],
    ['shi', { issueTickets: true, handleAlarms: true }, '榆林市'],
  ])('%s may do what the role may', async (name, may, scopeName) => {
    expect((await rig.signIn(name)).json()).toMatchObject({ may, scopeName })
  })

  it('keeps neither password nor token readable', async () => {
    const cookie = (await rig.cookieOf('shi')).split('=')[1] as string
    const { rows } = await rig.pool.query(
      'select (select string_agg(password_hash, chr(10)) from person) as people, (select string_agg(id_hash, chr(10)) from session) as sessions',
    )
    expect(rows[0].people).toMatch(/^\$argon2id\$/)
    expect(rows[0].people).not.toContain(PASSWORD)
    expect(rows[0].sessions).not.toContain(cookie)
  })

  it('has the cookie bound to the host over TLS', async () => {
    const secure = await startRig({ secure: true })
    const answer = await secure.signIn('shi')
    expect(answer.headers['set-cookie']).toMatch(/^__Host-pitgate=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    expect(answer.headers['strict-transport-security']).toContain('max-age=31536000')
  })
})

describe('a wrong password', () => {
  it('and an unknown name answer alike', async () => {
    const [wrong, unknown] = [await rig.signIn('kuang2', 'not this one'), await rig.signIn('nobody', 'not this one')]
    expect(problemOf(wrong)).toEqual(problemOf(unknown))
    expect(wrong.statusCode).toBe(401)
    expect(wrong.headers['set-cookie']).toBeUndefined()
  })

  it('locks the account after five times, for a while, also for the right one', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await rig.signIn('fugu', 'wrong')).statusCode).toBe(401)
    const locked = await rig.signIn('fugu')
    expect(locked.statusCode).toBe(429)
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800)
    expect(kindOf(problemOf(locked))).toBe('too-many-attempts')
    rig.clock.forward(minutes(16))
    expect((await rig.signIn('fugu')).statusCode).toBe(200)
  })

  it('is slowed down from one address', async () => {
    const slow = await startRig({ signInsPerMinute: 3 })
    const answers = []
    for (const name of ['a', 'b', 'c', 'd']) answers.push((await slow.signIn(name, 'x')).statusCode)
    expect(answers).toEqual([401, 401, 401, 429])
  })
})

describe('a session', () => {
  it('is needed', async () => {
    for (const url of ['/api/session', '/api/alarms', '/api/sites', '/api/lanes', '/api/quarantine', '/api/jobs']) {
      const answer = await rig.app.inject(url)
      expect([url, answer.statusCode, kindOf(problemOf(answer))]).toEqual([url, 401, 'not-signed-in'])
    }
  })

  it('ends when one signs out, at once and for good', async () => {
    const cookie = String((await rig.signIn('kuang')).headers['set-cookie']).split(';')[0] as string
    const ask = (method: 'GET' | 'DELETE') =>
      rig.app.inject({ method, url: '/api/session', headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    expect((await ask('GET')).statusCode).toBe(200)
    expect((await ask('DELETE')).statusCode).toBe(204)
    expect((await ask('GET')).statusCode).toBe(401)
  })

  it('ends when it is revoked, when the person changes, and after twelve hours', async () => {
    const fresh = async (): Promise<() => Promise<number>> => {
      const cookie = String((await rig.signIn('sibang')).headers['set-cookie']).split(';')[0] as string
      return async () => (await rig.app.inject({ url: '/api/session', headers: { cookie } })).statusCode
    }
    const revoked = await fresh()
    expect(await revoked()).toBe(200)
    await endSessionsOf(rig.pool, rig.clock, 'sibang')
    expect(await revoked()).toBe(401)
    const changed = await fresh()
    await enterPerson(rig.pool, rig.clock, { name: 'sibang', shownName: '司磅员', password: PASSWORD, role: 'operator', scope: 'gaoliang' })
    expect(await changed()).toBe(401)
    const old = await fresh()
    rig.clock.forward(hours(13))
    expect(await old()).toBe(401)
  })

  it('cannot be used from a page of another site', async () => {
    const cookie = String((await rig.signIn('shi')).headers['set-cookie']).split(';')[0] as string
    const end = async (headers: Record<string, string>) =>
      (await rig.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie, ...headers } })).statusCode
    expect(await end({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await end({ 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await end({ origin: 'https://evil.example' })).toBe(403)
    expect(await end({ origin: 'null' })).toBe(403)
    expect(await end({})).toBe(403)
    expect(await end({ origin: 'http://localhost:8080', host: 'localhost:8080' })).toBe(204)
  })
})
