import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, describe, expect, it } from 'vitest'
import { messagesGoing, topicOf } from '#edge/messages'
import {
  aclFor,
  agentUser,
  CLOUD_USER,
  hashPassword,
  passwordFits,
  readAgentUser,
  setPassword,
  usersIn,
  writeAcl,
} from '../../../cloud-service/broker/credentials.ts'
import { startBroker } from '../../../cloud-service/broker/embedded.ts'
import { LONGEST_PAYLOAD } from '../../../cloud-service/broker/rights.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort, quiet } from '../../support/postgres.ts'

const run = promisify(execFile)
const mosquitto = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((file) => existsSync(file))
const folder = mkdtempSync(join(tmpdir(), 'pitgate-broker-test-'))
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  rmSync(folder, { recursive: true, force: true })
})

/** A broker of one kind with two agents and the cloud let in; ports for agents and for the cloud. */
interface Kind {
  readonly agents: string
  readonly cloud: string
  readonly passwords: ReadonlyMap<string, string>
  /** Lets one more in, and takes the first agent's password away. */
  change(): Promise<void>
}
const USERS = [CLOUD_USER, agentUser('hongliu', 'a1'), agentUser('fugu', 'a1')]

async function embedded(): Promise<Kind> {
  const file = join(folder, 'embedded-passwords')
  const passwords = new Map(USERS.map((user) => [user, setPassword(file, user)]))
  const broker = await startBroker({ port: 0, host: '127.0.0.1', passwordFile: file, log: quiet })
  ends.push(() => broker.stop())
  const url = `mqtt://127.0.0.1:${broker.port}`
  return { agents: url, cloud: url, passwords, change: async () => void setPassword(file, agentUser('hongliu', 'a1')) }
}

