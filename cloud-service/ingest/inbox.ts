import { randomBytes } from 'node:crypto'
import type { Clock } from '#edge/clock'
import type { Epoch } from '#edge/ids'
import { MESSAGES, messagesGoing, readTopic, topicOf } from '#edge/messages'
import type { Signer } from '#edge/seal'
import { type Batch, emptyHead, type Head, type Receipt, receiptFor } from '#edge/stream'
import type { Pool } from '../database/pool.ts'
import { asIngest } from '../database/transaction.ts'
import { CloudError, isTransient, reasonOf } from '../errors.ts'
import type { Live } from '../live/changes.ts'
import type { Log } from '../log.ts'
import { type OrdersHeard, orderReceipt } from '../orders/receipts.ts'
import { createOrderSender } from '../orders/sender.ts'
import { type Agent, createAgents } from './agents.ts'
import { type BrokerAccess, linkBroker } from './broker-link.ts'
import { recordExpress } from './express.ts'
import { recordHello } from './hello.ts'
import { createLanes } from './lanes.ts'
import { createLeases } from './leases.ts'
import { recordPresence } from './presence.ts'
import { quarantine } from './quarantine.ts'
import { readMessage, type Said, type UpMessage } from './read-message.ts'
import { createRecorder } from './record.ts'
import { createStatusKeeper } from './status.ts'

/**
 * Where everything from the sites arrives: one lease per site, its topics subscribed, each message read, checked and handed to its
 * handler. Ledger batches and hellos of one agent are done in their order; alarms by express, telemetry and order receipts have a
 * connection of their own, so that no backlog stands before them.
 *
 * Whatever cannot be stored now is dropped, not queued: no receipt was sent, so the site still has it and sends it again, at the
 * latest when this side, able again, says where the stream stands.
 */
