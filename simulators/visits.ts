import type { Clock } from '#edge/clock'
import { Plate, type PlateColour } from '#edge/plate'
import { seconds } from '#edge/units'
import type { CheatKind } from './cheats.ts'
import { pause } from './clock.ts'
import type { Temper } from './drivers.ts'
import { misread } from './faults.ts'
import { type FleetTruck, legalGross, stranger } from './fleet.ts'
import type { Random } from './random.ts'
import type { Order, TicketStock } from './ticket-stock.ts'
import type { Went } from './traffic.ts'
import type { Trick } from './tricks.ts'

/** The stories a mine sees. Each is one vehicle's business from coming to going home. */
export const VISIT_KINDS = [
  /** Weighed empty, loads, weighed full, out. */
  'honest',
  /** Comes loaded without a ticket: held, goes back. */
  'no-ticket',
  /** Shows another truck's code at the reader: held, goes back. */
  'other-trucks-ticket',
  /** Loaded over the legal limit: held, tips off, is weighed again, released. */
  'overloaded',
  /** Honest, but the front camera takes one letter for another. */
  'misread',
  /** A registered vehicle that carries no coal. */
  'staff-car',
  /** Weighed empty, finds no coal, leaves as light as it came; comes back and loads later. */
  'empty-exit',
  /** Loaded, without a ticket, over the platform and through the exit arm without stopping. */
  'escape',
  /** Held, and leaves through the exit arm all the same. */
  'bolt',
] as const
export type VisitKind = (typeof VISIT_KINDS)[number]

/** These, and the cheats of `cheats.ts`. */
export type StoryKind = VisitKind | CheatKind

export interface PassDone {
  readonly what: 'tare' | 'gross' | 'empty' | 'staff'
  readonly weightKg: number
  readonly went: Went
}
export interface VisitDone {
  readonly kind: StoryKind
  readonly plate: string
  readonly ticket: string | null
  readonly passes: readonly PassDone[]
}

/** One drive over a lane, as a story asks for it. */
export interface PassWish {
  readonly what?: PassDone['what']
  /** The ticket on the driver's telephone, where he would help himself with it. */
  readonly holds?: string
  readonly truck: FleetTruck
  readonly weightKg: number
  readonly temper?: Temper
  /** What the front camera reads instead of the plate; null: it sees no plate for dirt. */
  readonly readAs?: string | null
  /** What the rear camera reads instead of what hangs there. */
  readonly rearReadAs?: string | null
  readonly shows?: string
  readonly frontColour?: PlateColour
  /** Stops so many metres short of the place. */
  readonly short?: number
  readonly wrongWay?: boolean
  /** Another vehicle close behind it. */
  readonly follower?: { readonly truck: FleetTruck; readonly weightKg: number; readonly gap: number }
  readonly trick?: Trick
}
export interface Stage {
  readonly clock: Clock
  readonly random: Random
  readonly stock: TicketStock
  readonly nonCargo: readonly { readonly plate: string; readonly weightKg: number }[]
  readonly stopped: AbortSignal
  /** Seconds an honest truck is away for loading, at least and at most; 25 to 45 where nothing is said. */
  readonly loading?: readonly [number, number]
  /** Null when the mine stopped. */
  pass(wish: PassWish): Promise<Went | null>
}

/** What stories are told with. */
export interface StoryTools {
  readonly wait: (least: number, most: number) => Promise<void>
  readonly over: (what: PassDone['what'], wish: PassWish) => Promise<Went | null>
  /** An honest driver who is held for a reason he does not know tries once more. True when he came through. */
  readonly insist: (what: PassDone['what'], wish: PassWish) => Promise<boolean>
  /** The whole of an honest load but its ticket: empty, loading, full. */
  readonly load: (order: Order, looks?: Pick<PassWish, 'readAs'>) => Promise<boolean>
  readonly fullOf: (order: Order) => number
  /** Within the law, whatever is loaded. */
  readonly looted: (truck: FleetTruck) => number
  /** What was driven so far, as the story's result. */
  readonly done: (plate: string, ticket: string | null, as?: StoryKind) => VisitDone | null
  /** A story that answers `'honest'` never came to what it was meant for. */
  readonly withTicket: (story: (order: Order) => Promise<unknown>, fits?: (truck: FleetTruck) => boolean) => Promise<VisitDone | null>
  /** Half of them a known truck without a ticket just now, the others strangers. */
  readonly withoutTicket: (story: (truck: FleetTruck) => Promise<unknown>) => Promise<VisitDone | null>
}

