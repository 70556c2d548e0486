import Type, { type Static } from 'typebox'
import { ActEvidenceSchema, ManualActSchema } from './acts.ts'
import { GroupsSchema } from './axle-groups.ts'
import { CameraSideSchema } from './camera-side.ts'
import { FindingSchema } from './findings.ts'
import { BasisSchema } from './identity-basis.ts'
import {
  EpochSchema,
  HashSchema,
  IdentitySchema,
  KilogramsSchema,
  LaneIdSchema,
  MomentSchema,
  oneOf,
  SeqSchema,
  TicketNumberSchema,
} from './ids.ts'
import { PlateColourSchema } from './ticket.ts'

export { type CameraSide, CameraSideSchema } from './camera-side.ts'

/** 过磅: one vehicle's settled weight with everything needed to rebuild and re-judge it (DESIGN.md section 4; ≤ 4 kB). */
export const ScaleRecordSchema = Type.Object({
  eKg: Type.Integer({ minimum: 1, maximum: 1_000 }),
  maxKg: Type.Integer({ minimum: 1_000, maximum: 1_000_000 }),
  minKg: Type.Integer({ minimum: 0 }),
  serial: Type.String({ maxLength: 40 }),
  certificate: Type.String({ maxLength: 40 }),
  certificateUntil: MomentSchema,
  /** Number of the seal on the indicator's calibration switch, as the certificate or the last inspection has it. */
  seal: Type.Optional(Type.String({ maxLength: 40 })),
})
export type ScaleRecord = Static<typeof ScaleRecordSchema>

export const SENSORS = ['entry-loop', 'entry-beam', 'exit-beam', 'exit-loop', 'entry-arm-down', 'exit-arm-down'] as const
export type Sensor = (typeof SENSORS)[number]
export const SensorSchema = oneOf(SENSORS)

export const SeenSchema = Type.Object({
  camera: CameraSideSchema,
  at: MomentSchema,
  /** Normalised plate, or null for "no plate" and unreadable texts. */
  plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  raw: Type.String({ maxLength: 40 }),
  colour: PlateColourSchema,
  /** 0–100, comparable only within one camera model; null where the camera gives none. */
  confidence: Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()]),
})
export type Seen = Static<typeof SeenSchema>

export const VerdictSchema = oneOf(['open', 'hold', 'ask'])
export type VerdictWord = Static<typeof VerdictSchema>

export const TareSchema = Type.Object({ kg: KilogramsSchema, epoch: EpochSchema, seq: SeqSchema, at: MomentSchema })
export type Tare = Static<typeof TareSchema>

/** Why a vehicle is weighed once more without leaving: an operator's act, a driver's claim, a device that fell silent, or it had moved. */
export const AGAIN_BECAUSE = ['re-weigh', 'plate', 'claim', 'void', 'silence', 'restart', 'moved'] as const

/** What the pure machine writes; the shell adds `tape` and `software` and gives it its place in the ledger. */
export const WeighingDraftSchema = Type.Object({
  visit: Type.Integer({ minimum: 1 }),
  lane: LaneIdSchema,
  scale: ScaleRecordSchema,
  kind: oneOf(['tare', 'gross', 'check']),
  /** What the vehicle was doing: a coal load, a registered non-cargo pass, an empty exit, or unknown (no ticket matched). */
  pass: oneOf(['coal', 'non-cargo', 'empty-exit', 'unknown']),
  weightKg: KilogramsSchema,
  /** Of a tare, to compare later ones with; not where no landing was seen as it drove on. Records of before have none. */
  groupsKg: Type.Optional(GroupsSchema),
  weighedAt: MomentSchema,
  tare: Type.Union([TareSchema, Type.Null()]),
  netKg: Type.Union([KilogramsSchema, Type.Null()]),
  /** Weight of the empty platform before the vehicle came; null if none was seen since the last start. */
  zeroBeforeKg: Type.Union([KilogramsSchema, Type.Null()]),
  settled: Type.Object({
    by: oneOf(['indicator', 'computed']),
    spreadKg: Type.Integer({ minimum: 0 }),
    readings: Type.Integer({ minimum: 1 }),
    overMs: Type.Integer({ minimum: 0 }),
  }),
  /** Milliseconds before `weighedAt` (negative), sensor, on. At most the 40 newest. */
  sensors: Type.Array(Type.Tuple([Type.Integer(), SensorSchema, Type.Boolean()]), { maxItems: 40 }),
  sightings: Type.Array(SeenSchema, { maxItems: 12 }),
  vehicle: Type.Object({
    plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
    colour: PlateColourSchema,
    trailer: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
    /**
     * `tag`: no plate was read, a registered tag or card names the vehicle. `code`: its driver claimed the ticket with the one-time code on
     * the sign. `typed`: a person read the plate.
     */
    match: oneOf(['same', 'near', 'shown', 'register', 'tag', 'code', 'typed', 'none']),
    /** What the plate rests on; records of before the fusion of reads have none. */
    basis: Type.Optional(BasisSchema),
  }),
  ticket: Type.Union([TicketNumberSchema, Type.Null()]),
  plannedNetKg: Type.Union([Type.Integer(), Type.Null()]),
  findings: Type.Array(FindingSchema, { maxItems: 24 }),
  verdict: VerdictSchema,
  policy: Type.Integer({ minimum: 0 }),
  operator: Type.String({ maxLength: 40 }),
  /** Which weighing of this visit it is, and why there is more than one; the first says nothing. */
  again: Type.Optional(Type.Object({ nth: Type.Integer({ minimum: 2, maximum: 99 }), because: oneOf(AGAIN_BECAUSE) })),
})
export type WeighingDraft = Static<typeof WeighingDraftSchema>

