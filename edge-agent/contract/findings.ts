import Type, { type Static } from 'typebox'
import { oneOf } from './ids.ts'

/**
 * Every reason a check can give. A finding is a stable code with its facts; its sentences for driver, operator and regulator
 * live in `words/`, its mode (enforce, warn, observe) in the policy. `calls` says what an enforced finding asks of the verdict.
 */
export type FindingCall = 'hold' | 'ask' | 'note'

export const FINDINGS = {
  'no-plate': 'ask',
  'plate-near': 'note',
  'plate-ambiguous': 'ask',
  'plate-changed': 'hold',
  'fake-plate': 'hold',
  'two-plates': 'ask',
  'tag-other-truck': 'ask',
  'no-ticket': 'hold',
  'ticket-other-truck': 'hold',
  'ticket-unknown': 'hold',
  'ticket-not-yet-valid': 'hold',
  'ticket-expired': 'hold',
  'ticket-voided': 'hold',
  'ticket-used': 'hold',
  'ticket-seal-broken': 'hold',
  'ticket-other-site': 'hold',
  'planned-over-payload': 'hold',
  'vehicle-has-open-ticket': 'hold',
  'carrier-unknown': 'hold',
  'vehicle-unknown': 'hold',
  'vehicle-not-for-coal': 'hold',
  'vehicle-suspended': 'hold',
  'validity-wrong': 'hold',
  'over-legal-limit': 'hold',
  'axles-unknown': 'note',
  'net-over-planned': 'hold',
  'net-under-planned': 'note',
  'gross-below-tare': 'hold',
  'tare-stale': 'ask',
  'tare-implausible': 'hold',
  'empty-exit': 'note',
  'non-cargo-over-cap': 'hold',
  'below-minimum-load': 'ask',
  'above-scale-capacity': 'hold',
  'scale-certificate-expired': 'ask',
  'zero-off': 'ask',
  'policy-stale': 'note',
  'policy-over-age': 'ask',
  'clock-untrusted': 'note',
  'never-settled': 'ask',
  'scale-silent': 'hold',
  'plate-colour-other': 'note',
  'product-not-here': 'hold',
  'quota-exceeded': 'note',
  'tare-missing': 'hold',
  'tare-other-site': 'note',
  'tare-off-history': 'ask',
  'pair-unknown': 'note',
  'pair-changed': 'hold',
  'wrong-lane': 'hold',
  'position-unproved': 'note',
  'passage-unproved': 'note',
  'lane-attended': 'ask',
  'weight-untrusted': 'hold',
  'remote-control': 'hold',
  'weight-step': 'hold',
  'curve-smooth': 'ask',
  'curve-shape': 'ask',
  'zero-not-returned': 'note',
  'zero-drifting': 'ask',
  'half-on': 'hold',
  'two-trucks': 'hold',
  'moved-while-weighing': 'ask',
  'weighed-until-fits': 'ask',
  'sensor-stuck': 'ask',
  'sensor-masked': 'ask',
  'camera-blind': 'note',
  tailgate: 'hold',
  'wrong-way': 'hold',
  'check-weighing-due': 'ask',
  'check-weighing-off': 'hold',
  'scale-seal-broken': 'hold',
} as const satisfies Record<string, FindingCall>

export type FindingCode = keyof typeof FINDINGS
export const FINDING_CODES = Object.keys(FINDINGS) as FindingCode[]

/** Facts are flat and exact: kilograms, metres, milliseconds as integers; moments as ISO text. */
export const FactsSchema = Type.Record(
  Type.String({ maxLength: 40 }),
  Type.Union([Type.String({ maxLength: 200 }), Type.Integer(), Type.Boolean(), Type.Null()]),
)
export type Facts = Static<typeof FactsSchema>

export const ModeSchema = oneOf(['enforce', 'warn', 'observe'])
export type Mode = Static<typeof ModeSchema>

export const FindingSchema = Type.Object({
  code: Type.Unsafe<FindingCode>(Type.String({ maxLength: 40 })),
  mode: ModeSchema,
  facts: FactsSchema,
})
/** A finding after the policy has said in which mode it counts. */
export type Finding = Static<typeof FindingSchema>
/** A finding as a check gives it, before any policy. */
export interface BareFinding {
  readonly code: FindingCode
  readonly facts: Facts
}

