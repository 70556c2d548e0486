import Type from 'typebox'
import { HashSchema, oneOf } from './ids.ts'

/**
 * Manual acts (DOMAIN.md section 6): what a person may do at a lane, why, and who. Each is a sealed record; each manual lift raises its
 * own alarm. `release` and `refuse` answer an `ask` or a hold; the others change what the lane does next.
 */
export const MANUAL_ACTS = [
  /** 放行: lets the vehicle go that waits for a person or is held. */
  'release',
  /** 拒绝: answers an `ask` with a hold. */
  'refuse',
  /** 抬杆: opens a gate although no verdict allows it; alarmed. */
  'lift',
  /** 扣留: holds the vehicle that is here, also one that was let go and has not left. */
  'hold',
  /** 重新称重: weighs the vehicle that is here once more; the weighing before it stays. */
  're-weigh',
  /** 作废: voids the newest weighing of this visit; the vehicle backs off. */
  'void',
  /** 手工录入车牌: a plate read by a person's eye. */
  'plate',
  /** 人工值守 on and off: every opening waits for a person. */
  'attended-on',
  'attended-off',
  /** 恢复: a person has looked at a lane that does nothing by itself any more. */
  'resume',
] as const
export type ManualAct = (typeof MANUAL_ACTS)[number]
export const ManualActSchema = oneOf(MANUAL_ACTS)

/** Why. `other` asks for words of at least five letters. */
export const ACT_REASONS = [
  'plate-unreadable',
  'camera-failed',
  'scale-failed',
  'barrier-failed',
  'checked-by-eye',
  'papers-checked',
  'tipped-off',
  'vehicle-stuck',
  'emergency',
  'regulator-order',
  'wrong-vehicle',
  'moved-on-scale',
  'maintenance',
  'other',
] as const
export type ActReason = (typeof ACT_REASONS)[number]
export const ActReasonSchema = oneOf(ACT_REASONS)

/** Who a person at a site is. A `supervisor` may do everything, and may confirm what needs a second person. */
export const OPERATOR_ROLES = ['operator', 'supervisor'] as const
export type OperatorRole = (typeof OPERATOR_ROLES)[number]
export const OperatorRoleSchema = oneOf(OPERATOR_ROLES)

/**
 * Acts that need a second person where no policy says otherwise: a lift, which needs no verdict at all, and a void, which unsays a weight.
 * The release of a held vehicle is judged by one person, with a reason, a photo and an alarm; a policy that wants two lists it.
 */
export const SECOND_PERSON_ACTS: readonly ManualAct[] = ['lift', 'void']

/** What stands behind a manual act beside the act itself; all of it is in the sealed decision. */
export const ActEvidenceSchema = Type.Object({
  reason: ActReasonSchema,
  /** The person's own words; may be empty where the reason says enough. */
  note: Type.String({ maxLength: 200 }),
  operator: Type.String({ minLength: 1, maxLength: 40 }),
  /** Who confirmed it with a sign-in of his own; never the same person. */
  second: Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()]),
  /** The photo taken at that moment, or null where no camera answered. */
  photo: Type.Union([HashSchema, Type.Null()]),
})
