import type { AlarmRow, Lane, WeighingRow } from '#cloud/api'
import type { LaneId, SiteId } from '#edge/ids'
import type { LaneStatus } from '#edge/lane-status'

/** Valid rows as the cloud sends them; a test says only what differs. */
export const anAlarm = (differs: Partial<AlarmRow> = {}): AlarmRow => ({
  id: 'hongliu.a1.1-9f3a2b4c.escape.north/7',
  kind: 'escape',
  severity: 'critical',
  state: 'unacknowledged',
  site: 'hongliu' as SiteId,
  siteName: '红柳沟煤矿',
  county: '610881',
  lane: 'north' as LaneId,
  occurrence: 'north/7',
  facts: { plate: '陕K83651', weightKg: 48_620 },
  raisedAt: '2026-11-21T06:00:00.000Z',
  storedAt: '2026-11-21T06:00:00.300Z',
  confirmed: false,
  acknowledgedBy: null,
  outcome: null,
  ...differs,
})

const closed = { commanded: 'closed', sensed: 'closed' } as const
export const aStatus = (differs: Partial<LaneStatus> = {}): LaneStatus => ({
  lane: 'north' as LaneId,
  at: '2026-11-21T06:00:00.000Z',
  phase: 'idle',
  weightKg: 0,
  stable: true,
  plate: null,
  plateColour: 'unknown',
  ticket: null,
  verdict: null,
  findings: [],
  why: null,
  entryGate: closed,
  exitGate: closed,
  siren: false,
  devices: [],
  trace: [],
  ...differs,
})

export const aLane = (differs: Partial<Lane> = {}): Lane => ({
  site: 'hongliu' as SiteId,
  siteName: '红柳沟煤矿',
  lane: 'north' as LaneId,
  name: '北磅',
  scale: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 'A9-1', certificate: 'c-1', certificateUntil: '2027-04-16T16:00:00.000Z' },
  status: null,
  heardAt: null,
  ...differs,
})

export const aWeighing = (differs: Partial<WeighingRow> = {}): WeighingRow => ({
  id: 'hongliu.a1.1-9f3a2b4c.17',
  site: 'hongliu' as SiteId,
  siteName: '红柳沟煤矿',
  lane: 'north' as LaneId,
  weighedAt: '2026-11-21T06:00:00.000Z',
  storedAt: '2026-11-21T06:00:00.200Z',
  kind: 'gross',
  pass: 'coal',
  weightKg: 48_620,
  netKg: 32_740,
  plate: '陕K83651',
  plateColour: 'yellow',
  ticket: null,
  carrierName: null,
  verdict: 'open',
  again: null,
  ...differs,
})
