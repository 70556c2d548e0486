import { afterEach, expect, it } from 'vitest'
import type { TicketNumber } from '#edge/ids'
import { Plate } from '#edge/plate'
import { seconds } from '#edge/units'
import { CHEAT_KINDS, type CheatKind, playCheat } from '../../simulators/cheats.ts'
import { detectorSimulator } from '../../simulators/detector.ts'
import { SOUND } from '../../simulators/faults.ts'
import { fleetTruck } from '../../simulators/fleet.ts'
import { breakLane } from '../../simulators/lane-faults.ts'
import { LANE_MAP } from '../../simulators/lane-map.ts'
import { lanePlant, type PlateLook, type Vehicle } from '../../simulators/lane-plant.ts'
import { random } from '../../simulators/random.ts'
import type { SimulatedLane } from '../../simulators/simulated-lane.ts'
import type { TicketDesk, TicketWish } from '../../simulators/ticket-desk.ts'
import { ticketStock } from '../../simulators/ticket-stock.ts'
import { traffic } from '../../simulators/traffic.ts'
import { type Trick, trickOn } from '../../simulators/tricks.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'
import type { Truth } from '../../simulators/truth.ts'
import type { PassWish, VisitDone } from '../../simulators/visits.ts'
import { manualClock } from '../support/manual-clock.ts'
import { gatekeeper } from './gatekeeper.ts'

/** Every cheat's driving on a plant with a gatekeeper: what the sensors, the cells and the cameras get to see of it. */
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const trucks = ['陕K27472', '陕K20923', '陕K2Z306', '陕K13712', '陕K8B025', '陕K33947'].map((plate, at) =>
  fleetTruck(
    {
      plate: Plate(plate),
      trailer: at === 5 ? null : Plate(`陕K${1234 + at * 1111}挂`),
      carrier: 'tuoyun',
      axles: at === 5 ? 4 : 6,
      drivenAxles: 2,
      combination: at !== 5,
    },
    random(1),
  ),
)

function mine(
  options: { ahead?: number; gates?: readonly ('entry' | 'exit')[]; allows?: (plate: string, weightKg: number) => boolean } = {},
) {
  const clock = manualClock()
  const truth: Truth[] = []
  const seen: PlateLook[] = []
  const wishes: PassWish[] = []
  const tickets: TicketWish[] = []
  const desk: TicketDesk = {
    async request(wish) {
      tickets.push(wish)
      return { number: `610881-261121-TEST${tickets.length}` as TicketNumber, code: `code ${tickets.length}` }
    },
  }
  const chance = random(3)
  const stock = ticketStock({ desk, fleet: trucks, ahead: options.ahead ?? 6, clock, random: chance.fork('stock') })
  const plant = lanePlant({
    lane: 'north',
    clock,
    ...(options.gates ? { gates: options.gates } : {}),
    onTruth: (one) => truth.push(one),
    onTrigger: (end, vehicle) => end === 'front' && seen.push(vehicle.front),
  })
  const roads = traffic(plant, clock, () => undefined)
  const stop = new AbortController()
  ends.push(roads.stop, gatekeeper(plant, clock, options.allows ?? (() => true)), stock.stop)
  const weights: number[] = []
  const busy = new Set<string>()
  const look = (): void => {
    weights.push(plant.weight())
    for (const sensor of ['entry-beam', 'exit-beam', 'entry-loop', 'exit-loop'] as const)
      if (plant.sensor(sensor)) busy.add(`${sensor}${plant.weight() > 20_000 ? ' loaded' : ''}`)
    clock.timer(seconds(0.2), look)
  }
  look()
  const onWheels = (truck: PassWish['truck'], weightKg: number, readAs: string | null): Omit<Vehicle, 'drive'> => ({
    plate: truck.plate,
    truck: { body: bodyOf(truck.axles), weightKg, seed: 5 },
    front: { text: readAs, colour: truck.colour },
    rear: { text: null, colour: truck.colour },
  })
  const pass = (wish: PassWish) => {
    wishes.push(wish)
    const { truck, weightKg, temper = 'patient', readAs = truck.plate, short, wrongWay, follower } = wish
    return roads.pass(onWheels(truck, weightKg, readAs), {
      temper,
      ...(short === undefined ? {} : { short }),
      ...(wrongWay === undefined ? {} : { wrongWay }),
      ...(follower === undefined
        ? {}
        : { follower: { vehicle: onWheels(follower.truck, follower.weightKg, follower.truck.plate), gap: follower.gap } }),
    })
  }
  async function play(kind: CheatKind): Promise<VisitDone> {
    let done: VisitDone | null | undefined
    await clock.advance(1_000)
    void playCheat(kind, { clock, random: chance.fork(kind), stock, nonCargo: [], stopped: stop.signal, pass }).then((how) => {
      done = how
    })
    await clock.until(() => done !== undefined, 9_000_000)
    if (!done) throw new Error(`${kind} was not played`)
    return done
  }
  return { play, truth, seen, wishes, tickets, weights, busy, plant, clock }
}
const story = ({ passes }: VisitDone): string => passes.map(({ what, went }) => `${what} ${went}`).join(', ')
const told = (truth: readonly Truth[], kind: Truth['kind']) => truth.filter((one) => one.kind === kind)

