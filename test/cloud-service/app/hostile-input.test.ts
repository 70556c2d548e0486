import { beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#cloud/api'
import { type Rig, startRig, TRUCKS } from './rig.ts'

/** What nobody honest sends: every answer is a refusal in words, none is "something broke here". */
let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const cursor = (...key: unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')
const said = (answer: { statusCode: number; body: string }): [number, string] => [
  answer.statusCode,
  (JSON.parse(answer.body) as Problem).type.replace('https://pitgate.dev/problems/', ''),
]
const MOMENT = '2026-11-21T08:00:00.000000Z'
const aTicket = {
  site: 'hongliu',
  carrier: 'tuoyun',
  consignee: '锦界电厂(示例)',
  plate: TRUCKS.tuoyun[0],
  product: { coalClass: 'BN', category: 'LUMP' },
  plannedNetKg: 31_000,
}

describe('a cursor', () => {
  it.each([
    ['of no day there is', '/api/tickets', cursor('2026-99-99T99:99:99.000000Z', 'x')],
    ['with a NUL', '/api/alarms', cursor(MOMENT, 'a\0b')],
    ['with words for a number', '/api/weighings', cursor(MOMENT, 'hongliu', 'a1', '1-00000001', 'x')],
    ['with words for a number', '/api/quarantine', cursor(MOMENT, 'x')],
    ['of the year nought', '/api/tickets', cursor('0000-01-01T00:00:00.000000Z', 'x')],
  ])('%s at %s is refused', async (_what, url, key) => {
    expect(said(await rig.get('shi', `${url}?cursor=${key}`))).toEqual([400, expect.stringMatching(/^(mistakes|not-readable)$/)])
  })
})

it.each([
  '/api/alarms/%00',
  '/api/tickets?plate=%00',
  '/api/weighings?plate=a%00b',
  '/api/reports/tonnage?from=0000-01-01T00:00:00Z&to=0000-02-01T00:00:00Z',
])('%s is refused', async (url) => {
  const answer = await rig.get('shi', url)
  expect([400, 404]).toContain(answer.statusCode)
})

describe('a ticket request', () => {
  it.each([
    ['a NUL', { consignee: 'a\0b' }],
    ['half a character', { consignee: 'a\ud83d' }],
    ['a member nobody asked for', { product: { ...aTicket.product, extra: 'x' } }],
    ['a fraction in it', { product: { ...aTicket.product, extra: 1.5 } }],
  ])('with %s is refused and signs nothing', async (_what, differs) => {
    expect(said(await rig.post('wuliu', '/api/tickets', { ...aTicket, ...differs }))).toEqual([
      400,
      expect.stringMatching(/^(mistakes|not-readable)$/),
    ])
  })

  it('with something very deep in it is refused and signs nothing', async () => {
    const deep = JSON.stringify({ ...aTicket, product: { ...aTicket.product, extra: '@' } }).replace(
      '"@"',
      '['.repeat(20_000) + ']'.repeat(20_000),
    )
    const headers = { 'content-type': 'application/json' }
    expect(said(await rig.as('wuliu', { method: 'POST', url: '/api/tickets', headers, payload: deep }))).toEqual([400, 'mistakes'])
  })

  it('does not tell a carrier whether a rival’s truck is on the road', async () => {
    const idle = await rig.post('wuliu2', '/api/tickets', { ...aTicket, carrier: 'beiguo' })
    expect((await rig.post('wuliu', '/api/tickets', aTicket)).statusCode).toBe(201)
    const busy = await rig.post('wuliu2', '/api/tickets', { ...aTicket, carrier: 'beiguo' })
    expect(busy.json()).toEqual(idle.json())
  })
})

it('sign-in with a NUL in the name is refused', async () => {
  expect((await rig.signIn('shi\0')).statusCode).toBeLessThan(500)
})
