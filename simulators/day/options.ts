import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What `npm run day -- …` takes. */
export interface DayOptions {
  readonly speed: number
  /** Of the mine's time. */
  readonly minutes: number
  readonly honest: number
  readonly cheats: number
  readonly seed: number
  readonly out: string
}

export const USAGE = `npm run day -- [--speed 20] [--hours 10 | --minutes 60] [--honest 900] [--cheats 60] [--seed 1] [--out DIR]
  --speed   how many seconds of the mine pass in one of yours, 1 to 20
  --hours, --minutes   how long the day lasts at the mine
  --honest  honest trucks, each weighed empty and loaded; without it 90 an hour
  --cheats  cheats and faults, every kind as often as the next; without it 6 an hour and each kind at least once
  --seed    the same seed tells the same story
  --out     folder for the report and everything the day leaves behind; without it .pitgate-day`

const FIGURES = {
  speed: { least: 1, most: 20, why: 'faster than 20 the simulated devices are no longer honest' },
  hours: { least: 0.1, most: 48, why: 'a day is a day' },
  minutes: { least: 6, most: 2_880, why: 'a day is a day' },
  honest: { least: 1, most: 5_000, why: 'four lanes weigh no more' },
  cheats: { least: 0, most: 1_000, why: 'four lanes weigh no more' },
  seed: { least: -1e9, most: 1e9, why: 'a seed is a number' },
} as const
type Figure = keyof typeof FIGURES

/** Reads the command line; a mistake is one sentence. */
export function readDayOptions(args: readonly string[], root: string, kinds: number): DayOptions | { readonly mistake: string } {
  const text = { type: 'string' } as const
  let values: Partial<Record<Figure | 'out', string>> & { help?: boolean }
  try {
    const options = {
      speed: text,
      hours: text,
      minutes: text,
      honest: text,
      cheats: text,
      seed: text,
      out: text,
      help: { type: 'boolean' },
    } as const
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    return { mistake: `${(error as Error).message}\n${USAGE}` }
  }
  if (values.help) return { mistake: USAGE }
  const figures: Partial<Record<Figure, number>> = {}
  for (const [name, { least, most, why }] of Object.entries(FIGURES) as [Figure, (typeof FIGURES)[Figure]][]) {
    const given = values[name]
    if (given === undefined) continue
    const value = Number(given)
    if (given.trim() === '' || !(value >= least && value <= most))
      return { mistake: `--${name} ${given} is outside ${least} to ${most}: ${why}.` }
    figures[name] = value
  }
  const minutes = figures.minutes ?? (figures.hours ?? 10) * 60
  return {
    minutes,
    speed: figures.speed ?? 20,
    honest: Math.round(figures.honest ?? Math.max(1, minutes * 1.5)),
    cheats: Math.round(figures.cheats ?? Math.max(kinds, minutes / 10)),
    seed: Math.round(figures.seed ?? 1),
    out: resolve(root, values.out ?? '.pitgate-day'),
  }
}
