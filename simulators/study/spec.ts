import type { Random } from '../random.ts'
import { random } from '../random.ts'
import { CHEATS, kindOf, type Story } from './kinds.ts'
import { draw, NOISE, normal } from './noise.ts'
import { loadedAs, type PastTare, type StudyTruck, studyTruck, tareHistory, tareOnADay } from './truck-of.ts'

/** One visit of the study, drawn from its number alone. */
export interface Spec {
  readonly seed: number
  readonly story: Story
  readonly pass: 'tare' | 'gross'
  readonly truck: StudyTruck
  /** What it truly weighs on the deck, with everything that is on it. */
  readonly trueKg: number
  /** Kilograms of the cheat, with their sign; 0 where it has none. */
  readonly size: number
  readonly history: readonly PastTare[]
  readonly tareKg: number
  readonly plannedNetKg: number
  readonly eKg: number
  readonly zeroKg: number
  readonly zeroAWhileAgoKg: number
  /** Weights of the tries within the last half hour. */
  readonly tries: readonly number[]
  readonly chance: Random
}

/** Half of all visits are honest; the others share the cheats evenly. */
export function specOf(seed: number): Spec {
  const chance = random(seed)
  return specFor(seed, chance.chance(0.5) ? 'honest' : chance.pick(CHEATS))
}

export function specFor(seed: number, story: Story): Spec {
  const chance = random(`${seed}/${story}`)
  const kind = story === 'honest' ? null : kindOf(story)
  const pass = !kind || kind.pass === 'either' ? chance.pick(['tare', 'gross'] as const) : kind.pass
  const bare = studyTruck(chance.fork('truck'), axlesFor(story, chance))
  const eKg = 20
  const drawn = kind && kind.sizes.length > 0 ? chance.pick(kind.sizes) : 0
  const signed = story === 'water-tank' || chance.chance(0.5) ? drawn : -drawn
  const tankKg = story === 'water-tank' ? drawn : 0
  const today = tareOnADay(bare, chance.fork('today'), tankKg)
  const own = today.kg - tankKg
  const truck = pass === 'tare' ? loadedAs(bare, today) : bare
  const limit = truck.limitKg - chance.between(200, 1_800)
  const trueKg = pass === 'gross' ? limit : today.kg
  const tareKg = Math.round(own / eKg) * eKg
  const zeroKg = draw(chance, NOISE.zeroKg)
  const tries = story === 'until-it-fits' ? chance.whole(2, 4) : 0
  const honestTries = story === 'honest' && pass === 'gross' && chance.chance(0.03) ? chance.whole(1, 2) : 0
  return {
    seed,
    story,
    pass,
    truck,
    trueKg,
    size: story === 'power-cycled' && chance.chance(0.5) ? 0 : story === 'power-cycled' ? -chance.whole(200, 2_000) : signed,
    history: tareHistory(bare, chance.fork('history'), eKg),
    tareKg,
    plannedNetKg: Math.round((trueKg - own) / 500) * 500 || 31_000,
    eKg,
    zeroKg,
    zeroAWhileAgoKg: zeroKg - Math.abs(normal(chance, 25)),
    tries: [
      ...Array.from({ length: tries }, () => Math.round((trueKg + chance.between(-150, 150)) / eKg) * eKg),
      // Overloaded and sent to tip off: an excavator takes most of a bucket, seldom only half a tonne.
      ...Array.from({ length: honestTries }, (_, n) => Math.round((trueKg + (n + 1) * chance.between(250, 3_000)) / eKg) * eKg),
    ],
    chance,
  }
}

/** Short trucks where two must fit on the deck together. */
function axlesFor(story: Story, chance: Random): number | undefined {
  if (story === 'two-on') return chance.pick([2, 3])
  if (story === 'second-front-on') return chance.pick([3, 4])
  return undefined
}
