import { beforeAll, expect, it } from 'vitest'
import type { TicketDetail } from '#cloud/api'
import { topicOf } from '#edge/messages'
import type { Order } from '#edge/orders'
import { decodeBatch, headIsSigned, ordersOf } from '#edge/stream'
import { verifierOf } from '../../../cloud-service/keys.ts'
import { testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { type Rig, startRig } from '../app/rig.ts'
import { startInboxOf } from '../ingest/an-inbox.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})

it("a ticket goes to its agent by itself, under the issuer's head, and its void too", async () => {
  const broker = await testBroker([['hongliu', 'a1']])
  const agent = await broker.agent('hongliu', 'a1')
  const heard: Order[] = []
  agent.on('message', (_topic, payload) => {
    const reading = decodeBatch(payload.toString())
    if (!reading.ok) throw new Error(reading.reason)
    expect(headIsSigned(ordersOf('hongliu', 'a1'), reading.batch.head, verifierOf([rig.issuer.publicKey]))).toBe(true)
    for (const line of reading.batch.lines) heard.push(JSON.parse(line.bytes) as Order)
  })
  await agent.subscribeAsync(topicOf('hongliu', 'a1', 'orders'), { qos: 1 })
  const { pool, issuer, live, clock } = rig
  const inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer, live, clock })
  await eventually(() => heard.some(({ kind }) => kind === 'policy'))

  const wish = {
    site: 'hongliu',
    carrier: 'tuoyun',
    consignee: '电厂',
    plate: '陕KA1001',
    product: { coalClass: 'BN', category: 'LUMP' },
    plannedNetKg: 30_000,
  }
  const { number } = (await rig.post('kuang', '/api/tickets', wish)).json() as TicketDetail
  const order = await eventually(() => heard.find(({ kind }) => kind === 'ticket'))
  expect(order.body).toMatchObject({ body: { number } })
  await rig.post('kuang', `/api/tickets/${number}/void`, { reason: '车辆临时更换' })
  expect((await eventually(() => heard.find(({ kind }) => kind === 'void-ticket'))).body).toMatchObject({ number })
  await inbox.stop()
})