export interface Inbox {
  /** Resolves when the leases are claimed; the broker may come later. */
  start(): Promise<void>
  /** Finishes what is under way and gives the leases back. */
  stop(): Promise<void>
  /** Is the broker there? */
  connected(): boolean
  /** Since when (monotonic) every site could be heard; null while the broker is away. Silence counts from here. */
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

/** In line for one agent: batches that may be stored together, and hellos between them. */
type Waiting = { readonly ledger: Batch; readonly payload: Buffer } | { readonly hello: Said<'hello'> }

/** These must wait for nobody; the others may press back through the broker. */
const AHEAD: ReadonlySet<UpMessage> = new Set<UpMessage>(['express', 'status', 'presence', 'orders-receipt'])
const TOGETHER_BYTES = 1_500_000
const ROOM_BYTES = 24_000_000
const SIDE_BY_SIDE = 3
const KEPT_UNPLACED_PER_HOUR = 60

export function createInbox({ broker, pool, issuer, live, clock, log, holder }: InboxParts): Inbox {
  const agents = createAgents(pool)
  const counts: InboxCounts = { records: 0, batches: 0, dropped: 0, unreadable: 0 }
  /** Agents whose batches were dropped while the database was away, with the furthest head they showed. */
  const owed = new Map<string, { agent: Agent; epoch: Epoch; theirs: Head | null }>()
  let listening: number | null = null

  const fenceOf = (site: string) => {
    const fence = leases.held().get(site)
    if (fence === undefined) throw new CloudError('lease-lost', `Site ${site} is not served here`)
    return { holder, fence }
  }
  const recorder = createRecorder({ pool, clock, fenceOf })
  const status = createStatusKeeper({ pool, live, clock, log })

  const say = (agent: Agent, receipt: Receipt): void => {
    ahead.publish(topicOf(agent.site, agent.agent, 'receipt'), JSON.stringify(receipt), 1).catch(() => undefined)
  }
  const heardOrders = (agent: Agent, { sendAfter, tickets, ahead: isAhead }: OrdersHeard): void => {
    if (tickets.length > 0) live.changed({ tickets })
    if (isAhead)
      log.error({ site: agent.site, agent: agent.agent }, 'the site has orders this database does not know: one of the two was set back')
    else if (sendAfter !== null) sender.standsAt(agent.site, agent.agent, sendAfter)
  }

  /* what waits in line: one agent's ledger batches and hellos */
  const lanes = createLanes<Waiting>({
    sideBySide: SIDE_BY_SIDE,
    roomForBytes: ROOM_BYTES,
    take: takeTogether,
    work: async (_lane, items) => {
      const first = items[0]
      if (first === undefined) return
      const agent = whose.get(first)
      if (agent === undefined) return
      try {
        if ('hello' in first) await hello(agent, first.hello)
        else
          await ledger(
            agent,
            first.ledger.epoch,
            items.flatMap((item) => ('ledger' in item ? [{ batch: item.ledger, payload: item.payload }] : [])),
          )
      } catch (error) {
        counts.dropped += items.length
        const { site, agent: name } = agent
        if (isTransient(error)) log.warn({ site, agent: name, reason: reasonOf(error) }, 'not stored now: the site will send it again')
        else log.error({ site, agent: name, reason: reasonOf(error), err: error }, 'not stored: this is our mistake')
        const last = items.at(-1)
        if (last !== undefined && 'ledger' in last)
          owed.set(`${site}/${name}/${last.ledger.epoch}`, { agent, epoch: last.ledger.epoch, theirs: last.ledger.head })
      }
    },
  })
  const whose = new WeakMap<Waiting, Agent>()
  const line = (agent: Agent, item: Waiting, bytes: number): Promise<void> => {
    whose.set(item, agent)
    lanes.push(`${agent.site}/${agent.agent}`, item, bytes)
    return lanes.room()
  }
  const ledger = async (agent: Agent, epoch: Epoch, delivered: { batch: Batch; payload: Buffer }[]): Promise<void> => {
    const before = (await recorder.standOf(agent, epoch)).seq
    const { receipt, told, quarantined } = await recorder.record(agent, epoch, delivered)
    say(agent, receipt)
    counts.batches += delivered.length
    counts.records += receipt.upto - before
    counts.unreadable += quarantined
    owed.delete(`${agent.site}/${agent.agent}/${epoch}`)
    if (quarantined > 0)
      log.warn({ site: agent.site, agent: agent.agent, lines: quarantined }, 'lines that cannot be read are in quarantine')
    live.changed(told)
  }
  const hello = async (agent: Agent, said: Said<'hello'>): Promise<void> => {
    const { receipts, orders, returned, unsigned } = await recordHello(pool, recorder, agent, said)
    for (const receipt of receipts) say(agent, receipt)
    heardOrders(agent, orders)
    if (unsigned > 0) log.warn({ site: agent.site, agent: agent.agent, heads: unsigned }, 'a hello with heads its agent has not signed')
    live.changed({ sites: [agent.site], alarms: returned })
  }

  /** One handler per message that goes up; the compiler, and `start`, count them. */
  const handlers: { readonly [K in UpMessage]: (agent: Agent, said: Said<K>, payload: Buffer) => Promise<void> | void } = {
    ledger: (agent, batch, payload) => line(agent, { ledger: batch, payload }, payload.length),
    hello: (agent, said) => line(agent, { hello: said }, 1_000),
    express: async (agent, batch, payload) => {
      const alarms = await recordExpress({ pool, clock }, agent, batch, payload)
      if (alarms.length > 0) live.changed({ alarms })
    },
    status: (agent, said) => status.heard(agent, said.lanes),
    presence: async (agent, said) => {
      if (await recordPresence(pool, agent, said.online)) live.changed({ sites: [agent.site] })
    },
    'orders-receipt': async (agent, receipt) => heardOrders(agent, await orderReceipt(pool, agent.site, agent.agent, receipt as Receipt)),
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
      if (!reading.ok) await keepUnread(agent, message, topic, reading.why, payload)
      else if (message === 'hello' && !isFrom(agent, reading.said as Said<'hello'>))
        await keepUnread(agent, message, topic, 'wrong-identity', payload)
      else await handlers[message](agent, reading.said as never, payload)
    } catch (error) {
      counts.dropped += 1
      const told = { site: agent.site, agent: agent.agent, message, reason: reasonOf(error) }
      if (isTransient(error)) log.warn(told, 'a message could not be dealt with now')
      else log.error({ ...told, err: error }, 'a message could not be dealt with: this is our mistake')
    }
  }
  /** No place in a stream, so no receipt is due; kept verbatim, but a babbling agent does not fill the disk. */
  const unplaced = new Map<string, { since: number; kept: number }>()
  const keepUnread = async (agent: Agent, message: UpMessage, topic: string, why: string, payload: Buffer): Promise<void> => {
    counts.unreadable += 1
    const name = `${agent.site}/${agent.agent}`
    const seen = unplaced.get(name)
    const budget = seen !== undefined && clock.monotonic() - seen.since < 3_600_000 ? seen : { since: clock.monotonic(), kept: 0 }
    unplaced.set(name, budget)
    budget.kept += 1
    if (budget.kept > KEPT_UNPLACED_PER_HOUR) return
    log.warn({ site: agent.site, agent: agent.agent, message, why }, 'a message that cannot be read is in quarantine')
    const { site, agent: who, county } = agent
    await asIngest(pool, (tx) => quarantine(tx, [{ site, agent: who, county, topic, epoch: null, seq: null, why, payload }]))
  }

