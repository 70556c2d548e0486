import { createHash } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { SiteActPageSchema, type TicketDetail } from '#cloud/api'
import type { ORDER_BODIES } from '#edge/orders'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import { storeWeighing } from '../app/records.ts'
import { agentKey, asOwner, type Rig, SITES, startRig, TRUCKS } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const put = (name: string, url: string, payload: object, headers = {}) => rig.as(name, { method: 'PUT', url, payload, headers })
interface Ordered {
  readonly kind: string
  readonly body: Record<string, unknown>
}
/** What agent a1 at hongliu has been ordered of one kind, in order. */
async function ordered(kind: keyof typeof ORDER_BODIES): Promise<Ordered['body'][]> {
  let found: Ordered['body'][] = []
  await asOwner(rig.pool, async (query) => {
    const { rows } = (await query("select bytes from orders where site = 'hongliu' and agent = 'a1' and kind = $1 order by seq", [
      kind,
    ])) as {
      rows: { bytes: string }[]
    }
    found = rows.map(({ bytes }) => (JSON.parse(bytes) as Ordered).body)
  })
  return found
}
const PEOPLE = '/api/sites/hongliu/operators'
const zhang = { name: '张司磅', role: 'operator', secret: '804317' }

describe('people of a site’s console', () => {
  it('are entered by the enterprise, ordered with a credential that fits, and shown without one', async () => {
    const answer = await put('kuang', `${PEOPLE}/zhang`, zhang)
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { id: 'zhang', name: '张司磅', role: 'operator', revoked: false, changedBy: 'kuang先生', changedAt: expect.any(String) },
    ])
    expect(answer.body).not.toMatch(/argon2|804317/)
    const [order] = await ordered('operator')
    expect(order).toMatchObject({ id: 'zhang', name: '张司磅', role: 'operator', revoked: false })
    expect(await verify(String(order?.credential), '804317')).toBe(true)
    expect(String(order?.credential)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('are changed without a new secret, given a new one, and revoked; each is told to the site and noted', async () => {
    const before = (await ordered('operator')).length
    await put('kuang', `${PEOPLE}/zhang`, { name: '张班长', role: 'supervisor' })
    await put('shi', `${PEOPLE}/zhang`, { ...zhang, secret: 'a longer secret' })
    expect((await rig.post('kuang', `${PEOPLE}/zhang/revoke`)).json()).toMatchObject({ revoked: true })
    const orders = (await ordered('operator')).slice(before - 1)
    const credentials = orders.map(({ credential }) => credential)
    expect(credentials[1]).toBe(credentials[0])
    expect(credentials[2]).not.toBe(credentials[1])
    expect(orders.map(({ role, revoked }) => [role, revoked])).toEqual([
      ['operator', false],
      ['supervisor', false],
      ['operator', false],
      ['operator', true],
    ])
    await asOwner(rig.pool, async (query) => {
      const { rows } = (await query('select what, by_whom from lane_operator_history order by number')) as { rows: object[] }
      expect(rows).toEqual([
        { what: 'entered', by_whom: 'kuang先生' },
        { what: 'changed', by_whom: 'kuang先生' },
        { what: 'new-secret', by_whom: 'shi先生' },
        { what: 'revoked', by_whom: 'kuang先生' },
      ])
    })
  })

  it('leave no trace of a PIN where requests are remembered', async () => {
    const body = { name: '张司磅', role: 'operator', secret: '804317' }
    expect((await put('kuang', `${PEOPLE}/zhao`, body, { 'idempotency-key': 'enter-zhao' })).statusCode).toBe(200)
    expect((await put('kuang', `${PEOPLE}/zhao`, body, { 'idempotency-key': 'enter-zhao' })).statusCode).toBe(200)
    await asOwner(rig.pool, async (query) => {
      const { rows } = (await query("select request_hash, body from idempotency where key = 'enter-zhao'")) as {
        rows: { request_hash: string; body: string }[]
      }
      const guessed = createHash('sha256').update(JSON.stringify(body)).digest('hex')
      expect(rows.map(({ request_hash }) => request_hash)).toEqual([expect.not.stringContaining(guessed)])
      expect(rows[0]?.body).not.toMatch(/804317|argon2/)
    })
    await rig.post('kuang', `${PEOPLE}/zhao/revoke`)
  })

  it('come back after they were revoked with a new secret only, whatever else is mended about them', async () => {
    await put('kuang', `${PEOPLE}/sun`, { name: '孙司磅', role: 'operator', secret: '930517' })
    await rig.post('kuang', `${PEOPLE}/sun/revoke`)
    const before = (await ordered('operator')).length
    expect((await put('kuang', `${PEOPLE}/sun`, { name: '孙思磅', role: 'operator' })).statusCode).toBe(400)
    expect((await ordered('operator')).length).toBe(before)
    const back = await put('kuang', `${PEOPLE}/sun`, { name: '孙思磅', role: 'operator', secret: '517930' })
    expect([back.statusCode, back.json().revoked]).toEqual([200, false])
    await rig.post('kuang', `${PEOPLE}/sun/revoke`)
  })

  it.each([
    ['123456', 'a PIN that counts'],
    ['777777', 'a PIN of one digit'],
    ['864202', null],
    ['98765', 'a PIN that is short'],
    ['passwor', 'a password that is short'],
    ['password', null],
  ])('with %j is %j', async (secret, refused) => {
    const answer = await put('kuang', `${PEOPLE}/li`, { ...zhang, secret })
    expect(answer.statusCode).toBe(refused === null ? 200 : 400)
    if (refused !== null) expect((answer.json() as { mistakes: { path: string }[] }).mistakes[0]?.path).toBe('secret')
  })

  it('are not entered without a secret, nor under an id that is none, nor at a site that is none', async () => {
    const { secret: _, ...without } = zhang
    expect((await put('kuang', `${PEOPLE}/wang`, without)).statusCode).toBe(400)
    expect((await put('kuang', `${PEOPLE}/Wang%20Wu`, zhang)).statusCode).toBe(400)
    expect((await put('shi', '/api/sites/nowhere/operators/wang', zhang)).statusCode).toBe(404)
    expect((await rig.post('kuang', `${PEOPLE}/nobody/revoke`)).statusCode).toBe(404)
  })

  it('are entered once by one key, also when it is sent twice', async () => {
    const before = (await ordered('operator')).length
    const headers = { 'idempotency-key': 'once' }
    for (let n = 0; n < 2; n += 1) expect((await put('kuang', `${PEOPLE}/liu`, zhang, headers)).statusCode).toBe(200)
    expect(await ordered('operator')).toHaveLength(before + 1)
  })

  it.each([
    ['sibang', 403],
    ['wuliu', 403],
    ['shenmu', 403],
    ['kuang2', 404],
    ['fugu', 403],
  ])('are not entered by %s', async (name, status) => {
    const before = (await ordered('operator')).length
    expect((await put(name, `${PEOPLE}/eve`, zhang)).statusCode).toBe(status)
    expect(await ordered('operator')).toHaveLength(before)
  })

  it.each([
    ['sibang', 403],
    ['wuliu', 403],
    ['kuang2', 404],
    ['fugu', 404],
    ['kuang', 200],
    ['shenmu', 200],
    ['shi', 200],
  ])('are listed to %s with %j', async (name, status) => {
    const answer = await rig.get(name, PEOPLE)
    expect([answer.statusCode, answer.body.includes('argon2')]).toEqual([status, false])
  })
})

describe('what the city tells a site', () => {
  it('is a quota of a month: the newest word counts and is ordered', async () => {
    for (const limitKg of [5_000_000, 6_000_000])
      expect((await put('shi', '/api/sites/hongliu/quotas/2026-12', { limitKg })).json()).toMatchObject({ month: '2026-12', limitKg })
    expect(await ordered('quota')).toEqual([5_000_000, 6_000_000].map((limitKg) => ({ month: '2026-12', limitKg })))
    expect((await rig.get('kuang', '/api/sites/hongliu/quotas')).json()).toMatchObject({
      items: [{ month: '2026-12', limitKg: 6_000_000 }],
    })
    expect((await rig.get('kuang2', '/api/sites/hongliu/quotas')).statusCode).toBe(404)
    expect((await put('shi', '/api/sites/hongliu/quotas/2026-13', { limitKg: 1 })).statusCode).toBe(400)
    for (const name of ['kuang', 'shenmu', 'wuliu'])
      expect([name, (await put(name, '/api/sites/hongliu/quotas/2026-12', { limitKg: 1 })).statusCode]).toEqual([name, 403])
  })

  it('is told to a new agent with everything else', async () => {
    await enrolAgent(rig.pool, { issuer: rig.issuer, clock: rig.clock }, 'hongliu', 'a2', agentKey().publicKey)
    let kinds: string[] = []
    await asOwner(rig.pool, async (query) => {
      const { rows } = (await query("select distinct kind from orders where site = 'hongliu' and agent = 'a2' order by kind")) as {
        rows: { kind: string }[]
      }
      kinds = rows.map(({ kind }) => kind)
    })
    expect(kinds).toEqual(['operator', 'policy', 'quota', 'vehicle'])
  })

  it('is whose tares are known there', async () => {
    const url = '/api/sites/hongliu/tares-from/gaoliang'
    expect((await rig.as('shi', { method: 'PUT', url })).json()).toEqual({ from: 'gaoliang', to: 'hongliu', counts: true })
    expect((await rig.as('shi', { method: 'DELETE', url })).json()).toEqual({ from: 'gaoliang', to: 'hongliu', counts: false })
    expect((await rig.as('kuang', { method: 'PUT', url })).statusCode).toBe(403)
    expect((await rig.as('shi', { method: 'PUT', url: '/api/sites/hongliu/tares-from/hongliu' })).statusCode).toBe(400)
    expect((await rig.as('shi', { method: 'PUT', url: '/api/sites/hongliu/tares-from/nowhere' })).statusCode).toBe(404)
  })
})

describe('a driver at the lane', () => {
  let number: string
  beforeAll(async () => {
    const wish = {
      site: 'hongliu',
      carrier: 'tuoyun',
      consignee: '电厂',
      plate: TRUCKS.tuoyun[0],
      product: { coalClass: 'BN', category: 'LUMP' },
      plannedNetKg: 30_000,
    }
    number = ((await rig.post('wuliu', '/api/tickets', wish)).json() as TicketDetail).number
  })
  const claim = async (payload: object, headers: object) =>
    rig.app.inject({ method: 'POST', url: `/api/tickets/${number}/claim`, payload, headers: { ...headers } })

  it('claims his firm’s ticket with its API key; the same claim again is one order', async () => {
    const key = await rig.keyOf('tuoyun')
    for (let n = 0; n < 2; n += 1) {
      const answer = await claim({ lane: 'north', code: '246813' }, key)
      expect([answer.statusCode, answer.json()]).toEqual([202, { number, lane: 'north' }])
    }
    expect(await ordered('claim')).toEqual([{ lane: 'north', code: '246813', number, at: expect.any(String) }])
    for (let n = 0; n < 2; n += 1) expect((await claim({ code: '135791' }, key)).json()).toEqual({ number, lane: null })
    expect((await ordered('claim')).slice(1)).toEqual([{ lane: null, code: '135791', number, at: expect.any(String) }])
    expect((await claim({ lane: 'south', code: '135791' }, key)).statusCode).toBe(400)
    expect((await claim({ code: 'abc' }, key)).statusCode).toBe(400)
  })

  it('guesses no code: six tries a minute of one firm for one ticket', async () => {
    const key = await rig.keyOf('tuoyun')
    const answers = []
    for (let code = 0; code < 8; code += 1) answers.push((await claim({ code: `10000${code}` }, key)).statusCode)
    expect(answers).toEqual([202, 202, 202, 202, 202, 202, 429, 429])
  })

  it('claims nobody else’s', async () => {
    expect((await claim({ code: '246813' }, await rig.keyOf('beiguo'))).statusCode).toBe(404)
    for (const name of ['kuang', 'sibang', 'shi'])
      expect([name, (await rig.post(name, `/api/tickets/${number}/claim`, { code: '246813' })).statusCode]).toEqual([name, 403])
  })

  it('claims no ticket that is voided', async () => {
    await rig.post('shi', `/api/tickets/${number}/void`, { reason: '作废了' })
    expect((await claim({ code: '246813' }, await rig.keyOf('tuoyun'))).statusCode).toBe(409)
  })
})

describe('what people did at a lane', () => {
  let weighing: string
  beforeAll(async () => {
    weighing = await storeWeighing(rig, { carrier: 'tuoyun', body: { photos: ['d'.repeat(64)], cameras: ['front'] } })
    const seq = Number(weighing.split('.').at(-1))
    await asOwner(rig.pool, async (query) => {
      for (const [at, site] of (Object.keys(SITES) as (keyof typeof SITES)[]).entries())
        for (let n = 1; n <= 5; n += 1)
          await query(
            `insert into manual_act (site, agent, epoch, seq, county, lane, visit, weighing, at, act, operator, second, photo, body)
             values ($1, 'a1', '1-00000001', $2, $3, 'north', 1, $4, now(), 'release', $5, 'wang', null, '{"act":"release"}')`,
            [site, 90_000 + n, SITES[site], at === 0 && n <= 2 ? seq : null, `op-${site}`],
          )
      await query(`insert into later_photo values ('hongliu', 'a1', '1-00000001', 90100, 0, '610881', 'north', 1, $1, $2, 'rear', now())`, [
        seq,
        'e'.repeat(64),
      ])
    })
  })

  it('is paged without a gap, newest first', async () => {
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await rig.get('kuang', `/api/sites/hongliu/acts?limit=2${cursor && `&cursor=${cursor}`}`)).json() as {
        items: { id: string }[]
        next: string | null
      }
      expect([...Compile(SiteActPageSchema).Errors(page)]).toEqual([])
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.next
    }
    expect(ids).toEqual([5, 4, 3, 2, 1].map((n) => `hongliu.a1.1-00000001.${90_000 + n}`))
  })

  it.each([
    ['sibang', 200],
    ['kuang', 200],
    ['shenmu', 200],
    ['shi', 200],
    ['kuang2', 404],
    ['fugu', 404],
    ['wuliu', 403],
  ])('is seen by %s: %j, and never another site’s', async (name, status) => {
    const answer = await rig.get(name, '/api/sites/hongliu/acts')
    expect([answer.statusCode, answer.body.includes('op-gaoliang')]).toEqual([status, false])
  })

  it('stands with the weighing it is about, and its photos; a carrier sees its weighing, not who did what', async () => {
    const detail = (await rig.get('kuang', `/api/weighings/${weighing}`)).json()
    expect(detail).toMatchObject({ again: null, acts: [{ operator: 'op-hongliu', weighing }, { operator: 'op-hongliu' }] })
    expect((detail as { photos: object }).photos).toEqual([
      { hash: 'd'.repeat(64), camera: 'front', at: null },
      { hash: 'e'.repeat(64), camera: 'rear', at: expect.any(String) },
    ])
    const carriers = await rig.get('wuliu', `/api/weighings/${weighing}`)
    expect([carriers.statusCode, (carriers.json() as { acts: object[] }).acts, carriers.body.includes('op-hongliu')]).toEqual([
      200,
      [],
      false,
    ])
  })

  it('has its picture, asked of the site when it is still there, and shown to nobody else', async () => {
    const [photo, jpeg] = ['f'.repeat(64), Buffer.from([0xff, 0xd8, 0xff, 0xe0])]
    await asOwner(rig.pool, async (query) => void (await query('update manual_act set photo = $1 where seq = 90001', [photo])))
    const url = '/api/acts/hongliu.a1.1-00000001.90001/photo'
    expect((await rig.get('kuang', url)).statusCode).toBe(202)
    expect(await ordered('send-blob')).toEqual([{ hash: photo }])
    await asOwner(rig.pool, async (query) => void (await query("insert into blob values ($1, 'hongliu', '610881', $2)", [photo, jpeg])))
    const answer = await rig.get('sibang', url)
    expect([answer.statusCode, answer.headers['content-type'], answer.rawPayload]).toEqual([200, 'image/jpeg', jpeg])
    expect((await rig.get('kuang2', url)).statusCode).toBe(404)
    expect((await rig.get('fugu', url)).statusCode).toBe(404)
    expect((await rig.get('wuliu', url)).statusCode).toBe(403)
    expect((await rig.get('kuang', '/api/acts/hongliu.a1.1-00000001.90002/photo')).statusCode).toBe(404)
    expect((await rig.get('kuang', '/api/acts/nonsense/photo')).statusCode).toBe(404)
  })
})
