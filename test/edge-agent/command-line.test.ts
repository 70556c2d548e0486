import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { identityText } from '#edge/ids'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { openDatabase } from '../../edge-agent/store/database.ts'
import { eventually } from '../support/eventually.ts'
import { fillBook, laneWorld, recordsOf } from './lane-rig.ts'

/** `doctor` and `why` as somebody at the site types them. One folder in which a truck has been weighed; no device is connected. */
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pitgate-command-'))
const configFile = join(folder, 'edge.yaml')
const store = join(folder, 'edge')
const LONG = { timeout: 60_000 }
/** One program after another. */
const LONGER = { timeout: 180_000 }
const kept = join(folder, 'ledger.backup')
let weighing: string
let agent: ChildProcess | null = null

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}
const edge = (...args: string[]): Promise<Ran> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), ...args],
      { cwd: root },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
const withConfig = (...args: string[]): Promise<Ran> => edge(...args, '--config', configFile)

beforeAll(async () => {
  const world = laneWorld({ folder: store, software: softwareIdentity() })
  const life = world.start()
  fillBook(world, life.store)
  await life.speaks()
  await life.isWeighed(15_640)
  weighing = identityText(recordsOf(life.store).find(({ kind }) => kind === 'weighing') ?? expect.unreachable())
  await life.dies()
  writeFileSync(join(store, 'agent.key'), readFileSync(join(world.rig.folder, 'agent.key')))
  world.remove()
  writeConfig(store)
})
afterAll(() => {
  agent?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function writeConfig(into: string, file = configFile): void {
  const config = {
    site: 'hongliu',
    agent: 'a1',
    folder: into,
    cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: {} },
    lanBroker: { host: '127.0.0.1', port: 0 },
    console: { port: 0 },
    lanes: [
      {
        lane: 'north',
        name: '北磅',
        scaleRecord: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 's', certificate: 'c', certificateUntil: '2036-01-01T00:00:00Z' },
        scale: { address: `serial://${folder}/no-such-port`, dialect: 'yaohua-tf0', unit: 'kg' },
        board: {
          address: 'tcp://127.0.0.1:9',
          unitAddress: 1,
          outputs: { entryOpen: 0, exitOpen: 2, entryGreen: 4, exitGreen: 5, siren: 6 },
          inputs: { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 } },
        },
        cameras: [],
      },
    ],
  }
  writeFileSync(file, stringify(config))
}

it('without a running agent: doctor says so and how to start it, why proves a weighing from the store', LONGER, async () => {
  const elsewhere = join(folder, 'elsewhere.yaml')
  writeConfig(join(folder, 'nothing-here'), elsewhere)
  const [doctor, why, unknown] = await Promise.all([
    withConfig('doctor'),
    withConfig('why', weighing),
    // One program at a time may hold the store: this one asks where there is none.
    edge('why', weighing, '--config', elsewhere),
  ])
  expect(doctor).toMatchObject({ code: 1, err: '' })
  expect(doctor.out).toMatch(/^✗ 代理 \/ agent: 没有在运行 \/ is not running from .*npm run -s edge -- run/)
  expect(doctor.out).toMatch(/✗ 云端消息服务器 \/ cloud broker: mqtt:\/\/127\.0\.0\.1:9 连不上 \/ unreachable/)
  expect(doctor.out).toMatch(/[✓!] 磁盘 \/ disk: .* GB/)

  expect(why).toMatchObject({ code: 0, err: '' })
  expect(why.out).toContain('15640 kg')
  expect(why.out).toContain('is this agent’s')
  expect(why.out).toContain('byte for byte')

  expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringContaining('本机没有这条记录 / this agent holds no record') })
  const story = await withConfig('why', '--lane', 'north')
  expect(story).toMatchObject({ code: 0, err: '' })
  expect(story.out).toContain('磅道 north 第 1 次过磅过程')
  expect(story.out).toContain(weighing)
  expect(await withConfig('why', '--lane', 'nowhere')).toMatchObject({
    code: 2,
    err: '没有磅道 nowhere / there is no lane nowhere: north\n',
  })
  expect(await withConfig('booklets')).toEqual({
    code: 0,
    err: '',
    out: `${['代理没有运行，不知道云端是否可达 / the agent is not running: nobody here knows whether the cloud is in reach', '本站没有预授权票册 / this site holds no booklet'].join('\n')}\n`,
  })
  // Asking makes nothing: no folder, no key, no ledger.
  expect(existsSync(join(folder, 'nothing-here'))).toBe(false)
})

