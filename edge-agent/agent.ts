import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Clock } from '#edge/clock'
import type { LaneId } from '#edge/ids'
import { toIso } from '#edge/units'
import type { Software } from '#edge/weighing'
import { bookletDesk } from './booklets.ts'
import { checkTrucks } from './check-trucks.ts'
import { clockQuality } from './clock-quality.ts'
import { consolePlace } from './config/console.ts'
import { evidenceKept } from './config/evidence.ts'
import { slipLaneOf } from './config/printer.ts'
import { type EdgeConfig, rulesOf } from './config.ts'
import { agentConsole } from './console/console.ts'
import { localHttp } from './console/local-http.ts'
import { deviceAlarms } from './device-alarms.ts'
import { askedLines } from './devices/asked-lines.ts'
import { httpListener } from './devices/http-listener.ts'
import { lanBroker } from './devices/lan-broker.ts'
import { LINK_RETRIES, retrySchedule } from './devices/retry-schedule.ts'
import { giveClaims } from './give-claims.ts'
import { type Health, healthOf } from './health.ts'
import { type AgentKey, verifierOf } from './keys.ts'
import { type Lane, openLane } from './lane.ts'
import { type LaneDevices, laneDevices } from './lane-devices.ts'
import type { Log } from './log.ts'
import type { LoopDelay } from './loop-delay.ts'
import { scaleWatch } from './scale-watch.ts'
import { type SlipLane, slips } from './slips.ts'
import { slowComputer } from './slow-computer.ts'
import { steadyClock } from './steady-clock.ts'
import { openStore, type Store } from './store/store.ts'
import { blobSender } from './sync/blobs.ts'
import { createUplink } from './sync/uplink.ts'

export interface AgentParts {
  readonly config: EdgeConfig
  readonly key: AgentKey
  readonly software: Software
  readonly clock: Clock
  /** How late the process that holds this agent comes to what it has to do. */
  readonly loop: LoopDelay
  readonly log: Log
  /** The store or our own logic broke: nothing may move any more, the process must end. */
  onBroken(error: Error): void
  /** Every chunk from a scale and every request to a relay board, as the operating system had it: where a bench holds its watch. */
  readonly taps: { onScaleBytes(lane: string, bytes: Uint8Array): void; onRelayBytes(lane: string, bytes: Uint8Array): void }
}

export interface Agent {
  start(): Promise<void>
  stop(): Promise<void>
  health(): Health
  readonly store: Store
}

