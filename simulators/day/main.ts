import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ClockScale } from '#edge/clock'
import { type Instant, minutes as minutesOf, seconds, toIso } from '#edge/units'
import { pause, simulatorClock } from '../clock.ts'
import { type DemoSite, mineConfig } from '../demo-site.ts'
import { httpDesk } from '../http-desk.ts'
import { startSite } from '../mine.ts'
import { network } from '../network.ts'
import type { Part } from '../part.ts'
import { freePort } from '../ports.ts'
import { random } from '../random.ts'
import { startSystem } from '../system.ts'
import type { Truth } from '../truth.ts'
import { agentHealth } from './agent-health.ts'
import { collect, type Evidence } from './evidence.ts'
import { judgeDay } from './judge.ts'
import { CHEATS } from './kinds.ts'
import { machineWords, watchLoad } from './load.ts'
import { DAY_LANES, dayFleet, dayRegisters, lanesFor } from './mine.ts'
import { operatorAtTheConsole } from './operator.ts'
import { type DayOptions, readDayOptions } from './options.ts'
import { page } from './page.ts'
import { driversPhones } from './phones.ts'
import { reportText } from './report.ts'
import { runDay } from './run.ts'
import { writeScript } from './script.ts'

/**
 * `npm run day`: one scripted day of a four-lane mine, accelerated, over real bytes with the real programs, and a judge who compares
 * what happened with what the system says. The mine's hardware and drivers run in this process; agent, cloud, broker and PostgreSQL
 * are processes of their own, and the cable between site and cloud is a network that can be cut.
 */
const root = resolve(import.meta.dirname, '../../..')
const say = (line: string): void => void process.stdout.write(`${line}\n`)
function stopWith(sentence: string): never {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

const read = readDayOptions(process.argv.slice(2), root, CHEATS.length)
if ('mistake' in read) stopWith(read.mistake)
const options: DayOptions = read
const { out, speed } = options
freshFolder()

const realStart = Date.now()
const scale: ClockScale = { speed, realStart, shownStart: realStart }
const clock = simulatorClock(scale)
const running: Part[] = []
/** What the script did not want: told in the report, never passed over. */
const surprises: string[] = []
let ending = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(1))

try {
  await end((await day()) ? 0 : 2)
} catch (error) {
  process.stderr.write(`\n${(error as Error).stack ?? (error as Error).message}\n`)
  await end(1)
}

