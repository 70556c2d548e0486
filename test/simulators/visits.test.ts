import { afterEach, expect, it } from 'vitest'
import type { TicketNumber } from '#edge/ids'
import { nearness, Plate } from '#edge/plate'
import { type FleetTruck, fleetTruck, legalGross, plannedNet, stranger } from '../../simulators/fleet.ts'
import { lanePlant, type PlateLook } from '../../simulators/lane-plant.ts'
import { random } from '../../simulators/random.ts'
import { OPENING, USUAL, usualVisit } from '../../simulators/schedule.ts'
import type { TicketDesk } from '../../simulators/ticket-desk.ts'
import { ticketStock } from '../../simulators/ticket-stock.ts'
import { traffic } from '../../simulators/traffic.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'
import type { Truth } from '../../simulators/truth.ts'
import { type PassWish, playVisit, VISIT_KINDS, type VisitDone, type VisitKind } from '../../simulators/visits.ts'
import { manualClock } from '../support/manual-clock.ts'
import { gatekeeper } from './gatekeeper.ts'

/** Every story played on a plant with a gatekeeper who knows the tickets: what is driven, and what really happens. */
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const trucks = ['陕K27472', '陕K20923', '陕K2Z306', '陕K13712', '陕K8B025'].map((plate) =>
  fleetTruck({ plate: Plate(plate), trailer: null, carrier: 'tuoyun', axles: 6, drivenAxles: 2, combination: true }, random(1)),
)

function mine(seed = 1) {
  const clock = manualClock()
  const truth: Truth[] = []
  const front: PlateLook[] = []
  const shown: string[] = []
  const tickets = new Map<string, { tare: number | null }>()
  const desk: TicketDesk = {
    async request({ truck }) {
      tickets.set(truck.plate, { tare: null })
      return { number: `610881-261121-TEST${truck.plate.slice(2)}` as TicketNumber, code: `code of ${truck.plate}` }
    },
  }
  const chance = random(seed)
  const stock = ticketStock({ desk, fleet: trucks, ahead: 2, clock, random: chance.fork('stock') })
  const plant = lanePlant({
    lane: 'north',
    clock,
    onTruth: (one) => truth.push(one),
    onTrigger: (end, vehicle) => end === 'front' && front.push(vehicle.front),
  })
  const roads = traffic(plant, clock, () => undefined)
  const keeper = gatekeeper(plant, clock, (plate, weightKg) => {
    const ticket = tickets.get(plate)
    return plate === '陕K57673' || (ticket !== undefined && weightKg < 49_000)
  })
  const stop = new AbortController()
  ends.push(roads.stop, keeper, stock.stop)
  const pass = ({ truck, weightKg, temper = 'patient', readAs, shows }: PassWish) => {
    if (shows) shown.push(shows)
    const look = { text: readAs ?? truck.plate, colour: truck.colour }
    return roads.pass({ plate: truck.plate, truck: { body: bodyOf(truck.axles), weightKg, seed }, front: look, rear: look }, { temper })
  }
  async function play(kind: VisitKind): Promise<VisitDone> {
    let done: VisitDone | null | undefined
    const nonCargo = [{ plate: '陕K57673', weightKg: 1_780 }]
    void playVisit(kind, { clock, random: chance.fork(kind), stock, nonCargo, stopped: stop.signal, pass }).then((how) => {
      done = how
    })
    await clock.until(() => done !== undefined, 900_000)
    if (!done) throw new Error(`${kind} was not played`)
    return done
  }
  return { play, truth, front, shown, stock, clock, stop }
}
const story = ({ passes }: VisitDone): string => passes.map(({ what, went }) => `${what} ${went}`).join(', ')

it.each<[VisitKind, string]>([
  ['honest', 'tare out, gross out'],
  ['misread', 'tare out, gross out'],
  ['overloaded', 'tare out, gross back, gross out'],
  ['empty-exit', 'tare out, empty out, gross out'],
  ['no-ticket', 'gross back'],
  ['other-trucks-ticket', 'gross back'],
  ['staff-car', 'staff out'],
  ['escape', 'gross out'],
  ['bolt', 'gross out'],
])('%s: %s', async (kind, happens) => {
  const { play, truth, front, shown, stock } = mine()
  const done = await play(kind)
  expect(story(done)).toBe(happens)
  expect(truth.filter((one) => one.kind === 'escape')).toHaveLength(kind === 'escape' || kind === 'bolt' ? 1 : 0)
  expect(truth.filter((one) => one.kind === 'backed-off')).toHaveLength(done.passes.filter(({ went }) => went === 'back').length)
  const [tare, gross] = done.passes
  if (kind === 'honest') {
    expect(tare?.weightKg).toBeLessThan(15_100)
    expect(gross?.weightKg).toBeGreaterThan(45_000)
    expect(gross?.weightKg).toBeLessThanOrEqual(49_000)
  }
  if (kind === 'overloaded') expect(gross?.weightKg).toBeGreaterThan(51_000)
  if (kind === 'misread') {
    expect(nearness(Plate(front[0]?.text ?? ''), Plate(done.plate))).toBe('near')
    expect(front[1]?.text).toBe(done.plate)
  }
  if (kind === 'other-trucks-ticket') {
    expect(shown).toHaveLength(1)
    expect(shown[0]).not.toContain(done.plate)
    expect(stock.ready()).toBeGreaterThan(0)
  }
})

it('when the mine stops, stories end without an end', async () => {
  const { clock, stock, stop, truth } = mine()
  const waiting: unknown[] = []
  for (let n = 0; n < 9; n += 1) void stock.take().then((order) => waiting.push(order))
  await clock.advance(100)
  stop.abort()
  stock.stop()
  await clock.advance(100)
  expect(waiting).toHaveLength(9)
  expect(waiting.filter((order) => order === null)).toHaveLength(9 - trucks.length)
  expect(truth).toEqual([])
})

it('the opening shows each kind, and afterwards most are honest', () => {
  const chance = random(3)
  const drawn = Array.from({ length: 2_000 }, () => usualVisit(chance))
  expect(drawn.filter((kind) => kind === 'honest').length / 2_000).toBeGreaterThan(0.6)
  expect(new Set(drawn)).toEqual(new Set(USUAL.map(([kind]) => kind)))
  expect([...drawn]).toEqual(expect.arrayContaining([...VISIT_KINDS]))
  expect([...OPENING, 'bolt']).toEqual(expect.arrayContaining([...VISIT_KINDS]))
  expect(USUAL.reduce((sum, [, weight]) => sum + weight, 0)).toBe(100)
})

it('trucks plan within the law, and strangers have a plate and no carrier', () => {
  const at = manualClock().now()
  const kerbs = { 2: 6_000, 3: 9_500, 4: 12_500, 5: 14_000, 6: 15_000 }
  for (const [axles, kerb] of Object.entries(kerbs)) {
    const truck: FleetTruck = fleetTruck(
      { plate: Plate('陕K12345'), trailer: null, carrier: 'tuoyun', axles: Number(axles), drivenAxles: 1, combination: Number(axles) > 4 },
      random(2),
    )
    expect(truck.tareKg).toBeLessThan(kerb)
    expect(kerb + plannedNet(truck, at)).toBeLessThanOrEqual(legalGross(truck, at))
  }
  for (let seed = 0; seed < 50; seed += 1) expect(stranger(random(seed))).toMatchObject({ carrier: null, axles: 6 })
})
