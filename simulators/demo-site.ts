import { join } from 'node:path'
import type { LaneId, SiteId } from '#edge/ids'
import type { Seeded } from './demo-setup.ts'
import type { MineConfig } from './mine-config.ts'

/** The demo site, 红柳沟煤矿(示例) in 神木市: two lanes, each with indicator, relay board, code reader and two plate cameras. */
export interface DemoSite {
  readonly site: string
  readonly agent: string
  readonly data: string
  readonly port: number
  readonly ports: {
    readonly database: number
    readonly broker: number
    readonly lan: number
    readonly readers: readonly number[]
  }
  /** Port of the agent's console; its own default where nothing is said. */
  readonly console?: number
  /** `DEMO_LANES` where nothing is said. */
  readonly lanes?: readonly DemoLane[]
}

/** One lane of a simulated site: what both sides of its lines are configured with. */
export interface DemoLane {
  readonly lane: string
  readonly name: string
  readonly serial: string
  readonly cameras: { readonly front: string; readonly rear: string }
  /** Barriers it has; both where nothing is said. */
  readonly gates?: 'both' | 'exit'
  /** A detector of remote controls hangs at the board's last two inputs. */
  readonly detector?: boolean
  /** An accelerated day: so much longer may scale and board be quiet, or a computer that stalls for a moment looks like a dead device. */
  readonly patient?: boolean
  /** More of the agent's configuration of this lane: `layout`, `rules`. */
  readonly more?: object
}

export const DEMO_LANES: readonly DemoLane[] = [
  {
    lane: 'north',
    name: '北磅',
    serial: 'XK3190-DEMO-01',
    cameras: { front: '3a1c7f20-00000011', rear: '3a1c7f20-00000012' },
  },
  {
    lane: 'south',
    name: '南磅',
    serial: 'XK3190-DEMO-02',
    cameras: { front: '3a1c7f20-00000021', rear: '3a1c7f20-00000022' },
  },
]

const OUTPUTS = {
  entryOpen: 0,
  entryClose: 1,
  exitOpen: 2,
  exitClose: 3,
  entryGreen: 4,
  exitGreen: 5,
  siren: 6,
}
const INPUTS = {
  'entry-loop': { input: 0 },
  'entry-beam': { input: 1 },
  'exit-beam': { input: 2 },
  'exit-loop': { input: 3 },
  'entry-arm-down': { input: 4 },
  'exit-arm-down': { input: 5 },
}
const DETECTOR = { signal: { input: 6 }, life: { input: 7 } }
/** Without its barrier an entry has neither its relays nor the contact of its arm. */
function wiringOf({ gates = 'both' }: DemoLane) {
  if (gates === 'both') return { outputs: OUTPUTS, inputs: INPUTS }
  const { entryOpen: _open, entryClose: _close, ...outputs } = OUTPUTS
  const { 'entry-arm-down': _arm, ...inputs } = INPUTS
  return { outputs, inputs }
}

/** Where the simulated hardware makes its lines, so that both sides know the address before either runs. */
const line = (site: DemoSite, lane: string, device: string): string => join(site.data, 'lines', `${lane}-${device}`)
const lanesOf = ({ lanes = DEMO_LANES }: DemoSite): readonly DemoLane[] => lanes
const LAN_CAMERA = { user: 'camera', password: 'demo-camera' }

/** Where the embedded PostgreSQL writes its process number. */
export const databasePidFile = (folder: string): string => join(folder, 'cloud', 'database', 'data', 'postmaster.pid')

/** `edge.yaml` of the demo's agent. */
export function edgeConfig(site: DemoSite, issuers: Readonly<Record<string, string>>): object {
  return {
    site: site.site,
    agent: site.agent,
    folder: join(site.data, 'edge'),
    cloud: {
      mqtt: `mqtt://127.0.0.1:${site.ports.broker}`,
      passwordFile: join(site.data, 'mqtt-password'),
      https: `http://127.0.0.1:${site.port}`,
      issuers,
    },
    lanBroker: { host: '127.0.0.1', port: site.ports.lan, ...LAN_CAMERA },
    ...(site.console === undefined ? {} : { console: { port: site.console } }),
    lanes: lanesOf(site).map((of, at) => ({
      lane: of.lane,
      name: of.name,
      scaleRecord: {
        eKg: 20,
        maxKg: 120_000,
        minKg: 400,
        serial: of.serial,
        certificate: `YL-JD-DEMO-0${at + 1}`,
        certificateUntil: '2036-12-31T00:00:00Z',
      },
      scale: {
        address: `serial://${line(site, of.lane, 'scale')}?baud=9600`,
        dialect: 'yaohua-tf0',
        unit: 'kg',
        ...(of.patient ? { silentAfterSeconds: 10 } : {}),
      },
      board: {
        address: `serial://${line(site, of.lane, 'board')}?baud=38400`,
        unitAddress: 1,
        ...(of.patient ? { answerWithinMilliseconds: 1_500 } : {}),
        ...wiringOf(of),
      },
      cameras: [
        { side: 'front', serialNumber: of.cameras.front },
        { side: 'rear', serialNumber: of.cameras.rear },
      ],
      reader: { address: `tcp://127.0.0.1:${site.ports.readers[at]}` },
      ...(of.detector ? { detector: DETECTOR } : {}),
      ...of.more,
    })),
  }
}

/** `mine.yaml` of the simulators: the other end of the same lines, and the API keys the drivers fetch their tickets with. */
export function mineConfig(site: DemoSite, seed: number, seeded: Seeded): MineConfig {
  return {
    site: site.site as SiteId,
    seed,
    folder: join(site.data, 'lines'),
    lanBroker: { url: `mqtt://127.0.0.1:${site.ports.lan}`, ...LAN_CAMERA },
    cloud: { url: `http://127.0.0.1:${site.port}`, keys: [...seeded.keys] },
    trucks: seeded.trucks,
    nonCargo: seeded.nonCargo,
    lanes: lanesOf(site).map((of, at) => ({
      lane: of.lane as LaneId,
      eKg: 20,
      scale: { link: `${of.lane}-scale`, baud: 9600, dialect: 'yaohua-tf0' },
      board: {
        link: `${of.lane}-board`,
        baud: 38400,
        unitAddress: 1,
        ...wiringOf(of),
      },
      cameras: of.cameras,
      reader: { port: site.ports.readers[at] ?? 0 },
      ...(of.gates === 'exit' ? { gates: ['exit' as const] } : {}),
      ...(of.detector ? { detector: { signal: DETECTOR.signal.input, life: DETECTOR.life.input } } : {}),
    })),
  }
}
