import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { freePort, freshDatabase } from '../../support/postgres.ts'
import { agentKey } from './rig.ts'

/** The programs as an administrator runs them, on a real database and a real broker. */
const root = join(import.meta.dirname, '../../..')
const node = ['--conditions=source', '--import', 'tsx', join(root, 'cloud-service/main.ts')]
const folder = mkdtempSync(join(tmpdir(), 'pitgate-cloud-'))
const running: ChildProcess[] = []
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  const [port, broker] = [String(await freePort()), String(await freePort())]
  env = {
    ...process.env,
    DATABASE_URL: await freshDatabase(),
    MQTT_URL: `mqtt://127.0.0.1:${broker}`,
    PITGATE_BROKER_PORT: broker,
    PITGATE_PORT: port,
    PITGATE_CLOUD_DATA: folder,
    PITGATE_LOG: 'warn',
  }
})
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})
const cloud = (args: string[], more = {}) =>
  promisify(execFile)(process.execPath, [...node, ...args], { cwd: root, env: { ...env, ...more } })
const start = (command: string): ChildProcess => {
  const child = spawn(process.execPath, [...node, command], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] })
  running.push(child)
  return child
}
const health = async () =>
  (await fetch(`http://127.0.0.1:${env.PITGATE_PORT}/health`)).json() as Promise<{
    ok: boolean
    broker: { ok: boolean }
    database: { ok: boolean }
  }>
const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once('exit', (code) => done(code)))

describe('the command line', () => {
  it('seeds and enrols', async () => {
    const seeded = JSON.parse((await cloud(['seed', '--demo'])).stdout) as Record<'people' | 'keys' | 'operators', unknown[]>
    expect([seeded.people.length, seeded.keys.length, seeded.operators.length]).toEqual([7, 3, 6])
    const { publicKey } = agentKey()
    const enrolled = JSON.parse((await cloud(['enrol', 'hongliu', 'a1', publicKey])).stdout) as Record<string, unknown>
    expect(enrolled).toMatchObject({
      mqttUser: 'hongliu/a1',
      mqttPassword: expect.stringMatching(/^[\w-]{32}$/),
      issuerKey: { id: expect.stringMatching(/^[0-9a-f]{16}$/) },
    })
  })

  it('answers what cannot be with a sentence, not with a stack', async () => {
    const refused = (args: string[], code: number, says: string) =>
      expect(cloud(args)).rejects.toMatchObject({ code, stderr: expect.stringContaining(says) })
    await refused(['fly'], 2, 'npm run -s cloud')
    await refused(['enrol', 'nowhere', 'a1', agentKey().publicKey], 1, 'there is no site "nowhere"')
  })

  it('signs a booklet for a site, and takes it back', async () => {
    const asked = ['--site', 'hongliu', '--carrier', 'tuoyun', '--consignee', '锦界电厂(示例)', '--count', '30', '--tonnes', '900']
    const said = (await cloud(['booklet', ...asked, '--product', 'BN:LUMP', '--product', ':SEMICOKE', '--hours', '48'])).stdout
    expect(said).toMatch(/^BK-[0-9A-Z]+: hongliu, 30 张 \/ 30 tickets, 900 吨 \/ 900 t/)
    const booklet = said.split(':')[0] as string
    const refused = (args: string[], says: string) =>
      expect(cloud(args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(says) })
    await refused(['booklet', '--site', 'hongliu', '--tonnes', 'many'], 'mostKg')
    expect((await cloud(['withdraw-booklet', booklet, '计划有变'])).stdout).toContain(`${booklet}: 已收回`)
    await refused(['withdraw-booklet', booklet, '计划有变'], 'is withdrawn already')
  })

  it('names, changes and revokes people of a site’s console, and sets quotas and shared tares', async () => {
    const person = ['operator', 'hongliu', 'zhao', '赵司磅']
    const refused = (args: string[], secret: string | undefined, says: string) =>
      expect(cloud(args, { PITGATE_PASSWORD: secret })).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(says) })
    const said = async (args: string[], secret?: string) => (await cloud(args, { PITGATE_PASSWORD: secret })).stdout.trim()
    await Promise.all([refused(person, undefined, 'needs a PIN'), refused(person, '111111', 'must not all be the same')])
    expect(await said(person, '804317')).toBe('zhao may sign in at hongliu')
    expect(
      await Promise.all([
        said(['revoke-operator', 'hongliu', 'zhao']),
        said(['quota', 'hongliu', '2026-12', '250000']),
        said(['share-tares', 'gaoling', 'hongliu']),
      ]),
    ).toEqual(['zhao may sign in at hongliu no more', 'hongliu 2026-12: 250000 t', 'tares of gaoling are sent to hongliu'])
  })

  it('compares with an agent whose folder it is shown, and lists what is in quarantine', async () => {
    const refused = (args: string[], code: number, says: string) =>
      expect(cloud(args)).rejects.toMatchObject({ code, stderr: expect.stringContaining(says) })
    await refused(['reconcile', '--edge', join(folder, 'nowhere')], 1, "no agent's ledger lies in")
    await refused(['quarantine', 'show', '4711'], 1, 'quarantine has no 4711')
    expect((await cloud(['quarantine', 'list'])).stdout).toContain('0 in quarantine, 0 lines of the ledger not read yet')
  })

  it('runs, says that the broker is away, finds it when it comes, and ends in order', async () => {
    const service = start('run')
    await eventually(async () => (await health()).database.ok, { within: 50_000 })
    expect(await health()).toMatchObject({ ok: false, broker: { ok: false } })
    const broker = start('broker')
    await eventually(async () => (await health()).ok, { within: 50_000 })
    await expect(cloud(['run'])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('is taken by another program') })
    const gone = [ended(service), ended(broker)]
    service.kill('SIGTERM')
    broker.kill('SIGINT')
    expect(await Promise.all(gone)).toEqual([0, 0])
  })
}, 120_000)
