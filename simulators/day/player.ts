import type { Clock } from '#edge/clock'
import type { Instant } from '#edge/units'
import type { SimulatedSite } from '../mine.ts'
import type { Random } from '../random.ts'
import type { Went } from '../traffic.ts'
import type { PassWish, Stage } from '../visits.ts'
import type { DayKind } from './kinds.ts'
import type { Phones } from './phones.ts'

/** One drive over a lane as it really happened: the ground truth, kept apart from whatever the system says. */
export interface TruePass {
  readonly what: string
  readonly plate: string
  readonly lane: string
  readonly weightKg: number
  /** Of the second vehicle, where there was one. */
  readonly follower: string | null
  /** From its turn at this lane until it had gone. */
  readonly from: Instant
  readonly until: Instant
  readonly went: Went
  /** Seconds it stood on the platform. */
  readonly stoodSeconds: number
}
export interface TrueVisit {
  readonly id: number
  readonly kind: DayKind
  readonly plate: string
  readonly ticket: string | null
  readonly passes: readonly TruePass[]
}

/** A stage for one story that notes every drive. */
export function notedStage(parts: {
  readonly site: SimulatedSite
  readonly clock: Clock
  readonly random: Random
  readonly nonCargo: Stage['nonCargo']
  /** Where it goes, given the story's own wish. */
  readonly laneFor: (wish: PassWish) => string
  /** Told when its driver's turn has come and when it has gone: the script's operator must know who stands where. */
  readonly onThere: (lane: string, plate: string | null) => void
  readonly onStanding: Phones['standing']
}): { readonly stage: Stage; readonly passes: readonly TruePass[] } {
  const { site, clock, random, nonCargo, laneFor, onThere, onStanding } = parts
  const passes: TruePass[] = []
  const stage: Stage = {
    clock,
    random,
    stock: site.stock,
    nonCargo,
    stopped: site.stopped,
    async pass(wish) {
      const lane = laneFor(wish)
      let from: Instant | null = null
      let stood: number | null = null
      let stoodSeconds = 0
      const went = await site.pass(wish, lane, {
        onMood(mood) {
          if (from === null) {
            from = clock.now()
            onThere(lane, wish.truck.plate)
          }
          if (mood.is === 'standing') {
            stood = clock.now()
            onStanding(lane, { number: wish.holds ?? null, carrier: wish.truck.carrier })
          } else if (stood !== null) {
            onStanding(lane, null)
            stoodSeconds += (clock.now() - stood) / 1_000
            stood = null
          }
        },
      })
      onThere(lane, null)
      const until = clock.now()
      if (went !== null)
        passes.push({
          what: wish.what ?? '',
          plate: wish.truck.plate,
          lane,
          weightKg: Math.round(wish.weightKg),
          follower: wish.follower?.truck.plate ?? null,
          from: from ?? until,
          until,
          went,
          stoodSeconds: Math.round(stoodSeconds),
        })
      return went
    },
  }
  return { stage, passes }
}