it('with a running agent: doctor tells device by device, why asks the agent, a second agent is refused', LONGER, async () => {
  agent = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), 'run', '--config', configFile],
    {
      cwd: root,
      stdio: 'ignore',
    },
  )
  await eventually(() => existsSync(join(store, 'running.json')), { within: 20_000 })
  const [doctor, why, story, second] = await Promise.all([
    withConfig('doctor'),
    withConfig('why', weighing),
    withConfig('why'),
    withConfig('run'),
  ])
  expect(story.out).toContain('Lane north, visit 1')
  expect(doctor).toMatchObject({ code: 1, err: '' })
  const lines = doctor.out.split('\n')
  for (const says of [
    /^✓ 代理 \/ agent: hongliu\/a1 进程 \/ process \d+/,
    /^✓ 软件 \/ software: 0\.1\.0, .*ts-[0-9a-f]{32}/,
    /^[✓!] 时钟 \/ clock: /,
    /^✓ 密钥 \/ key: [0-9a-f]{16}/,
    /^✓ 账本 \/ ledger: 1-[0-9a-f]{8} 第 \d+ 条/,
    /^✗ 云端链路 \/ link: 断开 \/ down .*待确认 \/ waiting \d+/,
    /^✓ 证据 \/ evidence: 照片 \/ photos 0, 曲线 \/ tapes 1, 0 \/ 10000 MB/,
    /^✓ 相机服务 \/ camera broker: 端口 \/ port \d+/,
    /^. 磅道 \/ lane north 北磅: /,
    /^✗ {3}scale: 从未听到 \/ never heard .*起 \/ since/,
    /^✗ {3}board: 从未听到 \/ never heard/,
  ])
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(says)]))
  expect(why.out).toContain('byte for byte')
  expect(why.code).toBe(0)
  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('another program holds the store: is the agent running already?') })
})

it('a backup of the running agent: made while it runs, read from end to end, never over another file', LONGER, async () => {
  const backup = await withConfig('backup', kept)
  expect(backup).toMatchObject({ code: 0, err: '' })
  expect(backup.out).toMatch(/^已备份到 \/ backed up to .*ledger\.backup \(\d+ MB\)/)
  expect(backup.out).toMatch(/记录 \/ records \d+, 纪元 \/ epochs 1, 最新 \/ newest 1-[0-9a-f]{8} \d+/)
  expect(await withConfig('backup', kept)).toMatchObject({ code: 1, err: expect.stringContaining('will not be overwritten') })
  expect(await withConfig('restore', kept)).toMatchObject({ code: 1, err: '代理正在运行，请先停止 / the agent runs: stop it first\n' })
})

it('a tape that was altered in the store is told, and nothing is proved', LONG, async () => {
  const ended = new Promise((done) => agent?.once('exit', done))
  agent?.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(existsSync(join(store, 'running.json'))).toBe(false)
  const database = openDatabase(store)
  const { bytes } = database.one<{ bytes: ArrayBuffer }>(`select bytes from evidence where kind = 'tape'`) ?? expect.unreachable()
  const altered = new TextDecoder().decode(bytes).replace('[0,15800]', '[0,15600]')
  expect(database.run(`update evidence set bytes = ? where kind = 'tape'`, new TextEncoder().encode(altered))).toBe(1)
  database.close()
  const why = await withConfig('why', weighing)
  expect(why.code).toBe(1)
  expect(why.out).toContain('✗ 曲线与记录中的指纹不符 / the tape is not the one the record names')
})

it('the backup put back in its place proves the weighing again, in a new epoch; what was there is kept', LONGER, async () => {
  const restored = await withConfig('restore', kept)
  expect(restored).toMatchObject({ code: 0, err: '' })
  expect(restored.out).toMatch(/新纪元 \/ new epoch 2-[0-9a-f]{8}/)
  expect(restored.out).toContain(join(store, 'before-restore-1'))
  const why = await withConfig('why', weighing)
  expect([why.code, why.out]).toEqual([0, expect.stringContaining('byte for byte')])
  writeFileSync(kept, '煤')
  const spoilt = await withConfig('restore', kept)
  expect([spoilt.code, spoilt.err]).toEqual([1, expect.stringContaining('不能恢复 / it cannot be restored')])
  expect((await withConfig('why', weighing)).code).toBe(0)
})
