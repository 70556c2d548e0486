import type { Clock } from '#edge/clock'
import { MESSAGES, messagesGoing, readTopic, topicOf } from '#edge/messages'
import type { Signer } from '#edge/seal'
import type { Receipt } from '#edge/stream'
import type { Pool } from '../database/pool.ts'
import { CloudError, isTransient, reasonOf } from '../errors.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import { type OrdersHeard, orderReceipt } from '../orders/receipts.ts'
import { createOrderSender } from '../orders/sender.ts'
import { type Agent, createAgents } from './agents.ts'
import { type BrokerAccess, linkBroker } from './broker-link.ts'
import { callForMore, standsOf } from './call-for-more.ts'
import { recordExpress } from './express.ts'
import { recordHello } from './hello.ts'
import { createInLine } from './in-line.ts'
import { createLeases } from './leases.ts'
import { recordPresence } from './presence.ts'
import { readMessage, type Said, type UpMessage } from './read-message.ts'
import { createRecorder } from './record.ts'
import { withTime } from './server-time.ts'
import { createStatusKeeper } from './status.ts'
import { twoLinks } from './two-links.ts'
import { createUnread } from './unread.ts'

/**
 * Where everything from the sites arrives: one lease per site, its topics subscribed, each message read, checked and handed to its
 * handler. Ledger batches and hellos of one agent are done in their order; alarms by express, telemetry and order receipts have a
 * connection of their own, so that no backlog stands before them.
 *
 * Whatever cannot be stored now is dropped, not queued: no receipt was sent, so the site still has it and sends it again, at the
 * latest when this side, able again, says where the stream stands.
 */
export interface Inbox {
  /** Never waits for the broker, nor for the database: both may come later. Throws CloudError `contract-unhandled`. */
  start(): Promise<void>
  /** Finishes what is under way and gives the leases back. */
  stop(): Promise<void>
  /** Is the broker there? */
  connected(): boolean
  /** Since when (monotonic) every site could be heard, on both connections; null while the broker is away from one. Silence counts from here. */
  listeningSince(): number | null
  leasedSites(): ReadonlySet<string>
  counts(): Readonly<InboxCounts>
}

export interface InboxCounts {
  records: number
  batches: number
  dropped: number
  unreadable: number
}

export interface InboxParts {
  readonly broker: BrokerAccess
  readonly pool: Pool
  /** Signs the heads of orders. */
  readonly issuer: Signer
  readonly live: Live
  readonly clock: Clock
  readonly log: Log
  /** Names this instance among others; see leases.ts. */
  readonly holder: string
}