export function storyTools(kind: StoryKind, stage: Stage): StoryTools {
  const { random, clock, stock } = stage
  const passes: PassDone[] = []
  const [least, most] = stage.loading ?? [25, 45]
  const done: StoryTools['done'] = (plate, ticket, as = kind) =>
    stage.stopped.aborted || passes.length === 0 ? null : { kind: as, plate, ticket, passes }
  const tools: StoryTools = {
    done,
    wait: (from, to) => pause(clock, seconds(random.between(from, to)), stage.stopped),
    async over(what, wish) {
      const went = await stage.pass({ ...wish, what })
      if (went) passes.push({ what, weightKg: Math.round(wish.weightKg), went })
      if (went === 'out' && what === 'gross' && wish.holds !== undefined) stock.spent(wish.holds)
      return went
    },
    async insist(what, wish) {
      if ((await tools.over(what, wish)) === 'out') return true
      await tools.wait(20, 30)
      return !stage.stopped.aborted && (await tools.over(what, wish)) === 'out'
    },
    async load(order, looks = {}) {
      const { truck, paper } = order
      const holds = paper.number
      if (!(await tools.insist('tare', { truck, weightKg: truck.tareKg, holds, ...looks }))) return false
      await tools.wait(least, most)
      return tools.insist('gross', { truck, weightKg: tools.fullOf(order), holds })
    },
    fullOf: (order) => order.truck.tareKg + order.plannedNetKg - random.whole(0, 350),
    looted: (truck) => legalGross(truck, clock.now()) - random.whole(500, 3_000),
    async withTicket(story, fits) {
      const order = await stock.take(fits)
      if (!order) return null
      try {
        const came = await story(order)
        return done(order.truck.plate, order.paper.number, came === 'honest' ? came : kind)
      } finally {
        // A cloud that has not heard of it takes it for open: nobody drives with it again.
        if (passes.some(({ what }) => what === 'gross')) stock.spent(order.paper.number)
        stock.done(order.truck)
      }
    },
    async withoutTicket(story) {
      const ours = random.chance(0.5) ? stock.withoutTicket() : null
      const truck = ours ?? stranger(random)
      try {
        await story(truck)
        return done(truck.plate, null)
      } finally {
        if (ours) stock.done(ours)
      }
    },
  }
  return tools
}

/** Plays one story to its end. Null when the mine stopped, or when nobody was there to play it (no ticket, no vehicle). */
export async function playVisit(kind: VisitKind, stage: Stage): Promise<VisitDone | null> {
  const { random, clock, stock } = stage
  const { over, wait, insist, load, done, fullOf, looted, withTicket, withoutTicket } = storyTools(kind, stage)
  switch (kind) {
    case 'honest':
    case 'misread':
      return withTicket(async (order) => {
        const wrong = kind === 'misread' ? misread(order.truck.plate, random) : null
        await load(order, wrong ? { readAs: wrong } : {})
      })
    case 'overloaded':
      return withTicket(async (order) => {
        const { truck } = order
        if (!(await insist('tare', { truck, weightKg: truck.tareKg }))) return
        await wait(25, 45)
        const tooMuch = legalGross(truck, clock.now()) + random.whole(2_500, 5_000)
        if ((await over('gross', { truck, weightKg: tooMuch })) !== 'back') return
        await wait(30, 45)
        await insist('gross', { truck, weightKg: fullOf(order) })
      })
    case 'empty-exit':
      return withTicket(async (order) => {
        const { truck } = order
        if (!(await insist('tare', { truck, weightKg: truck.tareKg }))) return
        await wait(20, 30)
        await over('empty', { truck, weightKg: truck.tareKg + random.whole(0, 20) })
        await wait(40, 60)
        await insist('gross', { truck, weightKg: fullOf(order) })
      })
    case 'no-ticket':
      return withoutTicket((truck) => over('gross', { truck, weightKg: looted(truck) }))
    case 'escape':
      return withoutTicket((truck) => over('gross', { truck, weightKg: looted(truck), temper: 'rolls-through' }))
    case 'bolt':
      return withoutTicket((truck) => over('gross', { truck, weightKg: looted(truck), temper: 'bolts' }))
    case 'other-trucks-ticket': {
      const order = await stock.take()
      if (!order) return null
      const played = await withoutTicket((truck) => over('gross', { truck, weightKg: looted(truck), shows: order.paper.code }))
      stock.putBack(order)
      return played
    }
    case 'staff-car': {
      if (stage.nonCargo.length === 0) return null
      const car = random.pick(stage.nonCargo)
      const truck: FleetTruck = {
        plate: Plate(car.plate),
        colour: 'blue',
        trailer: null,
        carrier: null,
        axles: 2,
        drivenAxles: 1,
        combination: false,
        tareKg: car.weightKg,
      }
      await over('staff', { truck, weightKg: car.weightKg + random.whole(0, 160) })
      return done(truck.plate, null)
    }
  }
}
