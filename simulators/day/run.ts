import type { Clock } from '#edge/clock'
import { type Instant, milliseconds, minutes as minutesOf, seconds } from '#edge/units'
import { pause } from '../clock.ts'
import { breakLane } from '../lane-faults.ts'
import type { SimulatedSite } from '../mine.ts'
import type { Network } from '../network.ts'
import type { Part } from '../part.ts'
import type { Random } from '../random.ts'
import { playStory } from '../stories.ts'
import type { PassWish } from '../visits.ts'
import type { DayKind } from './kinds.ts'
import type { Phones } from './phones.ts'
import { notedStage, type TrueVisit } from './player.ts'
import type { Script } from './script.ts'

/** Something that was done to the equipment, and when it really was. */
export interface TrueTrouble {
  readonly what: string
  readonly lane: string | null
  readonly from: Instant
  readonly until: Instant
}
export interface DayTruth {
  readonly began: Instant
  readonly ended: Instant
  readonly visits: readonly TrueVisit[]
  readonly troubles: readonly TrueTrouble[]
  /** Stories that could not be played or were still under way when the day ended, by kind. */
  readonly unplayed: readonly DayKind[]
}

/** So many wait before each lane, and whoever comes next stays away: a mine's own guards do the same. */
const QUEUE_PER_LANE = 3
/** Honest trucks load for so long: long enough that a few dozen are at the mine at a time. */
const LOADING: readonly [number, number] = [240, 600]
/** A story nobody could play yet is tried so often. */
const COMES_AGAIN = 12
const COMES_LATER = minutesOf(5)
/** The stories that have begun when the last arrival is due get so long to end. */
const TO_COME_HOME = minutesOf(25)

/** Plays the whole script against the running system. Resolves when everybody has gone home. */
export async function runDay(parts: {
  readonly site: SimulatedSite
  readonly script: Script
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly agent: Part
  readonly nonCargo: readonly { readonly plate: string; readonly weightKg: number }[]
  /** Lanes that may be chosen for this drive. */
  readonly lanesFor: (wish: PassWish, kind: DayKind) => readonly string[]
  readonly onThere: (lane: string, kind: DayKind | null, plate: string | null) => void
  readonly onStanding: Phones['standing']
  readonly log: (text: string) => void
}): Promise<DayTruth> {
  const { site, script, clock, random, network, agent, nonCargo, lanesFor, onThere, onStanding, log } = parts
  const began = clock.now()
  const visits: TrueVisit[] = []
  const troubles: TrueTrouble[] = []
  const underway = new Map<number, DayKind>()
  const unplayed: DayKind[] = []
  const at = (minute: number): Promise<void> =>
    pause(clock, milliseconds(Math.max(0, began + minutesOf(minute) - clock.now())), site.stopped)
  const taken = new Set<string>()
  const waitingAt = (lane: string): number => site.lanes.get(lane)?.waiting() ?? 0
  const crowded = (): boolean => [...site.lanes.values()].reduce((sum, lane) => sum + lane.waiting(), 0) >= QUEUE_PER_LANE * site.lanes.size

  async function play(kind: DayKind, id: number): Promise<void> {
    underway.set(id, kind)
    const { stage, passes } = notedStage({
      site,
      clock,
      random: random.fork(`visit-${id}`),
      nonCargo,
      laneFor: (wish) => [...lanesFor(wish, kind)].sort((a, b) => waitingAt(a) - waitingAt(b))[0] ?? '',
      onThere(lane, plate) {
        if (plate === null) taken.delete(lane)
        else taken.add(lane)
        onThere(lane, plate === null ? null : kind, plate)
      },
      onStanding,
    })
    const once = (): ReturnType<typeof playStory> => playStory(kind, { ...stage, loading: LOADING })
    let done = await once()
    // No truck with such papers was near: it comes a while later.
    for (let again = 0; again < COMES_AGAIN && passes.length === 0 && !site.stopped.aborted; again += 1) {
      await pause(clock, COMES_LATER, site.stopped)
      done = await once()
    }
    underway.delete(id)
    if (passes.length === 0) unplayed.push(kind)
    else visits.push({ id, kind: done?.kind ?? kind, plate: done?.plate ?? passes[0]?.plate ?? '', ticket: done?.ticket ?? null, passes })
  }

  async function trouble(
    what: string,
    lane: string | null,
    minutes: number,
    begin: () => Promise<() => void | Promise<void>>,
  ): Promise<void> {
    const from = clock.now()
    log(`${what}${lane === null ? '' : ` ${lane}`}: begins`)
    const end = await begin()
    await pause(clock, minutesOf(minutes), site.stopped)
    await end()
    log(`${what}${lane === null ? '' : ` ${lane}`}: over`)
    troubles.push({ what, lane, from, until: clock.now() })
  }

  const disturbances = [
    ...script.faults.map(async ({ fault, lane, minute, minutes }) => {
      await at(minute)
      const simulated = site.lanes.get(lane)
      // Whoever stands there when an arm swings away drives out, and his own story remains untold.
      while (fault === 'arm-hit' && taken.has(lane) && !site.stopped.aborted) await pause(clock, seconds(1), site.stopped)
      if (simulated && !site.stopped.aborted) await trouble(fault, lane, minutes, async () => breakLane(simulated, fault))
    }),
    ...script.powerCuts.map(async ({ minute, minutes }) => {
      await at(minute)
      if (site.stopped.aborted) return
      await trouble('power-cut', null, minutes, async () => {
        await agent.kill()
        return () => agent.start()
      })
    }),
    (async () => {
      await at(script.networkCut.minute)
      if (site.stopped.aborted) return
      await trouble('network-cut', null, script.networkCut.minutes, async () => {
        network.cut()
        return network.mend
      })
    })(),
  ]

  const stories: Promise<void>[] = []
  for (const [id, { kind, minute }] of script.visits.entries()) {
    await at(minute)
    while (crowded() && !site.stopped.aborted) await pause(clock, seconds(4), site.stopped)
    if (site.stopped.aborted) break
    stories.push(play(kind, id))
  }
  await Promise.race([Promise.all(stories), pause(clock, TO_COME_HOME, site.stopped)])
  await Promise.race([Promise.all(disturbances), pause(clock, minutesOf(10), site.stopped)])
  return { began, ended: clock.now(), visits, troubles, unplayed: [...unplayed, ...underway.values()] }
}
