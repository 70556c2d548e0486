import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { identityText } from '#edge/ids'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { eventually } from '../support/eventually.ts'
import { bodiesOf, fillBook, laneWorld, recordsOf } from './lane-rig.ts'

/** `dry-run` as somebody at the site types it: a tare, a load over its plan by a tonne and a half that was let go, and the rule that would hold it. */
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pitgate-dry-run-'))
const configFile = join(folder, 'edge.yaml')
const store = join(folder, 'edge')
const LONG = { timeout: 60_000 }
const OUTPUTS = { entryOpen: 0, exitOpen: 2, entryGreen: 4, exitGreen: 5, siren: 6 }
let over: string
let agent: ChildProcess | null = null

const edge = (...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), ...args, '--config', configFile],
      { cwd: root },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
const policyFile = (text: string): string => {
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, text)
  return file
}

beforeAll(async () => {
  const world = laneWorld({ folder: store, software: softwareIdentity() })
  const life = world.start()
  fillBook(world, life.store, { policy: { rules: { 'net-over-planned': { mode: 'warn', basis: '试行' } }, otherwise: 'warn' } })
  await life.speaks()
  await life.isWeighed(15_640)
  await life.leavesByExit()
  await life.isWeighed(48_140)
  expect(bodiesOf(life.store, 'weighing').map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual(['tare open', 'gross open'])
  over = identityText(recordsOf(life.store).findLast(({ kind }) => kind === 'weighing') ?? expect.unreachable())
  await life.dies()
  writeFileSync(join(store, 'agent.key'), readFileSync(join(world.rig.folder, 'agent.key')))
  const { key, publicKey } = world.rig.issuer
  world.remove()
  const lane = {
    lane: 'north',
    name: '北磅',
    scaleRecord: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 's', certificate: 'c', certificateUntil: '2036-01-01T00:00:00Z' },
    scale: { address: `serial://${folder}/no-such-port`, dialect: 'yaohua-tf0', unit: 'kg' },
    board: {
      address: 'tcp://127.0.0.1:9',
      unitAddress: 1,
      outputs: OUTPUTS,
      inputs: { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 } },
    },
    cameras: [],
  }
  const cloud = { mqtt: 'mqtt://127.0.0.1:9', https: 'http://127.0.0.1:9', issuers: { [key]: publicKey } }
  const config = { site: 'hongliu', agent: 'a1', folder: store, cloud, lanBroker: { host: '127.0.0.1', port: 0 }, lanes: [lane] }
  writeFileSync(configFile, stringify(config))
})
afterAll(() => {
  agent?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

it('from the store: what the changed rule would have held, why, and what nobody would notice', LONG, async () => {
  const stricter = await edge('dry-run', '--policy', policyFile('rules:\n  net-over-planned: enforce\n'))
  expect(stricter).toMatchObject({ code: 0, err: '' })
  expect(stricter.out).toContain('2 次过磅重判 / weighings judged again')
  expect(stricter.out).toMatch(/实际 \/ as it was {4}放行\/open 2 {2}扣留\/hold 0/)
  expect(stricter.out).toMatch(/试算 \/ would be {5}放行\/open 1 {2}扣留\/hold 1/)
  expect(stricter.out).toMatch(/net-over-planned {2}提示 warn → 阻断 enforce .*changed 1/)
  expect(stricter.out).toContain(`${over}  `)
  expect(stricter.out).toMatch(/48\.14 t {2}放行 open → 扣留 hold/)
  expect(stricter.out).toMatch(/net-over-planned: 大票小吨|net-over-planned: .*净重 32\.50 吨.* \/ .*net 32\.50 t/)
})

it('through the running agent, which alone holds the store; --last says how many', LONG, async () => {
  const args = ['--conditions=source', '--import', 'tsx', join(root, 'edge-agent/main.ts'), 'run', '--config', configFile]
  agent = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' })
  await eventually(() => existsSync(join(store, 'running.json')), { within: 20_000 })
  const same = await edge('dry-run', '--policy', policyFile('{}'), '--last', '1')
  expect(same).toMatchObject({ code: 0, err: '' })
  expect(same.out).toContain('1 次过磅重判 / weighings judged again')
  expect(same.out).toContain('结论没有变化 / no verdict would change')
})

it('a file with mistakes is told in full, and judges nothing', LONG, async () => {
  const wrong = await edge('dry-run', '--policy', policyFile('allowanceKg: many\nrules:\n  net-over-plan: enforce\n  no-ticket: block\n'))
  expect(wrong).toMatchObject({ code: 2, out: '' })
  expect(wrong.err).toContain('3 mistakes in')
  expect(wrong.err).toContain('rules.net-over-plan: 没有这个判定项，请检查拼写 / is no finding; check its spelling')
  expect(wrong.err).toContain('rules.no-ticket.mode')
  expect(wrong.err).toContain('allowanceKg: 应为整数 / must be a whole number')
  const none = await edge('dry-run', '--policy', join(folder, 'nothing.yaml'))
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('策略文件打不开 / cannot read the policy') })
  expect(await edge('dry-run', '--policy', policyFile('{}'), '--last', 'many')).toMatchObject({ code: 2 })
})
