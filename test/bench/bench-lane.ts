import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { canonical } from '#edge/canonical'
import { type Epoch, NO_HASH, type SiteId, type TicketNumber } from '#edge/ids'
import type { OrderBody, OrderKind } from '#edge/orders'
import { startingPolicy } from '#edge/policy'
import { signBody } from '#edge/seal'
import { ordersOf, signHead } from '#edge/stream'
import { ticketNumber } from '#edge/ticket'
import { toIso } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import { createAgent } from '../../edge-agent/agent.ts'
import type { EdgeConfig } from '../../edge-agent/config.ts'
import { type AgentKey, agentKey, hasher } from '../../edge-agent/keys.ts'
import { createLog } from '../../edge-agent/log.ts'
import { loopDelay } from '../../edge-agent/loop-delay.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { boardSimulator } from '../../simulators/board.ts'
import { cameraSimulator } from '../../simulators/camera.ts'
import { openLine } from '../../simulators/line.ts'
import { freePort } from '../../simulators/ports.ts'
import { random } from '../../simulators/random.ts'
import { eventually } from '../support/eventually.ts'

/** A real agent with one lane over unpaced kernel ptys, its store on this disk, the cloud out of reach; the bench plays the truck. */
export interface BenchLane {
  readonly agent: ReturnType<typeof createAgent>
  readonly sensors: Record<Sensor, boolean>
  readonly weight: { kg: number }
  /** A camera reads this plate until the lane lets it in, and the entry arm is seen up. */
  arrives(plate: string): Promise<void>
  phase(): string | undefined
  reach(phase: string): Promise<unknown>
  stop(): Promise<void>
}

/** Where a watch is held: each chunk read from the scale, each coil the agent orders on. */
export interface Watches {
  onScaleBytes?(): void
  onCoil?(output: keyof typeof OUTPUTS): void
}

export const PLATE_OF = (n: number): string => `陕K${String(30_000 + n)}`

const OUTPUTS = { entryOpen: 0, entryClose: 1, exitOpen: 2, exitClose: 3, entryGreen: 4, exitGreen: 5, siren: 6 }
const INPUTS = {
  'entry-loop': { input: 0 },
  'entry-beam': { input: 1 },
  'exit-beam': { input: 2 },
  'exit-loop': { input: 3 },
  'entry-arm-down': { input: 4 },
  'exit-arm-down': { input: 5 },
}
/** A lane that loses no time of its own, to ask many decisions in a minute. */
export const QUICK_RULES = {
  emptyForSeconds: 0.5,
  settleForSeconds: 1,
  settleReadings: 4,
  positionedForSeconds: 0.2,
  clearForSeconds: 0,
  repeatWithinSeconds: 0,
}

