import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { HealthSchema, type Problem, ProblemSchema } from '#cloud/api'
import { createPool } from '../../../cloud-service/database/pool.ts'
import { isTransient } from '../../../cloud-service/errors.ts'
import { NO_OTHERS } from '../../../cloud-service/live/changes.ts'
import { freePort, quiet } from '../../support/postgres.ts'
import { type Rig, startRig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const kindOf = (body: string): string => {
  const problem = JSON.parse(body) as Problem
  expect([...Compile(ProblemSchema).Errors(problem)]).toEqual([])
  return problem.type.replace('https://pitgate.dev/problems/', '')
}

describe('what may come in', () => {
  it.each([
    ['text/plain', '{"name":"shi","password":"x"}'],
    ['application/x-www-form-urlencoded', 'name=shi&password=x'],
    ['application/json\ta', '{"name":1}'],
    [' application/json', '{"name":1}'],
    ['application/json; garbage', '{"name":1}'],
    ['application/json;charset=utf-16', '{"name":1}'],
    ['application/vnd.api+json', '{"name":1}'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/octet-stream', '{"name":"shi","password":"x"}'],
  ])('as %j is not JSON', async (type, payload) => {
    const answer = await rig.app.inject({ method: 'POST', url: '/api/session', headers: { 'content-type': type }, payload })
    expect(answer.statusCode).toBe(type === ' application/json' ? answer.statusCode : 415)
    expect([400, 401, 415]).toContain(answer.statusCode)
    if (answer.statusCode === 400) expect(kindOf(answer.body)).toBe('mistakes')
  })

  it('without a type has no body', async () => {
    const answer = await rig.app.inject({ method: 'POST', url: '/api/session', headers: { 'content-length': '2' }, payload: '{}' })
    expect([answer.statusCode, kindOf(answer.body)]).toEqual([415, 'json-only'])
  })

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"name":"shi"}',
    '{"name":"shi","password":"x","admin":true}',
    '{"__proto__":{"name":"shi"},"password":"x"}',
  ])('as the body %j is refused with words', async (payload) => {
    const answer = await rig.app.inject({ method: 'POST', url: '/api/session', headers: { 'content-type': 'application/json' }, payload })
    expect([answer.statusCode, ['mistakes', 'not-readable']]).toEqual([400, expect.arrayContaining([kindOf(answer.body)])])
  })

  it('larger than 64 kB is refused', async () => {
    const answer = await rig.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ name: 'x'.repeat(70_000) }),
    })
    expect([answer.statusCode, kindOf(answer.body)]).toEqual([413, 'too-large'])
  })

  it('as broken HTTP ends with 400 and the service lives on', async () => {
    const url = new URL(await rig.listen())
    const said = await new Promise<string>((done) => {
      const socket = connect(Number(url.port), '127.0.0.1', () => socket.write('GET / HTTP/9.9\r\nnonsense\0\r\n\r\n'))
      let text = ''
      socket.on('data', (data) => {
        text += data
      })
      socket.on('close', () => done(text))
    })
    expect(said).toMatch(/^HTTP\/1\.1 400/)
    expect((await fetch(`${url.origin}/health`)).status).toBe(200)
  })
})

describe('what goes out', () => {
  it('names what is not there', async () => {
    for (const [method, url] of [
      ['GET', '/api/nothing'],
      ['POST', '/somewhere'],
      ['GET', '/assets/none.js'],
      ['GET', '/agent/v1/x'],
    ] as const) {
      const answer = await rig.app.inject({ method, url })
      expect([url, answer.statusCode, kindOf(answer.body)]).toEqual([url, 404, 'not-found'])
    }
  })

  it('forbids the browser everything that is not from here', async () => {
    const { headers } = await rig.app.inject('/health')
    expect(headers['content-security-policy']).toBe(
      "default-src 'self';script-src 'self';style-src 'self';connect-src 'self';img-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' })
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('is one plain sentence where no screens are built', async () => {
    const answer = await rig.app.inject('/')
    expect([answer.statusCode, answer.body.includes('npm run build')]).toEqual([503, true])
  })

  it('is the built screens, whatever their route', async () => {
    const screens = mkdtempSync(join(tmpdir(), 'pitgate-screens-'))
    mkdirSync(join(screens, 'assets'))
    writeFileSync(join(screens, 'index.html'), '<title>坑口卫士</title>')
    writeFileSync(join(screens, 'assets', 'a-1234.js'), 'export {}')
    const built = await startRig({ screens })
    for (const url of ['/', '/alarms', '/tickets/610881-261121-12345678X', '/index.html']) {
      const answer = await built.app.inject(url)
      expect([url, answer.statusCode, answer.body, answer.headers['cache-control']]).toEqual([
        url,
        200,
        '<title>坑口卫士</title>',
        'no-cache',
      ])
    }
    expect((await built.app.inject('/assets/a-1234.js')).headers['cache-control']).toContain('immutable')
    expect((await built.app.inject('/assets/../../../etc/passwd')).body).not.toContain('root:')
    expect((await built.app.inject('/api/none')).statusCode).toBe(404)
  })
})

describe('health', () => {
  it('says what is well', async () => {
    const answer = await rig.app.inject('/health')
    expect([answer.statusCode, [...Compile(HealthSchema).Errors(answer.json())]]).toEqual([200, []])
    expect(answer.json()).toMatchObject({ ok: true, database: { ok: true }, broker: { ok: true }, quarantined: 0 })
  })

  it('says that the broker is away', async () => {
    const alone = await startRig({ brokerOk: () => false })
    const answer = await alone.app.inject('/health')
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      expect.objectContaining({ ok: false, broker: { ok: false }, database: expect.objectContaining({ ok: true }) }),
    ])
  })

  it('says that the database is away, and so does every route, until it is back', async () => {
    const pool = createPool({ url: `postgres://nobody@127.0.0.1:${await freePort()}/none`, role: null, name: 'away', size: 2, log: quiet })
    const { buildApp } = await import('../../../cloud-service/app.ts')
    const { app } = await buildApp({
      pool,
      clock: rig.clock,
      log: quiet,
      version: 'test',
      secure: false,
      signInsPerMinute: 10,
      trustedProxies: [],
      screens: null,
      issuer: rig.issuer,
      brokerOk: () => true,
      isAway: isTransient,
      others: NO_OTHERS,
    })
    const health = await app.inject('/health')
    expect([health.statusCode, health.json()]).toEqual([
      503,
      expect.objectContaining({ ok: false, database: { ok: false, timescale: false } }),
    ])
    const answer = await app.inject({ method: 'POST', url: '/api/session', payload: { name: 'shi', password: 'x' } })
    expect([answer.statusCode, kindOf(answer.body), answer.headers['retry-after']]).toEqual([503, 'database-away', '5'])
    await app.close()
    await pool.end()
  })
})
