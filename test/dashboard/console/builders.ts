import type { ConsoleLane, ConsoleSite, ConsoleSnapshot, ConsoleWeighing, DriverDisplay } from '#edge/console'
import type { LaneId, TicketNumber } from '#edge/ids'
import type { LaneStatus } from '#edge/lane-status'
import { aStatus } from '../builders.ts'

/** Valid things as an agent says them; a test says only what differs. */
export const AT = '2026-11-21T06:00:00.000Z'
const ok = (device: string) => ({ device, state: 'ok' as const, since: AT, detail: '' })

type LaneDiffers = Partial<Omit<ConsoleLane, 'status' | 'scale'>> & {
  readonly status?: Partial<LaneStatus>
  readonly scale?: Partial<ConsoleLane['scale']>
}
export const aConsoleLane = ({ status = {}, scale = {}, ...differs }: LaneDiffers = {}): ConsoleLane => ({
  name: '北磅',
  status: aStatus({ at: AT, devices: [ok('scale'), ok('board'), ok('camera-front'), ok('camera-rear')], ...status }),
  visit: null,
  scale: {
    eKg: 20,
    maxKg: 120_000,
    minKg: 400,
    overload: false,
    zero: true,
    certificate: 'YL-2026-0142',
    certificateUntil: '2027-04-16T16:00:00.000Z',
    checkedAt: '2026-11-20T22:40:00.000Z',
    checkGood: true,
    sealBroken: null,
    zeros: [],
    ...scale,
  },
  plateConfidence: null,
  photos: [],
  ticket: null,
  said: null,
  until: null,
  attended: null,
  queue: [],
  acts: ['lift', 'attended-on'],
  ...differs,
})

/** A loaded truck that waits for a person, with two reasons. */
export const anAskingLane = (differs: LaneDiffers = {}): ConsoleLane =>
  aConsoleLane({
    visit: 318,
    plateConfidence: 82,
    ticket: {
      number: '610881-261121-7K3M9QX2A' as TicketNumber,
      carrierName: '驼运物流(示例)',
      consignee: '神木电厂(示例)',
      product: { coalClass: 'BN', category: 'FINE' },
      plannedNetKg: 32_500,
      remainingKg: 420,
      tareKg: 16_540,
      validUntil: '2026-11-22T06:00:00.000Z',
      state: 'checked-in',
    },
    said: { code: 'wait-for-operator', facts: { plate: '陕K83651', weightKg: 48_620 } },
    until: '2026-11-21T06:00:47.000Z',
    queue: ['蒙K20917', '陕K55120'],
    acts: ['release', 'refuse', 'lift', 'hold', 're-weigh', 'void', 'plate', 'attended-on'],
    ...differs,
    scale: { zero: false, ...differs.scale },
    status: {
      phase: 'asking',
      weightKg: 48_620,
      stable: true,
      plate: '陕K83651',
      plateColour: 'yellow',
      ticket: '610881-261121-7K3M9QX2A' as TicketNumber,
      verdict: 'ask',
      findings: [
        {
          code: 'tare-off-history',
          mode: 'enforce',
          facts: { group: 'whole', weightKg: 16_540, usualKg: 15_720, bandKg: 220, weighings: 14 },
        },
        { code: 'check-weighing-due', mode: 'warn', facts: { lastAt: '2026-11-20T22:40:00.000Z', hours: 24 } },
        { code: 'plate-near', mode: 'observe', facts: { seen: '陕K8365I', ticketPlate: '陕K83651', number: '610881-261121-7K3M9QX2A' } },
      ],
      ...differs.status,
    },
  })

export const aSite = (differs: Partial<ConsoleSite> = {}): ConsoleSite => ({
  site: 'hongliu',
  agent: 'a1',
  at: AT,
  clock: 'synchronised',
  link: { connected: false, since: '2026-11-21T03:12:00.000Z' },
  backlog: { records: 214, oldestAt: '2026-11-21T03:12:04.000Z', photos: 856 },
  policy: { version: 7, confirmedAt: '2026-11-21T03:11:30.000Z', stale: false },
  store: { broken: null, freeBytes: 182_000_000_000 },
  software: '0.4.0',
  ...differs,
})

export const aSnapshot = (differs: Partial<ConsoleSnapshot> = {}): ConsoleSnapshot => ({
  site: aSite(),
  lanes: [aConsoleLane()],
  person: null,
  secondPerson: ['lift', 'void'],
  ...differs,
})

export const aConsoleWeighing = (differs: Partial<ConsoleWeighing> = {}): ConsoleWeighing => ({
  id: 'hongliu.a1.1-9f3a2b4c.17',
  lane: 'north' as LaneId,
  at: AT,
  kind: 'gross',
  weightKg: 48_620,
  netKg: 32_740,
  plate: '陕K83651',
  ticket: null,
  verdict: 'open',
  findings: [],
  photos: [],
  ...differs,
})

export const aDisplay = (differs: Partial<DriverDisplay> = {}): DriverDisplay => ({
  lane: 'north' as LaneId,
  name: '北磅',
  at: AT,
  phase: 'idle',
  weightKg: 0,
  stable: true,
  plate: null,
  plateColour: 'unknown',
  verdict: null,
  findings: [],
  why: null,
  attended: false,
  said: null,
  until: null,
  ...differs,
})