export async function benchLane(options: {
  readonly speed: number
  readonly rules: Readonly<Record<string, number>>
  /** Trucks with a ticket: `PLATE_OF(0)` and on. */
  readonly tickets: number
  /** Records that wait for the cloud before anything begins. */
  readonly waiting: number
  readonly watches: Watches
}): Promise<BenchLane> {
  const { speed, rules, tickets, waiting, watches } = options
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-lane-'))
  const clock = nodeClock({ speed, realStart: Date.now(), shownStart: Date.now() })
  const weight = { kg: 0 }
  const sensors: Record<Sensor, boolean> = {
    'entry-loop': false,
    'entry-beam': false,
    'exit-beam': false,
    'exit-loop': false,
    'entry-arm-down': true,
    'exit-arm-down': true,
  }
  const log = createLog('bench', 'silent')
  const line = (name: string, onBytes: (bytes: Uint8Array) => void) =>
    openLine({ name, folder, clock, log: () => {}, onBytes, unpaced: true })
  const scaleLine = await line('scale', () => {})
  let board: ReturnType<typeof boardSimulator> | null = null
  const boardLine = await line('board', (bytes) => board?.hear(bytes))
  board = boardSimulator({
    unit: 1,
    wiring: { outputs: OUTPUTS, inputs: INPUTS },
    clock,
    random: random(1),
    line: boardLine,
    sensor: (sensor) => sensors[sensor],
    setOutput: (output, on) => {
      if (!on) return
      if (output === 'entryOpen') sensors['entry-arm-down'] = false
      if (output === 'entryClose') sensors['entry-arm-down'] = true
      if (output === 'exitOpen') sensors['exit-arm-down'] = false
      if (output === 'exitClose') sensors['exit-arm-down'] = true
    },
  })
  const lanPort = await freePort()
  const issuer = agentKey(join(folder, 'issuer.key'))
  const config = configFor(folder, lanPort, { scale: scaleLine.address, board: boardLine.address }, issuer, rules)

  const agent = createAgent({
    config,
    key: agentKey(join(folder, 'agent.key')),
    software: { version: 'bench', legal: 'bench' },
    clock,
    loop: loopDelay(clock),
    log,
    onBroken: (error) => {
      throw error
    },
    taps: {
      onScaleBytes: () => watches.onScaleBytes?.(),
      onRelayBytes: (_, bytes) => {
        const coil = ordered(bytes)
        if (coil !== null) watches.onCoil?.(coil)
      },
    },
  })
  fillBook(agent.store, issuer, tickets, toIso(clock.now()))
  for (let n = 0; n < waiting; n += 1) agent.store.returned({ kind: 'clock', occurrence: `bench-${n}` })
  await agent.start()
  const camera = cameraSimulator({ url: `mqtt://127.0.0.1:${lanPort}`, serialNumber: 'bench-camera', layout: 'A', clock })
  // A truck is never quite still; one that were would be taken for a drawn curve.
  let beats = 0
  const shaken = (): number => (weight.kg === 0 ? 0 : weight.kg + 20 * (beats++ % 2))
  const beat = setInterval(() => scaleLine.write(yaohuaTf0.encode({ digits: shaken(), decimals: 0 })), BEAT_MS)
  const phase = (): string | undefined => agent.health().lanes[0]?.phase
  return {
    agent,
    sensors,
    weight,
    phase,
    reach: (wanted) =>
      eventually(() => phase() === wanted, { within: 30_000 }).catch((error) => {
        throw new Error(`the lane is not ${wanted}: ${JSON.stringify(agent.health().lanes[0])}`, { cause: error })
      }),
    arrives: async (plate) => {
      await eventually(
        async () => {
          camera.sees({ text: plate, colour: 'yellow' })
          return phase() !== 'idle'
        },
        { within: 20_000 },
      )
      await eventually(() => agent.health().lanes[0]?.entryGate.sensed === 'open')
    },
    async stop() {
      clearInterval(beat)
      await camera.stop()
      await agent.stop()
      board?.stop()
      await Promise.all([scaleLine.stop(), boardLine.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
/** Real milliseconds between two readings. */
const BEAT_MS = 8

/** Modbus "write single coil" as this board takes it: 02 is a pulse, 00 with FF holds it on. */
function ordered(bytes: Uint8Array): keyof typeof OUTPUTS | null {
  const [, what, how, output, value] = bytes
  if (what !== 0x05 || !(how === 0x02 || (how === 0x00 && value === 0xff))) return null
  return (Object.keys(OUTPUTS) as (keyof typeof OUTPUTS)[]).find((name) => OUTPUTS[name] === output) ?? null
}

/** What the cloud would have ordered: a policy, and a ticket for each truck. */
function fillBook(store: ReturnType<typeof createAgent>['store'], issuer: AgentKey, trucks: number, now: string): void {
  const until = new Date(Date.parse(now) + 40 * 3_600_000).toISOString()
  const tickets = Array.from(
    { length: trucks },
    (_, n): OrderBody<'ticket'> =>
      signBody(
        'ticket',
        {
          number: ticketNumber('610881', '261121', Buffer.from(hasher.hash(`ticket ${n}`), 'hex')) as TicketNumber,
          site: 'bench' as SiteId,
          category: 'out-of-city',
          carrier: 'bench-carrier',
          carrierName: 'bench',
          consignee: 'bench',
          plate: PLATE_OF(n),
          plateColour: 'yellow',
          trailer: null,
          axles: 6,
          drivenAxles: 2,
          product: { coalClass: 'BN', category: 'LUMP' },
          plannedNetKg: 31_200,
          validFrom: new Date(Date.parse(now) - 3_600_000).toISOString(),
          validUntil: until,
          issuedAt: now,
          policy: 1,
        } as OrderBody<'ticket'>['body'],
        issuer,
      ),
  )
  const bodies: [OrderKind, OrderBody][] = [
    ['policy', signBody('policy', startingPolicy(now), issuer)],
    ...tickets.map((ticket): [OrderKind, OrderBody] => ['ticket', ticket]),
  ]
  const epoch = '1-00000000' as Epoch
  let prev = NO_HASH
  const lines = bodies.map(([kind, body], at) => {
    const bytes = canonical({
      v: 1,
      site: 'bench',
      agent: 'a1',
      epoch,
      seq: at + 1,
      prev,
      suite: issuer.suite,
      key: issuer.key,
      kind,
      at: now,
      body,
    })
    prev = hasher.hash(bytes)
    return { bytes, signature: null }
  })
  const head = signHead(ordersOf('bench', 'a1'), { epoch, seq: lines.length, hash: prev }, issuer)
  store.orders.apply({ epoch, from: 1, lines, head })
  store.policies.confirm()
}

function configFor(
  folder: string,
  lanPort: number,
  addresses: { scale: string; board: string },
  issuer: AgentKey,
  rules: object,
): EdgeConfig {
  return {
    site: 'bench',
    agent: 'a1',
    folder: join(folder, 'edge'),
    cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: { [issuer.key]: issuer.publicKey } },
    lanBroker: { host: '127.0.0.1', port: lanPort },
    lanes: [
      {
        lane: 'one',
        name: 'bench',
        scaleRecord: {
          eKg: 20,
          maxKg: 120_000,
          minKg: 400,
          serial: 'bench',
          certificate: 'bench',
          certificateUntil: '2036-01-01T00:00:00Z',
        },
        scale: { address: addresses.scale, dialect: 'yaohua-tf0', unit: 'kg' },
        board: { address: addresses.board, unitAddress: 1, outputs: OUTPUTS, inputs: INPUTS },
        cameras: [{ side: 'front', serialNumber: 'bench-camera' }],
        rules,
      },
    ],
  } as unknown as EdgeConfig
}
