import Type, { type Static } from 'typebox'
import { FindingSchema } from './findings.ts'
import { KilogramsSchema, LaneIdSchema, MomentSchema, oneOf, TicketNumberSchema } from './ids.ts'
import { PlateColourSchema } from './ticket.ts'
import { VerdictSchema } from './weighing.ts'

export const PHASES = [
  'starting',
  'idle',
  'arriving',
  'boarding',
  'positioning',
  'settling',
  'asking',
  'released',
  'held',
  'blocked',
  'clearing',
] as const
export type Phase = (typeof PHASES)[number]
export const PhaseSchema = oneOf(PHASES)

/** `silent` and `lost` always come with since when; a device never heard since the start is `unheard`. */
export const DeviceStateSchema = Type.Object({
  device: Type.String({ maxLength: 40 }),
  state: oneOf(['ok', 'silent', 'lost', 'unheard']),
  since: MomentSchema,
  detail: Type.String({ maxLength: 160 }),
})
export type DeviceState = Static<typeof DeviceStateSchema>

/** Telemetry: the lane as it is this moment. Lossy by nature; never evidence. */
export const LaneStatusSchema = Type.Object({
  lane: LaneIdSchema,
  at: MomentSchema,
  phase: PhaseSchema,
  /** null when no fresh reading exists: an old weight is never shown as fresh. */
  weightKg: Type.Union([KilogramsSchema, Type.Null()]),
  stable: Type.Boolean(),
  plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  plateColour: PlateColourSchema,
  ticket: Type.Union([TicketNumberSchema, Type.Null()]),
  verdict: Type.Union([VerdictSchema, Type.Null()]),
  findings: Type.Array(FindingSchema, { maxItems: 24 }),
  /** Why a lane is blocked or waits, as a code of `words`. */
  why: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
  entryGate: Type.Object({ commanded: Type.String({ maxLength: 12 }), sensed: Type.String({ maxLength: 12 }) }),
  exitGate: Type.Object({ commanded: Type.String({ maxLength: 12 }), sensed: Type.String({ maxLength: 12 }) }),
  siren: Type.Boolean(),
  devices: Type.Array(DeviceStateSchema, { maxItems: 16 }),
  /** Last 20 s of weight as [milliseconds before `at`, kg], newest last, for a small trace. */
  trace: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), { maxItems: 80 }),
})
export type LaneStatus = Static<typeof LaneStatusSchema>