it.each<[CheatKind, string]>([
  ['two-trucks', 'tare out'],
  ['remote-chip', 'tare out, gross out'],
  ['plate-changed', 'tare out, gross out'],
  ['trailer-changed', 'tare out, gross out'],
  ['used-ticket', 'tare out, gross out, gross out'],
  ['expired-ticket', 'tare out, gross out'],
  ['unknown-ticket', 'gross out'],
  ['turns-back', 'tare back'],
  ['lingers', 'tare out, gross out'],
  ['wrong-way', 'gross back'],
  ['water-tank', `${Array.from({ length: 4 }, () => 'tare out, gross out').join(', ')}, tare out`],
  ['dirty-plate', 'tare out, tare out, tare out'],
])('%s: %s, where nobody stops it', async (kind, passes) => {
  const { play } = mine({ ahead: kind === 'expired-ticket' ? 2 : 6 })
  expect(story(await play(kind))).toBe(passes)
})

/** A lane without a barrier at its entry; its light is green for who stands before it. */
function lightsOnly() {
  const lane = mine({ gates: ['exit'] })
  const green = (): void => {
    lane.plant.setOutput('entryGreen', lane.plant.sensor('entry-loop') && lane.plant.weight() === 0)
    lane.clock.timer(seconds(1), green)
  }
  green()
  return lane
}

it('a tailgater leaves behind the one that was let go, on the same opening, and the cameras see two plates', async () => {
  const { play, truth, seen } = lightsOnly()
  const { plate } = await play('tailgate')
  const out = told(truth, 'passage').map((one) => (one.kind === 'passage' ? one.plate : ''))
  expect(out).toHaveLength(3)
  expect(out.slice(0, 2)).toEqual([plate, plate])
  expect(out[2]).not.toBe(plate)
  expect(told(truth, 'escape')).toEqual([])
  expect(seen.map(({ text }) => text).slice(1)).toEqual([plate, out[2]])
})

it('two vehicles stand wholly on the platform, between the light barriers, and weigh as one', async () => {
  const { play, weights, plant } = mine()
  await play('two-trucks')
  const alone = trucks[5]?.tareKg ?? 0
  expect(Math.max(...weights)).toBeGreaterThan(alone + 5_500)
  expect(plant.weight()).toBe(0)
})

it('half on, it weighs less than it is, in the sight of the entry beam', async () => {
  const { play, weights, busy, wishes } = lightsOnly()
  await play('half-on')
  const gross = wishes.find(({ short }) => short !== undefined)?.weightKg ?? 0
  expect(gross).toBeGreaterThan(40_000)
  expect(Math.max(...weights)).toBeLessThan(gross - 15_000)
  expect(busy).toContain('entry-beam loaded')
})

it('without a barrier at the entry one that was let go can reverse off; the light alone tells it to drive on', async () => {
  const { play, truth } = lightsOnly()
  expect(story(await play('reverses-off'))).toBe('tare out, gross back')
  expect(told(truth, 'backed-off')).toHaveLength(1)
  expect(truth.some((one) => one.kind === 'arm' && one.gate === 'entry')).toBe(false)
})

it('one that comes the wrong way breaks the exit arm, stands on the platform and goes back; nobody has left or escaped', async () => {
  const { play, busy, weights, truth } = mine()
  await play('wrong-way')
  expect([...busy].some((sensor) => sensor.startsWith('entry'))).toBe(false)
  expect(Math.max(...weights)).toBeGreaterThan(30_000)
  const happened = new Set(truth.filter(({ kind }) => kind !== 'relay').map((one) => ('is' in one ? one.is : one.kind)))
  expect(happened).toEqual(new Set(['broken', 'mended']))
})