/** The facts each finding brings, by name; `words/` may name these and no others. Weights end in `Kg`, moments are ISO text. */
export const FACTS_OF = {
  'no-plate': ['reads'],
  'plate-near': ['seen', 'ticketPlate', 'number'],
  'plate-ambiguous': ['seen', 'fits'],
  'plate-changed': ['seen', 'before'],
  'fake-plate': ['seen'],
  'two-plates': ['plate', 'other'],
  'tag-other-truck': ['tag', 'tagPlate', 'seen'],
  'no-ticket': ['plate'],
  'ticket-other-truck': ['number', 'ticketPlate', 'seen'],
  'ticket-unknown': ['number'],
  'ticket-not-yet-valid': ['number', 'validFrom'],
  'ticket-expired': ['number', 'validUntil'],
  'ticket-voided': ['number'],
  'ticket-used': ['number', 'usedAt'],
  'ticket-seal-broken': ['number'],
  'ticket-other-site': ['number', 'ticketSite', 'site'],
  'planned-over-payload': ['plannedNetKg', 'payloadKg', 'limitKg', 'kerbKg', 'kerbFrom', 'axles'],
  'vehicle-has-open-ticket': ['plate', 'number'],
  'carrier-unknown': ['carrier'],
  'vehicle-unknown': ['plate'],
  'vehicle-not-for-coal': ['plate', 'what'],
  'vehicle-suspended': ['plate'],
  'validity-wrong': ['validFrom', 'validUntil'],
  'over-legal-limit': ['weightKg', 'limitKg', 'overKg', 'axles', 'axlesFrom'],
  'axles-unknown': ['limitKg'],
  'net-over-planned': ['netKg', 'plannedNetKg', 'toleranceKg'],
  'net-under-planned': ['netKg', 'plannedNetKg', 'toleranceKg'],
  'gross-below-tare': ['weightKg', 'tareKg', 'toleranceKg'],
  'tare-stale': ['tareAt', 'limitHours'],
  'tare-implausible': ['weightKg', 'limitKg', 'plannedNetKg'],
  'empty-exit': ['weightKg', 'tareKg', 'toleranceKg'],
  'non-cargo-over-cap': ['plate', 'weightKg', 'capKg'],
  'below-minimum-load': ['weightKg', 'minKg'],
  'above-scale-capacity': ['weightKg', 'maxKg'],
  'scale-certificate-expired': ['certificate', 'until'],
  'zero-off': ['zeroKg', 'bandKg'],
  'policy-stale': ['hours'],
  'policy-over-age': ['hours'],
  'clock-untrusted': ['clock'],
  'never-settled': ['seconds'],
  'scale-silent': ['since'],
  'plate-colour-other': ['seen', 'ticketPlate', 'colour', 'ticketColour'],
  'product-not-here': ['number', 'product', 'lane'],
  'quota-exceeded': ['usedKg', 'limitKg', 'netKg'],
  'tare-missing': ['plate', 'weightKg'],
  'tare-other-site': ['tareSite', 'tareAt', 'approved'],
  'tare-off-history': ['group', 'weightKg', 'usualKg', 'bandKg', 'weighings'],
  'pair-unknown': ['plate', 'trailer'],
  'pair-changed': ['trailer', 'before'],
  'wrong-lane': ['lane', 'serves', 'weightKg'],
  'position-unproved': ['lane'],
  'passage-unproved': ['lane'],
  'lane-attended': ['since', 'reason'],
  'weight-untrusted': ['since', 'reason'],
  'remote-control': ['since'],
  'weight-step': ['stepKg', 'leastKg', 'atMs'],
  'curve-smooth': ['noiseKg', 'usualKg', 'readings'],
  'curve-shape': ['overKg', 'leastKg', 'form'],
  'zero-not-returned': ['beforeKg', 'afterKg', 'bandKg'],
  'zero-drifting': ['zeroKg', 'bandKg', 'hours'],
  'half-on': ['why', 'weightKg'],
  'two-trucks': ['why', 'weightKg'],
  'moved-while-weighing': ['movedKg', 'leastKg'],
  'weighed-until-fits': ['times', 'spreadKg', 'within'],
  'sensor-stuck': ['sensor', 'visits'],
  'sensor-masked': ['sensor', 'forMs'],
  'camera-blind': ['camera', 'unread', 'visits'],
  tailgate: ['why'],
  'wrong-way': ['side'],
  'check-weighing-due': ['lastAt', 'hours'],
  'check-weighing-off': ['knownKg', 'shownKg', 'limitKg', 'checkedAt'],
  'scale-seal-broken': ['seal', 'foundAt'],
} as const satisfies Record<FindingCode, readonly string[]>

/** A finding with exactly the facts its row names: a missing or a foreign one does not compile. */
export const finding = <C extends FindingCode>(
  code: C,
  facts: {
    readonly [Name in (typeof FACTS_OF)[C][number]]: string | number | boolean | null
  },
): BareFinding => ({ code, facts: facts as Facts })
