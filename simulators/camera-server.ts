import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { encodeDahuaEvent, encodeDahuaHeartbeat, encodeDahuaSnap } from '#dialects/camera/dahua-encode'
import { DAHUA_EVENT_PATH } from '#dialects/camera/dahua-event'
import { DAHUA_SNAP_PATH } from '#dialects/camera/dahua-snap'
import { HIKVISION_STREAM_PATH } from '#dialects/camera/hikvision'
import { encodeHikvisionEvent, encodeHikvisionKeepAlive, encodeHikvisionPlates, hikvisionPart } from '#dialects/camera/hikvision-encode'
import { HIKVISION_POLL_PATH } from '#dialects/camera/hikvision-poll'
import { lilinPoll } from '#dialects/camera/lilin'
import { concat, type Lengths } from '#dialects/camera/multipart-encode'
import type { Passage } from '#dialects/camera/passage'
import { encodeLilinLog } from '#dialects/camera/webhook-encode'
import type { Clock } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'
import { CAMERA_SOUND, type CameraFaults, type FamilyCamera, HEARTBEAT_MS, passages } from './camera-family.ts'
import { every } from './clock.ts'
import { httpSignIn } from './http-sign-in.ts'
import { photo } from './photo.ts'

/** The web server of a camera that is listened to, or asked. */
export interface ServerCamera extends FamilyCamera {
  /** What an agent's configuration writes to reach it. */
  readonly address: string
  /** Its present port, for a restart at the same address. */
  readonly port: number
  /** How its parts lie about their lengths. */
  lengths: Lengths
  /** Listeners of its stream just now. */
  listeners(): number
  /** Anything at all into every open stream. */
  say(bytes: Uint8Array): void
  /** What every answer to a poll is, instead of the truth; null: the truth. */
  answers: Uint8Array | null
  /** All connections break. */
  hangUp(): void
  /** Passwords that were wrong, in a row. */
  wrongPasswords(): number
}

export type StreamFamily = 'hikvision-stream' | 'dahua-event' | 'dahua-snap'
export type PollFamily = 'hikvision-poll' | 'lilin'

interface Language {
  readonly path: string
  readonly contentType: string
  event(passage: Passage, lengths: Lengths): Uint8Array
  heartbeat(device: string, at: number, lengths: Lengths): Uint8Array
}
const LANGUAGES: Readonly<Record<StreamFamily, Language>> = {
  'hikvision-stream': {
    path: HIKVISION_STREAM_PATH,
    contentType: 'multipart/mixed; boundary=boundary',
    event: (passage, lengths) =>
      concat([
        hikvisionPart(encodeHikvisionEvent(passage), lengths),
        ...(passage.pictures ? [hikvisionPart(passage.pictures.plate, lengths), hikvisionPart(passage.pictures.full, lengths)] : []),
      ]),
    heartbeat: (device, at, lengths) => hikvisionPart(encodeHikvisionKeepAlive(device, at), lengths),
  },
  'dahua-event': {
    path: DAHUA_EVENT_PATH,
    contentType: 'multipart/x-mixed-replace; boundary=myboundary',
    event: encodeDahuaEvent,
    heartbeat: (_, __, lengths) => encodeDahuaHeartbeat(lengths),
  },
  'dahua-snap': {
    path: DAHUA_SNAP_PATH,
    contentType: 'multipart/x-mixed-replace; boundary=myboundary',
    event: encodeDahuaSnap,
    heartbeat: (_, __, lengths) => encodeDahuaHeartbeat(lengths),
  },
}

/** Where the makers' web servers answer with a picture of now. */
const SNAPSHOT_PATHS: Readonly<Record<string, string>> = {
  'hikvision-stream': '/ISAPI/Streaming/channels/101/picture',
  'hikvision-poll': '/ISAPI/Streaming/channels/101/picture',
  'dahua-event': '/cgi-bin/snapshot.cgi?channel=1',
  'dahua-snap': '/cgi-bin/snapshot.cgi?channel=1',
}

