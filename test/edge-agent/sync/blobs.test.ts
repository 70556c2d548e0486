import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VerdictWord } from '#edge/weighing'
import { hasher, verifierOf } from '../../../edge-agent/keys.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type BlobSender, blobSender } from '../../../edge-agent/sync/blobs.ts'
import { eventually } from '../../support/eventually.ts'
import { anOrderStream, aRig, aState, aWeighing, LANE, type Rig } from '../store/store-rig.ts'

let rig: Rig
let store: Store
let server: Server
let blobs: BlobSender
let answer: number
let taken: { hash: string; bytes: string; authorization: string }[]

beforeEach(async () => {
  rig = aRig()
  store = rig.open()
  answer = 201
  taken = []
  server = createServer(async (request, response) => {
    let bytes = ''
    for await (const part of request) bytes += part
    taken.push({ hash: request.url?.split('/').at(-1) ?? '', bytes, authorization: request.headers.authorization ?? '' })
    response.writeHead(answer).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { site, agent, signer, clock, log } = rig.parts
  blobs = blobSender({ store, cloudUrl: `http://127.0.0.1:${port}`, ca: null, site, agent, signer, clock, chance: () => 0, log })
})
afterEach(async () => {
  blobs.stop()
  server.closeAllConnections()
  server.close()
  await store.close()
  rig.remove()
})

const weigh = (visit: number, verdict: VerdictWord, photos: string[] = []): string => {
  const tape = `{"v":1,"visit":${visit}}`
  store.ink({
    lane: LANE,
    state: aState(visit),
    records: [{ kind: 'weighing', body: aWeighing({ visit, verdict }) }],
    useTickets: [],
    gates: [],
    tape,
    photos,
    stamps: store.stamps(),
  })
  return hasher.hash(tape)
}
const receiptAll = (): void => {
  store.receipted({ ...store.head(), upto: store.head().seq, missing: [] })
}

it('the tape of a vehicle that was not let go travels once its record is receipted, signed by the agent', async () => {
  weigh(1, 'open')
  const held = weigh(2, 'hold')
  blobs.wake()
  expect(store.evidence.next()).toBeNull()
  receiptAll()
  blobs.wake()
  await eventually(() => taken.length === 1 && store.evidence.next() === null)
  const [one] = taken as [(typeof taken)[number]]
  expect([one.hash, one.bytes]).toEqual([held, '{"v":1,"visit":2}'])
  const [, timestamp, signature] = /^Agent hongliu\/a1 (\S+) (\S+)$/.exec(one.authorization) as unknown as [string, string, string]
  const key = verifierOf({ [rig.signer.key]: rig.signer.publicKey })
  expect(key.verify(rig.signer.key, `blob\n${held}\n${timestamp}`, signature)).toBe(true)
})

it('photos travel with the tape of the weighing that names them', async () => {
  const photo = new Uint8Array([0xff, 0xd8, 0xff])
  const named = createHash('sha256').update(photo).digest('hex')
  store.evidence.keep({ hash: named, kind: 'photo', bytes: photo, record: null, wanted: false })
  weigh(1, 'hold', [named])
  receiptAll()
  blobs.wake()
  await eventually(() => taken.length === 2)
  expect(taken.map((it) => it.hash)).toContain(named)
})

it('an alarm in the visit lets its tape travel, and so does an order', async () => {
  const released = weigh(1, 'open')
  const other = weigh(2, 'open')
  const alarm = { kind: 'escape', severity: 'critical', lane: LANE, occurrence: 'north/1', facts: {} } as const
  store.ink({
    lane: LANE,
    state: aState(2),
    records: [{ kind: 'alarm', body: alarm }],
    useTickets: [],
    gates: [],
    tape: null,
    photos: [],
    stamps: store.stamps(),
  })
  receiptAll()
  blobs.wake()
  await eventually(() => taken.length === 1)
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'send-blob', body: { hash: released } }))
  await eventually(() => store.evidence.next()?.hash === released)
  blobs.wake()
  await eventually(() => taken.length === 2)
  expect(taken.map((it) => it.hash)).toEqual([other, released])
})

it('a cloud that is away is asked again; one that turns it away is not', async () => {
  weigh(1, 'hold')
  receiptAll()
  answer = 503
  blobs.wake()
  await eventually(() => taken.length === 1)
  answer = 404
  await eventually(() => taken.length === 2)
  await eventually(() => store.evidence.next() === null)
  blobs.wake()
  weigh(2, 'hold')
  receiptAll()
  answer = 200
  await eventually(() => {
    blobs.wake()
    return taken.length === 3
  })
  expect(taken[2]?.bytes).toBe('{"v":1,"visit":2}')
})
