import Type, { type Static } from 'typebox'
import { ManualActSchema } from './acts.ts'
import { type BareFinding, FINDINGS, type Finding, type FindingCode, type Mode, ModeSchema } from './findings.ts'
import { MomentSchema } from './ids.ts'
import type { Instant } from './units.ts'

export const RuleSchema = Type.Object({
  mode: ModeSchema,
  basis: Type.String({ maxLength: 200 }),
  /** Who answers for this rule, where it is not the policy's owner. */
  owner: Type.Optional(Type.String({ maxLength: 120 })),
  /** The rule counts from and until these moments; outside them the finding runs as `otherwise`. */
  from: Type.Optional(MomentSchema),
  until: Type.Optional(MomentSchema),
})

/**
 * Which rule runs in which mode, since when, on what legal basis. Nothing blocks a truck unless a policy says so (DOMAIN.md 1).
 * Signed by the issuer, versioned, sent to a site as an order; the version is in every weighing it judged.
 */
export const PolicySchema = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  issuedAt: MomentSchema,
  owner: Type.String({ maxLength: 120 }),
  /** Modes by finding code; what is not named runs as `otherwise`. */
  rules: Type.Record(Type.String({ maxLength: 40 }), RuleSchema),
  otherwise: ModeSchema,
  /** A near plate is accepted when exactly one open ticket of this site fits it. */
  acceptNearPlate: Type.Boolean(),
  /** How long an operator has to act on an `ask` before it becomes a hold. */
  askSeconds: Type.Integer({ minimum: 5, maximum: 3_600 }),
  /** Added to the tolerance computed from the scale's e. */
  allowanceKg: Type.Integer({ minimum: 0, maximum: 5_000 }),
  tareValidHours: Type.Integer({ minimum: 1, maximum: 8_760 }),
  /** Since the cloud last confirmed this policy: a warning, then a person at the lane. */
  staleAfterHours: Type.Integer({ minimum: 1 }),
  attendedAfterHours: Type.Integer({ minimum: 1 }),
  /** Manual acts that need a second person; without it `SECOND_PERSON_ACTS`. */
  secondPerson: Type.Optional(Type.Array(ManualActSchema, { maxItems: 16 })),
  /** One-pass lanes: a truck's stored tare counts for so many hours. Without it a tare is weighed for every load. */
  storedTareHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8_760 })),
  /** A tare weighed at another site counts when that scale is approved. */
  tareOfOtherSites: Type.Optional(Type.Boolean()),
  /** A known weight is weighed at least this often. Without it nobody is reminded. */
  checkWeighingHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8_760 })),
})
export type Policy = Static<typeof PolicySchema>

/** How a finding counts at a moment, and on whose word. `named`: a rule of the policy says so, and not its `otherwise`. */
export interface RuleInForce {
  readonly mode: Mode
  /** Empty where no rule names this finding. */
  readonly basis: string
  readonly owner: string
  readonly from: string | null
  readonly until: string | null
  readonly named: boolean
}

/** The rule for a finding at this moment. One that is not in force yet, or no longer, is as if it were not there. */
export function ruleOf(policy: Policy, code: FindingCode, at: Instant): RuleInForce {
  const rule = Object.hasOwn(policy.rules, code) ? policy.rules[code] : undefined
  if (rule === undefined || !isInForce(rule, at))
    return { mode: policy.otherwise, basis: '', owner: policy.owner, from: null, until: null, named: false }
  const { mode, basis, owner = policy.owner, from = null, until = null } = rule
  return { mode, basis, owner, from, until, named: true }
}

/** From its first moment on, and no more at its last. */
const isInForce = ({ from, until }: Policy['rules'][string], at: Instant): boolean =>
  (from === undefined || at >= Date.parse(from)) && (until === undefined || at < Date.parse(until))

export const modeOf = (policy: Policy, code: FindingCode, at: Instant): Mode => ruleOf(policy, code, at).mode

/** Gives each bare finding the mode it has at this moment. A code this version does not know is enforced: doubt never opens a gate. */
export function judge(findings: readonly BareFinding[], policy: Policy, at: Instant): Finding[] {
  return findings.map(({ code, facts }) => ({ code, facts, mode: Object.hasOwn(FINDINGS, code) ? modeOf(policy, code, at) : 'enforce' }))
}

/** The policy of a new installation: what the law asks everywhere, enforced; the rest as the founders would run it. */
export function startingPolicy(issuedAt: string): Policy {
  const ticketRule = { mode: 'enforce', basis: '电子煤票管理办法(示范)' } as const
  return {
    version: 1,
    issuedAt,
    owner: '榆林市能源局(演示)',
    rules: {
      'over-legal-limit': { mode: 'enforce', basis: '交通运输部令2016年第62号;源头单位不得放行超限超载车辆' },
      'no-ticket': ticketRule,
      'ticket-other-truck': ticketRule,
      'ticket-used': ticketRule,
      'plate-near': { mode: 'observe', basis: '近似车牌唯一匹配,留痕' },
      'net-under-planned': { mode: 'observe', basis: '统计' },
      'scale-certificate-expired': { mode: 'warn', basis: 'JJG 539 强制检定' },
      'zero-off': { mode: 'warn', basis: 'JJG 539' },
      'tare-stale': { mode: 'warn', basis: '皮重时效' },
      'check-weighing-due': { mode: 'warn', basis: '日常校核' },
      'quota-exceeded': { mode: 'observe', basis: '配额统计' },
      'sensor-masked': { mode: 'warn', basis: '设备巡检' },
      'sensor-stuck': { mode: 'warn', basis: '设备巡检' },
      // What is noted and keeps nobody: enforced, it would be called so on every screen.
      'pair-unknown': { mode: 'observe', basis: '车挂组合留痕' },
      'tare-other-site': { mode: 'observe', basis: '他站皮重留痕' },
      'empty-exit': { mode: 'observe', basis: '空车驶出留痕' },
      'position-unproved': { mode: 'observe', basis: '磅道设备情况' },
      'passage-unproved': { mode: 'observe', basis: '磅道设备情况' },
      'plate-colour-other': { mode: 'warn', basis: 'GA 36 号牌颜色' },
      'axles-unknown': { mode: 'warn', basis: '车辆登记' },
      'camera-blind': { mode: 'warn', basis: '设备巡检' },
      'zero-not-returned': { mode: 'warn', basis: 'JJG 539' },
      'policy-stale': { mode: 'warn', basis: '策略时效' },
      'clock-untrusted': { mode: 'warn', basis: '设备时钟' },
    },
    otherwise: 'enforce',
    acceptNearPlate: true,
    askSeconds: 60,
    allowanceKg: 300,
    tareValidHours: 24,
    staleAfterHours: 24,
    attendedAfterHours: 168,
    checkWeighingHours: 24,
  }
}
