import Type, { type Static, type TSchema } from 'typebox'
import { AgentIdSchema, EpochSchema, HashSchema, MomentSchema, SiteIdSchema } from './ids.ts'
import { LaneStatusSchema } from './lane-status.ts'
import { ClockQualitySchema } from './records.ts'
import { NonceSchema, TimeAnchorSchema } from './time-anchor.ts'
import { SoftwareSchema } from './weighing.ts'

/**
 * The table of everything that travels between a site and the cloud: topic ↔ schema ↔ direction ↔ QoS ↔ retained. Each room walks
 * it at start and refuses to run if a message it should handle has no handler. MQTT 3.1.1, clean sessions (DESIGN.md D7).
 */
const HeadSchema = Type.Object({ epoch: EpochSchema, seq: Type.Integer({ minimum: 0 }), hash: HashSchema })
export const SignedHeadSchema = Type.Object({
  ...HeadSchema.properties,
  key: Type.String({ maxLength: 16 }),
  signature: Type.String({ maxLength: 200 }),
})

export const ReceiptSchema = Type.Object({
  epoch: EpochSchema,
  upto: Type.Integer({ minimum: 0 }),
  hash: HashSchema,
  missing: Type.Array(Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]), { maxItems: 64 }),
  beside: Type.Optional(HashSchema),
  besideFrom: Type.Optional(Type.Integer({ minimum: 1 })),
  /** What time it is, where the hello this answers asked. */
  time: Type.Optional(TimeAnchorSchema),
})

export const HelloSchema = Type.Object({
  v: Type.Literal(1),
  site: SiteIdSchema,
  agent: AgentIdSchema,
  boot: Type.String({ pattern: '^[0-9a-f]{8}$' }),
  at: MomentSchema,
  clock: ClockQualitySchema,
  /** Head of the ledger stream, signed; null before the first record. */
  records: Type.Union([SignedHeadSchema, Type.Null()]),
  /** Head of the orders applied here; null before the first order. */
  orders: Type.Union([HeadSchema, Type.Null()]),
  book: Type.Object({ tickets: Type.Integer({ minimum: 0 }), hash: HashSchema }),
  policy: Type.Integer({ minimum: 0 }),
  backlog: Type.Object({ records: Type.Integer({ minimum: 0 }), oldest: Type.Union([MomentSchema, Type.Null()]) }),
  software: SoftwareSchema,
  /**
   * Heads of older epochs: those with records still waiting for a receipt, oldest first, then in turn the others, so that a cloud put back
   * to a backup hears of all it has lost.
   */
  waiting: Type.Array(SignedHeadSchema, { maxItems: 8 }),
  /**
   * Epochs whose records up to here the cloud asks for, because it was put back to a backup, and this agent no longer holds: receipted long
   * ago and dropped. Signed as `goneOf`, so that no other head can be shown for it.
   */
  gone: Type.Optional(Type.Array(SignedHeadSchema, { maxItems: 8 })),
  /** Asks what time it is; see time-anchor.ts. */
  nonce: Type.Optional(NonceSchema),
})
export type Hello = Static<typeof HelloSchema>

export const PresenceSchema = Type.Object({ online: Type.Boolean(), boot: Type.String({ maxLength: 8 }), at: MomentSchema })
export const StatusSchema = Type.Object({ v: Type.Literal(1), lanes: Type.Array(LaneStatusSchema, { maxItems: 16 }) })
export type SiteStatus = Static<typeof StatusSchema>

/** `batch` payloads are the text of `stream.ts`, not JSON: they have no schema here. */
export interface Message {
  readonly direction: 'up' | 'down'
  readonly qos: 0 | 1
  readonly retained: boolean
  readonly payload: 'batch' | TSchema
}

export const MESSAGES = {
  ledger: { direction: 'up', qos: 1, retained: false, payload: 'batch' },
  /** One alarm record as a batch of one line, ahead of its place: believed by the record's own signature (D5). */
  express: { direction: 'up', qos: 1, retained: false, payload: 'batch' },
  hello: { direction: 'up', qos: 1, retained: false, payload: HelloSchema },
  status: { direction: 'up', qos: 0, retained: false, payload: StatusSchema },
  presence: { direction: 'up', qos: 1, retained: true, payload: PresenceSchema },
  receipt: { direction: 'down', qos: 1, retained: false, payload: ReceiptSchema },
  orders: { direction: 'down', qos: 1, retained: false, payload: 'batch' },
  'orders-receipt': { direction: 'up', qos: 1, retained: false, payload: ReceiptSchema },
} as const satisfies Record<string, Message>
export type MessageName = keyof typeof MESSAGES

export const topicOf = (site: string, agent: string, message: MessageName): string => `pitgate/v1/${site}/${agent}/${message}`
export function readTopic(topic: string): { site: string; agent: string; message: MessageName } | null {
  const [house, version, site, agent, message, ...rest] = topic.split('/')
  if (house !== 'pitgate' || version !== 'v1' || !site || !agent || rest.length > 0 || !message || !Object.hasOwn(MESSAGES, message))
    return null
  return { site, agent, message: message as MessageName }
}
export const messagesGoing = (direction: 'up' | 'down'): MessageName[] =>
  (Object.keys(MESSAGES) as MessageName[]).filter((name) => MESSAGES[name].direction === direction)
