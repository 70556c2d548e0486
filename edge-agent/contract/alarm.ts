import Type, { type Static } from 'typebox'
import { FactsSchema } from './findings.ts'
import { LaneIdSchema, oneOf } from './ids.ts'

/** 报警: something a person must deal with (DOMAIN.md section 8). Three severities; critical stays rare. */
export const ALARM_KINDS = {
  escape: 'critical',
  'forced-gate': 'critical',
  tailgate: 'critical',
  'drive-off': 'critical',
  'held-vehicle-left': 'critical',
  'manual-lift': 'high',
  overload: 'high',
  'ticket-mismatch': 'high',
  'ticket-reuse': 'high',
  'tare-anomaly': 'high',
  'weight-curve': 'high',
  'zero-drift': 'medium',
  'scale-certificate': 'medium',
  'device-silent': 'high',
  'agent-silent': 'high',
  clock: 'medium',
  'slow-computer': 'medium',
  'disk-space': 'high',
  'disk-full': 'critical',
  store: 'critical',
  'sequence-gap': 'high',
  conflict: 'critical',
  'seal-broken': 'critical',
  quarantine: 'high',
  quota: 'medium',
  'implausible-ticket': 'medium',
  'dark-lane': 'high',
  'booklet-gap': 'high',
  'booklet-over-age': 'high',
} as const satisfies Record<string, 'critical' | 'high' | 'medium'>
export type AlarmKind = keyof typeof ALARM_KINDS
export const AlarmKindSchema = oneOf(Object.keys(ALARM_KINDS) as AlarmKind[])
export const SeveritySchema = oneOf(['critical', 'high', 'medium'])
export type Severity = Static<typeof SeveritySchema>

/**
 * An alarm as the edge raises it. `occurrence` comes from the plant event (lane and passage or visit number, device name), never
 * from time, so edge and cloud finding the same thing meet on one row: (site, agent, epoch, kind, occurrence).
 */
export const AlarmSchema = Type.Object({
  kind: AlarmKindSchema,
  severity: SeveritySchema,
  lane: Type.Union([LaneIdSchema, Type.Null()]),
  occurrence: Type.String({ maxLength: 80 }),
  facts: FactsSchema,
})
export type Alarm = Static<typeof AlarmSchema>

/** The cause is over (a device speaks again). Escapes and tampering never return by themselves. */
export const AlarmReturnedSchema = Type.Object({ kind: AlarmKindSchema, occurrence: Type.String({ maxLength: 80 }) })
export type AlarmReturned = Static<typeof AlarmReturnedSchema>

export const LATCHED: ReadonlySet<AlarmKind> = new Set([
  'escape',
  'forced-gate',
  'tailgate',
  'drive-off',
  'held-vehicle-left',
  'manual-lift',
  'conflict',
  'seal-broken',
  'store',
  'booklet-gap',
  'booklet-over-age',
])

/** Life after ISA-18.2, the part this house has today: assign, shelve and escalate are furniture for later. */
export const ALARM_STATES = ['unacknowledged', 'acknowledged', 'returned', 'closed'] as const
export type AlarmState = (typeof ALARM_STATES)[number]
export type AlarmAct = 'acknowledge' | 'return' | 'close'
const LIFE: Record<AlarmState, Partial<Record<AlarmAct, AlarmState>>> = {
  unacknowledged: { acknowledge: 'acknowledged', return: 'returned' },
  acknowledged: { return: 'returned', close: 'closed' },
  returned: { acknowledge: 'returned', close: 'closed' },
  closed: {},
}
/** The state after an act, or null where that act is not allowed now. */
export const nextAlarmState = (from: AlarmState, act: AlarmAct): AlarmState | null => LIFE[from][act] ?? null
