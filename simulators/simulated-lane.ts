import { boardDialect } from '#dialects/board/board-dialects'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import type { Clock } from '#edge/clock'
import { type BoardSimulator, boardSimulator } from './board.ts'
import { type CameraSimulator, cameraSimulator } from './camera.ts'
import { type DetectorSimulator, detectorSimulator } from './detector.ts'
import { type LanePlant, lanePlant, type Vehicle } from './lane-plant.ts'
import { type Line, openLine } from './line.ts'
import type { LaneConfig, MineConfig } from './mine-config.ts'
import type { Random } from './random.ts'
import { type ReaderSimulator, readerSimulator } from './reader.ts'
import { type ScaleSimulator, scaleSimulator } from './scale.ts'
import type { Tape } from './tape.ts'
import { type PassHow, type Traffic, traffic, type Went } from './traffic.ts'
import { type Trick, trickOn } from './tricks.ts'
import type { Truth } from './truth.ts'
import { EIGHT_N_ONE } from './uart.ts'
import { openUdpLine } from './udp-line.ts'

/** One lane's iron and every device on it, each at an address an agent can be configured with. */
export interface SimulatedLane {
  readonly lane: string
  readonly plant: LanePlant
  readonly scale: ScaleSimulator
  readonly board: BoardSimulator
  /** Its cable; a board that is reached by datagrams has none to unplug. */
  readonly boardLine: Pick<Line, 'address' | 'write' | 'whenAttended' | 'unplug' | 'replug' | 'stop'>
  readonly reader: ReaderSimulator
  readonly cameras: { readonly front: CameraSimulator; readonly rear: CameraSimulator }
  /** Of remote controls; wired to the board only where the configuration says so. */
  readonly detector: DetectorSimulator
  readonly addresses: { readonly scale: string; readonly board: string; readonly reader: string }
  /** Visits that are here or wait for this lane. */
  readonly waiting: Traffic['waiting']
  /** One vehicle comes and goes; it waits its turn. How it went away, or null when the mine stopped first. */
  pass(vehicle: Omit<Vehicle, 'drive'>, how: LanePassHow): Promise<Went | null>
  stop(): Promise<void>
}

export interface LanePassHow extends PassHow {
  /** Held in front of the code reader while waiting at the entry. */
  readonly shows?: string
  /** Sent by the indicator in place of its own frames from the moment the truck drives on. */
  readonly tape?: Tape
  /** Done to this lane's equipment while it is here, and put right when it has gone. */
  readonly trick?: Trick
}

const OTHER = { front: 'rear', rear: 'front' } as const

export async function simulatedLane(options: {
  readonly config: LaneConfig
  readonly site: Pick<MineConfig, 'folder' | 'lanBroker'>
  readonly clock: Clock
  readonly random: Random
  readonly log: (text: string) => void
  readonly onTruth: (truth: Truth) => void
}): Promise<SimulatedLane> {
  const { config, site, clock, random, log, onTruth } = options
  const dialect = scaleDialect(config.scale.dialect)
  if (!dialect) throw new Error(`${config.lane}: no scale dialect is named ${config.scale.dialect}`)

  const cameraOf = (serialNumber: string, layout: 'A' | 'B'): CameraSimulator =>
    cameraSimulator({ ...site.lanBroker, serialNumber, layout, clock })
  const cameras = { front: cameraOf(config.cameras.front, 'A'), rear: cameraOf(config.cameras.rear, 'B') }
  const detector = detectorSimulator(clock)
  const plant = lanePlant({
    lane: config.lane,
    clock,
    ...(config.gates === undefined ? {} : { gates: config.gates }),
    ...(config.bothWays === undefined ? {} : { bothWays: config.bothWays }),
    onTruth,
    // Of one from the second end, that end's camera sees the front.
    onTrigger: (look, vehicle) => cameras[vehicle.end === 'second' ? OTHER[look] : look].sees(vehicle[look]),
  })

  let board: BoardSimulator | null = null
  const lineOf = (of: { link: string; baud: number; tcpPort?: number }, onBytes: (bytes: Uint8Array) => void): Promise<Line> =>
    openLine({
      name: of.link,
      folder: site.folder,
      clock,
      log,
      onBytes,
      settings: { ...EIGHT_N_ONE, baud: of.baud },
      ...(of.tcpPort === undefined ? {} : { tcpPort: of.tcpPort }),
    })
  let indicator: ScaleSimulator | null = null
  const scaleLine = await lineOf(config.scale, (bytes) => indicator?.hear(bytes))
  const make = boardDialect(config.board.kind ?? 'waveshare')
  const toBoard = (bytes: Uint8Array): void => board?.hear(bytes)
  const boardLine =
    make.over === 'datagrams'
      ? { ...(await openUdpLine(toBoard)), unplug: () => undefined, replug: async () => undefined, whenAttended: async () => undefined }
      : await lineOf(config.board, toBoard)
  const reader = await readerSimulator(config.reader.port)
  const scale = scaleSimulator({
    line: scaleLine,
    dialect,
    eKg: config.eKg,
    clock,
    random: random.fork('scale'),
    weight: () => plant.weight(),
    time: () => plant.time(),
  })
  indicator = scale
  board = boardSimulator({
    kind: config.board.kind ?? 'waveshare',
    ...(make.takes.includes('unit') ? { unit: config.board.unitAddress } : {}),
    wiring: config.board,
    clock,
    random: random.fork('board'),
    line: boardLine,
    setOutput: plant.setOutput,
    sensor: (sensor) => plant.sensor(sensor),
    ...(config.detector === undefined
      ? {}
      : {
          contacts: new Map([
            [config.detector.signal, detector.signal],
            [config.detector.life, detector.life],
          ]),
        }),
  })
  const roads = traffic(plant, clock, log)

  const lane: SimulatedLane = {
    lane: config.lane,
    plant,
    scale,
    board,
    boardLine,
    reader,
    cameras,
    detector,
    addresses: { scale: scaleLine.address, board: boardLine.address, reader: reader.address },
    waiting: roads.waiting,
    async pass(vehicle, { shows, tape, trick, onMood, ...how }) {
      const play = trick ? trickOn(lane, trick, clock) : null
      const went = await roads.pass(vehicle, {
        ...how,
        onMood(mood) {
          play?.onMood(mood)
          if (mood.is === 'at-entry' && shows !== undefined) reader.show(shows)
          if (mood.is === 'driving-on' && tape) void scale.play(tape)
          onMood?.(mood)
        },
      })
      play?.over()
      return went
    },
    async stop() {
      roads.stop()
      board?.stop()
      detector.stop()
      await Promise.all([scale.stop(), boardLine.stop(), reader.stop(), cameras.front.stop(), cameras.rear.stop()])
    },
  }
  return lane
}
