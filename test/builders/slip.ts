import { type Identity, NO_HASH } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import type { SlipParts } from '#edge/slip'
import type { Weighing } from '#edge/weighing'
import { aTicket, aTicketNumber } from './ticket.ts'

/** A weighing as it stands in the ledger, and its slip. */
export const aWeighingRecord = (differing: Partial<Weighing> = {}): LedgerRecord<'weighing'> => ({
  v: 1,
  ...({ site: 'hongliu', agent: 'a1', epoch: '1-9f3a2b4c', seq: 17 } as Identity),
  prev: NO_HASH,
  suite: 'ed25519-sha256',
  key: '0123456789abcdef',
  kind: 'weighing',
  at: '2026-11-21T08:00:05Z',
  mono: 1,
  boot: '0000beef',
  clock: 'synchronised',
  body: {
    visit: 3,
    lane: 'north' as Weighing['lane'],
    scale: {
      eKg: 20,
      maxKg: 120_000,
      minKg: 400,
      serial: 'XK3190-0417',
      certificate: 'JJ-2026-0417',
      certificateUntil: '2027-04-01T00:00:00Z',
    },
    kind: 'gross',
    pass: 'coal',
    weightKg: 48_620,
    weighedAt: '2026-11-21T08:00:00Z',
    tare: { kg: 15_640, epoch: '1-9f3a2b4c' as Identity['epoch'], seq: 12, at: '2026-11-21T06:30:00Z' },
    netKg: 32_980,
    zeroBeforeKg: 0,
    settled: { by: 'computed', spreadKg: 20, readings: 25, overMs: 2_000 },
    sensors: [],
    sightings: [],
    vehicle: { plate: '陕K12345', colour: 'yellow', trailer: '陕K6780挂', match: 'same' },
    ticket: aTicketNumber(),
    plannedNetKg: 33_000,
    findings: [],
    verdict: 'open',
    policy: 1,
    operator: 'automatic',
    photos: [],
    tape: NO_HASH,
    software: { version: '0', legal: 'x' },
    ...differing,
  },
})

export const HASH = '9d2c7f0a51'.padEnd(64, '0')
export const someSlipParts = (differing: Partial<SlipParts> = {}): SlipParts => ({
  record: aWeighingRecord(),
  hash: HASH,
  laneName: '北磅',
  ticket: aTicket(),
  releasedBy: null,
  qr: 'PITGATE-SLIP1:ABC',
  reprint: 0,
  printedAt: '2026-11-21T08:00:06Z',
  title: null,
  ...differing,
})
