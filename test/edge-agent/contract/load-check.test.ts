import { describe, expect, it } from 'vitest'
import type { GateFacts, LaneServes } from '#edge/gate-facts'
import { type MatchFacts, matchTicket, type SeenPlate } from '#edge/match-ticket'
import { checkAtGate } from '#edge/ticket-check'
import { hours, Kilograms } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { aKnownTare } from '../../builders/history.ts'
import { aScaleRecord, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aTare, aVehicle, LANE, NOON, SITE } from '../../builders/ticket.ts'

/** Kinds of lanes and visits: what a weight is there, which tare it counts against, and what is said of it. */
const seen = (plate: string, camera: SeenPlate['camera'] = 'front'): SeenPlate => ({
  camera,
  at: NOON,
  plate,
  colour: 'yellow',
  confidence: 90,
  fake: false,
  backfill: false,
})
type Different = Partial<Omit<GateFacts, 'layout'>> & { layout?: Partial<LaneServes>; matched?: Partial<MatchFacts>; trailer?: string }
function gate(weight: number, { layout, matched, trailer, ...differing }: Different = {}): GateFacts {
  return {
    at: NOON,
    site: SITE,
    lane: LANE,
    layout: { ...someRules().layout, ...layout },
    fitted: SENSORS,
    weight: Kilograms(weight),
    scale: aScaleRecord(),
    zero: Kilograms(0),
    zeroBand: Kilograms(40),
    match: matchTicket({
      at: NOON,
      sightings: [seen('陕K12345'), ...(trailer === undefined ? [] : [seen(trailer, 'rear')])],
      shown: null,
      tickets: [aBookTicket()],
      register: [aVehicle()],
      acceptNear: true,
      ...matched,
    }),
    policy: aPolicy(),
    policyAge: hours(1),
    clock: 'synchronised',
    tares: [aKnownTare()],
    quota: null,
    ...differing,
  }
}
const checkedIn = (at = '2026-11-21T03:00:00Z') => ({ tickets: [aBookTicket({ tare: aTare({ at }) })] })
const DAY_OLD = '2026-11-20T03:00:00Z'
const ELSEWHERE = aKnownTare({ site: 'washery' as never, seq: 90 })

type Row = readonly [when: string, facts: GateFacts, is: string, net: number | null, uses: string | null, codes: readonly string[]]
const told = (facts: GateFacts) => {
  const { kind, pass, netKg, uses, findings } = checkAtGate(facts)
  return [`${kind} ${pass}`, netKg, uses, findings.map(({ code }) => code)]
}

