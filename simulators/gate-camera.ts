import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DAHUA_LIFE_PATH, type DahuaStrobe, readDahuaStrobe } from '#dialects/board/dahua-strobe'
import {
  encodeHikvisionAnswer,
  encodeHikvisionStatus,
  type HikvisionGateStatus,
  hikvisionGatePath,
  hikvisionStatusPath,
  readHikvisionGate,
} from '#dialects/board/hikvision-gate'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { httpSignIn } from './http-sign-in.ts'

/** The web server of an entrance camera with a barrier on its output. */
export interface GateCamera {
  readonly baseUrl: string
  /** Every order that was understood, in order. */
  readonly orders: readonly string[]
  faults: GateFaults
  /** Wrong passwords in a row: a real camera locks at five or seven. */
  wrongPasswords(): number
  stop(): Promise<void>
}

export interface GateFaults {
  /** Hears and obeys, and never answers. */
  readonly mute: boolean
  /** Answers so late: busy recognising. */
  readonly lateBy: Span
  /** Hikvision: accepts and does nothing. */
  readonly locked: boolean
  /** Says that it cannot do that. */
  readonly refuses: boolean
  /** Answers with a page of something else. */
  readonly nonsense: boolean
}
export const GATE_SOUND: GateFaults = { mute: false, lateBy: milliseconds(0), locked: false, refuses: false, nonsense: false }

type Said = { readonly status: number; readonly body: string }

/** `onMove` is the arm; `status` what the camera knows of it, `no-signal` where no limit switches are wired to it. */
export async function gateCamera(options: {
  readonly make: 'hikvision' | 'dahua'
  readonly user: string
  readonly password: string
  readonly clock: Clock
  readonly dahua?: DahuaStrobe
  onMove(move: 'open' | 'close'): void
  status(): HikvisionGateStatus
}): Promise<GateCamera> {
  const { make, clock, onMove, status, dahua = { channel: 1, openType: 'Normal' } } = options
  const signIn = httpSignIn(options)
  const orders: string[] = []
  const timers = new Set<() => void>()

  function move(which: 'open' | 'close'): void {
    orders.push(which)
    if (!camera.faults.locked && !camera.faults.refuses) onMove(which)
  }
  function hikvision(request: IncomingMessage, body: string): Said {
    if (request.method === 'GET' && request.url === hikvisionStatusPath(1)) return { status: 200, body: encodeHikvisionStatus(status()) }
    if (request.method !== 'PUT' || request.url !== hikvisionGatePath(1))
      return { status: 404, body: encodeHikvisionAnswer(4, 'notSupport') }
    const asked = readHikvisionGate(body)
    if (asked === 'open' || asked === 'close') move(asked)
    if (asked === null || camera.faults.refuses) return { status: 403, body: encodeHikvisionAnswer(4, 'notSupport') }
    return { status: 200, body: encodeHikvisionAnswer(1, 'ok') }
  }
  function dahuaSays(request: IncomingMessage): Said {
    if (request.url === DAHUA_LIFE_PATH) return { status: 200, body: 'result=0\r\n' }
    const asked = readDahuaStrobe(request.url ?? '')
    if (asked === null || asked.channel !== dahua.channel || asked.openType !== dahua.openType)
      return { status: 400, body: 'Error\r\nBad Request!\r\n' }
    move(asked.move)
    return camera.faults.refuses ? { status: 501, body: 'Error\r\nNot Implemented!\r\n' } : { status: 200, body: 'OK\r\n' }
  }
  function answer(response: ServerResponse, { status: code, body }: Said): void {
    if (camera.faults.mute) return
    const say = (): void => {
      response.writeHead(code, { 'content-type': make === 'hikvision' ? 'application/xml' : 'text/plain', connection: 'close' })
      response.end(camera.faults.nonsense ? '<html>busy</html>' : body)
    }
    if (camera.faults.lateBy === 0) {
      say()
      return
    }
    const cancel = clock.timer(camera.faults.lateBy, () => {
      timers.delete(cancel)
      say()
    })
    timers.add(cancel)
  }

  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Uint8Array) => {
      if (body.length < 8_192) body += Buffer.from(chunk).toString('utf8')
    })
    request.on('end', () => {
      if (signIn.passes(request, response)) answer(response, make === 'hikvision' ? hikvision(request, body) : dahuaSays(request))
    })
    request.on('error', () => undefined)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const camera: GateCamera = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orders,
    faults: GATE_SOUND,
    wrongPasswords: signIn.wrong,
    async stop() {
      for (const cancel of timers) cancel()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return camera
}
