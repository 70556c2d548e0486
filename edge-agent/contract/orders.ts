import Type, { type Static, type TSchema } from 'typebox'
import { OperatorRoleSchema } from './acts.ts'
import { SignedBookletSchema, WithdrawBookletSchema } from './booklet.ts'
import { KnownTareSchema } from './history.ts'
import { HashSchema, LaneIdSchema, MomentSchema, oneOf, TicketNumberSchema } from './ids.ts'
import { PolicySchema } from './policy.ts'
import { KeyNameSchema, SuiteSchema, signedSchema } from './signed-schema.ts'
import { SignedTicketSchema } from './ticket.ts'

/** What the cloud tells a site, as a numbered stream of its own (DESIGN.md D7). Applied in order, each exactly once. */
export const RegisteredVehicleSchema = Type.Object({
  plate: Type.String({ maxLength: 12 }),
  /** `coal` trucks carry axle counts; `non-cargo` vehicles pass under a weight cap without a ticket. */
  use: oneOf(['coal', 'non-cargo']),
  what: Type.String({ maxLength: 40 }),
  capKg: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  axles: Type.Integer({ minimum: 0, maximum: 12 }),
  drivenAxles: Type.Integer({ minimum: 0, maximum: 4 }),
  combination: Type.Boolean(),
  suspended: Type.Boolean(),
  /** 检衡车: a vehicle whose weight is certified. Each time it is weighed it checks the scale. */
  knownKg: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Tags on the vehicle in hexadecimal, and cards of its drivers in their printed digits: a second identity beside the plate. */
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 8 })),
  cards: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 8 })),
})
export type RegisteredVehicle = Static<typeof RegisteredVehicleSchema>

export const SignedPolicySchema = signedSchema(PolicySchema)

export const OPERATOR_ID = /^[a-z0-9][a-z0-9._-]{0,31}$/
/**
 * A person who may sign in at this site's console, also with the cloud gone. The newest order about an id counts; `revoked` ends every
 * session at once. Credentials travel as argon2id in the PHC string form and never as the words themselves.
 */
export const OperatorSchema = Type.Object({
  id: Type.String({ pattern: OPERATOR_ID.source }),
  name: Type.String({ minLength: 1, maxLength: 40 }),
  role: OperatorRoleSchema,
  /** `$argon2id$v=19$m=…`; a PIN of at least six digits or a password. */
  credential: Type.String({ pattern: '^\\$argon2id\\$', maxLength: 200 }),
  revoked: Type.Boolean(),
})
export type Operator = Static<typeof OperatorSchema>

/** A driver at the lane sent the one-time code of its sign with his ticket: he is here, and it is his. */
export const ClaimSchema = Type.Object({
  /** Null: at whichever lane's sign shows this code. A driver need not know what his lane is called. */
  lane: Type.Union([LaneIdSchema, Type.Null()]),
  code: Type.String({ pattern: '^[0-9]{4,8}$' }),
  number: TicketNumberSchema,
  at: MomentSchema,
})
export type Claim = Static<typeof ClaimSchema>

/** What this site may still ticket in a month (Asia/Shanghai). */
export const QuotaSchema = Type.Object({
  month: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$' }),
  limitKg: Type.Integer({ minimum: 0 }),
})
export type Quota = Static<typeof QuotaSchema>

export const ORDER_BODIES = {
  ticket: SignedTicketSchema,
  'void-ticket': Type.Object({ number: TicketNumberSchema, reason: Type.String({ maxLength: 200 }), state: oneOf(['voided', 'expired']) }),
  policy: SignedPolicySchema,
  vehicle: RegisteredVehicleSchema,
  /** Asks for the tape or a photo with this hash; it travels by HTTPS, after the records. */
  'send-blob': Type.Object({ hash: HashSchema }),
  operator: OperatorSchema,
  /** A truck's tare from another site's ledger. */
  tare: KnownTareSchema,
  claim: ClaimSchema,
  quota: QuotaSchema,
  /** Tickets signed ahead, for hours without a cloud. */
  booklet: SignedBookletSchema,
  'withdraw-booklet': WithdrawBookletSchema,
} as const satisfies Record<string, TSchema>
export type OrderKind = keyof typeof ORDER_BODIES
export type OrderBody<K extends OrderKind = OrderKind> = Static<(typeof ORDER_BODIES)[K]>

/** An order's canonical bytes travel and are hashed exactly like a record's; `prev` links them, the head is signed by the issuer. */
export const OrderEnvelopeSchema = Type.Object({
  v: Type.Literal(1),
  site: Type.String({ maxLength: 32 }),
  agent: Type.String({ maxLength: 32 }),
  epoch: Type.String({ maxLength: 20 }),
  seq: Type.Integer({ minimum: 1 }),
  prev: HashSchema,
  suite: SuiteSchema,
  key: KeyNameSchema,
  kind: Type.Unsafe<OrderKind>(Type.String({ maxLength: 24 })),
  at: MomentSchema,
})
export type Order<K extends OrderKind = OrderKind> = Static<typeof OrderEnvelopeSchema> & { readonly kind: K; readonly body: OrderBody<K> }