/** One industrial PC at a site: its lanes, their iron, the store, and the way to the cloud. Works alone for as long as it must. */
export function createAgent(parts: AgentParts): Agent {
  const { config, key, software, log, loop } = parts
  const clock = steadyClock(parts.clock)
  const store = openStore({
    folder: config.folder,
    site: config.site,
    agent: config.agent,
    signer: key,
    issuer: verifierOf(config.cloud.issuers),
    software,
    clock,
    wall: parts.clock.now,
    clockQuality: () => clockQuality(parts.clock),
    evidence: evidenceKept(config.evidence),
    log: log.child({ part: 'store' }),
  })
  clock.goBy(store.time.best)
  const broker = lanBroker({ ...config.lanBroker, log: log.child({ part: 'lan-broker' }) })
  const listener = config.cameraListener
    ? httpListener({ ...config.cameraListener, clock, log: log.child({ part: 'camera-listener' }) })
    : null
  const ca = config.cloud.ca === undefined ? null : readFileSync(config.cloud.ca, 'utf8')
  const link = { site: config.site, agent: config.agent, store, signer: key, clock, chance: Math.random }
  const uplink = createUplink({
    ...link,
    url: config.cloud.mqtt,
    password: config.cloud.password ?? '',
    ca,
    software,
    log: log.child({ part: 'uplink' }),
  })
  const blobs = blobSender({ ...link, cloudUrl: config.cloud.https, ca, log: log.child({ part: 'blobs' }) })
  uplink.onDelivered(blobs.wake)
  uplink.onOrders((kinds) => {
    if (kinds.includes('send-blob')) blobs.wake()
    if (kinds.includes('claim'))
      giveClaims(
        store.claims.take(),
        lanes.map(({ lane }) => lane),
        clock.now,
      )
  })

  const alarms = deviceAlarms({ store, clock, onBroken: parts.onBroken })
  const lines = askedLines({
    clock,
    log: log.child({ part: 'scale-lines' }),
    schedule: retrySchedule({ ...LINK_RETRIES, chance: Math.random }),
  })
  const lanes = config.lanes.map((laneConfig) => {
    const lane: Lane = openLane({
      name: laneConfig.name,
      rules: rulesOf(config.site, laneConfig),
      store,
      clock,
      log: log.child({ lane: laneConfig.lane }),
      newCode: () => String(randomInt(100_000, 1_000_000)),
      onChanged: () => {
        settleClockWhenIdle()
        scales.changed(lane)
        show()
      },
      onBroken: parts.onBroken,
    })
    const devices: LaneDevices = laneDevices(laneConfig, lane, {
      houses: { broker, listener },
      lines,
      clock,
      log,
      onState: (state) => {
        alarms.heard(laneConfig.lane, state)
        show()
      },
      onScaleBytes: (bytes) => parts.taps.onScaleBytes(laneConfig.lane, bytes),
      onRelayBytes: (bytes) => parts.taps.onRelayBytes(laneConfig.lane, bytes),
    })
    const show = (): void => uplink.showLane(laneConfig.lane, () => lane.status(devices.all.map((device) => device.state())))
    return { lane, devices, config: laneConfig }
  })
  const scales = scaleWatch({ lanes: lanes.map(({ lane }) => lane), store, clock, onBroken: parts.onBroken })
  const slow = slowComputer({ loop, store, clock, onBroken: parts.onBroken })
  const slipLane = (lane: LaneId): SlipLane | null => {
    const found = lanes.find(({ lane: { rules } }) => rules.lane === lane)
    return found ? { ...slipLaneOf(found.config), printer: found.devices.printer } : null
  }
  const paper = slips({ site: config.site, store, signer: key, clock, log: log.child({ part: 'slips' }), lane: slipLane })
  store.onAppended(paper.released)
  store.onAppended(checkTrucks({ store, onBroken: parts.onBroken }))
  const booklets = bookletDesk({ store, darkSince: uplink.darkSince, log: log.child({ part: 'booklets' }) })
  /** A corrected wall clock is taken over only when no vehicle is anywhere. */
  const settleClockWhenIdle = (): void => {
    if (lanes.every(({ lane }) => lane.state().phase === 'idle')) clock.settle()
  }

  const screens = agentConsole({
    ...config,
    place: consolePlace(config.console),
    displayKey: config.console?.displayKey ?? null,
    software,
    keys: key,
    clock,
    store,
    link: uplink.state,
    lanes: lanes.map(({ lane, devices }) => ({ lane, devices: () => devices.all.map((device) => device.state()) })),
    booklets,
    log: log.child({ part: 'console' }),
  })

  let lanPort = 0
  let consolePort = 0
  let listenerPort = 0
  const health = (): Health =>
    healthOf({
      ...config,
      software,
      clock,
      key,
      store,
      loop: loop.lastMinute,
      link: uplink.state,
      lanBroker: () => ({ port: lanPort, strangers: broker.strangers() }),
      console: () => ({ ...consolePlace(config.console), port: consolePort, people: store.broken() ? null : screens.people.health() }),
      cameraListener: () => listener && { port: listenerPort, strangers: listener.strangers(), counters: listener.counters() },
      lanes: () =>
        lanes.map(({ lane, devices }) => ({
          ...lane.status(devices.all.map((device) => device.state())),
          name: lane.name,
          scale: lane.rules.scale,
          scaleState: store.scales.state(lane.rules.lane),
          counters: Object.fromEntries(devices.all.map((device) => [device.name, device.counters()])),
        })),
    })
  const local = localHttp({ folder: config.folder, site: config.site, agent: config.agent, health, store, slips: paper, booklets })

  return {
    store,
    health,
    async start() {
      store.start(parts.onBroken)
      await local.start()
      // A port that is taken (another program's broker) must not keep the lanes from weighing: cameras are then silent, and say so.
      lanPort = await broker.start().catch((error: Error) => {
        log.error({ reason: error.message }, 'the broker for cameras cannot listen')
        return 0
      })
      if (listener)
        listenerPort = await listener.start().catch((error: Error) => {
          log.error({ reason: error.message }, 'the listener for cameras cannot listen')
          return 0
        })
      consolePort = await screens.start().catch((error: Error) => {
        log.error({ reason: error.message }, 'the console cannot listen')
        return 0
      })
      for (const { lane, devices } of lanes) {
        lane.start(devices.iron)
        for (const device of devices.all) {
          await device.start()
          alarms.heard(lane.rules.lane, device.state())
        }
      }
      scales.start()
      slow.start()
      uplink.start()
      blobs.wake()
      log.info(
        { site: config.site, agent: config.agent, ...software, key: key.key, at: toIso(clock.now()), lanPort, consolePort },
        'the agent is ready',
      )
    },
    async stop() {
      for (const { lane, devices } of lanes) {
        lane.stop()
        await Promise.all(devices.all.map((device) => device.stop()))
      }
      alarms.stop()
      scales.stop()
      slow.stop()
      blobs.stop()
      await Promise.all([broker.stop(), listener?.stop(), screens.stop(), uplink.stop(), local.stop()])
      await store.close()
    },
  }
}
