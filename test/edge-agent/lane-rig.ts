import type { Policy } from '#edge/policy'
import type { SealedRecord } from '#edge/records'
import { signBody } from '#edge/seal'
import { Instant, Kilograms } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import type { SayCode } from '#edge/words/words'
import type { Gate } from '#weighing/vocabulary'
import { type Iron, type Lane, type LaneIron, openLane } from '../../edge-agent/lane.ts'
import { createLog } from '../../edge-agent/log.ts'
import type { Store, StoreParts } from '../../edge-agent/store/store.ts'
import { aSighting, shaking, someRules } from '../builders/lane.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { anOrderStream, aPolicy, aRig, aSignedTicket, LANE, type Rig } from './store/store-rig.ts'

/** A barrier order as the iron heard it, with what was in the store at that instant. */
export interface Heard {
  readonly gate: Gate
  readonly move: 'open' | 'close'
  readonly storedPhase: string | undefined
  readonly newest: SealedRecord | null
}
export type Answer = Awaited<ReturnType<Iron['pulse']>> | 'never'

/** One start of a lane over a real store: a recording iron, and a vehicle played in manual time. */
export interface LaneLife {
  readonly store: Store
  readonly lane: Lane
  readonly heard: Heard[]
  readonly broke: Error[]
  /** What the driver was told, in order. */
  readonly said: SayCode[]
  /** What every camera was asked for a picture for, in order. */
  readonly photographed: string[]
  /** What the board answers from now on. */
  answer: Answer
  exitPulses(): number
  phase(): string
  /** Time passes: a reading every 80 ms of what stands there. */
  wait(milliseconds: number): Promise<void>
  sensor(sensor: Sensor, on: boolean): void
  seen(plate: string): void
  /** Every sensor as it stands, and the weight: a board and an indicator that speak again after a start. */
  speaks(): Promise<void>
  /** At the entry, read by the camera; invited. */
  arrives(): Promise<void>
  /** Its front axles are on the platform, its rear still at the entry. */
  rollsOn(kg: number): Promise<void>
  /** The entry side is clear behind it. */
  standsRight(): Promise<void>
  /** Arrives, drives on and stands still until it has been judged. */
  isWeighed(kg: number): Promise<void>
  leavesByExit(): Promise<void>
  /** Power is gone: nothing more is said to this life. The folder stays. */
  dies(): Promise<void>
}

export const PLATE = '陕K12345'

export interface LifeOptions {
  readonly spy?: (store: Store) => Store
  readonly onPulse?: (gate: Gate, move: 'open' | 'close') => void
}

/** The mine around the lane: what stands on it outlives the agent. */
export interface LaneWorld {
  readonly rig: Rig
  readonly clock: ManualClock
  readonly orders: ReturnType<typeof anOrderStream>
  /** A new start of the agent's lane over the same folder; `spy` stands between lane and store, `onPulse` sees a relay move as it moves. */
  start(options?: LifeOptions): LaneLife
  /** What stands on the platform, without anybody having said so. */
  platform: { kg: number; sensors: Partial<Record<Sensor, boolean>> }
  remove(): void
}

/** With a policy (confirmed unless told otherwise) and a ticket for `PLATE` in the book. */
export function laneWorld(different: Partial<StoreParts> = {}): LaneWorld {
  const clock = manualClock()
  const rig = aRig({ clock, ...different })
  const orders = anOrderStream(rig.issuer)
  const platform: LaneWorld['platform'] = {
    kg: 0,
    sensors: Object.fromEntries(SENSORS.map((sensor) => [sensor, sensor.endsWith('arm-down')])),
  }
  return {
    rig,
    clock,
    orders,
    platform,
    start: ({ spy = (store: Store) => store, onPulse = () => {} } = {}) => aLife({ rig, clock, platform, spy, onPulse }),
    remove: () => rig.remove(),
  }
}

