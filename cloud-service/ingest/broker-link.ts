import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { Log } from '../log.ts'

/** The cloud's one connection to the broker: MQTT 3.1.1, clean session; the broker is a lossy pipe by decree (DESIGN.md D6, D7). */
export interface BrokerAccess {
  readonly url: string
  readonly username: string
  readonly password: string
  /** Starts with `cloud-`; each connection adds what makes it its own. */
  readonly clientId: string
}

export interface BrokerLink {
  connected(): boolean
  /** Resolves when the broker has answered, or at once while it is away: every connection asks anew. */
  subscribe(topics: readonly string[]): Promise<void> | undefined
  unsubscribe(topics: readonly string[]): void
  /** Hands a message to the broker; resolves at its PUBACK, which is pacing and no receipt. Rejects when there is no connection. */
  publish(topic: string, payload: string, qos: 0 | 1): Promise<void>
  stop(): Promise<void>
}

interface LinkParts extends BrokerAccess {
  readonly log: Log
  /** One message; the broker gets its acknowledgement when this resolves, so that it waits while we are behind. */
  readonly received: (topic: string, payload: Buffer) => Promise<void>
  readonly came: () => void
  readonly went: () => void
}

/** Starts connecting, and goes on for ever; an absent broker is a state and never an error. */
export function linkBroker({ url, username, password, clientId, log, received, came, went }: LinkParts): BrokerLink {
  const options: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    username,
    password,
    clientId,
    keepalive: 15,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    // What is asked for depends on the leases of the moment: every connection is told anew.
    resubscribe: false,
    queueQoSZero: false,
  }
  const client: MqttClient = connect(url, options)
  const wanted = new Set<string>()
  /** Publishes the broker has not acknowledged: the library forgets them when it is ended. */
  const unanswered = new Set<(why: Error) => void>()
  let told: string | null = null
  const tell = (state: string, detail: Record<string, string> = {}): void => {
    // One failure, one line: a broker that stays away is not news every second.
    if (told === state) return
    told = state
    log.info({ broker: url, ...detail }, state)
  }
  const ask = (topics: readonly string[]): Promise<void> | undefined =>
    topics.length === 0 ? undefined : new Promise((answered) => client.subscribe([...topics], { qos: 1 }, () => answered()))
  client.on('connect', () => {
    tell('connected to the broker')
    void ask([...wanted])
    came()
  })
  client.on('close', () => {
    tell('the broker is not there')
    went()
  })
  client.on('error', (error) => tell('the broker refuses or is not there', { reason: error.message }))
  client.handleMessage = (packet, done) => {
    if (packet.cmd !== 'publish') return done()
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    void received(packet.topic, payload).then(() => done(), done)
  }
  return {
    connected: () => client.connected,
    subscribe(topics) {
      for (const topic of topics) wanted.add(topic)
      return client.connected ? ask(topics) : undefined
    },
    unsubscribe(topics) {
      for (const topic of topics) wanted.delete(topic)
      if (client.connected && topics.length > 0) client.unsubscribe([...topics], () => undefined)
    },
    async publish(topic, payload, qos) {
      if (!client.connected) throw new Error('no connection to the broker')
      await new Promise<void>((done, fail) => {
        unanswered.add(fail)
        client.publish(topic, payload, { qos }, (error) => {
          unanswered.delete(fail)
          if (error) fail(error)
          else done()
        })
      })
    },
    async stop() {
      await client.endAsync(true)
      for (const fail of unanswered) fail(new Error('the connection to the broker has ended'))
      unanswered.clear()
    },
  }
}
