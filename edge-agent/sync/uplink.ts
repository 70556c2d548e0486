import { Compile } from 'typebox/compile'
import { type Clock, realSpan } from '#edge/clock'
import type { AgentId, SiteId } from '#edge/ids'
import type { LaneStatus } from '#edge/lane-status'
import { MESSAGES, type MessageName, messagesGoing, ReceiptSchema, readTopic, topicOf } from '#edge/messages'
import type { OrderKind } from '#edge/orders'
import type { Signer } from '#edge/seal'
import { BATCH_MAX_BYTES, type Receipt } from '#edge/stream'
import { fromIso, type Instant, milliseconds, type Span, seconds, toIso } from '#edge/units'
import type { Software } from '#edge/weighing'
import { EdgeError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { connection, type Outgoing } from './connection.ts'
import { contestedSender } from './contested.ts'
import { orderDownlink } from './downlink.ts'
import { alarmExpress } from './express.ts'
import { helloOf } from './hello.ts'
import { type LinkState, watchLink } from './link-state.ts'
import { linePace } from './pace.ts'
import { recordSender } from './sender.ts'
import { statusSender } from './status.ts'

/** Everything that travels between this agent and its cloud over MQTT. Needs no cloud to run: it waits, and the journal keeps. */
export interface Uplink {
  start(): void
  stop(): Promise<void>
  state(): LinkState
  /** Since when the cloud has not been heard, where that is so long that the site must help itself; null where it is not. */
  darkSince(): Instant | null
  onChange(listener: (state: LinkState) => void): void
  /** A lane's newest status; sent at most twice a second. */
  showLane(lane: string, look: () => LaneStatus): void
  /** Orders have been applied: a new ticket, another policy, a blob asked for. */
  onOrders(listener: (kinds: readonly OrderKind[]) => void): void
  /** Records have become delivered: evidence that waited for them may travel. */
  onDelivered(listener: () => void): void
}

export interface UplinkParts {
  /** `mqtt://127.0.0.1:1883` or `mqtts://cloud.example:8883`. */
  readonly url: string
  readonly password: string
  /** Pinned certificate authority (PEM), null in clear on loopback. */
  readonly ca: string | null
  readonly site: SiteId
  readonly agent: AgentId
  readonly store: Store
  readonly signer: Signer
  readonly software: Software
  readonly clock: Clock
  /** Between 0 and 1; spreads retries. */
  readonly chance: () => number
  readonly log: Log
}

type Down = { [K in MessageName]: (typeof MESSAGES)[K]['direction'] extends 'down' ? K : never }[MessageName]

const HELLO_EVERY = seconds(10)
const receiptChecker = Compile(ReceiptSchema)

/** `toBroker` makes the line: the MQTT connection, or a simulated one. */
export function createUplink(parts: UplinkParts, toBroker: typeof connection = connection): Uplink {
  const { site, agent, store, signer, clock, chance, log } = parts
  const link = watchLink(clock, store.backlog)
  const orderListeners: ((kinds: readonly OrderKind[]) => void)[] = []
  const deliveryListeners: (() => void)[] = []
  let cancelHello: (() => void) | null = null
  let hellos = 0
  /** When the first hello was said that nothing has been heard since. */
  let askedAt: number | null = null
  const sinceAsked = (): Span => milliseconds(askedAt === null ? 0 : (clock.monotonic() - askedAt) / clock.speed)
  let stopListening: (() => void) | null = null

  const outgoing = (name: MessageName, payload: string): Outgoing => ({
    topic: topicOf(site, agent, name),
    payload,
    qos: MESSAGES[name].qos,
    retain: MESSAGES[name].retained,
  })
  const publish = (name: MessageName, payload: string): void => line.publish(outgoing(name, payload))
  const presence = (online: boolean): Outgoing => outgoing('presence', JSON.stringify({ online, boot: store.boot, at: toIso(clock.now()) }))

  const pace = linePace()
  const sender = recordSender({ store, site, agent, signer, clock, chance, pace, publish: (batch) => publish('ledger', batch) })
  const express = alarmExpress({ store, site, agent, signer, clock, pace, publish: (batch) => publish('express', batch) })
  const contested = contestedSender({ store, site, agent, signer, publish: (shown) => publish('ledger', shown) })
  const lateness = (): Span => milliseconds(Math.max(pace.usual(), sinceAsked()))
  const status = statusSender(clock, lateness, (lanes) => publish('status', JSON.stringify(lanes)))
  const orders = orderDownlink({
    store,
    log,
    answer: (receipt) => publish('orders-receipt', JSON.stringify(receipt)),
    onApplied: (kinds) => {
      for (const listener of orderListeners) listener(kinds)
    },
  })

  const takeReceipt = (payload: string): void => {
    const receipt = readReceipt(payload)
    if (!receipt) {
      log.warn('what came as a receipt is none')
      return
    }
    link.heard()
    if (askedAt !== null && sender.idle()) pace.heard(sinceAsked())
    askedAt = null
    const answered = receipt.time ? store.time.answered(receipt.time) : null
    if (answered !== null && answered !== 'anchor') log.warn({ why: answered }, 'what came as the cloud’s time is not believed')
    // Whoever is the broker could show old receipts for ever: only the cloud's signed answer to our own question keeps a policy young.
    if (answered === 'anchor' || !store.time.asks) store.policies.confirm()
    const reading = store.receipted(receipt)
    line.proven(reading.kind === 'advanced' || store.waiting().length === 0)
    if (reading.kind === 'unknown-epoch') log.warn({ epoch: receipt.epoch }, 'a receipt for an epoch this agent never had')
    if (reading.kind === 'behind' && reading.believed) log.warn({ ...receipt }, 'the cloud was put back to an older state: sending again')
    if (reading.kind === 'rollback') {
      contested.tell()
      hello()
    } else sender.receipted(receipt)
    contested.receipted(receipt)
    if (reading.kind === 'advanced') for (const listener of deliveryListeners) listener()
  }
  const handlers: Readonly<Record<Down, (payload: string) => void>> = { receipt: takeReceipt, orders }

  const hello = (): void => {
    askedAt ??= clock.monotonic()
    publish('hello', JSON.stringify(helloOf({ ...parts, turn: hellos })))
    hellos += 1
  }
  const sayHello = (tellAlarms: () => void): void => {
    hello()
    tellAlarms()
    contested.tell()
    cancelHello = clock.timer(realSpan(clock, HELLO_EVERY), () => sayHello(express.tellWaiting))
  }
  const silence = (): void => {
    cancelHello?.()
    cancelHello = null
    askedAt = null
    sender.disconnected()
    express.quiet()
  }

  const line = toBroker({
    ...parts,
    clientId: `${site}.${agent}`,
    username: `${site}/${agent}`,
    subscribe: messagesGoing('down').map((name) => topicOf(site, agent, name)),
    will: () => presence(false),
    onConnected() {
      log.info('connected to the cloud')
      link.connected()
      pace.begin()
      line.publish(presence(true))
      sayHello(express.connected)
      sender.connected()
    },
    onLost(why) {
      if (link.state().state === 'connected') log.warn({ why }, 'the cloud is away: working alone')
      link.lost(why)
      silence()
    },
    onRefused(why) {
      if (link.state().state !== 'refused') log.error({ why }, 'the cloud’s broker refuses this agent: working alone, asking again slowly')
      link.refused(why)
      silence()
    },
    onMessage(topic, payload) {
      const read = readTopic(topic)
      const handle = read ? handlers[read.message as Down] : undefined
      if (!handle || payload.length > BATCH_MAX_BYTES * 2) return log.warn({ topic, bytes: payload.length }, 'a message nobody here reads')
      try {
        handle(Buffer.from(payload).toString('utf8'))
      } catch (error) {
        log.error({ topic, reason: reasonOf(error) }, 'a message could not be taken; it will be sent again')
      }
    },
  })

  return {
    state: link.state,
    darkSince: () => (link.isDark() ? (store.policies.confirmedAt() ?? fromIso(link.state().since)) : null),
    onChange: link.onChange,
    onOrders: (listener) => void orderListeners.push(listener),
    onDelivered: (listener) => void deliveryListeners.push(listener),
    showLane: status.show,
    start() {
      for (const name of messagesGoing('down'))
        if (!Object.hasOwn(handlers, name)) throw new EdgeError('contract-unhandled', { message: name })
      stopListening = store.onAppended((records) => {
        express.tell(records)
        sender.wake()
      })
      line.start()
    },
    async stop() {
      stopListening?.()
      status.stop()
      silence()
      await line.stop(() => presence(false))
    },
  }
}

function readReceipt(payload: string): Receipt | null {
  try {
    const value: unknown = JSON.parse(payload)
    return receiptChecker.Check(value) ? value : null
  } catch {
    return null
  }
}
