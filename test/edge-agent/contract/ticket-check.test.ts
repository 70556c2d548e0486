import { describe, expect, it } from 'vitest'
import type { GateFacts } from '#edge/gate-facts'
import { type MatchFacts, matchTicket } from '#edge/match-ticket'
import { judge } from '#edge/policy'
import { checkAtGate, checkAtIssue, type IssueFacts, refusesIssue } from '#edge/ticket-check'
import { days, hours, Kilograms } from '#edge/units'
import { SENSORS } from '#edge/weighing'
import { aScaleRecord, someRules } from '../../builders/lane.ts'
import { aBookTicket, aPolicy, aStaffCar, aTare, aTicket, aVehicle, LANE, NOON, SITE } from '../../builders/ticket.ts'

describe('when a ticket is asked for', () => {
  const issue = (differing: Partial<IssueFacts> = {}): IssueFacts => ({
    at: NOON,
    ticket: aTicket(),
    carrierKnown: true,
    vehicle: aVehicle(),
    openTickets: [],
    knownTareKg: null,
    ...differing,
  })
  it.each<[when: string, facts: Partial<IssueFacts>, codes: string[], refused: boolean]>([
    ['all is in order', {}, [], false],
    ['the carrier is unknown', { carrierKnown: false }, ['carrier-unknown'], true],
    ['the vehicle is unknown', { vehicle: null }, ['vehicle-unknown', 'axles-unknown'], true],
    ['it is an ambulance', { vehicle: aVehicle({ use: 'non-cargo', what: '救护车' }) }, ['vehicle-not-for-coal'], true],
    ['the vehicle is suspended', { vehicle: aVehicle({ suspended: true }) }, ['vehicle-suspended'], true],
    ['it has an open ticket', { openTickets: ['610881-261121-7QK2M9XA4'] }, ['vehicle-has-open-ticket'], true],
    ['more is planned than it may carry', { ticket: aTicket({ plannedNetKg: 34_020 }) }, ['planned-over-payload'], true],
    ['exactly what it may carry is planned', { ticket: aTicket({ plannedNetKg: 34_000 }) }, [], false],
    ['its weighed tare leaves less', { ticket: aTicket({ plannedNetKg: 33_000 }), knownTareKg: 16_400 }, ['planned-over-payload'], true],
    [
      'it has one driven axle',
      { vehicle: aVehicle({ drivenAxles: 1 }), ticket: aTicket({ plannedNetKg: 31_020 }) },
      ['planned-over-payload'],
      true,
    ],
    ['its axles are unknown', { vehicle: aVehicle({ axles: 0 }), ticket: aTicket({ plannedNetKg: 30_000 }) }, ['axles-unknown'], false],
    ['it would end before it begins', { ticket: aTicket({ validUntil: '2026-11-20T00:00:00Z' }) }, ['validity-wrong'], true],
    ['it would last for a week', { ticket: aTicket({ validUntil: '2026-11-28T00:00:00Z' }) }, ['validity-wrong'], true],
    ['it is over already', { ticket: aTicket({ validUntil: '2026-11-21T03:00:00Z' }) }, ['validity-wrong'], true],
  ])('and %s', (_when, facts, codes, refused) => {
    const findings = checkAtIssue(issue(facts))
    expect(findings.map(({ code }) => code)).toEqual(codes)
    expect(refusesIssue(judge(findings, aPolicy(), NOON))).toBe(refused)
    expect(refusesIssue(judge(findings, aPolicy({ rules: {}, otherwise: 'warn' }), NOON))).toBe(false)
  })
  it('the kerb weight it reckoned with is said to be typical until one was weighed', () => {
    const [found] = checkAtIssue(issue({ ticket: aTicket({ plannedNetKg: 40_000 }) }))
    expect(found?.facts).toEqual({
      plannedNetKg: 40_000,
      payloadKg: 34_000,
      limitKg: 49_000,
      kerbKg: 15_000,
      kerbFrom: 'typical',
      axles: 6,
    })
  })
})

