import { signBody } from '#edge/seal'
import { Instant, Kilograms, milliseconds } from '#edge/units'
import { SENSORS, type Sensor } from '#edge/weighing'
import { type Lane, openLane } from '../../edge-agent/lane.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import { createUplink } from '../../edge-agent/sync/uplink.ts'
import { aSighting, shaking, someRules } from '../builders/lane.ts'
import { anOrderStream, aPolicy, aSignedTicket, aTicketNumber, LANE, type Rig, rigIn } from '../edge-agent/store/store-rig.ts'
import { eventually } from '../support/eventually.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'

/**
 * An agent's lane, store and uplink in a process of its own, run with `--expose-gc`: vehicles come, are weighed empty and loaded on their
 * tickets, are let go and forgotten, in a clock that moves as fast as the code does; what is written is sent and receipted by a real
 * broker and cloud meanwhile. After every so many weighings it says what it still holds.
 */
export interface RetainedRun {
  readonly folder: string
  readonly url: string
  readonly password: string
  readonly warmUp: number
  readonly points: number
  /** Even: a vehicle is weighed twice. */
  readonly weighingsPerPoint: number
}
export interface RetainedPoint {
  readonly weighings: number
  /** On the heap and in buffers outside it, after the garbage was collected. */
  readonly retainedBytes: number
  readonly rssBytes: number
}

async function run(asked: RetainedRun): Promise<void> {
  const clock = manualClock()
  const rig = rigIn(asked.folder, { clock })
  const store = rig.open()
  const uplink = createUplink({
    ...rig.parts,
    url: asked.url,
    password: asked.password,
    ca: null,
    store,
    // The network is real, and so is its time.
    clock: nodeClock(),
    chance: Math.random,
  })
  store.start()
  uplink.start()
  const mine = playMine(rig, store, clock)
  let weighings = 0
  const weigh = async (until: number): Promise<void> => {
    for (; weighings < until; weighings += 2) {
      await mine.vehicle()
      // The uplink's sockets have their turn, and the cloud keeps up.
      if (weighings % 50 === 0) await eventually(() => store.backlog().records < 200, { within: 60_000 })
      else await new Promise((then) => setImmediate(then))
    }
    await eventually(() => store.backlog().records === 0, { within: 60_000 })
  }
  await weigh(asked.warmUp)
  for (let point = 0; point <= asked.points; point += 1) {
    await weigh(asked.warmUp + point * asked.weighingsPerPoint)
    process.send?.({ weighings: weighings - asked.warmUp, ...(await held()) } satisfies RetainedPoint)
  }
  await uplink.stop()
  mine.lane.stop()
  await store.close()
  process.disconnect()
}

async function held(): Promise<Omit<RetainedPoint, 'weighings'>> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  for (let time = 0; time < 5; time += 1) {
    globalThis.gc()
    await new Promise((then) => setTimeout(then, 20))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { retainedBytes: heapUsed + external, rssBytes: rss }
}

interface Mine {
  readonly lane: Lane
  /** One more vehicle with a ticket of its own: comes, is weighed empty, goes, comes loaded, is weighed, goes. */
  vehicle(): Promise<void>
}

/** Milliseconds between two readings of the scale. */
const BEAT = 80

function playMine(rig: Rig, store: Store, clock: ManualClock): Mine {
  const orders = anOrderStream(rig.issuer)
  store.orders.apply(orders.batch({ kind: 'policy', body: signBody('policy', aPolicy(), rig.issuer) }))
  store.policies.confirm()
  const { log } = rig.parts
  const lane = openLane({
    name: '北磅',
    rules: someRules({ lane: LANE }),
    store,
    clock,
    log,
    newCode: () => '246813',
    onChanged: () => {},
    onBroken: (error) => {
      throw error
    },
  })
  let letOut = 0
  lane.start({
    pulse(gate, move) {
      if (gate === 'exit' && move === 'open') letOut += 1
      return Promise.resolve('accepted')
    },
    light: () => {},
    siren: () => {},
    tellDriver: () => {},
    photograph: () => {},
  })
  let platform = { kg: 0, since: clock.now() - 60_000 }
  const puts = (kg: number): void => {
    platform = { kg, since: clock.now() }
  }
  const sensor = (name: Sensor, on: boolean): void => lane.tell({ kind: 'sensor', at: clock.now(), sensor: name, on })
  const wait = async (span: number): Promise<void> => {
    for (let passed = 0; passed < span; passed += BEAT) {
      await clock.advance(milliseconds(BEAT))
      const weight = Kilograms(platform.kg + shaking(platform.kg, clock.now() - platform.since))
      lane.tell({ kind: 'reading', at: clock.now(), weight, stable: null })
    }
  }
  const passes = async (plate: string, kg: number): Promise<void> => {
    const before = letOut
    sensor('entry-loop', true)
    lane.tell({ kind: 'sighting', at: clock.now(), sighting: aSighting({ plate, raw: plate, at: Instant(clock.now()) }) })
    await wait(800)
    sensor('entry-arm-down', false)
    sensor('entry-beam', true)
    puts(kg)
    await wait(800)
    sensor('entry-loop', false)
    sensor('entry-beam', false)
    await wait(1_200)
    sensor('entry-arm-down', true)
    await wait(6_000)
    if (letOut !== before + 1) throw new Error(`${plate} with ${kg} kg was not let go: ${JSON.stringify(lane.state())}`)
    sensor('exit-arm-down', false)
    sensor('exit-loop', true)
    await wait(800)
    puts(0)
    await wait(800)
    sensor('exit-loop', false)
    await wait(3_200)
    sensor('exit-arm-down', true)
    await wait(3_200)
  }
  let count = 0
  const begin = async (): Promise<void> => {
    for (const name of SENSORS) sensor(name, name.endsWith('arm-down'))
    await wait(4_000)
  }
  return {
    lane,
    async vehicle() {
      if (count === 0) await begin()
      count += 1
      const plate = `陕K${String(10_000 + (count % 90_000))}`
      const validUntil = new Date(clock.now() + 86_400_000).toISOString().replace('.000Z', 'Z')
      const body = aSignedTicket(rig.issuer, { number: aTicketNumber(count), plate, validUntil })
      store.orders.apply(orders.batch({ kind: 'ticket', body }))
      await passes(plate, 15_000)
      await passes(plate, 47_000)
    },
  }
}

process.once('message', (asked) => void run(asked as RetainedRun))