async function day(): Promise<boolean> {
  const chance = random(options.seed)
  const lanes = DAY_LANES.map((lane) => ({ ...lane, patient: speed > 8 }))
  const ports = {
    database: await freePort(),
    broker: await freePort(),
    lan: await freePort(),
    readers: await Promise.all(DAY_LANES.map(freePort)),
  }
  const site: DemoSite = {
    site: 'hongliu',
    agent: 'a1',
    data: out,
    port: await freePort(),
    ports,
    lanes,
    console: await freePort(),
  }
  const cable = await network([ports.broker, site.port])
  const registers = join(out, 'registers.json')
  // Enough that each truck has one ticket waiting for it all through a long cut.
  const trucks = Math.max(60, Math.round(Math.min(options.honest * 0.5, 460)))
  writeFileSync(registers, JSON.stringify(dayRegisters(dayFleet(trucks, chance.fork('fleet'), []))))
  say(
    `坑口卫士 Pitgate 的一天 / a day: ${(options.minutes / 60).toFixed(1)} h × ${speed}, ${options.honest} + ${options.cheats}; ${machineWords()}`,
  )

  const [brokerPort = 0, cloudPort = 0] = cable.ports
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = await work()
    say(`  ${name}`)
    return result
  }
  const system = await startSystem(
    {
      site,
      clockText: JSON.stringify(scale),
      registers,
      throughPorts: { broker: brokerPort, cloud: cloudPort },
      step,
      onGone: (gone, code) => unexpected(`${gone.name} ended by itself (${code})`),
    },
    running,
  )

  const truth: Truth[] = []
  let began: Instant | null = null
  const config = mineConfig({ ...site, port: cloudPort }, options.seed, system.seeded)
  const keys = new Map(config.cloud.keys.map(({ carrier, key }) => [carrier, key]))
  const log = (text: string): void => appendFileSync(join(out, 'mine.log'), `${toIso(clock.now())} ${text}\n`)
  const mine = await startSite(config, {
    clock,
    log,
    tickets: httpDesk({ url: config.cloud.url, site: config.site, keys, clock, log }),
    // A few stay without one: some come that way.
    ahead: trucks - 12,
    // A ticket is a while older than the truck is near: as on a road, and long enough for a site's order to arrive after an outage.
    travel: () => (began === null ? seconds(0) : minutesOf(Math.min(30, options.minutes / 6))),
    onTruth: (one) => truth.push(one),
  })
  const agent = await system.startAgent()
  await Promise.all([...mine.lanes.values()].flatMap(({ scale: of, boardLine }) => [of.line.whenAttended(), boardLine.whenAttended()]))
  await pause(clock, seconds(20))

  const script = writeScript({ ...options, lanes: DAY_LANES.map(({ lane }) => lane), random: chance.fork('script') })
  writeFileSync(join(out, 'script.json'), JSON.stringify(script, null, 1))
  const operator = operatorAtTheConsole({ url: `http://127.0.0.1:${site.console}`, people: system.seeded, clock, log })
  /** On a lane with an arm he waits until it is up; where there is none, nothing else holds him. */
  const onSentBack = (lane: string): void => {
    const { gates } = config.lanes.find((of) => of.lane === lane) ?? {}
    if (gates !== undefined && !gates.includes('entry')) mine.lanes.get(lane)?.plant.crank('entry')
  }
  const phones = driversPhones({
    displays: `http://127.0.0.1:${site.console}`,
    cloud: `http://127.0.0.1:${site.port}`,
    keys,
    onSentBack,
    clock,
    log,
  })
  const load = watchLoad(() => ({
    agent: agent.pid(),
    cloud: system.parts.cloud.pid(),
    broker: system.parts.broker.pid(),
    mine: process.pid,
  }))
  await ticketsReady()
  began = clock.now()
  const from = began
  const words = setInterval(() => {
    const minute = (clock.now() - from) / 60_000
    const newest = load.samples.at(-1)
    say(
      `  ${minute.toFixed(0)}/${options.minutes} min, tickets ${mine.stock.ready()}, waiting ${[...mine.lanes.values()].map((lane) => lane.waiting()).join(' ')}, busy ${newest?.busy ?? '-'} late ${newest?.lateP99Ms ?? '-'} ms`,
    )
  }, 15_000)
  const told = await runDay({
    site: mine,
    script,
    clock,
    random: chance.fork('play'),
    network: cable,
    agent,
    nonCargo: config.nonCargo,
    lanesFor,
    onThere: operator.onThere,
    onStanding: phones.standing,
    log,
  })
  await drained()
  clearInterval(words)
  load.stop()
  phones.stop()
  await operator.stop()
  await mine.stop()
  await agent.stop()
  const evidence: Evidence = await collect({
    out,
    databaseUrl: system.databaseUrl,
    site: site.site,
    truth,
    day: told,
    operator: operator.answers,
    codesSent: phones.sent(),
    load: load.samples,
    options,
    machine: machineWords(),
    surprises,
  })
  await cable.stop()
  const judgement = judgeDay(evidence)
  const name = (what: string): string => join(out, what)
  writeFileSync(name('report.json'), JSON.stringify(judgement, null, 1))
  writeFileSync(name('report.html'), page(judgement, evidence))
  const text = reportText(judgement, evidence)
  writeFileSync(name('report.txt'), text)
  say(text)
  return judgement.good

  /** Until nearly every truck has a ticket, and the agent has heard of them. */
  async function ticketsReady(): Promise<void> {
    const until = clock.now() + minutesOf(20)
    while (mine.stock.ready() < (trucks - 12) * 0.9 && clock.now() < until) await pause(clock, seconds(20))
    await pause(clock, minutesOf(1))
  }
  /** Until the cloud has all the agent has, or it does not come any nearer. */
  async function drained(): Promise<void> {
    const until = clock.now() + minutesOf(20)
    while (clock.now() < until) {
      const health = await agentHealth(join(out, 'edge'))
      if (health?.link.backlog.records === 0) return
      await pause(clock, seconds(20))
    }
  }
}

function unexpected(what: string): void {
  if (ending) return
  surprises.push(`${toIso(clock.now())} ${what}`)
  say(`  ! ${what}`)
}

async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  for (const one of running) await one.stop()
  process.exit(code)
}

/** Only an empty folder, or one a day of before has left behind, is made anew. */
function freshFolder(): void {
  const isOurs = existsSync(join(out, 'script.json')) || existsSync(join(out, 'registers.json'))
  if (existsSync(out) && readdirSync(out).length > 0 && !isOurs)
    stopWith(`目录里有别的东西 / the folder ${out} holds something else: give an empty one with --out.`)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(join(out, 'logs'), { recursive: true })
}
