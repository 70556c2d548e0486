import Type, { type Static, type TSchema } from 'typebox'
import { ActReasonSchema, ManualActSchema, OperatorRoleSchema } from './acts.ts'
import { CameraSideSchema } from './camera-side.ts'
import { FactsSchema, FindingSchema } from './findings.ts'
import { HashSchema, KilogramsSchema, LaneIdSchema, MomentSchema, oneOf, TicketNumberSchema } from './ids.ts'
import { LaneStatusSchema, PhaseSchema } from './lane-status.ts'
import { PlateColourSchema, ProductSchema, TicketSchema } from './ticket.ts'
import { VerdictSchema } from './weighing.ts'

/**
 * What the agent says to its own screens, the operator's console and the driver's display, over HTTP on the site's network with the cloud
 * gone. Reading needs no sign-in on the agent's own computer; acting does. Errors are `application/problem+json`.
 *
 *   GET    /api/console                the whole picture: `ConsoleSnapshot`
 *   GET    /api/console/stream         server-sent events: `lane` (ConsoleLane), `weight` (WeightTick, 10–20 Hz), `site` (ConsoleSite, 1 Hz)
 *   POST   /api/console/session        ConsoleSignIn → ConsolePerson; a cookie of this agent
 *   DELETE /api/console/session
 *   POST   /api/console/acts           ActRequest → ActDone: true only once it is sealed; at most once per `Idempotency-Key`
 *   POST   /api/console/scale-checks   ScaleCheckRequest → ActDone
 *   GET    /api/console/weighings      newest first: ConsoleWeighing[]; `?lane=`, `?limit=` (20, at most 100)
 *   GET    /api/console/why/{id}       ConsoleWhy, in the language of `?language=` (zh, en)
 *   GET    /api/console/photos/{hash}  the picture
 *   GET    /api/booklets               ConsoleBooklets: what may be drawn here while the cloud is away
 *   POST   /api/booklets/draw          BookletDraw → BookletDrawn: true only once it is sealed; at most once per `Idempotency-Key`
 *
 * The driver's display needs no sign-in anywhere: it carries the sentences to the driver and no fact that they do not name. A one-time code
 * is told on the agent's own computer, and elsewhere only with the `console.displayKey` of the configuration as `&key=`:
 *
 *   GET    /api/display?lane=          DriverDisplay
 *   GET    /api/display/stream?lane=   server-sent events: `display` (DriverDisplay) on every change, and at least once in a real second
 */
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const ConsoleTicketSchema = Type.Object({
  number: TicketNumberSchema,
  carrierName: Type.String(),
  consignee: Type.String(),
  product: ProductSchema,
  plannedNetKg: Type.Integer(),
  /** What this truck may still load: planned net less what stands on the scale beyond its tare; null before the tare. */
  remainingKg: orNull(Type.Integer()),
  tareKg: orNull(KilogramsSchema),
  validUntil: MomentSchema,
  state: Type.String(),
})

/** One lane as the console shows it: the status the cloud gets too, and what only the people at the lane need. */
export const ConsoleLaneSchema = Type.Object({
  name: Type.String(),
  status: LaneStatusSchema,
  /** Which vehicle's stay this is: what an act names, so that it never meets another vehicle. Null where nobody is. */
  visit: orNull(Type.Integer({ minimum: 1 })),
  scale: Type.Object({
    eKg: Type.Integer(),
    maxKg: Type.Integer(),
    minKg: Type.Integer(),
    overload: Type.Boolean(),
    /** Empty, and within a quarter of e of zero, as an indicator's own zero lamp. */
    zero: Type.Boolean(),
    certificate: Type.String(),
    certificateUntil: MomentSchema,
    /** Newest weighing of something known; null: never. */
    checkedAt: orNull(MomentSchema),
    checkGood: orNull(Type.Boolean()),
    sealBroken: orNull(Type.String()),
    zeros: Type.Array(Type.Tuple([MomentSchema, KilogramsSchema]), { maxItems: 48 }),
  }),
  /** 0–100, as the fusion of reads has it; null where no plate is known. */
  plateConfidence: orNull(Type.Integer()),
  photos: Type.Array(Type.Object({ hash: HashSchema, camera: orNull(CameraSideSchema), at: MomentSchema }), { maxItems: 8 }),
  ticket: orNull(ConsoleTicketSchema),
  /** The driver's present words, as the sign has them. */
  said: orNull(Type.Object({ code: Type.String(), facts: FactsSchema })),
  /** Until when an `ask` may be answered, or a wait lasts. */
  until: orNull(MomentSchema),
  attended: orNull(Type.Object({ since: MomentSchema, why: Type.String() })),
  /** Plates and tags seen waiting at the entry, oldest first. */
  queue: Type.Array(Type.String(), { maxItems: 8 }),
  /** Manual acts that mean something now. */
  acts: Type.Array(ManualActSchema),
})
export type ConsoleLane = Static<typeof ConsoleLaneSchema>

