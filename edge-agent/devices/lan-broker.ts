import { createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Aedes, type AuthErrorCode, type Client } from 'aedes'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { counting } from './device.ts'
import { sameSecret } from './digest.ts'
import { packetLimit } from './packet-limit.ts'
import { MOST_CONNECTIONS, places } from './places.ts'

/** One connection of one camera; a camera that connects anew has a new one. */
export type Connection = object

export interface CameraEar {
  /** Whether the message was this ear's; what nobody takes is counted as a stranger's. */
  onMessage(topic: string, payload: Uint8Array, from: Connection): boolean
  onGone(from: Connection): void
}

/** The agent's own MQTT broker on the site's network, for plate cameras that want one: no mine runs a broker. */
export interface LanBroker {
  /** The port it listens at. EdgeError 'broker-unavailable' when the port is taken or the address is not this computer's. */
  start(): Promise<number>
  stop(): Promise<void>
  /** Every message of every camera; the answer ends it. */
  hear(ear: CameraEar): () => void
  /**
   * Says something to whoever has subscribed to the topic, once and at most once: a command that comes twice moves an arm twice.
   * Settles when the broker has handed it on; whether a camera heard it is for its answer to tell.
   */
  publish(topic: string, payload: Uint8Array | string): Promise<void>
  /** Topics nobody took: a camera whose serial number no lane has. The newest 20. */
  strangers(): readonly string[]
  counters(): Record<string, number>
}

export interface LanBrokerParts {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** What the cameras sign in with; without it anyone on the site's network may speak. */
  readonly user?: string
  readonly password?: string
  readonly log: Log
}

/** A result with two pictures is below one megabyte. */
const MOST_BYTES = 4 * 1_024 * 1_024
/** Messages of quality 2 that a camera has begun and not finished: each is kept until then. */
const MOST_UNFINISHED = 4
/** A camera listens to a handful of topics; what it asks for beyond is not granted. */
const MOST_TOPICS = 32
const LONGEST_TOPIC = 256
const BAD_USER: AuthErrorCode.BAD_USERNAME_OR_PASSWORD = 4

/**
 * Cameras speak and the agent hears; no camera hears another, nothing is retained and no session outlives its connection, so the
 * broker's memory does not grow with days.
 */
export function lanBroker({ host, port, user, password, log }: LanBrokerParts): LanBroker {
  const ears = new Set<CameraEar>()
  const counts = counting()
  const unclaimed: string[] = []
  const sockets = new Set<Socket>()
  const seats = places()
  const topics = new WeakMap<Client, Set<string>>()

  const mayHear = (client: Client, topic: string): boolean => {
    const known = topics.get(client) ?? new Set()
    topics.set(client, known)
    if (topic.length > LONGEST_TOPIC || (known.size >= MOST_TOPICS && !known.has(topic))) return false
    known.add(topic)
    return true
  }

  const broker = new Aedes({
    maxInflightInbound: MOST_UNFINISHED,
    preConnect: (_, packet, done) => {
      packet.clean = true
      done(null, true)
    },
    authenticate: (client, name, secret, done) => {
      if (user === undefined || (sameSecret(name ?? '', user) && sameSecret(secret ?? '', password ?? ''))) return done(null, true)
      counts.add('sign-ins-refused')
      log.warn({ client: client.id }, 'a camera signed in with a wrong user or password')
      done(Object.assign(new Error('bad user name or password'), { returnCode: BAD_USER }), null)
    },
    authorizePublish: (_, packet, done) => {
      packet.retain = false
      done(packet.topic.startsWith('$') ? new Error('not a topic for cameras') : null)
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, client !== null && mayHear(client, subscription.topic) ? { ...subscription, qos: 0 } : null),
    authorizeForward: (_, packet) => ('clientId' in packet && packet.clientId !== undefined ? null : packet),
  })
  broker.on('publish', ({ topic, payload }, client) => {
    if (client === null) return
    counts.add('messages')
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
    let taken = false
    for (const ear of ears) taken = ear.onMessage(topic, bytes, client) || taken
    if (!taken) remember(topic)
  })
  const gone = (client: Client): void => {
    for (const ear of ears) ear.onGone(client)
  }
  broker.on('clientDisconnect', gone)
  const failed = (client: Client | null, error: Error): void => {
    counts.add('connection-errors')
    log.debug({ client: client?.id, why: error.message }, 'a camera connection failed')
  }
  broker.on('clientError', failed)
  broker.on('connectionError', failed)

  const remember = (topic: string): void => {
    counts.add('unclaimed')
    const short = topic.slice(0, 200)
    if (unclaimed.includes(short)) return
    unclaimed.push(short)
    if (unclaimed.length > 20) unclaimed.shift()
    log.info({ topic: short }, 'a message that no configured camera should send')
  }

  // A camera that lost its power says no goodbye.
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
    if (!seats.take(socket)) {
      counts.add('too-many-connections')
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const bounded = packetLimit(MOST_BYTES)
    bounded.on('error', (error) => {
      counts.add('too-long')
      log.warn({ from: socket.remoteAddress, why: error.message }, 'a camera connection was ended')
      socket.destroy()
    })
    broker.handle(Duplex.from({ readable: socket.pipe(bounded), writable: socket }))
  })
  server.maxConnections = MOST_CONNECTIONS
  server.on('drop', () => counts.add('too-many-connections'))

  return {
    start: async () => {
      await broker.listen()
      await new Promise<void>((listening, refused) => {
        server.once('error', (cause) => refused(new EdgeError('broker-unavailable', { host, port, cause })))
        server.listen(port, host, listening)
      })
      server.on('error', (error) => log.error({ why: reasonOf(error) }, 'the camera broker failed'))
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()))
      await new Promise<void>((done) => broker.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    hear: (ear) => {
      ears.add(ear)
      return () => ears.delete(ear)
    },
    publish: (topic, payload) =>
      new Promise((handedOn, failed) => {
        const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false } as const
        broker.publish(packet, (error) => (error ? failed(new EdgeError('port-lost', { topic, cause: error })) : handedOn()))
      }),
    strangers: () => [...unclaimed],
    counters: counts.all,
  }
}
