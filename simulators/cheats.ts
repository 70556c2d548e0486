import { type FleetTruck, fleetTruck, stranger } from './fleet.ts'
import type { Trick } from './tricks.ts'
import { type Stage, storyTools, type VisitDone } from './visits.ts'

/** How people cheat at a weighbridge, and what goes wrong there without any bad will, as one vehicle's story each. */
export const CHEAT_KINDS = [
  /** Another truck right behind one that is let go: both leave on one release. For lanes without a barrier at the entry. */
  'tailgate',
  /** Two vehicles wholly on the platform, weighed as one. */
  'two-trucks',
  /** The rear axles stay off the platform, in the sight of the light barrier. */
  'half-on',
  /** The same with the light barrier masked. */
  'half-on-masked',
  /** A chip in the load-cell line takes tonnes off while it stands. */
  'remote-chip',
  /** The same, and the detector at the load cells hears the remote control. */
  'remote-heard',
  'power-cycled',
  'zeroed',
  /** A truck with an honest past comes with a full water tank to its tare. */
  'water-tank',
  'plate-changed',
  'trailer-changed',
  'used-ticket',
  'expired-ticket',
  'unknown-ticket',
  'turns-back',
  'reverses-off',
  'lingers',
  'wrong-way',
  /** Comes empty to a lane for loaded trucks. */
  'wrong-lane',
  'dirty-plate',
] as const
export type CheatKind = (typeof CHEAT_KINDS)[number]

const WATER_KG = 800
const HONEST_PAST = 4

/** Plays one story to its end; null as `playVisit` has it. */
export async function playCheat(kind: CheatKind, stage: Stage): Promise<VisitDone | null> {
  const { random, stock } = stage
  const { over, wait, insist, load, done, fullOf, looted, withTicket, withoutTicket } = storyTools(kind, stage)
  const small = (): FleetTruck => fleetTruck({ ...stranger(random), axles: 2, combination: false, drivenAxles: 1 }, random)
  /** Weighed empty as everybody, then something about the full pass is wrong. */
  const thenFull = (wish: Partial<Parameters<typeof over>[1]>, weight?: (truck: FleetTruck, full: number) => number) =>
    withTicket(async (order) => {
      const { truck } = order
      if (!(await insist('tare', { truck, weightKg: truck.tareKg, holds: order.paper.number }))) return 'honest'
      await wait(25, 45)
      const full = fullOf(order)
      return over('gross', { truck, weightKg: weight?.(truck, full) ?? full, holds: order.paper.number, ...wish })
    })
  const tricked = (trick: Trick, moreKg = 0) => thenFull({ trick }, (_truck, full) => full + moreKg)

  switch (kind) {
    case 'tailgate':
      // Clear of the loop while the first is weighed, and no arm between the two: such lanes have none at their entry.
      return thenFull({ follower: { truck: stranger(random), weightKg: random.whole(38_000, 46_000), gap: 8.2 } })
    case 'two-trucks':
      return withTicket(
        async ({ truck }) => {
          const follower = { truck: small(), weightKg: random.whole(7_000, 12_000), gap: 0.8 }
          await over('tare', { truck, weightKg: truck.tareKg, follower })
        },
        ({ axles }) => axles < 5,
      )
    case 'half-on':
      return thenFull({ short: 6.5 })
    case 'half-on-masked':
      return thenFull({ short: 6.5, trick: { kind: 'masked', sensors: ['entry-beam', 'entry-loop'] } })
    case 'remote-chip':
    case 'remote-heard': {
      const kg = random.whole(1_000, 4_500)
      return tricked({ kind: 'chip', kg: -kg, heard: kind === 'remote-heard' }, kg)
    }
    case 'power-cycled':
    case 'zeroed':
      return tricked({ kind })
    case 'water-tank':
      return withTicket(async (order) => {
        const { truck } = order
        for (let past = 0; past < HONEST_PAST; past += 1) {
          const next = past === 0 ? order : await stock.another(truck)
          if (!next || !(await load(next))) return 'honest'
          await wait(60, 120)
        }
        if (!(await stock.another(truck))) return 'honest'
        return over('tare', { truck, weightKg: truck.tareKg + WATER_KG })
      })
    case 'plate-changed':
      return withTicket(async (order) => {
        const { truck, paper } = order
        if (!(await insist('tare', { truck, weightKg: truck.tareKg }))) return
        await wait(25, 45)
        const readAs = stranger(random).plate
        await over('gross', { truck, weightKg: fullOf(order), readAs, rearReadAs: null, shows: paper.code })
      })
    case 'trailer-changed':
      return withTicket(
        async (order) => {
          const { truck } = order
          if (!(await insist('tare', { truck, weightKg: truck.tareKg }))) return
          await wait(25, 45)
          const rearReadAs = `陕K${random.whole(1_000, 9_999)}挂`
          await over('gross', { truck, weightKg: fullOf(order), rearReadAs })
        },
        ({ trailer }) => trailer !== null,
      )
    case 'used-ticket':
      return withTicket(async (order) => {
        if (!(await load(order))) return
        await wait(120, 240)
        const { truck, paper } = order
        await over('gross', { truck, weightKg: fullOf(order), shows: paper.code })
      })
    case 'expired-ticket': {
      const truck = stock.withoutTicket()
      if (!truck) return null
      const order = await stock.another(truck, 1)
      if (!order) return null
      try {
        if ((await over('tare', { truck, weightKg: truck.tareKg })) === 'out') await wait(3_660, 3_800)
        await over('gross', { truck, weightKg: fullOf(order) })
        return done(truck.plate, order.paper.number)
      } finally {
        stock.spent(order.paper.number)
        stock.done(truck)
      }
    }
    case 'unknown-ticket':
      return withoutTicket((truck) =>
        over('gross', { truck, weightKg: looted(truck), shows: `610881-${random.whole(250_000, 259_999)}-0000000000000` }),
      )
    case 'turns-back':
      return withTicket(({ truck }) => over('tare', { truck, weightKg: truck.tareKg, temper: 'turns-back' }))
    case 'reverses-off':
      return thenFull({ temper: 'reverses-off' })
    case 'lingers':
      return thenFull({ temper: 'lingers' })
    case 'wrong-way':
      return withoutTicket((truck) => over('gross', { truck, weightKg: looted(truck), wrongWay: true }))
    case 'wrong-lane':
      return withTicket(({ truck }) => over('tare', { truck, weightKg: truck.tareKg }))
    case 'dirty-plate':
      return withTicket(async ({ truck }) => {
        for (let times = 0; times < 3; times += 1) {
          await over('tare', { truck, weightKg: truck.tareKg, readAs: null, rearReadAs: null })
          await wait(60, 120)
        }
      })
  }
}