/** `toBroker` makes the two links: MQTT connections, or simulated ones. */
export function createInbox(
  { broker, pool, issuer, live, clock, log, holder }: InboxParts,
  toBroker: typeof linkBroker = linkBroker,
): Inbox {
  const agents = createAgents(pool)
  const counts: InboxCounts = { records: 0, batches: 0, dropped: 0, unreadable: 0 }

  const fenceOf = (site: string) => {
    const fence = leases.held().get(site)
    if (fence === undefined) throw new CloudError('lease-lost', `Site ${site} is not served here`)
    return { holder, fence }
  }
  const recorder = createRecorder({ pool, issuing: { issuer, clock }, fenceOf })
  const status = createStatusKeeper({ pool, live, clock, log })
  const keepUnread = createUnread({ pool, clock, log })

  const say = (agent: Agent, receipt: Receipt): void => {
    links.publish(topicOf(agent.site, agent.agent, 'receipt'), JSON.stringify(receipt)).catch(() => undefined)
  }
  /** Served by us from now on: whatever they sent meanwhile may have reached nobody. */
  const callFor = async (sites: readonly string[]): Promise<void> => {
    for (const stand of await standsOf(pool, sites)) {
      const agent = agents.get(stand.site, stand.agent)
      if (agent !== null) say(agent, callForMore(stand))
    }
  }
  const heardOrders = ({ site, agent }: Agent, { sendAfter, tickets, ahead: isAhead }: OrdersHeard, records: string | null): void => {
    if (tickets.length > 0) live.changed({ tickets })
    if (isAhead) log.error({ site, agent }, 'the site has orders this database does not know: one of the two was set back')
    else if (sendAfter !== null) sender.standsAt(site, agent, sendAfter, records)
  }
  const inLine = createInLine({
    recorder,
    log,
    say,
    recorded: ({ site, agent }, batches, records, { told, quarantined }) => {
      counts.batches += batches
      counts.records += records
      counts.unreadable += quarantined
      if (quarantined > 0) log.warn({ site, agent, lines: quarantined }, 'lines that cannot be read are in quarantine')
      live.changed(told)
    },
    answerHello: async (agent, said) => {
      const { receipts, orders, records, left, alarms, unsigned } = await recordHello(pool, recorder, agent, said)
      for (const receipt of withTime(receipts, agent, said, { issuer, clock })) say(agent, receipt)
      if (left !== null) sender.putBack(agent.site, agent.agent, left)
      heardOrders(agent, orders, records)
      if (unsigned > 0) log.warn({ site: agent.site, agent: agent.agent, heads: unsigned }, 'a hello with heads its agent has not signed')
      live.changed({ sites: [agent.site], alarms })
    },
    dropped: (messages) => {
      counts.dropped += messages
    },
  })

  /** One handler per message that goes up; the compiler, and `start`, count them. */
  const handlers: { readonly [K in UpMessage]: (agent: Agent, said: Said<K>, payload: Buffer) => Promise<void> | void } = {
    ledger: inLine.ledger,
    hello: inLine.hello,
    express: async (agent, batch, payload) => {
      const alarms = await recordExpress({ pool, clock }, agent, batch, payload)
      if (alarms.length > 0) live.changed({ alarms })
    },
    status: (agent, said) => status.heard(agent, said.lanes),
    presence: async (agent, said) => {
      if (await recordPresence(pool, agent, said.online)) live.changed({ sites: [agent.site] })
    },
    'orders-receipt': async (agent, receipt) =>
      heardOrders(agent, await orderReceipt(pool, agent.site, agent.agent, receipt as Receipt), null),
  }

  const received = async (topic: string, payload: Buffer): Promise<void> => {
    const to = readTopic(topic)
    if (to === null || MESSAGES[to.message].direction !== 'up') return
    const message = to.message as UpMessage
    const agent = agents.get(to.site, to.agent)
    if (agent === null || !leases.held().has(to.site)) {
      counts.dropped += 1
      return
    }
    try {
      const reading = readMessage(message, payload)
      const why = !reading.ok ? reading.why : isFrom(agent, message, reading.said) ? null : 'wrong-identity'
      if (reading.ok && why === null) return await handlers[message](agent, reading.said as never, payload)
      counts.unreadable += 1
      const alarms = await keepUnread(agent, topic, why ?? '', payload)
      if (alarms.length > 0) live.changed({ alarms })
    } catch (error) {
      counts.dropped += 1
      const told = { site: agent.site, agent: agent.agent, message, reason: reasonOf(error) }
      if (isTransient(error)) log.warn(told, 'a message could not be dealt with now')
      else log.error({ ...told, err: error }, 'a message could not be dealt with: this is our mistake')
    }
  }

  const leases = createLeases({
    pool,
    holder,
    clock,
    log,
    hears: () => links.connected(),
    changed: async (gained, lost) => {
      await agents.refresh()
      for (const site of [...gained, ...lost]) recorder.forgetSite(site)
      const subscribed = links.listenTo(gained, lost)
      for (const site of gained) sender.wake(site)
      await inLine.payOwed()
      // Not waited for: a broker that is slow to answer must not cost the leases.
      void subscribed
        .then(() => callFor(gained))
        .catch((error: unknown) => log.debug({ reason: reasonOf(error) }, 'agents could not be asked for more now'))
    },
  })

  const links = twoLinks({
    broker,
    toBroker,
    clock,
    log,
    received,
    cameAhead: () => {
      sender.forget()
      for (const site of leases.held().keys()) sender.wake(site)
    },
  })
  const sender = createOrderSender({
    pool,
    issuer,
    clock,
    log,
    leased: () => new Set(leases.held().keys()),
    publish: (site, agent, payload) => links.publish(topicOf(site, agent, 'orders'), payload),
    alarmed: (alarms) => live.changed({ alarms }),
  })

  return {
    async start() {
      const unhandled = messagesGoing('up').filter((name) => !Object.hasOwn(handlers, name))
      if (unhandled.length > 0) throw new CloudError('contract-unhandled', `Nothing here handles these messages: ${unhandled.join(', ')}`)
      await leases.start()
      sender.start()
    },
    async stop() {
      await links.stop()
      await inLine.idle()
      await status.stop()
      await sender.stop()
      await leases.stop()
    },
    connected: links.connected,
    listeningSince: links.listeningSince,
    leasedSites: () => new Set(leases.held().keys()),
    counts: () => counts,
  }
}

/** A hello names its agent; a batch's lines do, each for itself. */
const isFrom = ({ site, agent }: Agent, message: UpMessage, said: unknown): boolean => {
  if (message !== 'hello') return true
  const hello = said as Said<'hello'>
  return hello.site === site && hello.agent === agent
}
