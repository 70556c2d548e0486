import { randomBytes } from 'node:crypto'
import type { Clock } from '#edge/clock'
import { messagesGoing, topicOf } from '#edge/messages'
import type { Log } from '../log.ts'
import type { BrokerAccess, BrokerLink, linkBroker } from './broker-link.ts'
import type { UpMessage } from './read-message.ts'

/**
 * An instance's two connections to the broker. By one come ledger batches and hellos, which may press back through the broker; the other
 * waits for nobody, and what is said to the sites goes by it.
 */
export interface TwoLinks {
  /** Is the broker there, for both? */
  connected(): boolean
  /** Since when (monotonic) both stand; null while one does not. */
  listeningSince(): number | null
  /** Asks for what the gained sites say, and no more for the lost ones'. Resolves when the broker has answered, or at once while it is away. */
  listenTo(gained: readonly string[], lost: readonly string[]): Promise<unknown>
  publish(topic: string, payload: string): Promise<void>
  stop(): Promise<unknown>
}

interface TwoLinksParts {
  readonly broker: BrokerAccess
  /** Makes each of the two: MQTT connections, or simulated ones. */
  readonly toBroker: typeof linkBroker
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
  readonly received: (topic: string, payload: Buffer) => Promise<void>
  /** The connection by which the sites are told things is new. */
  readonly cameAhead: () => void
}

/** These must wait for nobody. */
const AHEAD: ReadonlySet<UpMessage> = new Set<UpMessage>(['express', 'status', 'presence', 'orders-receipt'])

const topicsFor = (sites: readonly string[], ahead: boolean): string[] => {
  const names = messagesGoing('up').filter((name) => AHEAD.has(name as UpMessage) === ahead)
  return sites.flatMap((site) => names.map((name) => topicOf(site, '+', name)))
}

export function twoLinks({ broker, toBroker, clock, log, received, cameAhead }: TwoLinksParts): TwoLinks {
  /** Since when (monotonic) each connection stands. */
  const standing: Record<'backlog' | 'ahead', number | null> = { backlog: null, ahead: null }
  const linked = (which: 'backlog' | 'ahead', clientId: string, logged: Log, came: () => void): BrokerLink =>
    toBroker({
      ...broker,
      clientId,
      log: logged,
      received,
      came: () => {
        standing[which] = clock.monotonic()
        came()
      },
      went: () => {
        standing[which] = null
      },
    })
  // A process that outlives its name (see leases.ts) must not fight the new one for its connection too.
  const clientId = `${broker.clientId}-${randomBytes(3).toString('hex')}`
  const backlog = linked('backlog', clientId, log, () => {})
  const ahead = linked('ahead', `${clientId}-ahead`, log.child({ link: 'ahead' }), cameAhead)
  return {
    connected: () => backlog.connected() && ahead.connected(),
    listeningSince: () => (standing.backlog === null || standing.ahead === null ? null : Math.max(standing.backlog, standing.ahead)),
    listenTo: (gained, lost) =>
      Promise.all(
        [backlog, ahead].map((link) => {
          link.unsubscribe(topicsFor(lost, link === ahead))
          return link.subscribe(topicsFor(gained, link === ahead))
        }),
      ),
    publish: (topic, payload) => ahead.publish(topic, payload, 1),
    stop: () => Promise.all([backlog.stop(), ahead.stop()]),
  }
}
