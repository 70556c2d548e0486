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
  'vehicle-suspended': 'hold',
  'over-legal-limit': 'hold',
  'axles-unknown': 'note',
  'net-over-planned': 'hold',
  'net-under-planned': 'note',
  'gross-below-tare': 'hold',
  'tare-stale': 'ask',
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
export const finding = (code: FindingCode, facts: Facts = {}): BareFinding => ({ code, facts })