describe('when a vehicle stands on the scale', () => {
  const loaded = aBookTicket({ tare: aTare() })
  const gate = (weight: number, match: Partial<MatchFacts> = {}, differing: Partial<GateFacts> = {}): GateFacts => ({
    at: NOON,
    site: SITE,
    lane: LANE,
    layout: someRules().layout,
    fitted: SENSORS,
    weight: Kilograms(weight),
    scale: aScaleRecord(),
    zero: Kilograms(0),
    zeroBand: Kilograms(40),
    match: matchTicket({
      at: NOON,
      sightings: [{ camera: 'front', at: NOON, plate: '陕K12345', colour: 'yellow', confidence: 90, fake: false, backfill: false }],
      shown: null,
      tickets: [loaded],
      register: [aVehicle()],
      acceptNear: true,
      ...match,
    }),
    policy: aPolicy(),
    policyAge: hours(1),
    clock: 'synchronised',
    tares: null,
    quota: null,
    ...differing,
  })
  const fresh = { tickets: [aBookTicket()] }
  /** e = 20 kg: 60 kg on a gross, 40 kg on a tare, 300 kg of the policy's allowance: 400 kg. */
  it.each<[when: string, facts: GateFacts, kind: string, pass: string, net: number | null, codes: string[]]>([
    ['it comes empty for the first time', gate(15_800, fresh), 'tare', 'coal', null, []],
    ['it comes loaded', gate(46_600), 'gross', 'coal', 30_800, []],
    ['the load is over the plan within tolerance', gate(47_200), 'gross', 'coal', 31_400, []],
    ['the load is over the plan', gate(47_220), 'gross', 'coal', 31_420, ['net-over-planned']],
    ['the load is under the plan', gate(46_380), 'gross', 'coal', 30_580, ['net-under-planned']],
    ['it weighs exactly the limit', gate(49_000), 'gross', 'coal', 33_200, ['net-over-planned']],
    ['it weighs one division more', gate(49_020), 'gross', 'coal', 33_220, ['over-legal-limit', 'net-over-planned']],
    ['it leaves as light as it came', gate(15_860), 'check', 'empty-exit', null, ['empty-exit']],
    ['it leaves much lighter than it came', gate(12_000), 'gross', 'coal', -3_800, ['gross-below-tare']],
    ['its "tare" is loaded', gate(45_000, fresh), 'tare', 'coal', null, ['tare-implausible']],
    [
      'its axles are unknown',
      gate(15_800, { tickets: [aBookTicket({ ticket: { axles: 0 } })], register: [] }),
      'tare',
      'coal',
      null,
      ['axles-unknown'],
    ],
    ['it has no ticket', gate(46_600, { tickets: [] }), 'check', 'unknown', null, ['no-ticket']],
    ['it has no ticket and is overloaded', gate(52_000, { tickets: [] }), 'check', 'unknown', null, ['no-ticket', 'over-legal-limit']],
    ['it is a staff car', gate(1_860, { tickets: [], register: [aStaffCar({ plate: '陕K12345' })] }), 'check', 'non-cargo', null, []],
    [
      'a staff car is far too heavy',
      gate(4_000, { tickets: [], register: [aStaffCar({ plate: '陕K12345' })] }),
      'check',
      'unknown',
      null,
      ['non-cargo-over-cap'],
    ],
    [
      'a staff car is lighter than Min',
      gate(380, { tickets: [], register: [aStaffCar({ plate: '陕K12345' })] }),
      'check',
      'non-cargo',
      null,
      [],
    ],
    ['it is suspended', gate(46_600, { register: [aVehicle({ suspended: true })] }), 'gross', 'coal', 30_800, ['vehicle-suspended']],
    [
      'the seal of its ticket is broken',
      gate(15_800, { tickets: [aBookTicket({ sealGood: false })] }),
      'tare',
      'coal',
      null,
      ['ticket-seal-broken'],
    ],
    ['its ticket is of another site', gate(15_800, fresh, { site: 'elsewhere' }), 'tare', 'coal', null, ['ticket-other-site']],
    [
      'its ticket is for tomorrow',
      gate(15_800, { tickets: [aBookTicket({ ticket: { validFrom: '2026-11-22T00:00:00Z' } })] }),
      'tare',
      'coal',
      null,
      ['ticket-not-yet-valid'],
    ],
    [
      'its ticket ran out this minute',
      gate(15_800, { tickets: [aBookTicket({ ticket: { validUntil: '2026-11-21T04:00:00Z' } })] }),
      'tare',
      'coal',
      null,
      ['ticket-expired'],
    ],
    [
      'its tare is of last week',
      gate(46_600, { tickets: [aBookTicket({ tare: aTare({ at: '2026-11-14T04:00:00Z' }) })] }),
      'gross',
      'coal',
      30_800,
      ['tare-stale'],
    ],
    ['it is below Min', gate(380, fresh), 'tare', 'coal', null, ['below-minimum-load']],
    ['it is above Max', gate(121_000), 'gross', 'coal', 105_200, ['over-legal-limit', 'net-over-planned', 'above-scale-capacity']],
    [
      'the certificate has run out',
      gate(46_600, {}, { scale: aScaleRecord({ certificateUntil: '2026-11-20T00:00:00Z' }) }),
      'gross',
      'coal',
      30_800,
      ['scale-certificate-expired'],
    ],
    ['the zero was off', gate(46_600, {}, { zero: Kilograms(-60) }), 'gross', 'coal', 30_800, ['zero-off']],
    ['no zero was seen', gate(46_600, {}, { zero: null }), 'gross', 'coal', 30_800, ['zero-off']],
    ['the policy is of the day before', gate(46_600, {}, { policyAge: hours(25) }), 'gross', 'coal', 30_800, ['policy-stale']],
    ['the policy is of last week', gate(46_600, {}, { policyAge: days(8) }), 'gross', 'coal', 30_800, ['policy-over-age']],
    ['the clock runs by itself', gate(46_600, {}, { clock: 'free-running' }), 'gross', 'coal', 30_800, []],
    ['the clock cannot be trusted', gate(46_600, {}, { clock: 'untrusted' }), 'gross', 'coal', 30_800, ['clock-untrusted']],
  ])('and %s', (_when, facts, kind, pass, netKg, codes) => {
    const check = checkAtGate(facts)
    expect({ kind: check.kind, pass: check.pass, netKg: check.netKg }).toEqual({ kind, pass, netKg })
    expect(check.findings.map(({ code }) => code)).toEqual(codes)
  })
  it('the tolerance grows with the scale’s e, and is told', () => {
    const coarse = gate(47_220, {}, { scale: aScaleRecord({ eKg: 50, minKg: 1_000 }) })
    expect(checkAtGate(coarse).findings).toEqual([])
    expect(checkAtGate(gate(47_220)).findings[0]?.facts).toEqual({ netKg: 31_420, plannedNetKg: 31_000, toleranceKg: 400 })
  })
})
