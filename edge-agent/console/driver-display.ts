import { createHash, timingSafeEqual } from 'node:crypto'
import type { DriverDisplay } from '#edge/console'
import type { Facts, Finding } from '#edge/findings'
import type { Phase } from '#edge/lane-status'
import { en } from '#edge/words/en'
import { namesIn } from '#edge/words/words'
import { zh } from '#edge/words/zh'
import type { Said } from '../lane.ts'
import type { ConsoleCaller } from './callers.ts'
import { type ShownLane, untilOf } from './view.ts'

/** What a display may say beyond the words: a one-time code belongs to who stands before the lane, not to who reads the network. */
export type DisplaySight = 'with-code' | 'without-code'

/** While a truck still moves its driver has no use for the number, and who wants to stand with an axle off the scale has. */
const WEIGHT_SHOWN_IN: readonly Phase[] = ['settling', 'asking', 'released', 'held']

/**
 * What the driver's display shows. Anybody on the site's network may read it, so nothing travels that no sentence on it says: the usual
 * tare of a truck would tell how much can be hidden, and a ticket's other plate is no business of this driver.
 */
export function driverDisplay({ lane, devices }: ShownLane, sight: DisplaySight): DriverDisplay {
  const state = lane.state()
  const { at, phase, weightKg, stable, plate, plateColour, verdict, findings, why } = lane.status(devices())
  const said = lane.said()
  return {
    lane: lane.rules.lane,
    name: lane.name,
    at,
    phase,
    weightKg: WEIGHT_SHOWN_IN.includes(phase) ? weightKg : null,
    stable,
    plate,
    plateColour,
    verdict,
    findings: verdict === 'open' ? [] : driverFindings(findings),
    why,
    attended: Boolean(state.attended),
    said: said && driverSaid(said, sight),
    until: untilOf(state),
  }
}

/** What keeps the barrier shut, each with the facts of its sentence to the driver and no other. */
export const driverFindings = (findings: readonly Finding[]): Finding[] =>
  findings
    .filter(({ mode }) => mode === 'enforce')
    .map((one) => ({
      ...one,
      facts: factsOf(
        one.facts,
        [zh, en].map(({ findings: words }) => words[one.code].driver),
      ),
    }))

export function driverSaid({ code, facts }: Said, sight: DisplaySight): Said {
  const { code: once, ...shown } = factsOf(facts, [zh.say[code], en.say[code]])
  return { code, facts: once === undefined || sight === 'without-code' ? shown : { ...shown, code: once } }
}

function factsOf(facts: Facts, sentences: readonly string[]): Facts {
  const named = new Set(sentences.flatMap(namesIn))
  return Object.fromEntries(Object.entries(facts).filter(([name]) => named.has(name)))
}

/** A screen of this computer sees the code, and one elsewhere whose address has the key of the configuration: `/display?lane=north&key=…`. */
export function displaySight({ here, query }: Pick<ConsoleCaller, 'here' | 'query'>, displayKey: string | null): DisplaySight {
  const given = query.get('key')
  return here || (displayKey !== null && given !== null && timingSafeEqual(digest(given), digest(displayKey)))
    ? 'with-code'
    : 'without-code'
}
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