it('a ticket can be had for an hour', async () => {
  const { play, tickets } = mine({ ahead: 2 })
  await play('expired-ticket')
  expect(tickets.find(({ validHours }) => validHours === 1)).toBeDefined()
})

it('every kind has its story', () => expect(new Set(CHEAT_KINDS).size).toBe(CHEAT_KINDS.length))

/** A lane's devices without their lines, for tricks. */
function devices() {
  const clock = manualClock()
  const plant = lanePlant({ lane: 'north', clock, onTruth: () => undefined, onTrigger: () => undefined })
  const scale = { zeroOffKg: 20, faults: SOUND }
  const board = { mute: false }
  const cameras = { front: { silent: false }, rear: { silent: false } }
  const detector = detectorSimulator(clock)
  ends.push(detector.stop)
  const truck = plant.enter({
    plate: '陕K12345',
    truck: { body: bodyOf(6), weightKg: 48_000, seed: 4 },
    front: { text: null, colour: 'yellow' },
    rear: { text: null, colour: 'yellow' },
  })
  truck.drive(17, 3)
  return { clock, plant, scale, board, cameras, detector } as unknown as Pick<
    SimulatedLane,
    'plant' | 'scale' | 'board' | 'detector' | 'cameras'
  > & { clock: ReturnType<typeof manualClock> }
}
const standing = { is: 'standing', since: 0, entryWasDown: true, noticed: null } as const

it.each<[name: string, Trick, shows: number]>([
  ['a chip takes a tonne off in one step', { kind: 'chip', kg: -1_000, heard: false }, -980],
  ['the zero key makes nothing of a full platform', { kind: 'zeroed' }, -48_000],
])('%s, and afterwards all is as it was but what fell on meanwhile', async (_name, trick, shows) => {
  const lane = devices()
  await lane.clock.advance(30_000)
  for (let beat = 0; beat < 200; beat += 1) {
    await lane.clock.advance(200)
    lane.plant.advance()
  }
  const play = trickOn(lane, trick, lane.clock)
  play.onMood({ is: 'driving-on' })
  await lane.clock.advance(4_000)
  expect(lane.scale.zeroOffKg).toBe(20)
  play.onMood(standing)
  await lane.clock.advance(4_000)
  expect(Math.abs(lane.scale.zeroOffKg - shows)).toBeLessThan(30)
  lane.scale.zeroOffKg += 160
  play.over()
  expect(Math.round(lane.scale.zeroOffKg)).toBe(180)
})

it('the detector hears the remote control it can hear', async () => {
  const lane = devices()
  const play = trickOn(lane, { kind: 'chip', kg: -500, heard: true }, lane.clock)
  play.onMood(standing)
  await lane.clock.advance(3_000)
  expect(lane.detector.signal()).toBe(true)
  await lane.clock.advance(3_000)
  expect(lane.detector.signal()).toBe(false)
})

it('a masked light barrier sees nothing until the bag is taken off', () => {
  const lane = devices()
  lane.plant.dead = new Map([['exit-loop', true]])
  const play = trickOn(lane, { kind: 'masked', sensors: ['entry-beam'] }, lane.clock)
  play.onMood({ is: 'at-entry', since: 0 })
  expect([...lane.plant.dead]).toEqual([
    ['exit-loop', true],
    ['entry-beam', false],
  ])
  play.over()
  expect([...lane.plant.dead]).toEqual([['exit-loop', true]])
})

it('what breaks at a lane is put right again', () => {
  const lane = devices()
  const mend = (['spilled-coal', 'beam-stuck', 'loop-dead', 'scale-unplugged', 'board-silent', 'camera-dead'] as const).map((fault) =>
    breakLane(lane, fault),
  )
  expect([lane.scale.zeroOffKg, lane.scale.faults.silent, lane.board.mute, lane.cameras.front.silent]).toEqual([180, true, true, true])
  expect([lane.plant.sensor('exit-beam'), lane.plant.sensor('entry-loop')]).toEqual([true, false])
  for (const end of mend) end()
  expect([lane.scale.zeroOffKg, lane.scale.faults.silent, lane.board.mute, lane.cameras.front.silent]).toEqual([20, false, false, false])
  expect(lane.plant.dead.size).toBe(0)
})

it('an arm that something swings off its rest is no longer down, and nobody had told it to rise', () => {
  const lane = devices()
  expect(lane.plant.sensor('exit-arm-down')).toBe(true)
  breakLane(lane, 'arm-hit')()
  expect(lane.plant.sensor('exit-arm-down')).toBe(false)
  expect(lane.plant.front()).toBe(LANE_MAP.queue)
})
