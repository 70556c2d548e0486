import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  IssuerKeySchema,
  type IssueTicket,
  type Problem,
  ProblemSchema,
  type TicketDetail,
  TicketDetailSchema,
  TicketPageSchema,
} from '#cloud/api'
import type { Order } from '#edge/orders'
import { bodyIsSigned } from '#edge/seal'
import type { SignedTicket } from '#edge/ticket'
import { qrIsSigned, readQr } from '#edge/ticket-qr'
import { hours, minutes } from '#edge/units'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { asOwner, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const wish = (differs: Partial<Record<keyof IssueTicket, unknown>> = {}): object => ({
  site: 'hongliu',
  carrier: 'tuoyun',
  consignee: '锦川兰炭厂(示例)',
  plate: '陕KA1001',
  product: { coalClass: 'BN', category: 'LUMP' },
  plannedNetKg: 31_000,
  ...differs,
})
const issue = (name: string, differs = {}, headers = {}) => rig.post(name, '/api/tickets', wish(differs), headers)
const kindOf = (answer: { json: () => unknown }): string => {
  const problem = answer.json() as Problem
  expect([...Compile(ProblemSchema).Errors(problem)]).toEqual([])
  return problem.type.replace('https://pitgate.dev/problems/', '')
}
const orders = async (): Promise<Order[]> => {
  const found: Order[] = []
  await asOwner(rig.pool, async (query) => {
    const { rows } = (await query("select bytes from orders where site = 'hongliu' order by seq")) as { rows: { bytes: string }[] }
    found.push(...rows.map(({ bytes }) => JSON.parse(bytes) as Order))
  })
  return found
}
const endAll = () => asOwner(rig.pool, async (query) => void (await query("update ticket set state = 'released'")))

describe('issuing a ticket', () => {
  it('gives a signed ticket, its history and its order to the site in one go', async () => {
    const answer = await issue('kuang')
    expect([answer.statusCode, [...Compile(TicketDetailSchema).Errors(answer.json())]]).toEqual([201, []])
    const ticket = answer.json() as TicketDetail
    expect(ticket).toMatchObject({
      site: 'hongliu',
      siteName: 'hongliu煤矿(示例)',
      carrierName: 'tuoyun物流',
      plate: '陕KA1001',
      plateColour: 'yellow',
      state: 'issued',
      atSite: false,
    })
    expect(ticket.number).toMatch(/^610881-\d{6}-/)
    expect(ticket.signed.body).toMatchObject({ axles: 6, drivenAxles: 2, policy: 1 })
    expect(Date.parse(ticket.validUntil) - Date.parse(ticket.validFrom)).toBe(hours(24))
    expect(ticket.history).toMatchObject([{ state: 'issued', by: 'kuang先生' }])
    expect(bodyIsSigned('ticket', ticket.signed as SignedTicket, verifierOf([rig.issuer.publicKey]))).toBe(true)
    const last = (await orders()).at(-1) as Order
    expect(last).toMatchObject({ kind: 'ticket', body: ticket.signed })
    await endAll()
  })

  it('is at the site once its order is receipted', async () => {
    const { number } = (await issue('kuang')).json() as TicketDetail
    await asOwner(rig.pool, async (query) => {
      await query("insert into order_cursor select site, agent, epoch, seq, hash from order_head where site = 'hongliu'")
    })
    expect((await rig.get('kuang', `/api/tickets/${number}`)).json()).toMatchObject({ atSite: true })
    await endAll()
  })

  it.each([
    ['an operator', 'sibang', {}, 403, 'not-allowed'],
    ['an enterprise at another mine', 'kuang2', {}, 400, 'mistakes'],
    ['a county office elsewhere', 'fugu', {}, 400, 'mistakes'],
    ['a carrier for another firm', 'wuliu2', {}, 403, 'not-allowed'],
    ["a carrier with another firm's truck", 'wuliu2', { carrier: 'beiguo' }, 409, 'refused-by-checks'],
    ['nobody for a plate that is none', 'shi', { plate: '陕KAIOIO' }, 400, 'mistakes'],
    ['nobody for a trailer as tractor', 'shi', { plate: '陕K1234挂' }, 400, 'mistakes'],
    ['nobody with a wish unknown here', 'shi', { driver: 'x' }, 400, 'mistakes'],
    ['nobody for half a kilogram', 'shi', { plannedNetKg: 0.5 }, 400, 'mistakes'],
  ])('is not for %s', async (_, name, differs, status, kind) => {
    const answer = await issue(name, differs)
    expect([answer.statusCode, kindOf(answer)]).toEqual([status, kind])
  })

  it.each(['kuang', 'shenmu', 'shi', 'wuliu'])('is for %s', async (name) => {
    expect((await issue(name)).statusCode).toBe(201)
    await endAll()
  })

  it('names every mistake with its path, in the language asked for', async () => {
    const answer = await issue('shi', { plannedNetKg: 'much', consignee: 7 }, { 'accept-language': 'en-GB' })
    const problem = answer.json() as Problem
    expect(problem).toMatchObject({ status: 400, title: 'What was sent has mistakes' })
    expect(problem.mistakes?.map(({ path }) => path).sort()).toEqual(['consignee', 'plannedNetKg'])
    expect(((await issue('shi', { plannedNetKg: 'much' })).json() as Problem).title).toBe('填写的内容有误')
  })
})

describe('the checks at issue', () => {
  it('refuse an overloaded plan, an unknown vehicle and a car, with all findings at once', async () => {
    const over = await issue('kuang', { plannedNetKg: 60_000 })
    expect([over.statusCode, kindOf(over)]).toEqual([409, 'refused-by-checks'])
    const { findings, detail } = over.json() as Problem
    expect(findings).toMatchObject([{ code: 'planned-over-payload', mode: 'enforce', facts: { plannedNetKg: 60_000 } }])
    expect(detail).toContain('60.00')
    const unknown = (await issue('kuang', { plate: '陕K99999', plannedNetKg: 60_000 })).json() as Problem
    expect(unknown.findings?.map(({ code }) => code)).toEqual(['vehicle-unknown', 'planned-over-payload'])
    expect(((await issue('kuang', { plate: '陕K00001' })).json() as Problem).findings?.map(({ code }) => code)).toContain(
      'vehicle-not-for-coal',
    )
  })

  it('refuse a second open ticket for one truck, also across mines, and tell a stranger nothing more', async () => {
    const first = (await issue('kuang')).json() as TicketDetail
    const again = (await issue('wuliu')).json() as Problem
    expect(again.findings).toMatchObject([{ code: 'vehicle-has-open-ticket', facts: { number: first.number } }])
    const elsewhere = await issue('kuang2', { site: 'gaoliang' })
    expect(elsewhere.statusCode).toBe(409)
    expect(elsewhere.body).toContain('vehicle-has-open-ticket')
    expect(elsewhere.body).not.toContain(first.number)
    await endAll()
  })

  it('let only one of two simultaneous requests for a truck through', async () => {
    const answers = await Promise.all(['kuang', 'wuliu', 'shenmu', 'shi'].map((name) => issue(name)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409])
    await endAll()
  })
})

describe('an Idempotency-Key', () => {
  const header = (key: string) => ({ 'idempotency-key': key })
  it('issues once and answers the same again', async () => {
    const [one, two] = [await issue('kuang', {}, header('k1')), await issue('kuang', {}, header('k1'))]
    expect([two.statusCode, two.json()]).toEqual([201, one.json()])
    await endAll()
  })
  it('issues once also when both come at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => issue('kuang', {}, header('k2'))))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers[0]?.statusCode).toBe(201)
    await endAll()
  })
  it('is refused for another request, and belongs to whoever used it', async () => {
    await issue('kuang', {}, header('k3'))
    const other = await issue('kuang', { plannedNetKg: 30_000 }, header('k3'))
    expect([other.statusCode, kindOf(other)]).toEqual([422, 'other-request'])
    await endAll()
    expect((await issue('wuliu', {}, header('k3'))).statusCode).toBe(201)
    await endAll()
  })
  it('keeps no refusal: what was mended may be tried again', async () => {
    await issue('kuang')
    expect((await issue('kuang', {}, header('k4'))).statusCode).toBe(409)
    await endAll()
    expect((await issue('kuang', {}, header('k4'))).statusCode).toBe(201)
    await endAll()
  })
})