  const leases = createLeases({
    pool,
    holder,
    clock,
    log,
    changed: async (gained, lost) => {
      await agents.refresh()
      for (const site of [...gained, ...lost]) recorder.forgetSite(site)
      for (const link of [inLine, ahead]) {
        link.unsubscribe(lost.flatMap((site) => topicsFor(site, link === ahead)))
        link.subscribe(gained.flatMap((site) => topicsFor(site, link === ahead)))
      }
      for (const site of gained) sender.wake(site)
      await payOwed()
    },
  })
  /** The database answers again: say where the streams stand whose batches were dropped, so that they come again at once. */
  const payOwed = async (): Promise<void> => {
    for (const [name, { agent, epoch, theirs }] of [...owed]) {
      owed.delete(name)
      const stands = await recorder.standOf(agent, epoch).catch(() => emptyHead(epoch))
      say(agent, receiptFor(stands, theirs))
    }
  }

  // A process that outlives its name (see leases.ts) must not fight the new one for its connection too.
  const clientId = `${broker.clientId}-${randomBytes(3).toString('hex')}`
  const inLine = linkBroker({ ...broker, clientId, log, received, came: () => {}, went: () => {} })
  const ahead = linkBroker({
    ...broker,
    clientId: `${clientId}-ahead`,
    log: log.child({ link: 'ahead' }),
    received,
    came: () => {
      listening = clock.monotonic()
      sender.forget()
      for (const site of leases.held().keys()) sender.wake(site)
    },
    went: () => {
      listening = null
    },
  })
  const sender = createOrderSender({
    pool,
    issuer,
    clock,
    log,
    leased: () => new Set(leases.held().keys()),
    publish: (site, agent, payload) => ahead.publish(topicOf(site, agent, 'orders'), payload, 1),
  })

  return {
    async start() {
      const unhandled = messagesGoing('up').filter((name) => !Object.hasOwn(handlers, name))
      if (unhandled.length > 0) throw new CloudError('contract-unhandled', `Nothing here handles these messages: ${unhandled.join(', ')}`)
      await leases.start()
      sender.start()
    },
    async stop() {
      await Promise.all([inLine.stop(), ahead.stop()])
      await lanes.idle()
      await status.stop()
      await sender.stop()
      await leases.stop()
    },
    connected: () => inLine.connected() && ahead.connected(),
    listeningSince: () => listening,
    leasedSites: () => new Set(leases.held().keys()),
    counts: () => counts,
  }
}

/** Ledger batches of one epoch, up to a size; a hello alone. */
function takeTogether(waiting: readonly Waiting[]): number {
  const first = waiting[0]
  if (first === undefined || 'hello' in first) return 1
  let bytes = 0
  for (const [at, item] of waiting.entries()) {
    if ('hello' in item || item.ledger.epoch !== first.ledger.epoch) return at
    bytes += item.payload.length
    if (bytes > TOGETHER_BYTES) return Math.max(1, at)
  }
  return waiting.length
}

const isFrom = (agent: Agent, hello: Said<'hello'>): boolean => hello.site === agent.site && hello.agent === agent.agent

const topicsFor = (site: string, ahead: boolean): string[] =>
  messagesGoing('up')
    .filter((name) => AHEAD.has(name as UpMessage) === ahead)
    .map((name) => topicOf(site, '+', name))