/** Debian's mosquitto with the configuration we ship: its file names and ports put right, TLS left out on loopback. */
async function real(): Promise<Kind> {
  const file = join(folder, 'passwords')
  const passwords = new Map(USERS.map((user) => [user, setPassword(file, user)]))
  writeAcl(join(folder, 'acl'), usersIn(file))
  const [agents, cloud] = [await freePort(), await freePort()]
  const conf = readFileSync(new URL('../../../cloud-service/broker/mosquitto.example.conf', import.meta.url), 'utf8')
    .replaceAll('/etc/mosquitto/pitgate', folder)
    .replace(/^listener 8883$/m, `listener ${agents} 127.0.0.1`)
    .replace(/^(cafile|certfile|keyfile) .*$/gm, '')
    .replace(/^listener 1884 /m, `listener ${cloud} `)
  writeFileSync(join(folder, 'mosquitto.conf'), `${process.getuid?.() === 0 ? 'user root\n' : ''}${conf}`)
  const server = spawn(mosquitto as string, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
  const gone = new Promise((then) => server.once('exit', then))
  ends.push(async () => {
    server.kill()
    await gone
  })
  return {
    agents: `mqtt://127.0.0.1:${agents}`,
    cloud: `mqtt://127.0.0.1:${cloud}`,
    passwords,
    async change() {
      setPassword(file, agentUser('hongliu', 'a1'))
      server.kill('SIGHUP')
    },
  }
}

it.runIf(mosquitto !== undefined)('mosquitto’s own tool writes the password format we read', async () => {
  const file = join(folder, 'theirs')
  await run('mosquitto_passwd', ['-c', '-b', file, 'hongliu/a1', 'secret'])
  const stored = readFileSync(file, 'utf8').trim().split(':')[1] as string
  expect(passwordFits('secret', stored)).toBe(true)
  expect(passwordFits('Secret', stored)).toBe(false)
})

it('a password is kept as its hash, and a broken hash opens nothing', () => {
  expect(passwordFits('secret', hashPassword('secret'))).toBe(true)
  for (const broken of ['', 'secret', '$7$0$$', '$6$aa$bb', '$7$1$AA==$']) expect(passwordFits('', broken)).toBe(false)
})

it.each(['+/a1', '#', 'hongliu/#', 'hongliu', 'a/b/c', 'Hongliu/a1', 'hongliu/a1\nroot'])('"%s" is no user', (user) => {
  expect(readAgentUser(user)).toBeNull()
  expect(() => setPassword(join(folder, 'x'), user)).toThrow('is no broker user')
  expect(aclFor([user])).not.toContain('user')
})

const kinds: readonly [name: string, start: () => Promise<Kind>, there: boolean][] = [
  ['the embedded broker', embedded, true],
  [mosquitto === undefined ? 'Debian mosquitto (not installed here)' : 'Debian mosquitto', real, mosquitto !== undefined],
]
for (const [name, start, there] of kinds)
  describe.runIf(there)(`on ${name}`, () => {
    let kind: Kind
    const enter = async (user: string, password: string, options: IClientOptions = {}): Promise<MqttClient> => {
      const url = user === CLOUD_USER ? kind.cloud : kind.agents
      const clientId = user === CLOUD_USER ? 'cloud-1' : user.replace('/', '.')
      const client = await connectAsync(url, {
        protocolVersion: 4,
        clean: true,
        clientId,
        username: user,
        password,
        reconnectPeriod: 0,
        connectTimeout: 3_000,
        ...options,
      })
      client.on('error', () => undefined)
      ends.push(() => client.endAsync(true))
      return client
    }
    const enterAs = (user: string, options: IClientOptions = {}): Promise<MqttClient> =>
      enter(user, kind.passwords.get(user) ?? '', options)

    it('starts, and lets in who has the password', async () => {
      kind = await start()
      await eventually(() => enterAs(agentUser('hongliu', 'a1')).then(() => true))
      await expect(enter(agentUser('fugu', 'a1'), 'wrong')).rejects.toThrow()
      await expect(enter('', '')).rejects.toThrow()
    })

    it('each hears and says its own, by direction; another’s words reach nobody', async () => {
      const cloud = await enterAs(CLOUD_USER)
      const heard: string[] = []
      cloud.on('message', (topic) => heard.push(topic))
      await cloud.subscribeAsync('pitgate/v1/#', { qos: 1 })
      const agent = await enterAs(agentUser('hongliu', 'a1'), { clientId: 'hongliu.a1' })
      const told: string[] = []
      agent.on('message', (topic) => told.push(topic))
      for (const message of messagesGoing('down')) await agent.subscribeAsync(topicOf('hongliu', 'a1', message), { qos: 1 })
      for (const filter of ['#', 'pitgate/v1/#', 'pitgate/v1/+/a1/orders', topicOf('fugu', 'a1', 'orders')])
        await agent.subscribeAsync(filter, { qos: 1 }).catch(() => undefined)
      for (const message of messagesGoing('up')) await agent.publishAsync(topicOf('hongliu', 'a1', message), 'x', { qos: 1 })
      for (const message of messagesGoing('down')) {
        await cloud.publishAsync(topicOf('fugu', 'a1', message), 'not for you', { qos: 1 })
        await cloud.publishAsync(topicOf('hongliu', 'a1', message), 'for you', { qos: 1 })
      }
      await eventually(() => told.length >= messagesGoing('down').length)
      await eventually(() => messagesGoing('up').every((message) => heard.includes(topicOf('hongliu', 'a1', message))))
      expect(new Set(told)).toEqual(new Set(messagesGoing('down').map((message) => topicOf('hongliu', 'a1', message))))

      heard.length = 0
      for (const topic of [topicOf('fugu', 'a1', 'ledger'), topicOf('hongliu', 'a1', 'orders'), '$SYS/broker/x', 'elsewhere']) {
        const rogue = await enterAs(agentUser('hongliu', 'a1'))
        // The embedded broker closes the connection, mosquitto acknowledges and forgets: what counts is who hears it.
        await Promise.race([
          rogue.publishAsync(topic, 'x', { qos: 1 }).catch(() => undefined),
          new Promise<void>((then) => rogue.once('close', () => then())),
        ])
        await rogue.endAsync(true)
      }
      const last = await enterAs(agentUser('fugu', 'a1'))
      await last.publishAsync(topicOf('fugu', 'a1', 'express'), 'x', { qos: 1 })
      await eventually(() => heard.includes(topicOf('fugu', 'a1', 'express')))
      expect(
        heard.filter(
          (topic) =>
            topic !== topicOf('fugu', 'a1', 'express') && !topic.includes('hongliu/a1/orders') && topic !== topicOf('fugu', 'a1', 'orders'),
        ),
      ).toEqual([])
      expect(heard.filter((topic) => topic === topicOf('fugu', 'a1', 'ledger'))).toEqual([])
    })

    it('nobody takes another’s session by naming its client id', async () => {
      const owner = await enterAs(agentUser('hongliu', 'a1'))
      const told: string[] = []
      owner.on('message', (topic) => told.push(topic))
      await owner.subscribeAsync(topicOf('hongliu', 'a1', 'receipt'), { qos: 1 })
      await enterAs(agentUser('fugu', 'a1'), { clientId: 'hongliu.a1' }).catch(() => undefined)
      await enterAs(agentUser('fugu', 'a1'), { clientId: agentUser('hongliu', 'a1') }).catch(() => undefined)
      const cloud = await enterAs(CLOUD_USER)
      await cloud.publishAsync(topicOf('hongliu', 'a1', 'receipt'), 'x', { qos: 1 })
      await eventually(() => told.length === 1)
      expect(owner.connected).toBe(true)
    })

    it('the longest batch passes, a longer one does not', async () => {
      const cloud = await enterAs(CLOUD_USER)
      const lengths: number[] = []
      cloud.on('message', (_topic, payload) => lengths.push(payload.length))
      await cloud.subscribeAsync(topicOf('hongliu', 'a1', 'ledger'), { qos: 1 })
      const agent = await enterAs(agentUser('hongliu', 'a1'))
      await agent.publishAsync(topicOf('hongliu', 'a1', 'ledger'), Buffer.alloc(512 * 1024), { qos: 1 })
      await Promise.race([
        agent.publishAsync(topicOf('hongliu', 'a1', 'ledger'), Buffer.alloc(LONGEST_PAYLOAD + 200_000), { qos: 1 }).catch(() => undefined),
        new Promise<void>((then) => agent.once('close', () => then())),
      ])
      const again = await enterAs(agentUser('hongliu', 'a1'))
      await again.publishAsync(topicOf('hongliu', 'a1', 'ledger'), 'end', { qos: 1 })
      await eventually(() => lengths.includes(3))
      expect(lengths).toEqual([512 * 1024, 3])
    })

    it('a password that is taken away counts without a restart', async () => {
      await kind.change()
      await eventually(() =>
        enterAs(agentUser('hongliu', 'a1')).then(
          (client) => client.endAsync(true).then(() => false),
          () => true,
        ),
      )
    })
  })
