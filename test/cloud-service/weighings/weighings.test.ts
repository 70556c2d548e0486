import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { type WeighingDetail, WeighingDetailSchema, WeighingPageSchema } from '#cloud/api'
import { minutes } from '#edge/units'
import { encodeTape } from '#weighing/tape'
import { hasher } from '../../../cloud-service/keys.ts'
import { playLane } from '../../builders/lane.ts'
import { aBookTicket, aTare, aTicketNumber } from '../../builders/ticket.ts'
import { storeWeighing } from '../app/records.ts'
import { asOwner, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const orders = async (kind: string): Promise<number> => {
  let count = 0
  await asOwner(rig.pool, async (query) => {
    const { rows } = (await query('select count(*)::int as count from orders where kind = $1', [kind])) as { rows: { count: number }[] }
    count = rows[0]?.count ?? 0
  })
  return count
}

describe('a weighing', () => {
  it('is shown with its record, its seal and the reasons in plain words', async () => {
    const id = await storeWeighing(rig, {
      body: {
        verdict: 'hold',
        findings: [{ code: 'over-legal-limit', mode: 'enforce', facts: { weightKg: 51_000, limitKg: 49_000, overKg: 2_000, axles: 6 } }],
      },
    })
    const answer = await rig.get('sibang', `/api/weighings/${id}`)
    expect([answer.statusCode, [...Compile(WeighingDetailSchema).Errors(answer.json())]]).toEqual([200, []])
    const detail = answer.json() as WeighingDetail
    expect(detail).toMatchObject({
      id,
      siteName: 'hongliu煤矿(示例)',
      carrierName: 'tuoyun物流',
      tapeHeld: false,
      seal: { suite: 'ed25519-sha256', signature: 'sig' },
    })
    expect(detail.why.zh.join('\n')).toContain('49.00')
    expect(detail.why.en.length).toBe(detail.why.zh.length)
    expect(detail.recheck).toEqual({ by: 'record', equal: true, differs: [] })
  })

  it('whose record does not agree with itself says so, and names the version that decided', async () => {
    const id = await storeWeighing(rig, {
      body: { verdict: 'open', netKg: 30_000, findings: [{ code: 'no-ticket', mode: 'enforce', facts: {} }] },
    })
    const { recheck } = (await rig.get('shi', `/api/weighings/${id}`)).json() as WeighingDetail
    expect(recheck).toEqual({ by: 'record', equal: false, differs: ['verdict', 'netKg', 'decided by 0.1.0 test'] })
  })

  it.each(['nonsense', 'hongliu.a1.1-00000001.99999', "hongliu.a1.1-00000001.1'--"])('named %s is not found', async (id) => {
    expect((await rig.get('shi', `/api/weighings/${encodeURIComponent(id)}`)).statusCode).toBe(404)
  })
})

describe('the list of weighings', () => {
  it('is newest stored first and paged without a gap, also where many were stored at one moment', async () => {
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1)
      ids.unshift(await storeWeighing(rig, { site: 'gaoliang', storedAt: '2026-12-02T00:00:00.000Z' }))
    ids.push(await storeWeighing(rig, { site: 'gaoliang', storedAt: '2026-12-01T00:00:00.000Z' }))
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const answer = (await rig.get('kuang2', `/api/weighings?limit=2${next && `&cursor=${next}`}`)).json() as {
        items: { id: string }[]
        next: string | null
      }
      expect([...Compile(WeighingPageSchema).Errors(answer)]).toEqual([])
      seen.push(...answer.items.map(({ id }) => id))
      next = answer.next
    }
    expect(seen).toEqual(ids)
  })
})

