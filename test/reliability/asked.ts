import { parseArgs } from 'node:util'
import { SABOTEURS, type Saboteur } from './saboteurs/table.ts'

/** How often each trial is made by a whole deep run. */
export const TIMES = {
  kills: 3_000,
  cuts: 1_000,
  upgrades: 120,
  disks: 60,
  flips: 5_000,
  openers: 20,
  roads: 20,
  networks: 1,
  restores: 7,
  worlds: 2_000,
}
export type Trial = keyof typeof TIMES
const TRIALS = Object.keys(TIMES) as Trial[]

/** What a deep run is asked for. */
export interface Asked {
  readonly times: Readonly<Record<Trial, number>>
  readonly saboteurs: readonly Saboteur[]
  /** How long it goes on in turns; 0: each trial once. */
  readonly minutes: number
  readonly seed: number
  readonly out: string
  readonly keep: boolean
}

/**
 * Reads a deep run's options. `--only NAMES` leaves out every trial that is neither named there nor given a number of its own. Throws an
 * error in words for what nobody can have meant: a run that tried nothing must not end as a good one.
 */
export function readAsked(argv: readonly string[], anySeed: number): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(TRIALS.map((trial) => [trial, { type: 'string' as const }])),
      only: { type: 'string' },
      saboteurs: { type: 'string' },
      seed: { type: 'string' },
      hours: { type: 'string' },
      minutes: { type: 'string' },
      out: { type: 'string', default: 'dist/reliability' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { keep, out, ...rest } = values
  const given: Readonly<Record<string, string | undefined>> = rest
  const only = given.only?.split(',')
  for (const name of only ?? [])
    if (name !== 'saboteurs' && !TRIALS.some((trial) => trial === name))
      throw new Error(`--only: there is no trial "${name}"; there are ${[...TRIALS, 'saboteurs'].join(', ')}`)
  const left = (name: string): boolean => only !== undefined && !only.includes(name)
  const times = TRIALS.map((trial) => [trial, whole(trial, given[trial], left(trial) ? 0 : TIMES[trial])] as const)
  return {
    times: Object.fromEntries(times) as Record<Trial, number>,
    saboteurs: saboteursOf(given.saboteurs ?? (left('saboteurs') ? 'none' : 'all')),
    minutes: number('hours', given.hours) * 60 + number('minutes', given.minutes),
    seed: whole('seed', given.seed, anySeed),
    out,
    keep,
  }
}

function saboteursOf(names: string): readonly Saboteur[] {
  if (names === 'none') return []
  if (names === 'all') return SABOTEURS
  return names.split(',').map((name) => {
    const one = SABOTEURS.find((saboteur) => saboteur.name === name)
    if (!one)
      throw new Error(`--saboteurs: there is none called "${name}"; there are ${SABOTEURS.map((saboteur) => saboteur.name).join(', ')}`)
    return one
  })
}

function number(name: string, text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text)
  if (!(value >= 0) || !Number.isFinite(value) || text === '') throw new Error(`--${name} must be a number, and is "${text}"`)
  return value
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = number(name, text)
  if (!Number.isSafeInteger(value)) throw new Error(`--${name} must be a whole number, and is "${text}"`)
  return value
}