describe('voiding', () => {
  it('keeps the ticket with its reason and orders the site to strike it', async () => {
    const { number } = (await issue('kuang')).json() as TicketDetail
    const url = `/api/tickets/${number}/void`
    expect((await rig.post('wuliu', url, { reason: '不需要了' })).statusCode).toBe(403)
    expect((await rig.post('fugu', url, { reason: '不需要了' })).statusCode).toBe(404)
    expect((await rig.post('kuang', url, { reason: '' })).statusCode).toBe(400)
    const answer = await rig.post('kuang', url, { reason: '车辆临时更换' })
    expect([answer.statusCode, [...Compile(TicketDetailSchema).Errors(answer.json())]]).toEqual([200, []])
    expect(answer.json()).toMatchObject({ state: 'voided', history: [{ state: 'issued' }, { state: 'voided', reason: '车辆临时更换' }] })
    expect((await orders()).at(-1)).toMatchObject({ kind: 'void-ticket', body: { number, state: 'voided' } })
    const again = await rig.post('kuang', url, { reason: '车辆临时更换' })
    expect([again.statusCode, kindOf(again)]).toEqual([409, 'not-now'])
  })
})

describe("a carrier's program", () => {
  it('requests with its key, fetches as JSON and as a QR that anybody verifies, and sees the state change', async () => {
    const headers = await rig.keyOf('tuoyun')
    const asked = await rig.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: { ...headers, 'idempotency-key': 'order-77' },
      payload: wish({ plate: '陕KA1002' }),
    })
    expect(asked.statusCode).toBe(201)
    const { number } = asked.json() as TicketDetail
    const fetched = (await rig.app.inject({ url: `/api/tickets/${number}`, headers })).json() as TicketDetail
    const issuer = (await rig.app.inject('/api/issuer-key')).json() as { id: string; publicKey: string }
    expect([...Compile(IssuerKeySchema).Errors(issuer)]).toEqual([])
    const qr = readQr(fetched.qr)
    expect(qr).toMatchObject({ number, plate: '陕KA1002', key: issuer.id })
    expect(qr && qrIsSigned(qr, verifierOf([issuer.publicKey]))).toBe(true)
    const picture = await rig.app.inject({ url: `/api/tickets/${number}/qr`, headers })
    expect(picture.headers['content-type']).toContain('image/svg+xml')
    expect(picture.body).toMatch(/^<svg /)
    await endAll()
    expect((await rig.app.inject({ url: `/api/tickets/${number}`, headers })).json()).toMatchObject({ state: 'released' })
  })

  it('has no screens, and its key ends with its revocation', async () => {
    const headers = await rig.keyOf('beiguo')
    expect((await rig.app.inject({ url: '/api/session', headers })).statusCode).toBe(401)
    expect((await rig.app.inject({ url: '/api/tickets', headers })).statusCode).toBe(200)
    await asOwner(rig.pool, async (query) => void (await query("update api_key set revoked_at = now() where carrier = 'beiguo'")))
    expect((await rig.app.inject({ url: '/api/tickets', headers })).statusCode).toBe(401)
    expect((await rig.app.inject({ url: '/api/tickets', headers: { authorization: 'Bearer pk_guess' } })).statusCode).toBe(401)
  })
})

