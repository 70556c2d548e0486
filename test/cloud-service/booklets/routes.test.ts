import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BookletDetail, BookletDetailSchema, BookletPageSchema, type Problem } from '#cloud/api'
import type { OrderBody } from '#edge/orders'
import { bodyIsSigned } from '#edge/seal'
import { ticketNumberIsWhole } from '#edge/ticket'
import { hours } from '#edge/units'
import { bookletCommand } from '../../../cloud-service/booklets/command.ts'
import { CloudError } from '../../../cloud-service/errors.ts'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { asOwner, PEOPLE, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const wish = (differs: object = {}): object => ({
  site: 'hongliu',
  carrier: 'tuoyun',
  consignee: '锦川兰炭厂(示例)',
  products: [{ coalClass: 'BN', category: 'LUMP' }],
  count: 12,
  mostKg: 400_000,
  ...differs,
})
const sign = (name: string, differs = {}, headers = {}) => rig.post(name, '/api/booklets', wish(differs), headers)
const kindOf = (answer: { json: () => unknown }): string => (answer.json() as Problem).type.replace('https://pitgate.dev/problems/', '')
const orders = async (kind: string): Promise<{ agent: string; body: unknown }[]> => {
  const found: { agent: string; body: unknown }[] = []
  await asOwner(rig.pool, async (query) => {
    const { rows } = (await query('select agent, bytes from orders where kind = $1 order by site, seq', [kind])) as {
      rows: { agent: string; bytes: string }[]
    }
    found.push(...rows.map(({ agent, bytes }) => ({ agent, body: (JSON.parse(bytes) as { body: unknown }).body })))
  })
  return found
}

describe('a booklet', () => {
  it('is signed, listed, and ordered to the one agent of its site', async () => {
    const answer = await sign('kuang', { validHours: 12 })
    expect([answer.statusCode, [...Compile(BookletDetailSchema).Errors(answer.json())]]).toEqual([201, []])
    const booklet = answer.json() as BookletDetail
    expect(booklet).toMatchObject({
      site: 'hongliu',
      carrierName: 'tuoyun物流',
      count: 12,
      mostKg: 400_000,
      mostEachKg: 40_000,
      state: 'open',
      atSite: false,
      withdrawn: null,
      drawn: 0,
      left: 12,
      leftKg: 400_000,
      signedBy: 'kuang先生',
      draws: [],
    })
    expect(Date.parse(booklet.validUntil) - Date.parse(booklet.validFrom)).toBe(hours(12))
    // Nobody who reads it here learns a number that may still be drawn.
    expect(answer.body).not.toMatch(/610881-\d{6}-/)
    const ordered = (await orders('booklet')) as { agent: string; body: OrderBody<'booklet'> }[]
    expect(ordered).toHaveLength(1)
    const { agent, body } = ordered[0] as (typeof ordered)[0]
    expect([agent, body.body.booklet, bodyIsSigned('booklet', body, verifierOf([rig.issuer.publicKey]))]).toEqual([
      'a1',
      booklet.booklet,
      true,
    ])
    expect([new Set(body.body.numbers).size, body.body.numbers.every(ticketNumberIsWhole)]).toEqual([12, true])
    const listed = (await rig.get('sibang', '/api/booklets')).json() as { items: BookletDetail[] }
    expect([...Compile(BookletPageSchema).Errors(listed)]).toEqual([])
    expect(listed.items.map((one) => one.booklet)).toEqual([booklet.booklet])
  })

  it('is signed once for one Idempotency-Key', async () => {
    const twice = await Promise.all([1, 2].map(() => sign('shi', {}, { 'idempotency-key': 'once' })))
    expect(twice.map(({ statusCode }) => statusCode)).toEqual([201, 201])
    expect(new Set(twice.map((answer) => (answer.json() as BookletDetail).booklet)).size).toBe(1)
    expect((await sign('shi', { count: 3 }, { 'idempotency-key': 'once' })).statusCode).toBe(422)
  })

  it.each([
    ['no such site', { site: 'nowhere' }, 400],
    ['another’s site', { site: 'gaoliang' }, 400],
    ['an unknown carrier', { carrier: 'nobody' }, 400],
    ['no product', { products: [] }, 400],
    ['too many tickets', { count: 201 }, 400],
    ['no tonnes', { mostKg: 0 }, 400],
    ['a year', { validHours: 8_760 }, 400],
    ['a key of its own', { numbers: ['610881-261121-7QK2M9XA4'] }, 400],
  ])('is not signed for %s', async (_what, differs, status) => {
    expect((await sign('kuang', differs)).statusCode).toBe(status)
  })

  it('is withdrawn with a reason, once, and its agent is told', async () => {
    const { booklet } = (await sign('kuang')).json() as BookletDetail
    const withdraw = (name: string, reason = '计划有变') => rig.post(name, `/api/booklets/${booklet}/withdraw`, { reason })
    expect((await withdraw('kuang', '')).statusCode).toBe(400)
    const answer = await withdraw('kuang')
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      { state: 'withdrawn', withdrawn: { by: 'kuang先生', reason: '计划有变', atSite: false } },
    ])
    const again = await withdraw('shenmu')
    expect([again.statusCode, kindOf(again)]).toEqual([409, 'not-now'])
    expect((await orders('withdraw-booklet')).map(({ agent, body }) => [agent, body])).toContainEqual([
      'a1',
      { booklet, reason: '计划有变' },
    ])
    expect((await rig.post('kuang', '/api/booklets/BK-NOSUCH/withdraw', { reason: '计划有变' })).statusCode).toBe(404)
    expect((await rig.get('kuang', '/api/booklets/BK-NOSUCH')).statusCode).toBe(404)
  })

  it('is paged, newest first, each once', async () => {
    for (let n = 0; n < 5; n += 1) await sign('kuang2', { site: 'gaoliang', carrier: 'beiguo' })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const url: string = `/api/booklets?site=gaoliang&limit=2${cursor && `&cursor=${cursor}`}`
      const read = (await rig.get('shi', url)).json() as { items: BookletDetail[]; next: string | null }
      seen.push(...read.items.map(({ booklet }) => booklet))
      cursor = read.next
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5])
    expect((await rig.get('shi', '/api/booklets?cursor=none')).statusCode).toBe(400)
  })
})