/** As many passages as a poll can still ask for. */
const MOST_REMEMBERED = 100

export async function serverCamera(options: {
  readonly family: StreamFamily | PollFamily
  readonly device: string
  readonly user: string
  readonly password: string
  readonly clock: Clock
  readonly port?: number
  readonly heartbeat?: Span
}): Promise<ServerCamera> {
  const { family, device, clock, heartbeat = milliseconds(HEARTBEAT_MS) } = options
  const language = family === 'hikvision-poll' || family === 'lilin' ? null : LANGUAGES[family]
  const take = passages(device, clock, family !== 'hikvision-poll' && family !== 'lilin')
  const signIn = httpSignIn(options)
  const streams = new Set<ServerResponse>()
  const remembered: Passage[] = []

  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    if (camera.faults.silent || !signIn.passes(request, response)) return
    if (language !== null && request.url === language.path) return listen(response)
    if (family === 'lilin' && request.url === lilinPoll(20)) return say(response, encodeLilinLog(remembered.slice(-20).reverse()).body)
    if (family === 'hikvision-poll' && request.url === '/ISAPI/System/time') return tellTime(response)
    if (family === 'hikvision-poll' && request.url === HIKVISION_POLL_PATH) return void answerPoll(request, response)
    if (request.url === SNAPSHOT_PATHS[family]) {
      const jpeg = photo(`${device} asked ${clock.now()}`)
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': jpeg.length }).end(jpeg)
      return
    }
    response.writeHead(404).end()
  })

  function listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': language?.contentType ?? '' })
    response.flushHeaders()
    streams.add(response)
    response.on('close', () => streams.delete(response))
    alive()
  }
  function say(response: ServerResponse, truth: Uint8Array): void {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(camera.answers ?? truth)
  }
  const cameraTime = (): number => clock.now() + camera.faults.clockOff
  function tellTime(response: ServerResponse): void {
    const local = new Date(cameraTime() + 8 * 3_600_000).toISOString().slice(0, 19)
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><Time version="2.0"><timeMode>manual</timeMode><localTime>${local}+08:00</localTime></Time>`)
  }
  async function answerPoll(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const [, year, month, day, hour, minute, second] =
      /<picTime>(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z<\/picTime>/.exec(body)?.map(Number) ?? []
    if (second === undefined) return void response.writeHead(400).end()
    const after = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour, minute, second)
    say(response, utf8.encode(encodeHikvisionPlates(remembered.filter(({ at }) => at >= after))))
  }

  const write = (bytes: Uint8Array): void => {
    for (const stream of streams) stream.write(bytes)
  }
  const alive = (): void => {
    if (language !== null && !camera.faults.silent) write(language.heartbeat(device, cameraTime(), camera.lengths))
  }
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, '127.0.0.1', listening)
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const stopHeartbeat = every(clock, heartbeat, alive)
  let told = 0

  const camera: ServerCamera & { faults: CameraFaults; lengths: Lengths; answers: Uint8Array | null } = {
    faults: CAMERA_SOUND,
    lengths: 'right',
    answers: null,
    address: `http://127.0.0.1:${port}`,
    port,
    sees(what) {
      const passage = take(what, camera.faults)
      if (camera.faults.silent) return
      remembered.push(passage)
      if (remembered.length > MOST_REMEMBERED) remembered.shift()
      if (language === null) return
      for (let time = 0; time <= camera.faults.repeats; time += 1) write(language.event(passage, camera.lengths))
      // Nobody answers on a stream: what a listener was sent counts as told.
      if (streams.size > 0) told += 1
    },
    delivered: () => told,
    kept: () => 0,
    listeners: () => streams.size,
    say: write,
    hangUp: () => server.closeAllConnections(),
    wrongPasswords: signIn.wrong,
    async stop() {
      stopHeartbeat()
      await new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    },
  }
  return camera
}

const utf8 = new TextEncoder()
