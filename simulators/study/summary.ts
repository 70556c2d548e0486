import { TARES_NEEDED } from '#weighing/suspicion/thresholds'
import { CHEATS, type CheatName, kindOf } from './kinds.ts'
import { type Share, shareOf } from './statistics.ts'
import { type How, type Told, wasNoticed } from './told.ts'
import { type Spread, spreads } from './tuning.ts'

/** What a half of the study comes to. */
export interface Summary {
  readonly visits: number
  readonly cheats: readonly CheatRow[]
  readonly honest: HonestRow
  readonly goals: readonly Goal[]
  readonly spreads: readonly Spread[]
  /** Tanks of trucks whose tares are known well enough to compare with, by kilograms: what history can see and what it cannot. */
  readonly knownTanks: readonly { readonly from: number; readonly noticed: Share }[]
}
export interface CheatRow {
  readonly name: CheatName
  readonly visits: number
  readonly how: Readonly<Record<How, number>>
  /** Noticed, of those that did something to the weight or should have been noticed anyway. */
  readonly noticed: Share
  /** The same of those that changed the weight by 500 kg and more; null where the cheat has no size. */
  readonly from500: Share | null
  readonly bySize: readonly { readonly from: number; readonly to: number; readonly noticed: Share }[]
  readonly codes: readonly (readonly [code: string, visits: number])[]
}
export interface HonestRow {
  readonly visits: number
  readonly falselyHeld: Share
  readonly atTare: Share
  readonly atGross: Share
  readonly causes: readonly (readonly [code: string, visits: number])[]
  /** Number, pass and causes of each, so that anybody can play it again. */
  readonly list: readonly { readonly seed: number; readonly pass: string; readonly codes: readonly string[]; readonly beams: boolean }[]
  /** Findings that hold nobody, after the truck has left. */
  readonly notes: readonly (readonly [code: string, visits: number])[]
  /** Not weighed at all, or weighed with a weight that was wrong: half on by mistake, people climbing about. */
  readonly notRight: number
}
export interface Goal {
  readonly name: 'steps' | 'tanks' | 'tailgate' | 'half-on' | 'two-trucks' | 'false'
  readonly reached: Share
  readonly wanted: number
  readonly met: boolean
}

/** Kilograms. */
export const BINS = [50, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1_000, 1_250, 1_500, 2_000, 3_001]

export function summarise(all: readonly Told[]): Summary {
  const cheats = CHEATS.map((name) =>
    cheatRow(
      name,
      all.filter(({ story }) => story === name),
    ),
  )
  const honest = honestRow(all.filter(({ story }) => story === 'honest'))
  return {
    visits: all.length,
    cheats,
    honest,
    goals: goalsOf(all, honest),
    knownTanks: [500, 700, 800, 1_000].map((from) => ({
      from,
      noticed: noticedOf(all.filter(({ story, effectKg, tares }) => story === 'water-tank' && effectKg >= from && tares >= TARES_NEEDED)),
    })),
    spreads: spreads(all.filter(({ story, how }) => story === 'honest' && how === 'harmless').map(({ measures }) => measures)),
  }
}

function cheatRow(name: CheatName, all: readonly Told[]): CheatRow {
  const how: Record<How, number> = { verdict: 0, refused: 0, leaving: 0, alarm: 0, harmless: 0, missed: 0 }
  for (const one of all) how[one.how] += 1
  const sized = kindOf(name).sizes.length > 0
  const big = all.filter(({ effectKg }) => effectKg >= 500)
  return {
    name,
    visits: all.length,
    how,
    noticed: noticedOf(all.filter((one) => one.how !== 'harmless')),
    from500: sized ? noticedOf(big) : null,
    bySize: sized
      ? BINS.slice(0, -1).map((from, at) => {
          const to = BINS[at + 1] ?? from
          return { from, to, noticed: noticedOf(all.filter(({ effectKg }) => effectKg >= from && effectKg < to)) }
        })
      : [],
    codes: counted(all.map(({ codes }) => codes)),
  }
}
const noticedOf = (all: readonly Told[]): Share => shareOf(all.filter(wasNoticed).length, all.length)

function honestRow(all: readonly Told[]): HonestRow {
  const held = (some: readonly Told[]): Share => shareOf(some.filter(({ falsely }) => falsely.length > 0).length, some.length)
  const falsely = all.filter((one) => one.falsely.length > 0)
  return {
    visits: all.length,
    falselyHeld: held(all),
    atTare: held(all.filter(({ pass }) => pass === 'tare')),
    atGross: held(all.filter(({ pass }) => pass === 'gross')),
    causes: counted(falsely.map((one) => one.falsely)),
    list: falsely.map(({ seed, pass, falsely: codes, beams }) => ({ seed, pass, codes, beams })),
    notes: counted(all.map(({ codes, falsely: held }) => codes.filter((code) => !held.includes(code)))),
    notRight: all.filter(({ how }) => how !== 'harmless').length,
  }
}

function goalsOf(all: readonly Told[], { falselyHeld }: HonestRow): Goal[] {
  const of = (names: readonly string[], from500: boolean): Share =>
    noticedOf(all.filter(({ story, effectKg, how }) => names.includes(story) && how !== 'harmless' && (!from500 || effectKg >= 500)))
  const at = (name: Goal['name'], reached: Share, wanted: number): Goal => ({ name, reached, wanted, met: reached.share >= wanted })
  return [
    at('steps', of(['chip-at-rest', 'chip-ramp', 'chip-after-verdict'], true), 0.95),
    at('tanks', of(['water-tank'], true), 0.95),
    at('tailgate', of(['tailgate'], false), 1),
    at('half-on', of(['rear-off', 'rear-off-taped', 'rear-off-mirror', 'front-off-taped'], false), 1),
    at('two-trucks', of(['two-on', 'second-front-on'], false), 1),
    { name: 'false', reached: falselyHeld, wanted: 0.001, met: falselyHeld.share <= 0.001 },
  ]
}

function counted(all: readonly (readonly string[])[]): (readonly [string, number])[] {
  const times = new Map<string, number>()
  for (const codes of all) for (const code of new Set(codes)) times.set(code, (times.get(code) ?? 0) + 1)
  return [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}
