import { createHash, randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Epoch } from '#edge/ids'
import type { Signer } from '#edge/seal'
import { hasher } from '../../../edge-agent/keys.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { type BlobSender, blobSender } from '../../../edge-agent/sync/blobs.ts'
import { anOrderStream, aRig as aStoreRig, LANE, type Rig as StoreRig } from '../../edge-agent/store/store-rig.ts'
import { eventually } from '../../support/eventually.ts'
import { storeWeighing } from '../app/records.ts'
import { asOwner, type Rig, startRig } from '../app/rig.ts'

let cloud: Rig
let port: number
let line: Awaited<ReturnType<typeof cuttingLine>>
let edge: StoreRig
let store: Store
let blobs: BlobSender
beforeAll(async () => {
  cloud = await startRig()
  port = Number(new URL(await cloud.listen()).port)
})
beforeEach(async () => {
  line = await cuttingLine(port)
  edge = aStoreRig()
  store = edge.open()
  const { site, agent, clock, log } = edge.parts
  const signer: Signer = { ...edge.signer, sign: cloud.agent.sign }
  blobs = blobSender({ store, cloudUrl: line.url, ca: null, site, agent, signer, clock, chance: () => 0, log })
})
afterEach(async () => {
  blobs.stop()
  await line.close()
  await store.close()
  edge.remove()
})
afterAll(() => cloud.app.close())

/** A line to the cloud that breaks after so many bytes have gone up, and is whole again at the next try. */
async function cuttingLine(to: number) {
  const sockets = new Set<Socket>()
  let carried = 0
  let cutAt = Number.POSITIVE_INFINITY
  let cuts = 0
  const server: Server = createServer((from) => {
    const up = connect(to, '127.0.0.1')
    const end = (): void => {
      from.destroy()
      up.destroy()
    }
    for (const socket of [from, up]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    from.on('data', (bytes) => {
      carried += bytes.length
      if (carried >= cutAt) {
        cutAt = Number.POSITIVE_INFINITY
        cuts += 1
        end()
      } else up.write(bytes)
    })
    up.on('data', (bytes) => from.write(bytes))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried: () => carried,
    cuts: () => cuts,
    cutAfter: (bytes: number): void => {
      cutAt = carried + bytes
    },
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const aPhoto = (size: number): { bytes: Buffer; hash: string } => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xd8]), randomBytes(size - 2)])
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}
/** A photo at the site that a person of the cloud waits for. */
async function asked(size: number): Promise<{ bytes: Buffer; hash: string }> {
  const photo = aPhoto(size)
  store.evidence.keep({ hash: photo.hash, kind: 'photo', bytes: photo.bytes, record: null, wanted: true, of: { lane: LANE, visit: 1 } })
  await asOwner(
    cloud.pool,
    (query) => query('insert into blob_asked (hash, site) values ($1, $2)', [photo.hash, 'hongliu']) as Promise<void>,
  )
  return photo
}
const heldThere = async (hash: string): Promise<Buffer | null> => {
  let found: Buffer | null = null
  await asOwner(cloud.pool, async (query) => {
    const { rows } = (await query('select bytes from blob where hash = $1', [hash])) as { rows: { bytes: Buffer }[] }
    found = rows[0]?.bytes ?? null
  })
  return found
}
const partsThere = async (hash: string): Promise<number> => {
  let bytes = 0
  await asOwner(cloud.pool, async (query) => {
    const { rows } = (await query('select coalesce(sum(octet_length(bytes)), 0)::integer as n from blob_part where hash = $1', [hash])) as {
      rows: { n: number }[]
    }
    bytes = rows[0]?.n ?? 0
  })
  return bytes
}
const MEGABYTE = 1_000_000

