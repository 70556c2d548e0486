import type { Clock } from '#edge/clock'
import { seconds } from '#edge/units'
import { pause } from './clock.ts'
import type { SimulatedSite } from './mine.ts'
import type { Random } from './random.ts'
import type { StoryKind } from './visits.ts'

/**
 * What a watcher sees: first each kind, soonest those a newcomer waits for, so that eight minutes of the mine (two of his at the
 * default speed of 4) show them all, and a second escape for whoever took half a minute to sign in; then for ever mostly honest trucks.
 */
export const OPENING: readonly StoryKind[] = [
  'honest',
  'escape',
  'staff-car',
  'overloaded',
  'escape',
  'no-ticket',
  'misread',
  'empty-exit',
  'other-trucks-ticket',
  'remote-chip',
  'used-ticket',
]

/** How often each kind comes afterwards, in a hundred visits. */
export const USUAL: readonly (readonly [StoryKind, number])[] = [
  ['honest', 64],
  ['staff-car', 6],
  ['misread', 6],
  ['overloaded', 5],
  ['no-ticket', 4],
  ['other-trucks-ticket', 3],
  ['empty-exit', 3],
  ['escape', 3],
  ['bolt', 1],
  ['remote-chip', 1],
  ['used-ticket', 1],
  ['plate-changed', 1],
  ['trailer-changed', 1],
  ['turns-back', 1],
]

export function usualVisit(random: Random): StoryKind {
  const all = USUAL.reduce((sum, [, weight]) => sum + weight, 0)
  let left = random.between(0, all)
  for (const [kind, weight] of USUAL) {
    left -= weight
    if (left < 0) return kind
  }
  return 'honest'
}

/** Trucks on their way at one time: some load while others are weighed, so that no lane stands empty for long. */
const UNDERWAY_PER_LANE = 2

/** An agent that has just opened its lines looks around before it lets anybody in. */
const FIRST_LOOK = seconds(6)

/** Plays visits until the site stops, from when somebody has opened the lines of every lane. Resolves when all are over. */
export async function runSchedule(
  site: SimulatedSite,
  parts: { readonly clock: Clock; readonly random: Random; readonly log: (text: string) => void },
): Promise<void> {
  const { clock, random, log } = parts
  const opening = [...OPENING]
  const next = (): StoryKind => opening.shift() ?? usualVisit(random)

  const attended = Promise.all(
    [...site.lanes.values()].flatMap(({ scale, boardLine }) => [scale.line.whenAttended(), boardLine.whenAttended()]),
  )
  await Promise.race([attended, site.whenStopped])
  await pause(clock, FIRST_LOOK, site.stopped)

  async function player(delay: number): Promise<void> {
    await pause(clock, seconds(delay), site.stopped)
    while (!site.stopped.aborted) {
      const kind = next()
      const done = await site.runVisit(kind)
      if (done) log(`${kind} ${done.plate}: ${done.passes.map(({ what, weightKg, went }) => `${what} ${weightKg} kg ${went}`).join(', ')}`)
      await pause(clock, seconds(random.between(3, 12)), site.stopped)
    }
  }
  await Promise.all(Array.from({ length: site.lanes.size * UNDERWAY_PER_LANE }, (_, at) => player(at * 6)))
}
