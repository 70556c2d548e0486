import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { fromGbk } from '#dialects/gbk'
import { kfSign } from '#dialects/sign/kf'
import { identityText } from '#edge/ids'
import { slipNumber } from '#edge/slip-check'
import { type Agent, createAgent } from '../../edge-agent/agent.ts'
import { type EdgeConfig, readConfig } from '../../edge-agent/config.ts'
import { LOCAL_FILE, type Running } from '../../edge-agent/console/local-http.ts'
import { slipCommand } from '../../edge-agent/console/slip-command.ts'
import { agentKey } from '../../edge-agent/keys.ts'
import { createLog } from '../../edge-agent/log.ts'
import { nodeClock } from '../../edge-agent/node-clock.ts'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { signSimulator } from '../../simulators/sign.ts'
import { eventually } from '../support/eventually.ts'
import { lineRig } from './devices/line-rig.ts'
import { fillBook, laneWorld, recordsOf } from './lane-rig.ts'
import { quietLoop } from './quiet-loop.ts'

/** `edge slip` over a folder in which a truck has been weighed; the printer is a file, the sign a card on a simulated line. */
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pitgate-slip-'))
const file = join(folder, 'edge.yaml')
const paper = join(folder, 'lp0')
const LONG = { timeout: 60_000 }
const toClose: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
let config: EdgeConfig
let id = ''
let number = ''
let agent: Agent
let sign: ReturnType<typeof signSimulator>

const parts = (running: Running | null) => ({
  config,
  running,
  key: () => agentKey(join(config.folder, 'agent.key')),
  openStore: () => expect.unreachable('the agent holds the store'),
})
const running = (): Running => JSON.parse(readFileSync(join(config.folder, LOCAL_FILE), 'utf8')) as Running
const slip = (how: { reprint?: boolean; text?: boolean } = {}, of = id) =>
  slipCommand({ id: of, reprint: false, text: false, ...how }, parts(running()))

beforeAll(async () => {
  const world = laneWorld({ folder: join(folder, 'edge'), software: softwareIdentity() })
  const life = world.start()
  fillBook(world, life.store)
  await life.speaks()
  await life.isWeighed(15_640)
  const record = recordsOf(life.store).find(({ kind }) => kind === 'weighing') ?? expect.unreachable()
  id = identityText(record)
  number = slipNumber(record)
  await life.dies()
  writeFileSync(join(folder, 'edge', 'agent.key'), readFileSync(join(world.rig.folder, 'agent.key')))
  world.remove()
  const { line, hears, close } = await lineRig()
  toClose.push(close)
  sign = signSimulator({ dialect: kfSign, line })
  hears(sign.hear)
  writeFileSync(
    file,
    stringify({
      site: 'hongliu',
      agent: 'a1',
      folder: './edge',
      cloud: { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: {} },
      lanBroker: { host: '127.0.0.1', port: 0 },
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
          signs: [{ address: line.address, dialect: 'kf', defaultText: '欢迎' }],
          printer: { address: `file://${paper}`, dialect: 'text' },
        },
      ],
    }),
  )
  const reading = readConfig(file)
  config = reading.ok ? reading.config : expect.unreachable(reading.sentence)
}, 60_000)
afterAll(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

it('without a running agent shows the slip, and says who holds the printer', LONG, async () => {
  const edge = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) => {
      const call = ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), ...args, '--config', file]
      execFile(process.execPath, call, { cwd: root }, (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }))
    })
  const shown = await edge('slip', number, '--text')
  expect(shown).toMatchObject({ code: 0, err: '' })
  for (const said of [number, '陕K12345', '15640 kg', 'PITGATE-SLIP1:']) expect(shown.out).toContain(said)
  expect(await edge('slip', id)).toMatchObject({ code: 1, err: expect.stringContaining('--text') })
  expect(await edge('slip', 'nothing', '--text')).toMatchObject({ code: 1, err: expect.stringContaining('holds no record nothing') })
})

it('through the running agent prints it once, and again as a reprint', LONG, async () => {
  agent = createAgent({
    config,
    key: agentKey(join(config.folder, 'agent.key')),
    software: softwareIdentity(),
    clock: nodeClock(),
    loop: quietLoop,
    log: createLog('test', 'silent'),
    onBroken: (error) => expect.unreachable(error.message),
    taps: { onScaleBytes: () => {}, onRelayBytes: () => {} },
  })
  toClose.push(() => agent.stop())
  await agent.start()
  const device = (name: string) => agent.health().lanes[0]?.devices.find((one) => one.device === name)
  await eventually(() => device('printer')?.state === 'ok')
  expect(await slip({ text: true })).toMatchObject({ code: 0 })
  expect(await slip()).toEqual({ lines: [`${number} 已打印 / printed`], code: 0 })
  expect(await slip()).toMatchObject({ code: 1, lines: [expect.stringContaining('--reprint')] })
  expect(await slip({ reprint: true }, number)).toMatchObject({ code: 0, lines: [expect.stringContaining('reprint 1')] })
  const pages = fromGbk(readFileSync(paper)).split('\f').slice(0, -1)
  expect(pages.map((page) => page.includes('补打 / REPRINT 1'))).toEqual([false, true])
  expect(await slip({}, 'hongliu.a1.1-00000000.9')).toMatchObject({ code: 1, lines: [expect.stringContaining('holds no record')] })
  await eventually(() => sign.showing()[0] !== undefined && device('sign-1')?.state === 'ok')
})