describe('a large photo', () => {
  it('arrives whole', async () => {
    const { hash, bytes } = await asked(MEGABYTE)
    blobs.wake()
    await eventually(() => store.evidence.next() === null)
    expect((await heldThere(hash))?.equals(bytes)).toBe(true)
    expect(await partsThere(hash)).toBe(0)
  })

  it('goes on where a cut line left it: what was acknowledged is not sent again', async () => {
    const { hash, bytes } = await asked(MEGABYTE)
    line.cutAfter(600_000)
    blobs.wake()
    await eventually(() => line.cuts() === 1)
    const before = line.carried()
    expect(await partsThere(hash)).toBeGreaterThanOrEqual(3 * 131_072)
    await eventually(() => store.evidence.next() === null)
    expect((await heldThere(hash))?.equals(bytes)).toBe(true)
    // The part under way at the cut, the rest, and the heads of a few requests.
    expect(line.carried() - before).toBeLessThan(MEGABYTE - 3 * 131_072 + 20_000)
  })

  it('survives any number of cuts', async () => {
    const { hash, bytes } = await asked(500_000)
    for (const after of [1, 140_000, 200_000]) {
      const cuts = line.cuts()
      line.cutAfter(after)
      blobs.wake()
      await eventually(() => line.cuts() > cuts)
    }
    await eventually(() => store.evidence.next() === null, { within: 20_000 })
    expect((await heldThere(hash))?.equals(bytes)).toBe(true)
  })

  it('that was damaged on its disk is turned away, and its parts are forgotten', async () => {
    const { bytes } = aPhoto(300_000)
    const other = aPhoto(300_000)
    store.evidence.keep({ hash: other.hash, kind: 'photo', bytes, record: null, wanted: true, of: { lane: LANE, visit: 1 } })
    await asOwner(
      cloud.pool,
      (query) => query('insert into blob_asked (hash, site) values ($1, $2)', [other.hash, 'hongliu']) as Promise<void>,
    )
    blobs.wake()
    await eventually(() => store.evidence.next() === null)
    expect([await heldThere(other.hash), await partsThere(other.hash)]).toEqual([null, 0])
    expect(store.evidence.state()).toMatchObject({ waiting: 0 })
  })
})

describe('which comes first', () => {
  it('what somebody waits for overtakes a photo that is under way, and that one goes on behind it', async () => {
    const slow = await asked(MEGABYTE)
    line.cutAfter(400_000)
    blobs.wake()
    await eventually(() => line.cuts() === 1)
    const urgent = aPhoto(200_000)
    store.evidence.keep({ hash: urgent.hash, kind: 'photo', bytes: urgent.bytes, record: null, wanted: true, of: { lane: LANE, visit: 2 } })
    await asOwner(
      cloud.pool,
      (query) => query('insert into blob_asked (hash, site) values ($1, $2)', [urgent.hash, 'hongliu']) as Promise<void>,
    )
    store.orders.apply(anOrderStream(edge.issuer).batch({ kind: 'send-blob', body: { hash: urgent.hash } }))
    await eventually(async () => (await heldThere(urgent.hash)) !== null)
    expect(await heldThere(slow.hash)).toBeNull()
    await eventually(() => store.evidence.next() === null)
    expect(await heldThere(slow.hash)).not.toBeNull()
  })

  it('records do: while many wait, no evidence is sent, and then it is', async () => {
    const { hash } = await asked(1_000)
    for (let nth = 1; nth <= 120; nth++) store.returned({ kind: 'device-silent', occurrence: `scale-${nth}` })
    blobs.wake()
    await expect(eventually(async () => (await heldThere(hash)) !== null, { within: 500 })).rejects.toThrow()
    expect(line.carried()).toBe(0)
    store.receipted({ ...store.head(), upto: store.head().seq, missing: [] })
    blobs.wake()
    await eventually(async () => (await heldThere(hash)) !== null)
  })
})

