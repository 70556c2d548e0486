import { platesToAsk } from '#edge/match-ticket'
import { after } from '#edge/units'
import { addReading, settledIn } from '../settled.ts'
import type { InPhase, LaneEffect, LaneInput, Rules, Step, Visit } from '../vocabulary.ts'
import { judged } from './judged.ts'
import { beamsAreClear, boardIsLate, common, deafness, go, isOff, openEntry } from './lane.ts'
import { sooner, toBlocked, toPositioning } from './moves.ts'
import { SAY_EVERY, sayAgain, whereTo } from './standing.ts'
import { weighsNothing } from './trust.ts'
import { secondIsOn, twoTrucks } from './two-trucks.ts'

/** Wholly on the platform? Both beams must be clear together for a while. */
export function positioning(state: InPhase<'positioning'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isOff(state, at, rules)) return weighsNothing(state, at, rules)
  if (secondIsOn(state, at, rules)) return twoTrucks(state, at, rules)
  if (at >= state.giveUpAt) return giveUp(state, rules)
  if (!beamsAreClear(state, rules)) {
    const { said, tell } = sayAgain(state.said ?? null, whereTo(state), at)
    return go({ ...state, clearSince: null, said, until: sooner(after(said.at, SAY_EVERY), state.giveUpAt) }, ...tell)
  }
  const clearSince = state.clearSince ?? at
  if (at - clearSince >= rules.positionedFor && !boardIsLate(state)) {
    const { visit, giveUpAt, said = null, baseKg = null } = state
    return go(
      { ...common(state), phase: 'settling', visit, window: [], settled: null, until: giveUpAt, said, baseKg },
      { kind: 'tell-driver', say: 'weighing', facts: {} },
      { kind: 'photograph', why: 'weighing' },
    )
  }
  const until = boardIsLate(state) ? state.giveUpAt : after(clearSince, rules.positionedFor)
  return go({ ...state, clearSince, until: sooner(until, state.giveUpAt) })
}

/** Waits for a weight at rest, all of it after the vehicle stood right; then asks for the dossier and judges. */
export function settling(state: InPhase<'settling'>, input: LaneInput, rules: Rules): Step {
  const { at } = input
  const deaf = deafness(state)
  if (deaf) return go(toBlocked(state, deaf))
  if (isOff(state, at, rules)) return weighsNothing(state, at, rules)
  if (state.settled && input.kind === 'dossier') {
    return input.dossier.storeFull ? noRoom(state) : judged(state, state.settled, input.dossier, at, rules)
  }
  if (secondIsOn(state, at, rules)) return twoTrucks(state, at, rules)
  if (at >= state.until) return giveUp(state, rules)
  if (!beamsAreClear(state, rules)) {
    const { said, tell } = sayAgain(state.said ?? null, whereTo(state), at)
    return go(toPositioning(state, state.visit, state.until, { said, baseKg: state.baseKg ?? null }), ...tell)
  }
  if (input.kind !== 'reading' || state.settled) return go(state)
  const window = input.weight < rules.vehicleFrom ? [] : addReading(state.window, at, input.weight, input.stable, rules)
  const settled = settledIn(window, rules)
  if (!settled) return go({ ...state, window })
  return go({ ...state, window, settled }, wanted(state.visit))
}

/** What cannot be kept is not weighed: no record, no verdict, and the gate stays with a person (reliability rule R7). */
const noRoom = (state: InPhase<'settling'>): Step =>
  go(toBlocked({ ...state, settled: null }, 'store-full'), { kind: 'tell-driver', say: 'scale-not-ready', facts: {} })

/** All that is known of this vehicle, to be looked up. */
const wanted = ({ sightings, tags = [], shown, typed = null, claimed = null }: Visit): LaneEffect => ({
  kind: 'fetch-dossier',
  plates: [...new Set([...(typed === null ? [] : [typed.plate]), ...platesToAsk(sightings)])],
  tags: tags.map(({ by, tag }) => ({ by, tag })),
  shown: claimed ?? shown,
})

/** The entry opens, so that it can back off. */
const giveUp = (state: InPhase<'positioning'> | InPhase<'settling'>, rules: Rules): Step =>
  go(toBlocked(state, 'never-settled'), ...openEntry(state, 'never-settled', rules), { kind: 'tell-driver', say: 'reverse-off', facts: {} })