export const ConsoleSiteSchema = Type.Object({
  site: Type.String(),
  agent: Type.String(),
  at: MomentSchema,
  clock: Type.String(),
  /** Why the clock is `untrusted`: a term of words.ts; null where it is not. */
  clockWhy: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
  link: Type.Object({ connected: Type.Boolean(), since: orNull(MomentSchema) }),
  /** Records and pictures that have not reached the cloud. */
  backlog: Type.Object({ records: Type.Integer(), oldestAt: orNull(MomentSchema), photos: Type.Integer() }),
  policy: Type.Object({ version: Type.Integer(), confirmedAt: orNull(MomentSchema), stale: Type.Boolean() }),
  store: Type.Object({ broken: orNull(Type.String()), freeBytes: Type.Integer() }),
  software: Type.String(),
})
export type ConsoleSite = Static<typeof ConsoleSiteSchema>

export const ConsolePersonSchema = Type.Object({ id: Type.String(), name: Type.String(), role: OperatorRoleSchema })
export type ConsolePerson = Static<typeof ConsolePersonSchema>

export const ConsoleSnapshotSchema = Type.Object({
  site: ConsoleSiteSchema,
  lanes: Type.Array(ConsoleLaneSchema),
  person: orNull(ConsolePersonSchema),
  /** Acts that need a second person under the policy in force. */
  secondPerson: Type.Array(ManualActSchema),
})
export type ConsoleSnapshot = Static<typeof ConsoleSnapshotSchema>

/** [lane, milliseconds since 1970 of the agent's clock, kilograms, stable as the indicator says, null where it has no such word] */
export const WeightTickSchema = Type.Tuple([LaneIdSchema, Type.Integer(), Type.Integer(), orNull(Type.Boolean())])
export type WeightTick = Static<typeof WeightTickSchema>

/** A PIN of digits or a password. */
export const ConsoleSignInSchema = Type.Object({
  id: Type.String({ maxLength: 32 }),
  secret: Type.String({ minLength: 1, maxLength: 100 }),
})

export const ActRequestSchema = Type.Object({
  lane: LaneIdSchema,
  act: ManualActSchema,
  reason: ActReasonSchema,
  note: Type.String({ maxLength: 200 }),
  /** The visit on the screen when the person acted: another one there by now refuses the act. Null where nobody was. */
  visit: orNull(Type.Integer({ minimum: 1 })),
  gate: Type.Optional(oneOf(['entry', 'exit'])),
  plate: Type.Optional(Type.String({ maxLength: 20 })),
  /** The second person's own sign-in, where one is needed. */
  second: Type.Optional(ConsoleSignInSchema),
})
export type ActRequest = Static<typeof ActRequestSchema>
/** `record`: what was sealed, as identity text; the lane's phase after it. */
export const ActDoneSchema = Type.Object({ record: Type.String(), phase: Type.String() })
export type ActDone = Static<typeof ActDoneSchema>

export const ScaleCheckRequestSchema = Type.Object({
  lane: LaneIdSchema,
  what: oneOf(['known-weight', 'seal', 'zero-set']),
  knownKg: Type.Optional(KilogramsSchema),
  seal: Type.Optional(Type.String({ maxLength: 40 })),
  sealWhole: Type.Optional(Type.Boolean()),
  note: Type.String({ maxLength: 200 }),
})
export type ScaleCheckRequest = Static<typeof ScaleCheckRequestSchema>

