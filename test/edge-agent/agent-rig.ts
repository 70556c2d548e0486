import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type BoardKind, boardDialect } from '#dialects/board/board-dialects'
import { kfSign } from '#dialects/sign/kf'
import type { Clock } from '#edge/clock'
import type { Policy } from '#edge/policy'
import { signBody } from '#edge/seal'
import type { Ticket } from '#edge/ticket'
import { fromIso } from '#edge/units'
import type { ScaleRecord } from '#edge/weighing'
import { type Agent, createAgent } from '../../edge-agent/agent.ts'
import type { CameraConfig } from '../../edge-agent/config/cameras.ts'
import type { ConsoleConfig } from '../../edge-agent/config/console.ts'
import { type EdgeConfig, readConfig } from '../../edge-agent/config.ts'
import type { Health } from '../../edge-agent/health.ts'
import { type AgentKey, agentKey } from '../../edge-agent/keys.ts'
import { createLog } from '../../edge-agent/log.ts'
import type { LoopDelay } from '../../edge-agent/loop-delay.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { simulatorClock } from '../../simulators/clock.ts'
import { type Line, openLine } from '../../simulators/line.ts'
import type { LaneConfig } from '../../simulators/mine-config.ts'
import { freePort } from '../../simulators/ports.ts'
import { random } from '../../simulators/random.ts'
import { type SignSimulator, signSimulator } from '../../simulators/sign.ts'
import { type LanePassHow, type SimulatedLane, simulatedLane } from '../../simulators/simulated-lane.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'
import type { Truth } from '../../simulators/truth.ts'
import { quietLoop } from './quiet-loop.ts'
import { ironOf, type LaneKind, wiresOf } from './rig-layout.ts'
import { anOrderStream, aPolicy, aSignedTicket, LANE, SITE } from './store/store-rig.ts'

/** A real agent on a simulated lane: pty indicator and relay board, code reader over TCP, two cameras over MQTT. No cloud answers. */
export interface AgentRig {
  /** The one that runs now. */
  readonly agent: Agent
  readonly config: EdgeConfig
  readonly mine: SimulatedLane
  readonly truth: readonly Truth[]
  readonly broke: readonly Error[]
  lane(): Health['lanes'][number]
  device(name: string): Health['lanes'][number]['devices'][number]
  /** The cloud's side of its orders, and the key they are signed with. */
  readonly orders: ReturnType<typeof anOrderStream>
  readonly issuer: AgentKey
  /** What the sign at the exit's end shows, its lines as one; nothing where there is none. */
  signShows(): string
  /** A ticket more in its book, as the cloud would send it. */
  issues(ticket: Partial<Ticket>): void
  /** Where its console listens. */
  readonly consoleUrl: string
  /** A truck with this plate and weight drives over. */
  pass(plate: string, weightKg: number, how?: Partial<LanePassHow>): ReturnType<SimulatedLane['pass']>
  exitPulses(): number
  /** The power is cut at this very moment, and comes back: what was on disk is there, and another agent starts over it. */
  cut(): Promise<void>
  close(): Promise<void>
}

const CAMERAS = { front: '3a1c7f20-00000011', rear: '3a1c7f20-00000012' }
/** Inside the validity of the store rig's ticket, whatever day it is. */
const SHOWN_START = fromIso('2026-11-21T08:00:00Z') as number

