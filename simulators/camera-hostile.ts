import { connect } from 'node:net'
import type { Random } from './random.ts'

/** A body no sound camera sends, made out of one it does. */
export interface Hostile {
  readonly name: string
  readonly body: Uint8Array
}

const utf8 = new TextEncoder()
const text = (name: string, said: string): Hostile => ({ name, body: utf8.encode(said) })
const joined = (...pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces))

/** Whatever carries them: truncated, empty, huge, deep, of another kind, of another code page, or plainly malicious. */
export function hostileBodies(good: Uint8Array, chance: Random): readonly Hostile[] {
  const half = Math.floor(good.length / 2)
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => chance.whole(0, 255))
  return [
    { name: 'empty', body: new Uint8Array() },
    { name: 'truncated', body: good.subarray(0, half) },
    { name: 'truncated by one', body: good.subarray(0, good.length - 1) },
    { name: 'without its beginning', body: good.subarray(half) },
    { name: 'a zero ahead', body: joined(Uint8Array.of(0), good.subarray(0, half)) },
    { name: 'a flipped bit in the middle', body: good.map((byte, at) => (at === half ? byte ^ 0x20 : byte)) },
    { name: 'noise', body: noise(4_096) },
    { name: 'three megabytes of noise', body: new Uint8Array(Buffer.alloc(3 * 1_024 * 1_024, Buffer.from(noise(1_021)))) },
    {
      name: 'GBK',
      body: joined(utf8.encode('{"AlarmInfoPlate":{"deviceName":"'), Uint8Array.of(0xbd, 0xfa, 0xb1, 0xb1), utf8.encode('"}}')),
    },
    { name: 'halves of letters', body: utf8.encode('{"license":"\\ud800\\udc00\\ud800","plate":"\\u0000"}') },
    text('a list', '[1,2,3]'),
    text('a number', '1e999'),
    text('null', 'null'),
    text('a hundred thousand brackets', '['.repeat(100_000)),
    text('a hundred thousand open members', '{"a":'.repeat(100_000)),
    text('a hundred thousand open tags', '<a>'.repeat(100_000)),
    text('lists where text belongs', '{"AlarmInfoPlate":{"serialno":["x"],"result":{"PlateResult":{"license":{"a":[]},"confidence":[]}}}}'),
    text('members of every object', '{"__proto__":{"license":"x"},"constructor":{"prototype":{"kind":"plate"}},"hasOwnProperty":1}'),
    text('invalid base64', '{"payload":{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"%%%=","full_image_content":"====="}}}}}'),
    text(
      'an XML bomb',
      `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">${'bcdefghij'.replace(/./g, (letter) => `<!ENTITY ${letter} "${`&${String.fromCharCode(letter.charCodeAt(0) - 1)};`.repeat(10)}">`)}]><EventNotificationAlert><ANPR><licensePlate>&j;</licensePlate></ANPR></EventNotificationAlert>`,
    ),
    text(
      'XML that reads a file',
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Plates><Plate><plateNumber>&e;</plateNumber></Plate></Plates>',
    ),
    text(
      'a form without an end',
      '--boundary\r\nContent-Disposition: form-data; name="anpr.xml"\r\nContent-Length: 99999999\r\n\r\n<EventNotificationAlert',
    ),
    text('a form of nothing but delimiters', '--b\r\n'.repeat(20_000)),
    text('a form with a header that never ends', `--b\r\nX-A: ${'x'.repeat(100_000)}`),
    text('form fields', 'device_name=ivs&serialno=%zz&pass_wd=secret'),
  ]
}

/** A request written by hand, as it goes over the wire. */
export interface HostileRequest {
  readonly name: string
  /** Pieces with the pause before each, in milliseconds; after the last the camera hangs up, where `hangsUp`. */
  readonly pieces: readonly (string | Uint8Array)[]
  readonly hangsUp: boolean
}

/** Requests that lie about themselves, made out of a good one. */
export function hostileRequests(path: string, contentType: string, good: Uint8Array): readonly HostileRequest[] {
  const head = (lines: readonly string[]): string => [`POST ${path} HTTP/1.1`, 'Host: agent', ...lines, '', ''].join('\r\n')
  const typed = `Content-Type: ${contentType}`
  return [
    {
      name: 'hangs up in the middle',
      pieces: [head([typed, `Content-Length: ${good.length}`]), good.subarray(0, good.length >> 1)],
      hangsUp: true,
    },
    { name: 'a length that is too short', pieces: [head([typed, `Content-Length: ${good.length >> 1}`]), good], hangsUp: false },
    { name: 'two lengths', pieces: [head([typed, 'Content-Length: 5', 'Content-Length: 7']), 'hello'], hangsUp: false },
    {
      name: 'a length and chunks',
      pieces: [head([typed, 'Content-Length: 5', 'Transfer-Encoding: chunked']), '5\r\nhello\r\n0\r\n\r\n'],
      hangsUp: false,
    },
    { name: 'chunks of no number', pieces: [head([typed, 'Transfer-Encoding: chunked']), 'zz\r\nhello\r\n'], hangsUp: false },
    { name: 'a hundred megabytes announced', pieces: [head([typed, 'Content-Length: 104857600'])], hangsUp: false },
    { name: 'a head without an end', pieces: [`POST ${path} HTTP/1.1\r\n`, 'X-A: b\r\n'.repeat(5_000)], hangsUp: false },
    { name: 'no HTTP at all', pieces: [Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03)], hangsUp: false },
    { name: 'a path of nowhere', pieces: ['POST http://[::1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'], hangsUp: false },
  ]
}

/** Sends it and waits until the agent has answered or ended the connection; tells the first line of the answer. */
export function attack(port: number, request: HostileRequest): Promise<string> {
  return new Promise((done) => {
    let said = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of request.pieces) socket.write(piece)
      if (request.hangsUp) socket.end()
    })
    const first = (): string => said.split('\r\n')[0] ?? ''
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1')
      if (said.includes('\r\n')) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done(first()))
  })
}

/** A camera, or somebody who is none, that says a byte now and then and keeps a place for it. The answer lets go. */
export function slowPost(port: number, path: string, everyMs: number): { ended(): boolean; stop(): void } {
  let ended = false
  const socket = connect(port, '127.0.0.1', () => socket.write(`POST ${path} HTTP/1.1\r\nHost: agent\r\nContent-Length: 100000\r\n\r\n`))
  const timer = setInterval(() => socket.write('{'), everyMs)
  const stop = (): void => {
    clearInterval(timer)
    socket.destroy()
  }
  socket.on('error', () => undefined)
  socket.on('close', () => {
    ended = true
    clearInterval(timer)
  })
  return { ended: () => ended, stop }
}
