import { setMaxListeners } from 'node:events'
import type { Clock } from '#edge/clock'
import { Plate } from '#edge/plate'
import type { Span } from '#edge/units'
import { type FleetTruck, fleetTruck } from './fleet.ts'
import type { Vehicle } from './lane-plant.ts'
import type { MineConfig } from './mine-config.ts'
import { random } from './random.ts'
import { type LanePassHow, type SimulatedLane, simulatedLane } from './simulated-lane.ts'
import { playStory } from './stories.ts'
import type { TicketDesk } from './ticket-desk.ts'
import { type TicketStock, ticketStock } from './ticket-stock.ts'
import type { Went } from './traffic.ts'
import { bodyOf } from './truck-bodies.ts'
import type { Truth } from './truth.ts'
import type { PassWish, StoryKind, VisitDone } from './visits.ts'

/** One site's simulated world: its lanes with their devices, its trucks, and what really happens there. */
export interface SimulatedSite {
  readonly lanes: ReadonlyMap<string, SimulatedLane>
  readonly stock: TicketStock
  /** Everything that really happened since the start, oldest first (the last 5,000). */
  readonly truth: readonly Truth[]
  /** Plays one story, on `lane` or wherever the queue is shortest; resolves when its vehicle has gone home, null when it could not be played. */
  runVisit(kind: StoryKind, lane?: string, how?: Partial<LanePassHow>): Promise<VisitDone | null>
  /** One drive over a lane, for tests that want no story. */
  pass(wish: PassWish, lane: string, how?: Partial<LanePassHow>): Promise<Went | null>
  readonly stopped: AbortSignal
  readonly whenStopped: Promise<void>
  stop(): Promise<void>
}

export interface SiteParts {
  readonly clock: Clock
  readonly log: (text: string) => void
  readonly tickets: TicketDesk
  /** Tickets fetched ahead. */
  readonly ahead?: number
  /** As `ticketStock` has it. */
  readonly travel?: () => Span
  readonly onTruth?: (truth: Truth) => void
}

/** Starts the hardware of the site. Nobody drives until `runVisit` or a schedule asks. */
export async function startSite(config: MineConfig, parts: SiteParts): Promise<SimulatedSite> {
  const { clock, log, tickets, ahead = 8, travel, onTruth } = parts
  const chance = random(config.seed)
  const truth: Truth[] = []
  const stopping = new AbortController()
  // Every story that waits listens to it.
  setMaxListeners(0, stopping.signal)
  const lanes = new Map<string, SimulatedLane>()
  for (const lane of config.lanes)
    lanes.set(
      lane.lane,
      await simulatedLane({
        config: lane,
        site: config,
        clock,
        random: chance.fork(lane.lane),
        log,
        onTruth: (one) => {
          truth.push(one)
          if (truth.length > 5_000) truth.shift()
          onTruth?.(one)
        },
      }),
    )
  const fleet = config.trucks.map(({ plate, carrier, axles, drivenAxles = 2, combination = axles >= 5, trailer = null }) =>
    fleetTruck(
      { plate: Plate(plate), carrier, axles, drivenAxles, combination, trailer: trailer === null ? null : Plate(trailer) },
      chance,
    ),
  )
  const keyed = new Set(config.cloud.keys.map(({ carrier }) => carrier))
  const served = keyed.size === 0 ? fleet : fleet.filter(({ carrier }) => carrier !== null && keyed.has(carrier))
  const stock = ticketStock({
    desk: tickets,
    fleet: served,
    ahead: Math.min(ahead, Math.max(1, served.length - 3)),
    ...(travel === undefined ? {} : { travel }),
    clock,
    random: chance.fork('stock'),
  })
  let visits = 0

  function laneFor(name?: string): SimulatedLane {
    const lane = name === undefined ? [...lanes.values()].sort((a, b) => a.waiting() - b.waiting())[0] : lanes.get(name)
    if (!lane) throw new Error(`the site ${config.site} has no lane ${name ?? ''}`)
    return lane
  }
  /** The vehicle as the plant and the cameras meet it. */
  function onWheels(truck: FleetTruck, weightKg: number, looks: Pick<PassWish, 'readAs' | 'rearReadAs'> = {}): Omit<Vehicle, 'drive'> {
    const { readAs = truck.plate, rearReadAs } = looks
    // Rear plates of coal trucks are seldom clean enough to read; a trailer's own plate is newer and larger.
    const usual = truck.trailer === null && truck.axles > 2 ? null : (truck.trailer ?? truck.plate)
    return {
      plate: truck.plate,
      truck: { body: bodyOf(truck.axles), weightKg, seed: chance.whole(0, 1e9) },
      front: { text: readAs, colour: truck.colour },
      rear: { text: rearReadAs === undefined ? usual : rearReadAs, colour: truck.colour },
    }
  }
  function pass(wish: PassWish, name?: string, how: Partial<LanePassHow> = {}): Promise<Went | null> {
    const { truck, weightKg, temper = 'patient', shows, short, wrongWay, follower, trick } = wish
    return laneFor(name).pass(onWheels(truck, weightKg, wish), {
      temper,
      ...(shows === undefined ? {} : { shows }),
      ...(short === undefined ? {} : { short }),
      ...(wrongWay === undefined ? {} : { wrongWay }),
      ...(trick === undefined ? {} : { trick }),
      ...(follower === undefined ? {} : { follower: { vehicle: onWheels(follower.truck, follower.weightKg), gap: follower.gap } }),
      ...how,
    })
  }

  return {
    lanes,
    stock,
    truth,
    pass,
    stopped: stopping.signal,
    whenStopped: new Promise((end) => stopping.signal.addEventListener('abort', () => end(), { once: true })),
    runVisit(kind, lane, how) {
      visits += 1
      return playStory(kind, {
        clock,
        random: chance.fork(`visit-${visits}`),
        stock,
        nonCargo: config.nonCargo,
        stopped: stopping.signal,
        pass: (wish) => pass(wish, lane, how),
      })
    },
    async stop() {
      stopping.abort()
      stock.stop()
      await Promise.all([...lanes.values()].map((lane) => lane.stop()))
    },
  }
}