export const SoftwareSchema = Type.Object({ version: Type.String({ maxLength: 40 }), legal: Type.String({ maxLength: 80 }) })
export type Software = Static<typeof SoftwareSchema>

export const WeighingSchema = Type.Object({
  ...WeighingDraftSchema.properties,
  /** Of this visit, by hash; which camera took each stands in `cameras`, in the same order. */
  photos: Type.Array(HashSchema, { maxItems: 8 }),
  cameras: Type.Optional(Type.Array(CameraSideSchema, { maxItems: 8 })),
  tape: HashSchema,
  software: SoftwareSchema,
})
export type Weighing = Static<typeof WeighingSchema>

/** 驶出: a vehicle physically crossed the exit. `token` is the open token it left on, or null for an escape. */
export const PassageSchema = Type.Object({
  lane: LaneIdSchema,
  /** Counted per lane; with the lane and epoch it is the occurrence an escape alarm is named by. */
  passage: Type.Integer({ minimum: 1 }),
  visit: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  weighing: Type.Union([SeqSchema, Type.Null()]),
  token: Type.Union([Type.String({ maxLength: 80 }), Type.Null()]),
  plate: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  ticket: Type.Union([TicketNumberSchema, Type.Null()]),
  zeroAfterKg: Type.Union([KilogramsSchema, Type.Null()]),
  /** What was noticed only as it left: a step before it drove off, a zero that did not return, a second vehicle behind it. */
  findings: Type.Optional(Type.Array(FindingSchema, { maxItems: 8 })),
})
export type Passage = Static<typeof PassageSchema>

/**
 * 放行决定 by a person: an answer to `ask`, or another manual act. Automatic decisions are the weighing's own verdict; `timed-out` is the
 * one nobody gave, `turned-back` says that a vehicle which had been let go reversed off instead of leaving, and that its ticket was given
 * back. `visit` is null for an act on a lane where nobody is.
 */
export const DecisionSchema = Type.Object({
  lane: LaneIdSchema,
  visit: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  weighing: Type.Union([SeqSchema, Type.Null()]),
  act: Type.Union([ManualActSchema, Type.Literal('timed-out'), Type.Literal('turned-back')]),
  reason: Type.String({ maxLength: 200 }),
  operator: Type.String({ maxLength: 40 }),
  note: Type.Optional(ActEvidenceSchema.properties.note),
  second: Type.Optional(ActEvidenceSchema.properties.second),
  photo: Type.Optional(ActEvidenceSchema.properties.photo),
  /** The gate of a `lift`. */
  gate: Type.Optional(oneOf(['entry', 'exit'])),
  /** The plate a person typed. */
  plate: Type.Optional(Type.String({ maxLength: 12 })),
})
export type Decision = Static<typeof DecisionSchema>

/** Photos of a weighing that came after its ink: evidence beside it, never instead of anything in it. */
export const PhotosSchema = Type.Object({
  lane: LaneIdSchema,
  visit: Type.Integer({ minimum: 1 }),
  weighing: Type.Union([SeqSchema, Type.Null()]),
  photos: Type.Array(Type.Object({ hash: HashSchema, camera: CameraSideSchema, at: MomentSchema }), { minItems: 1, maxItems: 8 }),
})
export type Photos = Static<typeof PhotosSchema>

/** What became of an open token: `unknown` after a crash or an unanswered board is the truth, and is never retried. */
export const GateOutcomeSchema = Type.Object({
  lane: LaneIdSchema,
  token: Type.String({ maxLength: 80 }),
  outcome: oneOf(['accepted', 'refused', 'unknown']),
  detail: Type.String({ maxLength: 120 }),
})
export type GateOutcome = Static<typeof GateOutcomeSchema>

/** First record of every epoch: why a new one began, and the head of the one before, if any is known. */
export const OpeningSchema = Type.Object({
  reason: oneOf(['first-start', 're-image', 'restore', 'rollback', 'store-lost']),
  before: Type.Union([IdentitySchema, Type.Null()]),
  beforeHash: Type.Union([HashSchema, Type.Null()]),
  software: SoftwareSchema,
})
export type Opening = Static<typeof OpeningSchema>