describe('a lane for empty trucks', () => {
  const layout = { serves: 'tare' } as const
  it.each<Row>([
    ['checks an empty one in', gate(15_800, { layout }), 'tare coal', null, 'tare', []],
    ['sees that one is loaded', gate(46_600, { layout }), 'check unknown', null, null, ['wrong-lane']],
    ['sees it of a truck nobody knows, too', gate(46_600, { layout, tares: [] }), 'check unknown', null, null, ['wrong-lane']],
    ['sees that one brings a tenth of a load', gate(19_140, { layout }), 'check unknown', null, null, ['wrong-lane']],
    ['takes fuel and mud for no load', gate(18_900, { layout }), 'tare coal', null, 'tare', []],
    ['weighs one anew that was weighed here before', gate(15_900, { layout, matched: checkedIn() }), 'tare coal', null, 'tare', []],
    [
      'has no place for one that has been loaded',
      gate(46_600, { layout, matched: checkedIn() }),
      'gross coal',
      30_800,
      'gross',
      ['wrong-lane'],
    ],
  ])('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))
})

describe('a lane for loaded trucks', () => {
  const layout = { serves: 'gross' } as const
  it.each<Row>([
    ['weighs one with a tare', gate(46_600, { layout, matched: checkedIn() }), 'gross coal', 30_800, 'gross', []],
    ['lets one out that did not load', gate(15_900, { layout, matched: checkedIn() }), 'check empty-exit', null, null, ['empty-exit']],
    ['sends one to the empty scale that never was there', gate(46_600, { layout }), 'gross unknown', null, 'gross', ['tare-missing']],
    ['sees that one is empty', gate(15_800, { layout }), 'check unknown', null, null, ['wrong-lane']],
    ['sees it of a truck nobody knows, too', gate(15_800, { layout, tares: [] }), 'check unknown', null, null, ['wrong-lane']],
  ])('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))
})

describe('a lane for stored tares', () => {
  const layout = { storedTare: true } as const
  const gross = { storedTare: true, serves: 'gross' } as const
  const policy = aPolicy({ storedTareHours: 72 })
  const rows: Row[] = [
    ['weighs once', gate(46_600, { layout, policy }), 'gross coal', 30_800, 'gross', []],
    [
      'counts the newest',
      gate(46_600, { layout, policy, tares: [aKnownTare({ at: DAY_OLD, kg: 16_200 }), aKnownTare()] }),
      'gross coal',
      30_800,
      'gross',
      [],
    ],
    ['counts one of yesterday', gate(46_600, { layout, policy, tares: [aKnownTare({ at: DAY_OLD })] }), 'gross coal', 30_800, 'gross', []],
    [
      'counts none that is too old',
      gate(46_600, { layout, policy, tares: [aKnownTare({ at: '2026-11-18T03:00:00Z' })] }),
      'gross unknown',
      null,
      'gross',
      ['tare-missing'],
    ],
    ['counts none where the policy names no time', gate(46_600, { layout }), 'gross unknown', null, 'gross', ['tare-missing']],
    [
      'counts none of tomorrow',
      gate(46_600, { layout, policy, tares: [aKnownTare({ at: '2026-11-22T03:00:00Z' })] }),
      'gross unknown',
      null,
      'gross',
      ['tare-missing'],
    ],
    [
      'counts none of the same tractor with another trailer',
      gate(46_600, { layout, policy, trailer: '陕K9917挂' }),
      'gross unknown',
      null,
      'gross',
      ['tare-missing', 'pair-unknown'],
    ],
    [
      'counts it where a letter of the trailer was misread',
      gate(46_600, { layout, policy, trailer: '陕K678D挂' }),
      'gross coal',
      30_800,
      'gross',
      [],
    ],
    ['weighs an empty one as tare', gate(15_900, { layout, policy }), 'tare coal', null, 'tare', []],
    [
      'lets an empty one out where only loaded ones are weighed',
      gate(15_900, { layout: gross, policy }),
      'check empty-exit',
      null,
      null,
      ['empty-exit'],
    ],
  ]
  it.each(rows)('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))

  it('names the tare it counted with', () => {
    expect(checkAtGate(gate(46_600, { layout, policy })).tare).toEqual({
      kg: 15_800,
      epoch: aKnownTare().epoch,
      seq: 7,
      at: aKnownTare().at,
    })
  })
})

describe('a tare of another site', () => {
  const policy = aPolicy({ tareOfOtherSites: true })
  it.each<Row>([
    ['counts where the policy says so', gate(46_600, { policy, tares: [ELSEWHERE] }), 'gross coal', 30_800, 'gross', ['tare-other-site']],
    ['does not count otherwise', gate(46_600, { tares: [ELSEWHERE] }), 'tare coal', null, 'tare', ['tare-implausible']],
    [
      'does not count when that scale is not approved',
      gate(46_600, { policy, tares: [{ ...ELSEWHERE, approved: false }] }),
      'tare coal',
      null,
      'tare',
      ['tare-implausible'],
    ],
    [
      'does not count longer than a tare of this site',
      gate(46_600, { policy, tares: [{ ...ELSEWHERE, at: DAY_OLD }] }),
      'tare coal',
      null,
      'tare',
      ['tare-implausible'],
    ],
    [
      'counts on a lane for loaded trucks',
      gate(46_600, { policy, tares: [ELSEWHERE], layout: { serves: 'gross' } }),
      'gross coal',
      30_800,
      'gross',
      ['tare-other-site'],
    ],
    ['is no tare of this site', gate(46_600, { policy, tares: [aKnownTare()] }), 'tare coal', null, 'tare', ['tare-implausible']],
  ])('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))
})

describe('tractor and trailer', () => {
  it.each<Row>([
    ['weighed together before are a pair', gate(15_800, { trailer: '陕K6780挂' }), 'tare coal', null, 'tare', []],
    ['never weighed together are told', gate(15_800, { trailer: '陕K9917挂' }), 'tare coal', null, 'tare', ['pair-unknown']],
    ['of whom nobody remembers anything are not', gate(15_800, { trailer: '陕K9917挂', tares: null }), 'tare coal', null, 'tare', []],
    [
      'changed between tare and gross are held',
      gate(46_600, { trailer: '陕K9917挂', matched: checkedIn() }),
      'gross coal',
      30_800,
      'gross',
      ['pair-changed'],
    ],
    ['whose plate was misread are not', gate(46_600, { trailer: '陕K6790挂', matched: checkedIn() }), 'gross coal', 30_800, 'gross', []],
    [
      'changed may be weighed empty anew',
      gate(14_600, { trailer: '陕K9917挂', matched: checkedIn() }),
      'tare coal',
      null,
      'tare',
      ['pair-unknown'],
    ],
  ])('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))
})

describe('visits that are no load', () => {
  it.each<Row>([
    ['an empty exit', gate(15_900, { matched: checkedIn() }), 'check empty-exit', null, null, ['empty-exit']],
    ['an empty truck whose tare is too old is weighed anew', gate(15_900, { matched: checkedIn(DAY_OLD) }), 'tare coal', null, 'tare', []],
    [
      'an empty exit on a ticket that ran out while it waited',
      gate(15_900, { matched: { tickets: [aBookTicket({ tare: aTare(), ticket: { validUntil: '2026-11-21T03:59:00Z' } })] } }),
      'check empty-exit',
      null,
      null,
      ['empty-exit'],
    ],
    [
      'an empty exit on a ticket that was taken back',
      gate(15_900, { matched: { tickets: [aBookTicket({ tare: aTare(), state: 'voided' })] } }),
      'check empty-exit',
      null,
      null,
      ['empty-exit'],
    ],
    [
      'a load on a ticket that was taken back',
      gate(46_600, { matched: { tickets: [aBookTicket({ tare: aTare(), state: 'voided' })] } }),
      'check unknown',
      null,
      null,
      ['ticket-voided'],
    ],
    [
      'an empty truck that comes for the next load without a ticket',
      gate(15_900, { matched: { tickets: [aBookTicket({ tare: aTare(), state: 'released' })] } }),
      'check unknown',
      null,
      null,
      ['ticket-used'],
    ],
  ])('%s', (_when, facts, is, net, uses, codes) => expect(told(facts)).toEqual([is, net, uses, codes]))
})

describe('what else is told', () => {
  const quota = { usedKg: 999_000, limitKg: 1_000_000 }
  it.each<[when: string, facts: GateFacts, codes: string[]]>([
    ['a product that is not loaded here', gate(15_800, { layout: { products: ['FINE'] } }), ['product-not-here']],
    ['nothing of one that is', gate(15_800, { layout: { products: ['FINE', 'LUMP'] } }), []],
    [
      'an empty truck leaves whatever it did not load',
      gate(15_900, { layout: { products: ['FINE'] }, matched: checkedIn() }),
      ['empty-exit'],
    ],
    ['a quota that this load exceeds', gate(46_600, { matched: checkedIn(), quota }), ['quota-exceeded']],
    ['nothing of one it just fits', gate(46_600, { matched: checkedIn(), quota: { ...quota, usedKg: 969_200 } }), []],
    ['nothing where there is no limit', gate(46_600, { matched: checkedIn(), quota: { ...quota, limitKg: null } }), []],
    [
      'a plate in another colour',
      gate(15_800, { matched: { sightings: [{ ...seen('陕K12345'), colour: 'blue' }] } }),
      ['plate-colour-other'],
    ],
    ['nothing of a colour nobody saw', gate(15_800, { matched: { sightings: [{ ...seen('陕K12345'), colour: 'unknown' }] } }), []],
    ['no beam', gate(15_800, { fitted: SENSORS.filter((sensor) => !sensor.endsWith('beam')) }), ['position-unproved']],
    ['one beam', gate(15_800, { fitted: SENSORS.filter((sensor) => sensor !== 'exit-beam') }), ['position-unproved']],
    ['no sensor at all', gate(15_800, { fitted: [] }), ['position-unproved', 'passage-unproved']],
  ])('%s', (_when, facts, codes) => expect(checkAtGate(facts).findings.map(({ code }) => code)).toEqual(codes))

  it('who says how many axles an overloaded truck has', () => {
    const by = (matched: Partial<MatchFacts>) =>
      checkAtGate(gate(52_400, { matched })).findings.find(({ code }) => code === 'over-legal-limit')?.facts
    expect(by(checkedIn())).toMatchObject({ axles: 6, axlesFrom: 'register', limitKg: 49_000 })
    expect(by({ ...checkedIn(), register: [] })).toMatchObject({ axles: 6, axlesFrom: 'ticket' })
    const nobody = { tickets: [aBookTicket({ tare: aTare(), ticket: { axles: 0 } })], register: [] }
    expect(by(nobody)).toMatchObject({ axles: 0, axlesFrom: 'nobody', limitKg: 49_000 })
  })
})
