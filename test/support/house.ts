import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ClockScale } from '#edge/clock'
import type { Health } from '../../edge-agent/health.ts'
import { simulatorClock } from '../../simulators/clock.ts'
import type { Seeded } from '../../simulators/demo-setup.ts'
import { mineConfig } from '../../simulators/demo-site.ts'
import type { FleetTruck } from '../../simulators/fleet.ts'
import { httpDesk } from '../../simulators/http-desk.ts'
import { type SimulatedSite, startSite } from '../../simulators/mine.ts'
import type { VisitDone } from '../../simulators/visits.ts'
import { type HousePrograms, housePrograms } from './house-programs.ts'
import { clearLeftHouses, endLeftDatabase, houseFolder } from './left-houses.ts'
import { type Asker, type Person, signIn, withKey } from './people.ts'

export type { Asker, Person }

/**
 * The whole house for a journey: the real programs as processes of their own (embedded PostgreSQL, broker, cloud, agent), and the
 * simulated mine in this process, so that a test can send one truck and ask what really happened to it.
 */
export interface House extends Pick<HousePrograms, 'url' | 'databaseUrl' | 'parts' | 'command'> {
  readonly folder: string
  readonly seeded: Seeded
  readonly mine: SimulatedSite
  passwordOf(name: string): string
  /** Signs in as one of the demo's people. */
  signIn(name: string): Promise<Person>
  /** The program of one of the demo's carriers, with its API key. */
  programOf(carrier: string): Asker
  /** A truck of the fleet that fits and has no ticket now. The mine's own traffic leaves it alone from then on. */
  idleTruck(fits: (truck: FleetTruck) => boolean): FleetTruck
  /** What the running agent says of itself. */
  agentHealth(): Promise<Health>
  /** Ends every process, also when one of them resists. With PITGATE_KEEP_HOUSE set the folder with its logs stays. */
  close(): Promise<void>
}

/**
 * Opens the house at the given speed of the mine's clock. Takes about ten seconds. When it cannot be opened nothing keeps running, and
 * the folder with the programs' words, which the error names, stays until the next house is opened.
 */
export async function openHouse(speed = 10): Promise<House> {
  clearLeftHouses()
  const folder = houseFolder()
  const realStart = Date.now()
  const scale: ClockScale = { speed, realStart, shownStart: realStart }
  const programs = await housePrograms(folder, scale)
  const { url, databaseUrl, site, parts, command } = programs
  let mine: SimulatedSite | null = null

  async function end(): Promise<void> {
    const failed: unknown[] = []
    const ends = [() => mine?.stop(), ...[parts.agent, parts.cloud, parts.broker, parts.database].map((one) => () => one.stop())]
    for (const one of ends) await Promise.resolve(one()).catch((error: unknown) => failed.push(error))
    endLeftDatabase(folder)
    if (failed.length > 0) throw new AggregateError(failed, 'the house did not close cleanly')
  }

  try {
    await parts.database.start()
    const seeded = await programs.furnish()
    await parts.broker.start()
    await parts.cloud.start()
    const config = mineConfig(site, 7, seeded)
    const clock = simulatorClock(scale)
    const keys = new Map(seeded.keys.map(({ carrier, key }) => [carrier, key]))
    const tickets = httpDesk({ url, site: site.site, keys, clock, log: () => {} })
    const opened = await startSite(config, { clock, log: () => {}, tickets, ahead: 4 })
    mine = opened
    await parts.agent.start()

    const passwordOf = (name: string): string => seeded.people.find((one) => one.name === name)?.password ?? ''
    return {
      url,
      databaseUrl,
      folder,
      seeded,
      mine: opened,
      parts,
      command,
      passwordOf,
      signIn: (name) => signIn(url, name, passwordOf(name)),
      programOf: (carrier) => withKey(url, keys.get(carrier) ?? ''),
      idleTruck: (fits) => takeIdle(opened, fits),
      async agentHealth() {
        const running = JSON.parse(readFileSync(join(folder, 'edge', 'running.json'), 'utf8')) as { port: number; key: string }
        const answer = await fetch(`http://127.0.0.1:${running.port}/health`, { headers: { authorization: running.key } })
        return (await answer.json()) as Health
      },
      async close() {
        await end()
        if (!process.env.PITGATE_KEEP_HOUSE) rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await end().catch(() => undefined)
    throw error
  }
}

/** A visit that was really played; rejects when nobody was there to play it. */
export async function played(visit: Promise<VisitDone | null>): Promise<VisitDone> {
  const done = await visit
  if (!done) throw new Error('the visit could not be played')
  return done
}

function takeIdle({ stock }: SimulatedSite, fits: (truck: FleetTruck) => boolean): FleetTruck {
  const others: FleetTruck[] = []
  try {
    for (;;) {
      const truck = stock.withoutTicket()
      if (!truck) throw new Error('no such truck of the fleet is without a ticket now')
      if (fits(truck)) return truck
      others.push(truck)
    }
  } finally {
    for (const truck of others) stock.done(truck)
  }
}
