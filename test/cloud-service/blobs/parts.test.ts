import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asOwner, type Rig, startRig } from '../app/rig.ts'

/** What the cloud makes of the parts of one upload, over HTTP, whenever they come. */
let cloud: Rig
beforeAll(async () => {
  cloud = await startRig()
})
afterAll(() => cloud.app.close())

const PART = 1_000
interface Photo {
  readonly bytes: Buffer
  readonly hash: string
}
async function asked(parts: number): Promise<Photo> {
  const bytes = randomBytes(parts * PART)
  const hash = createHash('sha256').update(bytes).digest('hex')
  await owner('insert into blob_asked (hash, site) values ($1, $2)', [hash, 'hongliu'])
  return { bytes, hash }
}
const owner = (text: string, values: unknown[]): Promise<void> => asOwner(cloud.pool, (query) => query(text, values) as Promise<void>)
const headersOf = (hash: string): Record<string, string> => {
  const timestamp = '2026-11-21T08:00:00Z'
  return { authorization: `Agent hongliu/a1 ${timestamp} ${cloud.agent.sign(`blob\n${hash}\n${timestamp}`)}` }
}
/** Sends one part; the status, and how much the cloud says it has then. */
async function send({ bytes, hash }: Photo, nth: number): Promise<[number, number]> {
  const payload = bytes.subarray(nth * PART, (nth + 1) * PART)
  const range = `bytes ${nth * PART}-${nth * PART + payload.length - 1}/${bytes.length}`
  const answer = await cloud.app.inject({
    method: 'PUT',
    url: `/agent/v1/blobs/${hash}`,
    headers: { ...headersOf(hash), 'content-type': 'application/octet-stream', 'content-range': range },
    payload,
  })
  return [answer.statusCode, Number(answer.headers['upload-offset'] ?? -1)]
}
async function held({ hash }: Photo): Promise<number> {
  const answer = await cloud.app.inject({ method: 'HEAD', url: `/agent/v1/blobs/${hash}`, headers: headersOf(hash) })
  return Number(answer.headers['upload-offset'])
}
const aged = ({ hash }: Photo, nth: number, days: number): Promise<void> =>
  owner(`update blob_part set stored_at = now() - make_interval(days => $3) where hash = $1 and at_byte = $2`, [hash, nth * PART, days])

describe('an upload that takes longer than a week', () => {
  it('keeps its first part as long as its newest is young, whatever else the site sends meanwhile', async () => {
    const [slow, other] = [await asked(3), await asked(2)]
    expect([await send(slow, 0), await send(slow, 1)]).toEqual([
      [202, 1_000],
      [202, 2_000],
    ])
    await aged(slow, 0, 8)
    await aged(slow, 1, 2)
    expect(await send(other, 0)).toEqual([202, 1_000])
    expect(await held(slow)).toBe(2_000)
    expect((await send(slow, 2))[0]).toBe(201)
  })

  it('is forgotten whole after a week of silence, and begins anew', async () => {
    const [silent, other] = [await asked(3), await asked(2)]
    await send(silent, 0)
    await send(silent, 1)
    await aged(silent, 0, 9)
    await aged(silent, 1, 8)
    await send(other, 0)
    expect(await held(silent)).toBe(0)
    expect(await send(silent, 0)).toEqual([202, 1_000])
  })

  it('lost its beginning and is sent anew from there, over what is left of it, and arrives', async () => {
    const photo = await asked(3)
    await send(photo, 0)
    await send(photo, 1)
    await owner('delete from blob_part where hash = $1 and at_byte = 0', [photo.hash])
    expect(await held(photo)).toBe(0)
    expect(await send(photo, 0)).toEqual([202, 1_000])
    expect(await send(photo, 1)).toEqual([202, 2_000])
    expect((await send(photo, 2))[0]).toBe(201)
  })

  it('told to go on where it does not stand is told where it does', async () => {
    const photo = await asked(3)
    await send(photo, 0)
    expect(await send(photo, 2)).toEqual([409, 1_000])
  })
})
