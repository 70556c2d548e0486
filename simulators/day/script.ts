import type { LaneFault } from '../lane-faults.ts'
import type { Random } from '../random.ts'
import { CHEATS, type Cheat, type DayKind } from './kinds.ts'

/** What happens at which minute of the mine's day: the whole story, known before it begins. */
export interface Script {
  /** In the order they come. */
  readonly visits: readonly { readonly minute: number; readonly kind: DayKind }[]
  readonly faults: readonly LaneTrouble[]
  /** The agent's computer loses its power, store and all as it stands. */
  readonly powerCuts: readonly { readonly minute: number; readonly minutes: number }[]
  /** The site's network is away. */
  readonly networkCut: Window
}
export interface Window {
  readonly minute: number
  readonly minutes: number
}
export interface LaneTrouble extends Window {
  readonly lane: string
  readonly fault: LaneFault
}

/** Of a full day: four hours without network, one with a dead camera; shorter days have their share of them. */
const NETWORK_AWAY = { most: 240, share: 0.4, from: 0.35 }
const CAMERA_DEAD = { most: 60, share: 0.1, from: 0.12 }
/** The second one strikes while the network is away. */
const POWER_CUTS = [0.25, 0.6]
const LONG_ENOUGH_TO_EXPIRE = 75
/** Nobody is sent in the last part of the day: those who are there come home. */
const LAST_ARRIVAL = 0.94

export function writeScript(wanted: {
  readonly minutes: number
  readonly honest: number
  readonly cheats: number
  readonly lanes: readonly string[]
  readonly random: Random
}): Script {
  const { minutes, honest, cheats, lanes, random } = wanted
  const kinds = minutes * (1 - 0.3) < LONG_ENOUGH_TO_EXPIRE ? CHEATS.filter((kind) => kind !== 'expired-ticket') : CHEATS
  const chosen: Cheat[] = Array.from({ length: cheats }, (_, at) => kinds[at % kinds.length] as Cheat)
  // Stories that take an hour or four loads begin early.
  const slow = (kind: DayKind): boolean => kind === 'expired-ticket' || kind === 'water-tank'
  const all: DayKind[] = [...Array.from({ length: honest }, (_, at) => usual(at)), ...chosen.filter((kind) => !slow(kind))]
  const mixed = shuffled(all, random)
  for (const kind of chosen.filter(slow)) mixed.splice(random.whole(0, Math.floor(mixed.length * 0.3)), 0, kind)
  const last = minutes * LAST_ARRIVAL
  return {
    visits: mixed.map((kind, at) => ({ kind, minute: (at / mixed.length) * last })),
    faults: troubles(minutes, lanes, random),
    powerCuts: POWER_CUTS.map((share) => ({ minute: share * minutes, minutes: 1 })),
    networkCut: { minute: NETWORK_AWAY.from * minutes, minutes: Math.min(NETWORK_AWAY.most, NETWORK_AWAY.share * minutes) },
  }
}

/** Of a hundred honest vehicles: some are misread, some are the site's own, some find no coal. */
const usual = (at: number): DayKind => (at % 25 === 7 ? 'misread' : at % 50 === 21 ? 'staff-car' : at % 50 === 33 ? 'empty-exit' : 'honest')

function troubles(minutes: number, lanes: readonly string[], random: Random): LaneTrouble[] {
  const lane = (at: number): string => lanes[at % lanes.length] as string
  const short: readonly (readonly [LaneFault, number])[] = [
    ['spilled-coal', 8],
    ['scale-unplugged', 2],
    ['arm-hit', 1],
    ['beam-stuck', 4],
    ['loop-dead', 4],
    ['board-silent', 2],
  ]
  return [
    {
      fault: 'camera-dead',
      lane: lane(0),
      minute: CAMERA_DEAD.from * minutes,
      minutes: Math.min(CAMERA_DEAD.most, CAMERA_DEAD.share * minutes),
    },
    // Each on another lane than the one before, and none while another is still on.
    ...short.map(([fault, lasts], at) => ({
      fault,
      lane: lane(at + 1),
      minute: (0.08 + (at * 0.84) / short.length + random.between(0, 0.02)) * minutes,
      minutes: Math.min(lasts, minutes / 10),
    })),
  ]
}

function shuffled<T>(of: readonly T[], random: Random): T[] {
  const mixed = [...of]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = random.whole(0, at)
    const one = mixed[at] as T
    mixed[at] = mixed[other] as T
    mixed[other] = one
  }
  return mixed
}