describe('a tape', () => {
  const text = '{"v":1,"not":"a real tape"}'
  const hash = hasher.hash(text)
  const header = (signature: string, at = '2026-11-21T08:00:00Z') => ({
    'content-type': 'application/octet-stream',
    authorization: `Agent hongliu/a1 ${at} ${signature}`,
  })
  const put = (name: string, body: string | Buffer, headers: Record<string, string>) =>
    rig.app.inject({ method: 'PUT', url: `/agent/v1/blobs/${name}`, headers, payload: body })
  const signed = (name: string, at = '2026-11-21T08:00:00Z') => header(rig.agent.sign(`blob\n${name}\n${at}`), at)

  it('is asked of the site once in a while, sent by its agent, and then shown', async () => {
    const id = await storeWeighing(rig, { body: { tape: hash } })
    const url = `/api/weighings/${id}/tape`
    const before = await orders('send-blob')
    for (let poll = 0; poll < 3; poll += 1) expect((await rig.get('shenmu', url)).statusCode).toBe(202)
    expect(await orders('send-blob')).toBe(before + 1)
    rig.clock.forward(minutes(3))
    expect((await rig.get('shenmu', url)).statusCode).toBe(202)
    expect(await orders('send-blob')).toBe(before + 2)

    const sent = await put(hash, text, signed(hash))
    expect([sent.statusCode, sent.json()]).toEqual([201, { hash, bytes: text.length }])
    expect((await put(hash, text, signed(hash))).statusCode).toBe(200)
    const shown = await rig.get('shenmu', url)
    expect([shown.statusCode, shown.headers['content-type'], shown.body]).toEqual([200, 'text/plain; charset=utf-8', text])
    const { tapeHeld, recheck } = (await rig.get('shenmu', `/api/weighings/${id}`)).json() as WeighingDetail
    expect([tapeHeld, recheck.by, recheck.equal]).toEqual([true, 'tape', false])
  })

  it('is not for carriers, nor for another county', async () => {
    const id = await storeWeighing(rig)
    expect((await rig.get('wuliu', `/api/weighings/${id}`)).statusCode).toBe(200)
    expect((await rig.get('wuliu', `/api/weighings/${id}/tape`)).statusCode).toBe(403)
    expect((await rig.get('fugu', `/api/weighings/${id}/tape`)).statusCode).toBe(404)
  })

  it('and a photo too, when a stored weighing of that site names it', async () => {
    const photo = hasher.hash('a photo')
    expect((await put(photo, 'a photo', signed(photo))).statusCode).toBe(404)
    await storeWeighing(rig, { site: 'gaoliang', body: { photos: [photo], verdict: 'hold' } })
    expect((await put(photo, 'a photo', signed(photo))).statusCode).toBe(404)
    await storeWeighing(rig, { body: { photos: [photo], verdict: 'hold' } })
    expect((await put(photo, 'a photo', signed(photo))).statusCode).toBe(201)
  })

  it('is taken only from a known agent, signed, whole, wanted and not too large', async () => {
    const other = hasher.hash('other')
    await storeWeighing(rig, { body: { tape: other } })
    expect((await put(other, 'other', header('AAAA'))).statusCode).toBe(401)
    expect(
      (
        await put(other, 'other', {
          ...signed(other),
          authorization: `Agent hongliu/a9 2026-11-21T08:00:00Z ${rig.agent.sign(`blob\n${other}\n2026-11-21T08:00:00Z`)}`,
        })
      ).statusCode,
    ).toBe(401)
    expect((await put(other, 'other', signed(hash))).statusCode).toBe(401)
    expect((await put(other, 'changed', signed(other))).statusCode).toBe(409)
    expect((await put(other, 'other', { ...signed(other), 'content-type': 'application/json' })).statusCode).toBe(415)
    const unasked = hasher.hash('nobody asked')
    expect((await put(unasked, 'nobody asked', signed(unasked))).statusCode).toBe(404)
    const large = Buffer.alloc(5 * 1024 * 1024 + 1)
    expect((await put(hasher.hash(large.toString('latin1')), large, signed(hasher.hash(large.toString('latin1'))))).statusCode).toBe(413)
    expect((await put(other, 'other', signed(other))).statusCode).toBe(201)
  })
})

/** A visit that really went through the lane's machine, with the tape it left. */
function weighed() {
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })] } })
  lane.starts()
  lane.arrives('陕K12345')
  lane.shows(aTicketNumber())
  lane.drivesOn(46_600)
  lane.stands()
  const [taped, draft] = [lane.tapes[0], lane.weighings()[0]]
  if (!taped || !draft) throw new Error('nothing was weighed')
  return { tape: encodeTape(taped.tape), draft }
}

describe('with its tape held here', () => {
  const recheckOf = async (change: (draft: ReturnType<typeof weighed>['draft']) => object): Promise<WeighingDetail['recheck']> => {
    const { tape, draft } = weighed()
    const id = await storeWeighing(rig, { body: { ...draft, ...change(draft), tape: hasher.hash(tape) } })
    await asOwner(rig.pool, async (query) => {
      await query("insert into blob (hash, site, county, bytes) values ($1, 'hongliu', '610881', $2) on conflict do nothing", [
        hasher.hash(tape),
        Buffer.from(tape),
      ])
    })
    return ((await rig.get('shenmu', `/api/weighings/${id}`)).json() as WeighingDetail).recheck
  }

  it('the decision is made again and is the same to the byte', async () => {
    expect(await recheckOf(() => ({}))).toEqual({ by: 'tape', equal: true, differs: [] })
  })

  it('a record that says another weight than its tape is told, member by member', async () => {
    const { equal, differs } = await recheckOf((draft) => ({ weightKg: draft.weightKg - 5_000 }))
    expect([equal, differs]).toEqual([false, ['weightKg', 'decided by 0.1.0 test']])
  })
})
