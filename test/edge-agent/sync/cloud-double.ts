import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { connectAsync, type MqttClient } from 'mqtt'
import { Compile } from 'typebox/compile'
import type { Epoch } from '#edge/ids'
import { type Hello, HelloSchema, MESSAGES, type MessageName, messagesGoing, readTopic, topicOf } from '#edge/messages'
import type { Signer } from '#edge/seal'
import { accept, type Batch, decodeBatch, emptyHead, encodeBatch, type Head, headIsSigned, receiptFor, recordsOf } from '#edge/stream'
import { signTime } from '#edge/time-anchor'
import { hasher, verifierOf } from '../../../edge-agent/keys.ts'
import { AGENT, SITE } from '../store/store-rig.ts'

/** A real broker in this process that can be killed and comes back on the same port, remembering nothing. */
export interface Broker {
  readonly port: number
  kill(): Promise<void>
  revive(): Promise<void>
  /** Cuts every connection without a word. */
  cut(): void
  /** Agents have no right to say this any more; who says it is hung up on. */
  forbid(message: MessageName): void
  /** How often an agent has come. */
  came(): number
}

export async function aBroker(password = 'secret'): Promise<Broker> {
  let port = 0
  let kill = async (): Promise<void> => {}
  let sockets = new Set<Socket>()
  let forbidden: MessageName | null = null
  let came = 0
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const revive = async (): Promise<void> => {
    const broker = await Aedes.createBroker()
    broker.authenticate = (client, username, given, done) => {
      const agent = username !== `${SITE}/${AGENT}` || (given?.toString() === password && client.id === `${SITE}.${AGENT}`)
      if (username === `${SITE}/${AGENT}`) came += 1
      done(agent ? null : Object.assign(new Error('no'), { returnCode: 4 }), agent)
    }
    broker.authorizePublish = (_client, { topic }, done) => {
      done(forbidden !== null && topic === topicOf(SITE, AGENT, forbidden) ? new Error('no right') : null)
    }
    const mine = new Set<Socket>()
    sockets = mine
    const server = createServer((socket) => {
      mine.add(socket)
      socket.on('close', () => mine.delete(socket))
      broker.handle(socket)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    kill = async () => {
      server.close()
      cut()
      await new Promise<void>((closed) => broker.close(closed))
    }
  }
  await revive()
  return {
    port,
    kill: () => kill(),
    revive,
    cut,
    forbid(message) {
      forbidden = message
    },
    came: () => came,
  }
}

/** The cloud's ledger made of the contract's own words, with faults: it forgets batches and receipts on request. */
export interface CloudDouble {
  readonly hellos: Hello[]
  readonly express: string[]
  readonly statuses: unknown[]
  readonly presence: { online: boolean }[]
  readonly orderReceipts: { upto: number; epoch: string }[]
  /** Lines stored, by epoch, in order. */
  lines(epoch: Epoch): readonly string[]
  received(): number
  loseBatches(share: number): void
  loseReceipts(share: number): void
  /** It signs the time from now on for whoever asks. */
  tellTime(issuer: Signer): void
  sendOrders(batch: Batch): void
  /** The cloud was restored from a backup: only so many lines of the epoch are left. */
  restore(epoch: Epoch, upto: number): void
  say(name: MessageName, payload: string): void
  end(): Promise<void>
}

const helloChecker = Compile(HelloSchema)

export async function aCloud(port: number, agentKey: { key: string; publicKey: string }): Promise<CloudDouble> {
  const verifier = verifierOf({ [agentKey.key]: agentKey.publicKey })
  const stored = new Map<Epoch, { head: Head; lines: string[] }>()
  const hellos: Hello[] = []
  const express: string[] = []
  const statuses: unknown[] = []
  const presence: { online: boolean }[] = []
  const orderReceipts: { upto: number; epoch: string }[] = []
  let received = 0
  let losing = { batches: 0, receipts: 0 }
  let timekeeper: Signer | null = null
  let seed = 7
  const chance = (): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 4,
    clean: true,
    clientId: 'cloud',
    username: 'cloud',
    password: 'any',
    reconnectPeriod: 100,
  })
  const of = (epoch: Epoch) => {
    const known = stored.get(epoch) ?? { head: emptyHead(epoch), lines: [] }
    stored.set(epoch, known)
    return known
  }
  const say = (name: MessageName, payload: string): void => {
    client.publish(topicOf(SITE, AGENT, name), payload, { qos: MESSAGES[name].qos })
  }
  const receipt = (epoch: Epoch, theirs: Head | null, nonce?: string): void => {
    if (chance() < losing.receipts) return
    const asked = nonce !== undefined && timekeeper ? { nonce, by: timekeeper } : null
    const time = asked && signTime({ site: SITE, agent: AGENT }, asked.nonce, new Date().toISOString(), asked.by)
    say('receipt', JSON.stringify({ ...receiptFor(of(epoch).head, theirs), ...(time && { time }) }))
  }
  const take = (batch: Batch): void => {
    if (!headIsSigned(recordsOf(SITE, AGENT), batch.head, verifier)) throw new Error('a head nobody signed')
    const ledger = of(batch.epoch)
    const judged = accept(ledger.head, batch, hasher, (bytes) => JSON.parse(bytes).prev)
    if (judged.kind === 'next') {
      ledger.lines.push(...batch.lines.slice(judged.skip).map((line) => line.bytes))
      ledger.head = { epoch: batch.epoch, seq: batch.head.seq, hash: batch.head.hash }
    }
    receipt(batch.epoch, batch.head)
  }
  const handlers: Partial<Record<MessageName, (payload: string) => void>> = {
    ledger(payload) {
      received += 1
      const reading = decodeBatch(payload)
      if (!reading.ok) throw new Error(reading.reason)
      if (chance() >= losing.batches) take(reading.batch)
    },
    express(payload) {
      const reading = decodeBatch(payload)
      if (reading.ok) express.push(reading.batch.lines[0]?.bytes ?? '')
    },
    hello(payload) {
      const hello = JSON.parse(payload)
      if (!helloChecker.Check(hello)) throw new Error(`a hello that breaks its schema: ${JSON.stringify(helloChecker.Errors(hello))}`)
      hellos.push(hello)
      for (const head of [...hello.waiting, ...(hello.records ? [hello.records] : [])]) receipt(head.epoch, head, hello.nonce)
    },
    status: (payload) => void statuses.push(JSON.parse(payload)),
    presence: (payload) => void presence.push(JSON.parse(payload)),
    'orders-receipt': (payload) => void orderReceipts.push(JSON.parse(payload)),
  }
  client.on('message', (topic, payload) => {
    const read = readTopic(topic)
    if (read) handlers[read.message]?.(payload.toString())
  })
  await client.subscribeAsync(
    messagesGoing('up').map((name) => topicOf(SITE, AGENT, name)),
    { qos: 1 },
  )
  return {
    hellos,
    express,
    statuses,
    presence,
    orderReceipts,
    lines: (epoch) => of(epoch).lines,
    received: () => received,
    loseBatches: (share) => {
      losing = { ...losing, batches: share }
    },
    loseReceipts: (share) => {
      losing = { ...losing, receipts: share }
    },
    tellTime: (issuer) => {
      timekeeper = issuer
    },
    sendOrders: (batch) => say('orders', encodeBatch(batch)),
    restore(epoch, upto) {
      const ledger = of(epoch)
      ledger.lines.length = upto
      ledger.head = { epoch, seq: upto, hash: hasher.hash(ledger.lines.at(-1) as string) }
    },
    say,
    end: () => client.endAsync(true),
  }
}
