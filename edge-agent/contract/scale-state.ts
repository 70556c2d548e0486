import Type, { type Static } from 'typebox'
import { KilogramsSchema, LaneIdSchema, MomentSchema, oneOf } from './ids.ts'

/**
 * 秤的计量状态: what the law and good practice ask of a scale besides its certificate: seals that are whole, a daily weighing of something
 * known, a zero that stays. A scale out of state can weigh; it cannot release where the policy enforces it (metrology-and-limits.md 3).
 */

/** A person looked at the scale: weighed something known, looked at a seal, or set zero with the platform empty. Sealed in the ledger. */
export const ScaleCheckSchema = Type.Object({
  lane: LaneIdSchema,
  what: oneOf(['known-weight', 'seal', 'zero-set']),
  /** `known-weight`: what stands there by its own certificate, and what the indicator showed at rest. */
  knownKg: Type.Union([KilogramsSchema, Type.Null()]),
  shownKg: Type.Union([KilogramsSchema, Type.Null()]),
  /** Largest difference allowed at that weight. */
  limitKg: Type.Union([KilogramsSchema, Type.Null()]),
  /** `seal`: its number as it stands there, and whether it is whole and the one on record. */
  seal: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
  good: Type.Boolean(),
  note: Type.String({ maxLength: 200 }),
  operator: Type.String({ minLength: 1, maxLength: 40 }),
})
export type ScaleCheck = Static<typeof ScaleCheckSchema>

/** What a lane knows of its scale's state when it judges. Null: never. */
export const ScaleStateSchema = Type.Object({
  /** Newest weighing of something known. */
  check: Type.Union([
    Type.Object({ at: MomentSchema, knownKg: KilogramsSchema, shownKg: KilogramsSchema, limitKg: KilogramsSchema, good: Type.Boolean() }),
    Type.Null(),
  ]),
  /** Newest look at a seal that was not good and has not been put right since. */
  seal: Type.Union([Type.Object({ at: MomentSchema, seal: Type.String({ maxLength: 40 }) }), Type.Null()]),
  /** The zero of the empty platform over time: oldest first, at most one an hour. */
  zeros: Type.Array(Type.Tuple([MomentSchema, KilogramsSchema]), { maxItems: 48 }),
})
export type ScaleState = Static<typeof ScaleStateSchema>