describe('whether it may come', () => {
  it('the record that names it says so, of the agent that sends it', async () => {
    const photo = aPhoto(1_000)
    const id = await storeWeighing(cloud, { body: { photos: [photo.hash], verdict: 'hold' } })
    const [epoch, seq] = id.split('.').slice(2) as [Epoch, string]
    const place = { epoch, seq: Number(seq) }
    store.evidence.keep({ hash: photo.hash, kind: 'photo', bytes: photo.bytes, record: place, wanted: true, of: { lane: LANE, visit: 1 } })
    // That epoch is of the cloud's own rows; here it stands as if it had been receipted.
    expect(store.evidence.next()).toBeNull()
    const { clock } = edge.parts
    const timestamp = new Date(clock.now()).toISOString()
    const put = (evidenceOf: string, hash = photo.hash, bytes = photo.bytes) =>
      cloud.app.inject({
        method: 'PUT',
        url: `/agent/v1/blobs/${hash}`,
        headers: {
          authorization: `Agent hongliu/a1 ${timestamp} ${cloud.agent.sign(`blob\n${hash}\n${timestamp}`)}`,
          'content-type': 'application/octet-stream',
          'evidence-of': evidenceOf,
        },
        payload: bytes,
      })
    expect((await put(`${epoch}.999999`)).statusCode).toBe(404)
    expect((await put(`${epoch}.${seq}`)).statusCode).toBe(201)
    const stranger = aPhoto(1_000)
    expect((await put(`${epoch}.${seq}`, stranger.hash, stranger.bytes)).statusCode).toBe(404)
  })

  it.each([
    ['no range', 'bytes 0-9'],
    ['more than it brings', 'bytes 0-999/2000'],
    ['beyond its own end', 'bytes 1990-1999/1995'],
    ['larger than anything', 'bytes 0-9/99999999'],
  ])('a part that announces %s is refused', async (_what, range) => {
    const hash = hasher.hash(range)
    const timestamp = '2026-11-21T08:00:00Z'
    const answer = await cloud.app.inject({
      method: 'PUT',
      url: `/agent/v1/blobs/${hash}`,
      headers: {
        authorization: `Agent hongliu/a1 ${timestamp} ${cloud.agent.sign(`blob\n${hash}\n${timestamp}`)}`,
        'content-type': 'application/octet-stream',
        'content-range': range,
      },
      payload: Buffer.alloc(10),
    })
    expect([400, 413]).toContain(answer.statusCode)
  })

  it('nobody unknown is told how much is here', async () => {
    const hash = hasher.hash('x')
    const answer = await cloud.app.inject({
      method: 'HEAD',
      url: `/agent/v1/blobs/${hash}`,
      headers: { authorization: 'Agent hongliu/a1 2026-11-21T08:00:00Z AAAA' },
    })
    expect(answer.statusCode).toBe(401)
  })
})

describe('a photo on a screen', () => {
  it('is asked of its site, sent, and shown to those who may see the weighing', async () => {
    const photo = aPhoto(2_000)
    const id = await storeWeighing(cloud, { body: { photos: [photo.hash] } })
    const url = `/api/weighings/${id}/photos/${photo.hash}`
    const asking = await cloud.get('shenmu', url)
    expect([asking.statusCode, asking.json()]).toEqual([202, { asked: photo.hash }])
    store.evidence.keep({ hash: photo.hash, kind: 'photo', bytes: photo.bytes, record: null, wanted: true, of: null })
    blobs.wake()
    await eventually(() => store.evidence.next() === null)
    const shown = await cloud.get('shenmu', url)
    expect([shown.statusCode, shown.headers['content-type'], shown.rawPayload.equals(photo.bytes)]).toEqual([200, 'image/jpeg', true])
    // Carriers see their loads, not the lane; another county sees neither; a photo of another weighing is not this one's.
    expect((await cloud.get('wuliu', url)).statusCode).toBe(403)
    expect((await cloud.get('fugu', url)).statusCode).toBe(404)
    const another = await storeWeighing(cloud)
    expect((await cloud.get('shenmu', `/api/weighings/${another}/photos/${photo.hash}`)).statusCode).toBe(404)
  })
})
