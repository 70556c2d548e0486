import { generateKeyPairSync, hash, sign } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import type { AgentId, Epoch, LaneId, SiteId, TicketNumber } from '#edge/ids'
import { NO_HASH } from '#edge/ids'
import type { LaneStatus } from '#edge/lane-status'
import { type Hello, type MessageName, topicOf } from '#edge/messages'
import type { Plate } from '#edge/plate'
import { type LedgerRecord, type RecordBody, type RecordKind, SIGNED_KINDS, sealBytes } from '#edge/records'
import { type Signer, sentence } from '#edge/seal'
import { type Batch, encodeBatch, type Head, type Line, type Receipt, recordsOf, signHead } from '#edge/stream'
import { keyId } from '../../../cloud-service/keys.ts'

/** A real Ed25519 key with its public half as enrolment takes it. */
export function newKey(): Signer & { readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'jwk' }).x as string
  return {
    suite: 'ed25519-sha256',
    key: keyId(raw),
    publicKey: raw,
    hash: (text) => hash('sha256', text, 'hex'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  }
}

/** What an edge agent does toward the cloud, made of the same #edge code and no store: records sealed and linked with a real key. */
export class AgentDouble {
  readonly site: string
  readonly agent: string
  readonly key: ReturnType<typeof newKey>
  epoch: Epoch
  /** Which start of it speaks. */
  boot = 'b0070001'
  readonly lines: Line[] = []
  readonly hashes: string[] = []
  readonly receipts: Receipt[] = []
  readonly heard: { topic: MessageName; payload: string }[] = []
  #client: MqttClient | null = null

  constructor(site: string, agent: string, epoch = '1-0a0b0c0d', key = newKey()) {
    this.site = site
    this.agent = agent
    this.key = key
    this.epoch = epoch as Epoch
  }

  /** Starts to listen on `client` for what the cloud says. */
  async listen(client: MqttClient): Promise<this> {
    this.#client = client
    client.on('message', (topic, payload) => {
      const message = topic.split('/').at(-1) as MessageName
      this.heard.push({ topic: message, payload: payload.toString() })
      if (message === 'receipt') this.receipts.push(JSON.parse(payload.toString()) as Receipt)
    })
    await client.subscribeAsync([topicOf(this.site, this.agent, 'receipt'), topicOf(this.site, this.agent, 'orders')], { qos: 1 })
    return this
  }

  /** Seals one more record. `spoil` changes its bytes before they are hashed: the chain holds, the content does not. */
  append<K extends RecordKind>(kind: K, body: RecordBody<K>, spoil: (bytes: string) => string = (bytes) => bytes): number {
    const seq = this.lines.length + 1
    const record = {
      v: 1,
      site: this.site as SiteId,
      agent: this.agent as AgentId,
      epoch: this.epoch,
      seq,
      prev: this.hashes.at(-1) ?? NO_HASH,
      suite: 'ed25519-sha256',
      key: this.key.key,
      kind,
      at: '2026-11-21T08:00:00.000Z',
      mono: seq,
      boot: 'b00tb00t'.replaceAll('o', '0').replaceAll('t', '7'),
      clock: 'synchronised',
      body,
    } as unknown as LedgerRecord<K>
    const sealed = sealBytes(record, this.key)
    const bytes = spoil(sealed.bytes)
    const digest = this.key.hash(bytes)
    this.lines.push({ bytes, signature: SIGNED_KINDS.has(kind) ? this.key.sign(sentence('record', digest)) : null })
    this.hashes.push(digest)
    return seq
  }

  head(seq = this.lines.length): Head {
    return { epoch: this.epoch, seq, hash: this.hashes[seq - 1] ?? NO_HASH }
  }

  batch(from: number, to: number, signer: Signer = this.key): Batch {
    const head = signHead(recordsOf(this.site, this.agent), this.head(to), signer)
    return { epoch: this.epoch, from, lines: this.lines.slice(from - 1, to), head }
  }

