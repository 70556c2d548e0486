import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Envelope } from '#dialects/camera/sighting'
import { milliseconds, seconds } from '#edge/units'
import { httpDevice } from '../../../edge-agent/devices/http-device.ts'
import type { Door } from '../../../edge-agent/devices/http-doors.ts'
import { type HttpListenerParts, httpListener } from '../../../edge-agent/devices/http-listener.ts'
import { type SignInRule, signIn } from '../../../edge-agent/devices/sign-in.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { eventually } from '../../support/eventually.ts'
import { quietLog } from './quiet-log.ts'

const clock = nodeClock()
const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function listening(parts: Partial<HttpListenerParts> = {}) {
  const listener = httpListener({ host: '127.0.0.1', port: 0, clock, log: quietLog, ...parts })
  const port = await listener.start()
  toClose.push(() => listener.stop())
  const door = (path: string, rule: SignInRule = { kind: 'none' }, about: Partial<Door> = {}) => {
    const heard: Envelope[] = []
    const spoiled: string[] = []
    listener.open({
      path,
      from: null,
      signIn: signIn(rule, clock),
      answersGet: false,
      particular: false,
      take: (envelope) => {
        heard.push(envelope)
        return { as: 'json', status: 200, body: { ok: heard.length } }
      },
      onSpoiled: (why) => spoiled.push(why),
      ...about,
    })
    return { heard, spoiled }
  }
  const url = `http://127.0.0.1:${port}`
  const post = (path: string, body: string | Uint8Array<ArrayBuffer> = '{}', headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', body, headers })
  const raw = async (): Promise<{ readonly socket: Socket; said(): string; closed(): boolean }> => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    let closed = false
    socket.on('data', (bytes) => (said += bytes.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => (closed = true))
    toClose.push(() => socket.destroy())
    await new Promise<void>((done) => socket.once('connect', done))
    return { socket, said: () => said, closed: () => closed }
  }
  return { listener, port, url, door, post, raw }
}

it('hands a camera what came for it and answers in its words', async () => {
  const { door, post, listener } = await listening()
  const front = door('/cameras/front')
  const rear = door('/cameras/front/rear')
  const answer = await post('/cameras/front/deeper?x=1', '{"a":1}', { 'content-type': 'text/plain', 'X-Serial': 'S1' })
  expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([200, 'application/json', { ok: 1 }])
  expect(front.heard[0]).toMatchObject({ place: '/cameras/front/deeper?x=1', headers: { 'content-type': 'text/plain', 'x-serial': 'S1' } })
  expect(new TextDecoder().decode(front.heard[0]?.body)).toBe('{"a":1}')
  await post('/cameras/front/rear')
  expect([front.heard.length, rear.heard.length]).toEqual([1, 1])
  expect(listener.counters()).toMatchObject({ requests: 2, messages: 2 })
})

it('answers the police protocol in its own content type', async () => {
  const { door, post } = await listening()
  door('/VIID')
  const answer = await post('/VIID/MotorVehicles', '{}', { 'content-type': 'application/VIID+JSON;charset=UTF-8' })
  expect(answer.headers.get('content-type')).toBe('application/VIID+JSON;charset=UTF-8')
})

it('remembers who knocks where nobody lives, the newest twenty', async () => {
  const { door, post, listener } = await listening()
  door('/cameras/front')
  for (const path of ['/', '/cameras', '/cameras/frontier', '/favicon.ico']) expect((await post(path)).status).toBe(404)
  expect(listener.strangers()).toEqual([
    'POST / from 127.0.0.1',
    'POST /cameras from 127.0.0.1',
    'POST /cameras/frontier from 127.0.0.1',
    'POST /favicon.ico from 127.0.0.1',
  ])
  for (let i = 0; i < 30; i++) await post(`/x${i}`)
  expect(listener.strangers()).toHaveLength(20)
  expect(listener.counters().unclaimed).toBe(34)
})

it('tells cameras on one path apart by their numbers, and by where they come from', async () => {
  const { door, post, listener } = await listening()
  const only = (number: string) => ({
    particular: true,
    take: ({ body }: Envelope) => (new TextDecoder().decode(body) === number ? ('plain' as const) : ('not-mine' as const)),
  })
  door('/VIID', { kind: 'none' }, only('1'))
  door('/VIID', { kind: 'none' }, only('2'))
  const elsewhere = door('/VIID', { kind: 'none' }, { from: '10.9.8.7' })
  for (const number of ['1', '2', '3']) expect((await post('/VIID', number)).status).toBe(200)
  expect(listener.strangers()).toEqual(["POST /VIID from 127.0.0.1 (its number is no lane's)"])
  expect(elsewhere.heard).toEqual([])
})

describe('signing in', () => {
  const right = { user: 'cam', password: 'pässword' }

  it.each<[SignInRule]>([[{ kind: 'digest', ...right }], [{ kind: 'basic', ...right }]])('by %o', async (rule) => {
    const { door, post, url, listener } = await listening()
    const { heard, spoiled } = door('/c', rule)
    const camera = (about: object) => {
      const device = httpDevice({ baseUrl: url, clock, log: quietLog, ...about })
      return device.request({ method: 'POST', path: '/c?x=1', body: 'hello', within: seconds(5) })
    }
    expect((await camera(right)).status).toBe(200)
    await expect(camera({ ...right, password: 'wrong' })).rejects.toMatchObject({ code: 'sign-in-refused' })
    expect((await post('/c')).status).toBe(401)
    expect(heard.length).toBe(1)
    expect(spoiled).toEqual(['wrong-sign-in'])
    expect(listener.counters()['sign-ins-refused']).toBe(1)
    expect(listener.strangers()).toEqual(['wrong password at /c from 127.0.0.1'])
  })

  it('by digest with one nonce many times, never with a count it has seen', async () => {
    const { door, url, post } = await listening()
    const { heard } = door('/c', { kind: 'digest', ...right })
    const device = httpDevice({ baseUrl: url, clock, log: quietLog, ...right })
    const again = async () => (await device.request({ method: 'POST', path: '/c', body: '', within: seconds(5) })).status
    expect([await again(), await again(), await again()]).toEqual([200, 200, 200])
    const asked = (await post('/c')).headers.get('www-authenticate') ?? ''
    const nonce = /nonce="([^"]+)"/.exec(asked)?.[1] ?? ''
    const hash = (text: string) => createHash('md5').update(text).digest('hex')
    const response = hash(`${hash(`cam:pitgate:pässword`)}:${nonce}:00000001:c:auth:${hash('POST:/c')}`)
    const authorization = `Digest username="cam", realm="pitgate", nonce="${nonce}", uri="/c", qop=auth, nc=00000001, cnonce="c", response="${response}"`
    expect((await post('/c', '', { authorization })).status).toBe(200)
    const replayed = await post('/c', '', { authorization })
    expect([replayed.status, replayed.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('stale=true')])
    expect(heard.length).toBe(4)
  })

  it('by the digest without realm and nonce that one maker sends, where it is allowed', async () => {
    const { door, post } = await listening()
    const hash = (text: string) => createHash('md5').update(text).digest('hex')
    const response = hash(`${hash('cam::x')}::${hash('POST:/a/KeepAlive')}`)
    const authorization = `Digest username="cam", realm="", nonce="", uri="/a/KeepAlive", qop="", response="${response}"`
    door('/a', { kind: 'digest', user: 'cam', password: 'x', emptyNonce: true })
    door('/b', { kind: 'digest', user: 'cam', password: 'x' })
    expect((await post('/a/KeepAlive', '{}', { authorization })).status).toBe(200)
    expect((await post('/b', '{}', { authorization: authorization.replaceAll('/a/KeepAlive', '/b') })).status).toBe(401)
  })

  it('by a word in the path or the query', async () => {
    const { door, post } = await listening()
    door('/c', { kind: 'token', token: 's3cret' })
    const statuses = await Promise.all(
      ['/c/s3cret', '/c?token=s3cret', '/c/s3cret/x', '/c', '/c/wrong'].map(async (at) => (await post(at)).status),
    )
    expect(statuses).toEqual([200, 200, 200, 401, 401])
  })

  it('by a word that is shown to nobody, though the path is wrong or the camera unknown', async () => {
    const { door, post, listener } = await listening()
    door('/cameras/word', { kind: 'token', token: 'open-sesame' }, { take: () => 'not-mine' })
    expect((await post('/cameras/word/open-sesame')).status).toBe(200)
    expect((await post('/camera/word/open-sesame')).status).toBe(404)
    expect(listener.strangers()).toEqual([
      expect.stringMatching(/^POST \/cameras\/word\/\*\*\* from /),
      expect.stringMatching(/^POST \/camera\/word\/\*\*\* from /),
    ])
  })

  it('by registering as the police protocol wants it', async () => {
    const { door, post, url } = await listening()
    door('/VIID', { kind: 'registered', ...right })
    const later = () => post('/VIID/System/Keepalive', '{}', { 'user-identify': '44000000051320000003' })
    expect((await later()).status).toBe(401)
    const device = httpDevice({ baseUrl: url, clock, log: quietLog, ...right })
    expect((await device.request({ method: 'POST', path: '/VIID/System/Register', body: '{}', within: seconds(5) })).status).toBe(200)
    expect((await later()).status).toBe(200)
    expect((await post('/VIID/System/Keepalive')).status).toBe(401)
  })
})

