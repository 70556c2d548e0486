import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span, seconds } from '#edge/units'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { backoff } from './backoff.ts'
import { keepMqttSmall } from './mqtt-memory.ts'

/**
 * One MQTT 3.1.1 connection to the cloud's broker that comes back by itself (DESIGN.md D7): clean sessions, so the broker remembers
 * nothing that matters; a new client for every attempt, with nothing in its store, because the library would replay one message per
 * round trip before it says it is connected. What is published without a link is dropped: the journal sends it again.
 */
export interface Connection {
  start(): void
  /** Says `goodbye`, if connected, and ends. */
  stop(goodbye: () => Outgoing | null): Promise<void>
  publish(message: Outgoing): void
  connected(): boolean
  /** The cloud answered over this connection: the next loss is a new one. `useful`: what waited for it is getting through. */
  proven(useful: boolean): void
}

export interface Outgoing {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  readonly retain: boolean
}

interface Parts {
  readonly url: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  /** Certificate authority the broker must be signed by (PEM), as pinned at enrolment; null on loopback in clear. */
  readonly ca: string | null
  readonly subscribe: readonly string[]
  readonly will: () => Outgoing
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Log
  readonly onConnected: () => void
  readonly onLost: (why: string) => void
  readonly onRefused: (why: string) => void
  readonly onMessage: (topic: string, payload: Uint8Array) => void
}

const KEEPALIVE_SECONDS = 15
const RETRY = { least: milliseconds(500), most: seconds(60) }
/** A refusal is not cured by asking often, and a broker may lock out who does; once it is cured a minute is enough (reliability T09d). */
const REFUSED = { least: seconds(50), most: seconds(60) }
/** CONNACK return codes (MQTT 3.1.1 table 3.1): identifier rejected, bad user name or password, not authorised. */
const REFUSALS: ReadonlySet<unknown> = new Set([2, 4, 5])
const SUBSCRIPTION_REFUSED = 128
/**
 * MQTT 3.1.1 has no word for a message without a right: a broker hangs up on whoever says it (aedes), or says nothing, and then the receipt
 * is missing. Hung up on so often in a row, so soon, with nothing got through, is refused. A line that breaks every few seconds gets
 * something through in between.
 */
const HUNG_UP_AT_MOST = 3
const HANGS_UP_WITHIN = seconds(5)
const GOODBYE_WITHIN = seconds(2)

export function connection(parts: Parts): Connection {
  const { clock, log } = parts
  let client: MqttClient | null = null
  let online = false
  let stopped = true
  let attempt = 0
  let hungUp = 0
  let since = 0
  let useful = false
  let cancelRetry: (() => void) | null = null

  const lose = (of: MqttClient, why: string, refused: boolean): void => {
    // A client speaks of its own end more than once (error, then close); only the first word of the present one counts.
    if (of !== client) return
    client = null
    const soon = online && !useful && clock.monotonic() - since < realSpan(clock, HANGS_UP_WITHIN)
    hungUp = soon ? hungUp + 1 : online ? 0 : hungUp
    online = false
    of.end(true)
    const keptOut = refused || hungUp >= HUNG_UP_AT_MOST
    if (keptOut) parts.onRefused(refused ? why : 'the broker hangs up whenever something is said')
    else parts.onLost(why)
    if (stopped) return
    const span = backoff(attempt, keptOut ? REFUSED : RETRY, parts.chance)
    attempt += 1
    cancelRetry = clock.timer(realSpan(clock, span), open)
  }

  const open = (): void => {
    cancelRetry = null
    const will = parts.will()
    const options: IClientOptions = {
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: 10_000,
      clientId: parts.clientId,
      username: parts.username,
      password: parts.password,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
      ...(parts.ca === null ? {} : { ca: parts.ca }),
    }
    const opened = connect(parts.url, options)
    client = opened
    let reason = 'the connection was closed'
    opened.on('error', (error) => {
      const code = (error as { code?: unknown }).code
      reason = reasonOf(error) || String(code ?? reason)
      if (REFUSALS.has(code)) lose(opened, reason, true)
    })
    opened.on('close', () => lose(opened, reason, false))
    opened.on('connect', () => {
      const topics = Object.fromEntries(parts.subscribe.map((topic) => [topic, { qos: 1 as const }]))
      opened.subscribe(topics, (error, granted) => {
        if (opened !== client) return
        const denied = granted?.find((it) => it.qos === SUBSCRIPTION_REFUSED)
        if (error || denied) return lose(opened, denied ? `no right to hear ${denied.topic}` : reasonOf(error), denied !== undefined)
        online = true
        useful = false
        since = clock.monotonic()
        parts.onConnected()
      })
    })
    opened.on('message', (topic, payload) => {
      if (opened === client) parts.onMessage(topic, payload)
    })
  }

  return {
    connected: () => online,
    proven(gotThrough) {
      attempt = 0
      if (gotThrough) useful = true
    },
    start() {
      keepMqttSmall()
      stopped = false
      open()
    },
    publish({ topic, payload, qos, retain }) {
      if (!online || !client) return
      // The answer is pacing and no receipt; a publish that was cut off is sent again from the journal.
      client.publish(topic, payload, { qos, retain }, (error) => {
        if (error) log.debug({ topic, reason: reasonOf(error) }, 'a message was cut off')
      })
    },
    async stop(goodbye) {
      stopped = true
      cancelRetry?.()
      const last = client
      client = null
      if (!last) return
      const words = online ? goodbye() : null
      online = false
      if (words)
        await within(clock, GOODBYE_WITHIN, (said) =>
          last.publish(words.topic, words.payload, { qos: words.qos, retain: words.retain }, said),
        )
      await within(clock, GOODBYE_WITHIN, (ended) => last.end(false, {}, ended))
      last.end(true)
    },
  }
}

/** Waits for a callback, but not for ever: a broker that has died does not hold up the end of the agent. */
const within = (clock: Clock, span: Span, ask: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.timer(realSpan(clock, span), resolve)
    ask(() => {
      cancel()
      resolve()
    })
  })