/** One booklet (预授权票册) and what is left in it. */
export const ConsoleBookletSchema = Type.Object({
  booklet: Type.String({ maxLength: 27 }),
  carrierName: Type.String(),
  consignee: Type.String(),
  category: Type.String(),
  products: Type.Array(ProductSchema, { minItems: 1, maxItems: 20 }),
  /** Numbers it was signed with, and those not drawn yet. */
  count: Type.Integer({ minimum: 1 }),
  left: Type.Integer({ minimum: 0 }),
  /** Planned tonnes of all its tickets together, and what of them is not drawn yet. */
  mostKg: Type.Integer(),
  leftKg: Type.Integer(),
  mostEachKg: Type.Integer(),
  validFrom: MomentSchema,
  validUntil: MomentSchema,
  /** How long a ticket is valid from its drawing. */
  ticketHours: Type.Integer(),
  /** Why nothing may be drawn from it now, as a code; null: something may. */
  refusal: orNull(Type.String({ maxLength: 40 })),
})
export type ConsoleBooklet = Static<typeof ConsoleBookletSchema>

/** `dark`: the cloud has not been heard for so long that tickets are drawn here; with the cloud there they are issued there. */
export const ConsoleBookletsSchema = Type.Object({
  dark: Type.Boolean(),
  darkSince: orNull(MomentSchema),
  booklets: Type.Array(ConsoleBookletSchema),
})
export type ConsoleBooklets = Static<typeof ConsoleBookletsSchema>

/** `product`: its place in the booklet's list, from 0. */
export const BookletDrawSchema = Type.Object({
  booklet: Type.String({ maxLength: 27 }),
  plate: Type.String({ maxLength: 12 }),
  plateColour: PlateColourSchema,
  trailer: orNull(Type.String({ maxLength: 12 })),
  product: Type.Integer({ minimum: 0, maximum: 19 }),
  plannedNetKg: Type.Integer({ minimum: 1, maximum: 100_000 }),
})
export type BookletDraw = Static<typeof BookletDrawSchema>

export const BookletDrawnSchema = Type.Object({ ticket: TicketSchema, serial: Type.Integer({ minimum: 1 }) })
export type BookletDrawn = Static<typeof BookletDrawnSchema>

export const ConsoleWeighingSchema = Type.Object({
  id: Type.String(),
  lane: LaneIdSchema,
  at: MomentSchema,
  kind: Type.String(),
  weightKg: KilogramsSchema,
  netKg: orNull(KilogramsSchema),
  plate: orNull(Type.String()),
  ticket: orNull(Type.String()),
  verdict: Type.String(),
  findings: Type.Array(FindingSchema),
  photos: Type.Array(HashSchema),
})
export type ConsoleWeighing = Static<typeof ConsoleWeighingSchema>

/** Why the barrier did what it did, one sentence a line. */
export const ConsoleWhySchema = Type.Object({ lines: Type.Array(Type.String()) })
export type ConsoleWhy = Static<typeof ConsoleWhySchema>

/** What the driver may know of his lane; `said` of a one-time code is without the code for who must not see it. */
export const DriverDisplaySchema = Type.Object({
  lane: LaneIdSchema,
  name: Type.String(),
  at: MomentSchema,
  phase: PhaseSchema,
  weightKg: orNull(KilogramsSchema),
  stable: Type.Boolean(),
  plate: orNull(Type.String({ maxLength: 12 })),
  plateColour: PlateColourSchema,
  verdict: orNull(VerdictSchema),
  /** What keeps the barrier shut, with the facts of the driver's own sentences. */
  findings: Type.Array(FindingSchema, { maxItems: 24 }),
  /** Why the lane is blocked, as a code of `words`. */
  why: orNull(Type.String({ maxLength: 40 })),
  attended: Type.Boolean(),
  said: orNull(Type.Object({ code: Type.String(), facts: FactsSchema })),
  until: orNull(MomentSchema),
})
export type DriverDisplay = Static<typeof DriverDisplaySchema>