describe('whatever comes', () => {
  it('a body that is too long is refused before it is read, and after, when it lied', async () => {
    const { door, post, raw } = await listening({ mostBytes: 10_000 })
    const { heard, spoiled } = door('/c')
    expect((await post('/c', new Uint8Array(20_000))).status).toBe(413)
    const endless = await raw()
    endless.socket.write('POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`
    await eventually(() => {
      if (!endless.closed()) endless.socket.write(chunk)
      return endless.closed()
    })
    expect(endless.said()).toMatch(/^HTTP\/1.1 413/)
    expect(spoiled).toEqual(['too-long', 'too-long'])
    expect((await post('/c', 'good')).status).toBe(200)
    expect(heard.length).toBe(1)
  })

  it('a body that ends too soon is counted and nothing is made of it', async () => {
    const { door, post, raw } = await listening()
    const { heard, spoiled } = door('/c')
    const cut = await raw()
    cut.socket.end('POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"AlarmInfoPlate":{')
    await eventually(() => spoiled.length === 1)
    expect([spoiled, heard]).toEqual([['cut-off'], []])
    expect((await post('/c')).status).toBe(200)
  })

  it('a trickle of header or body is ended in time, whoever else is served meanwhile', async () => {
    const { door, post, raw, listener } = await listening({ within: milliseconds(400) })
    const { spoiled } = door('/c')
    const slow = [await raw(), await raw()]
    slow[0]?.socket.write('POST /c HTTP/1.1\r\nHost: x\r\n')
    slow[1]?.socket.write('POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n')
    const trickle = setInterval(() => {
      slow[0]?.socket.write('X-A: b\r\n')
      slow[1]?.socket.write('{')
    }, 50)
    toClose.push(() => clearInterval(trickle))
    expect((await post('/c')).status).toBe(200)
    await eventually(() => slow.every((one) => one.closed()))
    expect(listener.counters()['too-slow']).toBe(2)
    expect(spoiled).toEqual(['cut-off'])
  })

  it('what is no HTTP, has monstrous headers, wants another protocol or is compressed', async () => {
    const { door, post, raw, listener } = await listening()
    const { heard, spoiled } = door('/c')
    const says = async (text: string) => {
      const one = await raw()
      one.socket.write(text)
      await eventually(() => one.closed() || one.said() !== '')
      return one.said().split('\r\n')[0]
    }
    expect(await says('\x8a\0\0\0\x01\x7f\r\n\r\n')).toMatch(/400/)
    expect(await says('GET /c HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/405/)
    expect(await says(`POST /c HTTP/1.1\r\nHost: x\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/431|400/)
    expect(await says('POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n')).toMatch(/400/)
    expect(await says('POST //[::1/%zz?%%% HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n')).toMatch(/404/)
    expect(await says('DELETE /c HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/405/)
    expect((await post('/c', 'x', { 'content-encoding': 'gzip' })).status).toBe(415)
    expect(spoiled).toEqual(['compressed'])
    expect(heard).toEqual([])
    expect(listener.counters()['not-http']).toBe(3)
    expect((await post('/c')).status).toBe(200)
  })

  it('one address cannot take all places', async () => {
    const { door, raw, listener } = await listening()
    door('/c')
    const all = await Promise.all(Array.from({ length: 30 }, raw))
    await eventually(() => all.filter((one) => one.closed()).length === 14)
    expect(listener.counters()['too-many-connections']).toBe(14)
    all[0]?.socket.destroy()
    const open = all.find((one) => !one.closed() && one !== all[0])
    open?.socket.write('POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n')
    await eventually(() => open?.said().startsWith('HTTP/1.1 200'))
  })

  it('unfinished bodies together hold no more than their share of memory', async () => {
    const { door, raw, post, listener } = await listening()
    const { spoiled } = door('/c')
    const many = await Promise.all(Array.from({ length: 12 }, raw))
    const most = 4 * 1_024 * 1_024
    for (const one of many)
      one.socket.write(
        Buffer.concat([Buffer.from(`POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: ${most}\r\n\r\n`), Buffer.alloc(most - 1)]),
      )
    await eventually(() => (listener.counters().busy ?? 0) >= 4)
    expect(spoiled).not.toContain('busy')
    for (const one of many) one.socket.destroy()
    await eventually(() => spoiled.length >= 7)
    expect((await post('/c', 'good')).status).toBe(200)
  })

  it('any bytes at all, and the next message is served', async () => {
    const { door, post, raw, listener } = await listening({ within: milliseconds(300) })
    const { heard } = door('/c')
    const start = fc.constantFrom(
      '',
      'POST /c HTTP/1.1\r\n',
      'POST /c HTTP/1.1\r\nHost: x\r\n',
      'PUT /c HTTP/1.0\r\nContent-Length: 9\r\n\r\n',
    )
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (begin, bytes) => {
        const one = await raw()
        one.socket.end(Buffer.concat([Buffer.from(begin), bytes]))
        await eventually(() => one.closed())
        const before = heard.length
        expect((await post('/c', 'good')).status).toBe(200)
        expect(heard.length).toBe(before + 1)
      }),
      { numRuns: 40 },
    )
    expect(listener.counters()).not.toHaveProperty('failed')
  })

  it('says that its port is taken', async () => {
    const { port } = await listening()
    const second = httpListener({ host: '127.0.0.1', port, clock, log: quietLog })
    await expect(second.start()).rejects.toMatchObject({ code: 'listener-unavailable' })
  })
})