/** What the cloud would have sent ahead of the truck. */
export function fillBook(
  { rig, orders }: LaneWorld,
  store: Store,
  { confirmed = true, policy = {} }: { readonly confirmed?: boolean; readonly policy?: Partial<Policy> } = {},
): void {
  store.orders.apply(
    orders.batch(
      { kind: 'policy', body: signBody('policy', { ...aPolicy(), ...policy }, rig.issuer) },
      { kind: 'ticket', body: aSignedTicket(rig.issuer) },
    ),
  )
  if (confirmed) store.policies.confirm()
}

export { bodiesOf, recordsOf } from './store/store-rig.ts'

function aLife({ rig, clock, platform, spy, onPulse }: Pick<LaneWorld, 'rig' | 'clock' | 'platform'> & Required<LifeOptions>): LaneLife {
  const store = rig.open()
  const heard: Heard[] = []
  const broke: Error[] = []
  const said: SayCode[] = []
  const photographed: string[] = []
  const lane = openLane({
    name: '北磅',
    rules: someRules({ lane: LANE }),
    store: spy(store),
    clock,
    log: createLog('test', 'silent'),
    newCode: () => '246813',
    onChanged: () => {},
    onBroken: (error) => broke.push(error),
  })
  const iron: LaneIron = {
    pulse(gate, move) {
      onPulse(gate, move)
      heard.push({ gate, move, storedPhase: store.laneState(LANE)?.phase, newest: store.record({ ...rig.parts, ...store.head() }) })
      return life.answer === 'never' ? new Promise(() => {}) : Promise.resolve(life.answer)
    },
    light: () => {},
    siren: () => {},
    tellDriver: (say) => {
      said.push(say)
    },
    photograph: (why) => {
      photographed.push(why)
    },
  }
  let known = { kg: platform.kg, since: clock.now() - 60_000 }
  const reading = (): void => {
    if (known.kg !== platform.kg) known = { kg: platform.kg, since: clock.now() }
    const weight = Kilograms(platform.kg + shaking(platform.kg, clock.now() - known.since))
    lane.tell({ kind: 'reading', at: clock.now(), weight, stable: null })
  }
  const life: LaneLife = {
    store,
    lane,
    heard,
    broke,
    said,
    photographed,
    answer: 'accepted',
    exitPulses: () => heard.filter(({ gate, move }) => gate === 'exit' && move === 'open').length,
    phase: () => lane.state().phase,
    async wait(milliseconds) {
      for (let passed = 0; passed < milliseconds; passed += 80) {
        await clock.advance(80)
        reading()
      }
    },
    sensor(sensor, on) {
      platform.sensors[sensor] = on
      lane.tell({ kind: 'sensor', at: clock.now(), sensor, on })
    },
    seen: (plate) => lane.tell({ kind: 'sighting', at: clock.now(), sighting: aSighting({ plate, raw: plate, at: Instant(clock.now()) }) }),
    async speaks() {
      for (const [sensor, on] of Object.entries(platform.sensors) as [Sensor, boolean][]) life.sensor(sensor, on)
      await life.wait(4_000)
    },
    async arrives() {
      life.sensor('entry-loop', true)
      life.seen(PLATE)
      await life.wait(800)
      life.sensor('entry-arm-down', false)
    },
    async rollsOn(kg) {
      life.sensor('entry-beam', true)
      platform.kg = kg
      await life.wait(800)
    },
    async standsRight() {
      life.sensor('entry-loop', false)
      life.sensor('entry-beam', false)
      await life.wait(1_200)
    },
    async isWeighed(kg) {
      await life.arrives()
      await life.rollsOn(kg)
      await life.standsRight()
      if (lane.state().entryCommanded === 'closed') life.sensor('entry-arm-down', true)
      await life.wait(6_000)
    },
    async leavesByExit() {
      if (lane.state().exitCommanded === 'open') life.sensor('exit-arm-down', false)
      life.sensor('exit-loop', true)
      await life.wait(800)
      platform.kg = 0
      await life.wait(800)
      life.sensor('exit-loop', false)
      await life.wait(3_200)
      if (lane.state().exitCommanded === 'closed') life.sensor('exit-arm-down', true)
      await life.wait(3_200)
    },
    async dies() {
      lane.stop()
      await store.close()
    },
  }
  lane.start(iron)
  return life
}