describe('of tenants', () => {
  it.each(PEOPLE.map(({ name, role, scope }) => [`${role} ${scope ?? ''}`, name, role, scope] as const))(
    '%s sees and withdraws its own booklets only',
    async (_who, name, role, scope) => {
      const here = (await sign('shi', { consignee: 'CANARY-HERE' })).json() as BookletDetail
      const there = (await sign('shi', { site: 'gaoliang', consignee: 'CANARY-THERE' })).json() as BookletDetail
      const seesHere = role === 'city' || scope === 'hongliu' || scope === '610881'
      const seesThere = role === 'city' || scope === 'gaoliang' || scope === '610822'
      const list = await rig.get(name, '/api/booklets')
      expect([list.statusCode, list.body.includes(here.booklet), list.body.includes(there.booklet)]).toEqual(
        role === 'carrier' ? [403, false, false] : [200, seesHere, seesThere],
      )
      for (const [{ booklet }, sees] of [
        [here, seesHere],
        [there, seesThere],
      ] as const) {
        const one = await rig.get(name, `/api/booklets/${booklet}`)
        expect([one.statusCode, one.body.includes('CANARY')]).toEqual(role === 'carrier' ? [403, false] : sees ? [200, true] : [404, false])
        const taken = await rig.post(name, `/api/booklets/${booklet}/withdraw`, { reason: '不该由你来' })
        expect(taken.statusCode).toBe(role === 'carrier' || role === 'operator' ? 403 : sees ? 200 : 404)
      }
      if (role === 'carrier' || role === 'operator') expect((await sign(name)).statusCode).toBe(403)
    },
  )

  it('nobody unknown does anything', async () => {
    for (const [method, url] of [
      ['GET', '/api/booklets'],
      ['GET', '/api/booklets/BK-ANY0'],
    ] as const)
      expect((await rig.app.inject({ method, url })).statusCode).toBe(401)
    expect((await rig.app.inject({ method: 'POST', url: '/api/booklets', payload: wish() })).statusCode).toBe(401)
  })
})

describe('at the command line', () => {
  const asked = {
    site: 'hongliu',
    carrier: 'tuoyun',
    consignee: '锦界电厂(示例)',
    product: ['BN:LUMP', ':SEMICOKE'],
    count: '30',
    tonnes: '900',
    hours: '48',
  }
  const command = (differs: Partial<Record<keyof typeof asked, undefined | string | string[]>> = {}) =>
    bookletCommand(rig.pool, { issuer: rig.issuer, clock: rig.clock }, 'command line', { ...asked, ...differs } as never)

  it('a booklet is signed and says what it is', async () => {
    const says = await command()
    expect(says).toMatch(/^BK-[0-9A-Z]+: hongliu, 30 张 \/ 30 tickets, 900 吨 \/ 900 t, 至 .*Z \/ until .*Z$/)
    expect((await rig.get('shi', `/api/booklets/${says.split(':')[0]}`)).json()).toMatchObject({
      count: 30,
      mostKg: 900_000,
      signedBy: 'command line',
      products: [
        { coalClass: 'BN', category: 'LUMP' },
        { coalClass: '', category: 'SEMICOKE' },
      ],
    })
  })

  it.each([
    ['a site that is none', { site: 'nowhere' }, /site.*没有这个站点.*is no site/],
    ['no carrier', { carrier: undefined }, /carrier.*缺少此项.*is missing/],
    ['a product without a colon', { product: ['LUMP'] }, /products\.0/],
    ['words for a number', { count: 'many', tonnes: '-3' }, /count[\s\S]*mostKg/],
  ])('%s is told in both languages', async (_what, differs, says) => {
    const error = await command(differs).catch((refused: unknown) => refused)
    expect(error).toBeInstanceOf(CloudError)
    expect((error as CloudError).message).toMatch(says)
  })
})