describe('the list of tickets', () => {
  it('is paged by a cursor that new tickets do not shift', async () => {
    const numbers: string[] = []
    for (let count = 0; count < 7; count += 1) {
      rig.clock.forward(minutes(1))
      numbers.unshift(((await issue('kuang', { plate: '陕KA1003' })).json() as TicketDetail).number)
      await endAll()
    }
    const page = async (cursor = '') =>
      (await rig.get('kuang', `/api/tickets?plate=${encodeURIComponent('陕k·A1003')}&limit=3${cursor}`)).json() as {
        items: { number: string }[]
        next: string | null
      }
    const first = await page()
    expect([...Compile(TicketPageSchema).Errors(first)]).toEqual([])
    rig.clock.forward(minutes(1))
    await issue('kuang', { plate: '陕KA1003' })
    const second = await page(`&cursor=${first.next}`)
    const third = await page(`&cursor=${second.next}`)
    expect([...first.items, ...second.items, ...third.items].map(({ number }) => number)).toEqual(numbers)
    expect(third.next).toBeNull()
    expect((await rig.get('kuang', '/api/tickets?state=open')).json()).toMatchObject({ items: [{ plate: '陕KA1003' }], next: null })
    for (const wrong of ['cursor=nonsense', 'limit=0', 'limit=1000', 'colour=red', 'state=lost'])
      expect([wrong, (await rig.get('kuang', `/api/tickets?${wrong}`)).statusCode]).toEqual([wrong, 400])
  })
})