export async function agentRig(
  options: {
    readonly speed?: number
    readonly lanPort?: number
    readonly scaleLine?: string
    readonly board?: BoardKind
    /** The console's part of the configuration. */
    readonly console?: ConsoleConfig
    /** What differs in the scale's legal record. */
    readonly scaleRecord?: Partial<ScaleRecord>
    /** What differs in the policy of the first hour. */
    readonly policy?: Partial<Policy>
    /** The indicator's language, and the profile that names it. */
    readonly indicator?: { readonly dialect: string; readonly profile: string }
    /** Where cameras push over HTTP, and those that do, beside the two of the lane. */
    readonly pushing?: { readonly port: number; readonly cameras: readonly CameraConfig[] }
    /** What kind of lane it is; two barriers, one way, with every sensor where nothing is said. */
    readonly lane?: LaneKind
    /** A LED sign at the exit's end. */
    readonly signAtExit?: boolean
    /** How late the process is; never, where nothing is said. */
    readonly loop?: LoopDelay
    /** The agent's clock, where somebody sets it: the world's goes on as it was. */
    readonly set?: (clock: Clock) => Clock
  } = {},
): Promise<AgentRig> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-agent-'))
  const scale = { speed: options.speed ?? 10, realStart: Date.now(), shownStart: SHOWN_START }
  const lanPort = options.lanPort ?? (await freePort())
  const truth: Truth[] = []
  const kind = options.board ?? 'waveshare'
  const laneKind = options.lane ?? {}
  const wires = wiresOf(laneKind)
  const mine = await simulatedLane({
    config: {
      lane: LANE,
      eKg: 20,
      scale: { link: 'scale', baud: 9_600, dialect: options.indicator?.dialect ?? 'yaohua-tf0' },
      board: { link: 'board', baud: 38_400, kind, unitAddress: 1, ...wires },
      cameras: CAMERAS,
      reader: { port: 0 },
      ...ironOf(laneKind),
    } satisfies LaneConfig,
    site: { folder: join(folder, 'lines'), lanBroker: { url: `mqtt://127.0.0.1:${lanPort}` } },
    clock: simulatorClock(scale),
    random: random(1),
    log: () => {},
    onTruth: (one) => truth.push(one),
  })
  const sign = options.signAtExit ? await aSign(join(folder, 'lines'), simulatorClock(scale)) : null
  const issuer = agentKey(join(folder, 'issuer.key'))
  const file = join(folder, 'edge.yaml')
  writeFileSync(
    file,
    stringify({
      site: SITE,
      agent: 'a1',
      folder: './edge',
      cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: { [issuer.key]: issuer.publicKey } },
      lanBroker: { host: '127.0.0.1', port: lanPort },
      console: { port: 0, ...options.console },
      ...(options.pushing === undefined ? {} : { cameraListener: { host: '127.0.0.1', port: options.pushing.port } }),
      lanes: [
        {
          lane: LANE,
          name: '北磅',
          scaleRecord: {
            eKg: 20,
            maxKg: 120_000,
            minKg: 400,
            serial: 'XK3190',
            certificate: 'YL-1',
            certificateUntil: '2036-01-01T00:00:00Z',
            ...options.scaleRecord,
          },
          scale: {
            address: `${mine.addresses.scale.split('?')[0]}?${options.scaleLine ?? 'baud=9600'}`,
            ...(options.indicator === undefined ? { dialect: 'yaohua-tf0', unit: 'kg' } : { profile: options.indicator.profile }),
          },
          board: {
            address: mine.addresses.board,
            ...(kind === 'waveshare' ? {} : { kind }),
            ...(boardDialect(kind).takes.includes('unit') ? { unitAddress: 1 } : {}),
            ...wires,
          },
          cameras: [
            { side: 'front', serialNumber: CAMERAS.front },
            { side: 'rear', serialNumber: CAMERAS.rear },
            ...(options.pushing?.cameras ?? []),
          ],
          reader: { address: mine.addresses.reader },
          ...(laneKind.layout === undefined ? {} : { layout: laneKind.layout }),
          ...(sign === null ? {} : { signs: [{ at: 'exit', dialect: 'kf', address: sign.line.address }] }),
        },
      ],
    }),
  )
  const reading = readConfig(file)
  if (!reading.ok) throw new Error(reading.sentence)
  const { config } = reading
  const broke: Error[] = []
  const anAgent = (): Agent =>
    createAgent({
      config,
      key: agentKey(join(config.folder, 'agent.key')),
      software: { version: 'rig', legal: 'rig' },
      clock: (options.set ?? ((clock) => clock))(nodeClock(scale)),
      loop: options.loop ?? quietLoop,
      log: createLog('rig', 'silent'),
      onBroken: (error) => broke.push(error),
      taps: { onScaleBytes: () => {}, onRelayBytes: () => {} },
    })
  let agent = anAgent()
  const orders = anOrderStream(issuer)
  agent.store.orders.apply(
    orders.batch(
      { kind: 'policy', body: signBody('policy', aPolicy(options.policy), issuer) },
      { kind: 'ticket', body: aSignedTicket(issuer) },
    ),
  )
  agent.store.policies.confirm()
  await agent.start()

  const lane = (): Health['lanes'][number] => agent.health().lanes[0] as Health['lanes'][number]
  return {
    get agent() {
      return agent
    },
    config,
    mine,
    truth,
    broke,
    orders,
    issuer,
    consoleUrl: `http://${options.console?.host ?? '127.0.0.1'}:${agent.health().console.port}`,
    lane,
    device(name) {
      const found = lane().devices.find(({ device }) => device === name)
      if (!found) throw new Error(`the lane has no ${name}`)
      return found
    },
    pass(plate, weightKg, how = {}) {
      const look = { text: plate, colour: 'yellow' } as const
      return mine.pass({ plate, truck: { body: bodyOf(6), weightKg, seed: 7 }, front: look, rear: look }, { temper: 'patient', ...how })
    },
    signShows: () => sign?.sign.showing().join('') ?? '',
    issues(ticket) {
      agent.store.orders.apply(orders.batch({ kind: 'ticket', body: aSignedTicket(issuer, ticket) }))
    },
    exitPulses: () => truth.filter((one) => one.kind === 'relay' && one.output === 'exitOpen' && one.on).length,
    async cut() {
      // Whatever the dying one still writes goes to a folder that nobody reads again.
      const image = `${config.folder}-image`
      cpSync(config.folder, image, { recursive: true })
      await agent.stop()
      rmSync(config.folder, { recursive: true })
      renameSync(image, config.folder)
      agent = anAgent()
      await agent.start()
    },
    async close() {
      await mine.stop()
      await agent.stop()
      await sign?.line.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** On a line of its own. */
async function aSign(folder: string, clock: Clock): Promise<{ readonly line: Line; readonly sign: SignSimulator }> {
  let hears = (_: Uint8Array): void => {}
  const line = await openLine({ name: 'sign', folder, clock, log: () => {}, onBytes: (bytes) => hears(bytes) })
  const sign = signSimulator({ dialect: kfSign, line })
  hears = sign.hear
  return { line, sign }
}
