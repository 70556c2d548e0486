import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { demoClock } from './demo-clock.ts'
import { type DemoOptions, readOptions } from './demo-options.ts'
import { diskPlugOf, listenForPulls, plugOf } from './demo-pulls.ts'
import type { Seeded } from './demo-setup.ts'
import { type DemoSite, mineConfig } from './demo-site.ts'
import type { Part } from './part.ts'
import { freePort, listens } from './ports.ts'
import { program, startSystem } from './system.ts'

/**
 * `npm start`: the whole system on one machine, each part a process of its own: embedded PostgreSQL, embedded broker, cloud
 * service, one site's simulated hardware and a real edge agent. Real bytes travel over ptys, MQTT and HTTP on loopback, in clear
 * (DESIGN.md D20). Everything it keeps lies in one folder.
 */
const root = resolve(import.meta.dirname, '../..')
const say = (line: string): void => void process.stdout.write(`${line}\n`)
function stopWith(sentence: string): never {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

const read = readOptions(process.argv.slice(2), root)
if ('help' in read) {
  process.stdout.write(`${read.help}\n`)
  process.exit(0)
}
if ('mistake' in read) stopWith(read.mistake)
const options: DemoOptions = read
const { data, port } = options

prepareFolder()
if (await listens(port)) stopWith(`端口 ${port} 已被占用 / port ${port} is taken: end what uses it, or choose another one with --port.`)
const clock = demoClock(data, options.speed)

/** In the order in which they end: what feeds others first. */
const running: Part[] = []
/** Where an agent serves its console when nothing else is said; another program may be there already. */
const CONSOLE_PORT = 8_085
let consolePort = CONSOLE_PORT
let ready = false
let ending = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

try {
  showReady(await start())
} catch (error) {
  process.stderr.write(`\n${(error as Error).message}\n`)
  await end(1)
}

async function start(): Promise<Seeded> {
  const site: DemoSite = {
    site: 'hongliu',
    agent: 'a1',
    data,
    port,
    ports: {
      database: await freePort(),
      broker: await freePort(),
      lan: await freePort(),
      readers: [await freePort(), await freePort()],
    },
    console: (await listens(CONSOLE_PORT)) ? await freePort() : CONSOLE_PORT,
  }
  consolePort = site.console ?? CONSOLE_PORT
  say('坑口卫士 Pitgate 演示系统启动中 / starting the demo')
  const system = await startSystem({ site, clockText: clock.text, step, onGone: (gone, code) => void revive(gone, code) }, running)
  writeFileSync(join(data, 'mine.yaml'), stringify(mineConfig(site, options.seed, system.seeded)), { mode: 0o600 })
  const mine = system.own(
    'mine',
    program('simulators'),
    ['mine', '--config', join(data, 'mine.yaml')],
    { PITGATE_CLOCK: clock.text },
    async () => true,
  )
  await step('5/6 演示矿的模拟设备 / simulated devices of the demo mine', () => mine.start())
  const agent = await system.startAgent()

  const { database, broker, cloud } = system.parts
  const plugs = [...[agent, cloud, broker, database].map(plugOf), diskPlugOf(agent)]
  const control = await listenForPulls(Object.fromEntries(plugs.map((plug) => [plug.name, plug])), say)
  writeFileSync(join(data, 'demo.json'), JSON.stringify({ pid: process.pid, ...control }), { mode: 0o600 })
  return system.seeded
}

function showReady(seeded: Seeded): void {
  ready = true
  say(`\n就绪 / ready: http://127.0.0.1:${port}   ${options.speed}× 速 / speed，仅限本机明文 / loopback in clear`)
  for (const { shownName, name, password } of seeded.people) say(`  ${name.padEnd(12)} ${password.padEnd(14)} ${shownName}`)
  say(`磅房控制台 / console at the scale: http://127.0.0.1:${consolePort}   司机显示屏 / driver's display: /display?lane=north`)
  for (const { id, name, role, pin } of seeded.operators.filter((one) => one.site === 'hongliu'))
    say(`  ${id.padEnd(12)} ${pin.padEnd(14)} ${name} ${role}`)
  say('Ctrl-C 结束 / ends it. 拔插头 / pull a plug: npm run -s demo -- pull agent|cloud|broker|database|disk')
}

/** One line per step, finished with its time: progress while it works. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now()
  process.stdout.write(`  ${name} … `)
  const result = await work()
  say(`${((performance.now() - from) / 1_000).toFixed(1)} s`)
  return result
}

/** A part that ended without being asked comes back, with a word about it. */
async function revive(one: Part, code: number | null): Promise<void> {
  if (ending || !ready) return
  say(`${one.name} 意外退出，正在重启 / ${one.name} ended (${code}), starting it again; see ${join(data, 'logs', `${one.name}.log`)}`)
  await new Promise((go) => setTimeout(go, 1_000))
  if (!ending) await one.start().catch((error: Error) => say(error.message))
}

async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  say('\n正在结束 / ending …')
  clock.keep()
  for (const one of running) await one.stop()
  rmSync(join(data, 'demo.json'), { force: true })
  process.exit(code)
}

function prepareFolder(): void {
  const other = runningDemo()
  if (other)
    stopWith(`演示已在运行 / a demo already runs from ${data} (process ${other}): end it with Ctrl-C, or give another folder with --data.`)
  try {
    if (options.fresh) rmSync(data, { recursive: true, force: true })
    mkdirSync(join(data, 'logs'), { recursive: true })
    writeFileSync(join(data, '.writable'), randomBytes(1))
  } catch (error) {
    stopWith(`目录无法写入 / cannot write the folder ${data} (${(error as NodeJS.ErrnoException).code}): choose another one with --data.`)
  }
}

function runningDemo(): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as { pid: number }
    process.kill(pid, 0)
    return pid
  } catch {
    return null
  }
}