  async send(from: number, to: number): Promise<void> {
    await this.say('ledger', encodeBatch(this.batch(from, to)))
  }

  async say(message: MessageName, payload: string | Buffer): Promise<void> {
    await this.#client?.publishAsync(topicOf(this.site, this.agent, message), payload, { qos: message === 'status' ? 0 : 1 })
  }

  hello(orders: Head | null = null, book = { tickets: 0, hash: NO_HASH }): Promise<void> {
    const records = this.lines.length === 0 ? null : signHead(recordsOf(this.site, this.agent), this.head(), this.key)
    const hello: Hello = {
      v: 1,
      site: this.site as SiteId,
      agent: this.agent as AgentId,
      boot: this.boot,
      at: '2026-11-21T08:00:00.000Z',
      clock: 'synchronised',
      records,
      orders,
      book,
      policy: 1,
      backlog: { records: 0, oldest: null },
      software: { version: '0.1.0', legal: 'x' },
      waiting: [],
    }
    return this.say('hello', JSON.stringify(hello))
  }
}

/** A good gross weighing of a coal truck; say only what differs. */
export const aWeighing = (differs: Partial<RecordBody<'weighing'>> = {}): RecordBody<'weighing'> => ({
  visit: 1,
  lane: 'north' as LaneId,
  scale: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 'XK-1', certificate: 'C-1', certificateUntil: '2027-11-21T00:00:00Z' },
  kind: 'gross',
  pass: 'coal',
  weightKg: 48_900,
  weighedAt: '2026-11-21T08:00:00.000Z',
  tare: { kg: 15_900, epoch: '1-0a0b0c0d' as Epoch, seq: 1, at: '2026-11-21T07:00:00.000Z' },
  netKg: 33_000,
  zeroBeforeKg: 0,
  settled: { by: 'indicator', spreadKg: 20, readings: 24, overMs: 3_000 },
  sensors: [
    [-21_000, 'entry-loop', true],
    [-15_000, 'entry-beam', true],
    [-9_000, 'entry-beam', false],
  ],
  sightings: [
    { camera: 'front', at: '2026-11-21T07:59:30.000Z', plate: '陕KB6718', raw: '陕KB6718', colour: 'yellow', confidence: 97 },
    { camera: 'rear', at: '2026-11-21T07:59:33.000Z', plate: '陕K1234挂', raw: '陕K1234挂', colour: 'yellow', confidence: 92 },
  ],
  vehicle: { plate: '陕KB6718' as Plate, colour: 'yellow', trailer: null, match: 'same' },
  ticket: null,
  plannedNetKg: 33_000,
  findings: [],
  verdict: 'open',
  policy: 1,
  operator: 'automatic',
  photos: [],
  tape: 'f'.repeat(64),
  software: { version: '0.1.0', legal: 'x' },
  ...differs,
})

export const aTareOf = (ticket: string | null, differs: Partial<RecordBody<'weighing'>> = {}): RecordBody<'weighing'> =>
  aWeighing({ kind: 'tare', weightKg: 15_900, tare: null, netKg: null, ticket: ticket as TicketNumber | null, ...differs })

export const anEscape = (occurrence: string): RecordBody<'alarm'> => ({
  kind: 'escape',
  severity: 'critical',
  lane: 'north' as LaneId,
  occurrence,
  facts: { plate: '陕KB6718', passage: 7 },
})

export const aStatus = (differs: Partial<LaneStatus> = {}): LaneStatus => ({
  lane: 'north' as LaneId,
  at: '2026-11-21T08:00:00.000Z',
  phase: 'settling',
  weightKg: 0,
  stable: false,
  plate: null,
  plateColour: 'unknown',
  ticket: null,
  verdict: null,
  findings: [],
  why: null,
  entryGate: { commanded: 'closed', sensed: 'down' },
  exitGate: { commanded: 'closed', sensed: 'down' },
  siren: false,
  devices: [],
  trace: [],
  ...differs,
})
