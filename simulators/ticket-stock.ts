import { setMaxListeners } from 'node:events'
import type { Clock } from '#edge/clock'
import { type Span, seconds } from '#edge/units'
import { pause } from './clock.ts'
import { type FleetTruck, plannedNet } from './fleet.ts'
import type { Random } from './random.ts'
import type { Paper, TicketDesk } from './ticket-desk.ts'

/** A truck with its ticket, ready to go to the mine. */
export interface Order {
  readonly truck: FleetTruck
  readonly paper: Paper
  readonly plannedNetKg: number
}

/**
 * Tickets fetched ahead for the next trucks, so that a cloud that is away does not stop the mine at once. A truck has one ticket at
 * a time: it is idle, ready, or on its visit.
 */
export interface TicketStock {
  /** The next order; waits while there is none. Null once stopped. With `fits` the first of the ready ones that does; null at once when none. */
  take(fits?: (truck: FleetTruck) => boolean): Promise<Order | null>
  /** A further ticket for a truck that is on its visit and has used its own, or none; null where the desk refuses. */
  another(truck: FleetTruck, validHours?: number): Promise<Order | null>
  /** An order that was not used goes back to the front. */
  putBack(order: Order): void
  /** The truck's visit is over: it may get another ticket. */
  done(truck: FleetTruck): void
  /** Its driver has come through with this ticket: it is nobody's any more. */
  spent(number: string): void
  /** A truck of the fleet that holds no ticket just now; null when all do. It stays away from tickets until `done`. */
  withoutTicket(): FleetTruck | null
  ready(): number
  stop(): void
}

const ASK_AGAIN = seconds(30)

export function ticketStock(options: {
  readonly desk: TicketDesk
  readonly fleet: readonly FleetTruck[]
  readonly ahead: number
  /** How long a truck is on its way to the mine once it has its ticket; asked anew for each. Nothing where it is not said. */
  readonly travel?: () => Span
  readonly clock: Clock
  readonly random: Random
}): TicketStock {
  const { desk, fleet, ahead, travel = () => seconds(0), clock, random } = options
  const idle = [...fleet]
  const ready: Order[] = []
  const waiting: ((order: Order | null) => void)[] = []
  const spent = new Set<string>()
  const stopping = new AbortController()
  // Every truck that is on its way listens to it.
  setMaxListeners(0, stopping.signal)
  let asking = false
  /** Takes back the timer of the next try. */
  let askLater = (): void => undefined

  /** Orders on their way to the mine. */
  let coming = 0
  const hand = (order: Order): void => {
    const next = waiting.shift()
    if (next) next(order)
    else ready.push(order)
  }
  function send(order: Order): void {
    const span = travel()
    if (span === 0) {
      hand(order)
      return
    }
    coming += 1
    void pause(clock, span, stopping.signal).then(() => {
      coming -= 1
      hand(order)
    })
  }
  async function fill(): Promise<void> {
    if (asking) return
    asking = true
    // A refused truck goes to the end of the row; after a whole row of refusals the desk is left in peace until a truck comes home.
    let refusals = 0
    while (!stopping.signal.aborted && ready.length + coming < ahead + waiting.length && refusals < idle.length) {
      const [truck] = idle.splice(random.whole(0, Math.min(idle.length, 8) - 1), 1)
      if (!truck) break
      const plannedNetKg = plannedNet(truck, clock.now())
      const paper = await desk.request({ truck, plannedNetKg, spent }, stopping.signal)
      if (paper) send({ truck, paper, plannedNetKg })
      else {
        refusals += 1
        idle.push(truck)
      }
    }
    asking = false
    // Whoever waits asks again later: what refuses today may be corrected by then.
    askLater()
    if (waiting.length > 0 && !stopping.signal.aborted) askLater = clock.timer(ASK_AGAIN, more)
  }
  const more = (): void => void fill()
  more()

  return {
    async another(truck, validHours) {
      const plannedNetKg = plannedNet(truck, clock.now())
      const paper = await desk.request({ truck, plannedNetKg, spent, ...(validHours === undefined ? {} : { validHours }) }, stopping.signal)
      if (paper) await pause(clock, travel(), stopping.signal)
      return paper && { truck, paper, plannedNetKg }
    },
    take(fits) {
      const at = fits ? ready.findIndex(({ truck }) => fits(truck)) : 0
      if (at < 0) return Promise.resolve(null)
      const [order] = ready.splice(at, 1)
      if (order) {
        more()
        return Promise.resolve(order)
      }
      if (stopping.signal.aborted) return Promise.resolve(null)
      return new Promise((take) => {
        waiting.push(take)
        more()
      })
    },
    putBack: (order) => {
      const next = waiting.shift()
      if (next) next(order)
      else ready.unshift(order)
    },
    done(truck) {
      if (!idle.includes(truck) && fleet.includes(truck)) idle.push(truck)
      more()
    },
    spent: (number) => void spent.add(number),
    withoutTicket() {
      // Some must stay for the desk.
      if (idle.length < 2) return null
      return idle.splice(random.whole(0, idle.length - 1), 1)[0] ?? null
    },
    ready: () => ready.length,
    stop() {
      stopping.abort()
      askLater()
      for (const give of waiting.splice(0)) give(null)
    },
  }
}
