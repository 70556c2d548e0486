import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SiteAct } from '#cloud/api'
import type { Inbox } from '../../../cloud-service/ingest/inbox.ts'
import { enrolAgent } from '../../../cloud-service/sites/enrol.ts'
import { peopleDoor } from '../../../edge-agent/console/people-door.ts'
import { verifierOf } from '../../../edge-agent/keys.ts'
import type { Store } from '../../../edge-agent/store/store.ts'
import { createUplink, type Uplink } from '../../../edge-agent/sync/uplink.ts'
import { aState, aRig as edgeRig, LANE, type Rig as Site } from '../../edge-agent/store/store-rig.ts'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { type Rig, startRig } from '../app/rig.ts'
import { startInboxOf } from '../ingest/an-inbox.ts'

/** The real cloud, a real broker, and a real agent's store and uplink: a person is named there and signs in here. */
let rig: Rig
let broker: TestBroker
let inbox: Inbox
let site: Site
let store: Store
let uplink: Uplink

beforeAll(async () => {
  rig = await startRig()
  broker = await testBroker([['hongliu', 'a1']])
  site = edgeRig({ issuer: verifierOf({ [rig.issuer.key]: rig.issuer.publicKey }) })
  await enrolAgent(rig.pool, { issuer: rig.issuer, clock: rig.clock }, 'hongliu', 'a1', site.signer.publicKey)
  store = site.open()
  const { pool, issuer, live, clock } = rig
  inbox = await startInboxOf({ broker: broker.cloud(), pool, issuer, live, clock })
  const password = broker.passwordOf('hongliu', 'a1')
  uplink = createUplink({ ...site.parts, store, url: broker.url, password, ca: null, chance: () => 0 })
  uplink.start()
})
afterAll(async () => {
  await uplink.stop()
  await inbox.stop()
  await store.close()
  site.remove()
})

const URL = '/api/sites/hongliu/operators/zhang'
const name = (payload: object) => rig.as('kuang', { method: 'PUT', url: URL, payload })

it('a person named in the cloud signs in at the site, with the cloud gone too, and no more once he is revoked', async () => {
  const { clock, log } = site.parts
  const door = peopleDoor({ store, lanes: [], clock, log, secure: false })
  const kindOf = async (secret: string): Promise<string> => {
    const answer = await door.signIn({ id: 'zhang', secret })
    return answer.ok ? 'in' : answer.refusal.kind
  }
  expect(await kindOf('804317')).toBe('wrong-secret')
  await name({ name: '张司磅', role: 'operator', secret: '804317' })
  await eventually(() => store.operators.get('zhang'))
  expect(store.orders.refused()).toBe(0)

  await broker.stop()
  await eventually(() => uplink.state().state === 'disconnected')
  const answer = await door.signIn({ id: 'zhang', secret: '804317' })
  const cookie = answer.ok ? (answer.setCookie.split(';')[0] ?? '') : ''
  expect(door.personOf(cookie)).toEqual({ id: 'zhang', name: '张司磅', role: 'operator' })

  expect((await rig.post('kuang', `${URL}/revoke`)).statusCode).toBe(200)
  expect(door.personOf(cookie)?.id).toBe('zhang')
  await broker.start()
  await eventually(() => door.personOf(cookie) === null, { within: 30_000 })
  expect(await kindOf('804317')).toBe('wrong-secret')
}, 60_000)

it('what a person did there is listed in the cloud, sealed as the site sealed it', async () => {
  const body = {
    lane: LANE,
    visit: null,
    act: 'lift',
    reason: 'emergency',
    note: '消防车',
    operator: 'zhang',
    second: 'wang',
    photo: 'a'.repeat(64),
    gate: 'entry',
  } as const
  const { sealed } = store.ink({
    lane: LANE,
    state: aState(),
    records: [{ kind: 'decision', body }],
    useTickets: [],
    gates: [],
    tape: null,
    photos: [],
    stamps: store.stamps(),
  })
  const acts = async (): Promise<SiteAct[]> => ((await rig.get('kuang', '/api/sites/hongliu/acts')).json() as { items: SiteAct[] }).items
  await eventually(async () => (await acts()).length > 0, { within: 30_000 })
  const { epoch, seq } = sealed[0]?.identity ?? {}
  expect(await acts()).toMatchObject([
    { id: `hongliu.a1.${epoch}.${seq}`, act: 'lift', operator: 'zhang', second: 'wang', photo: 'a'.repeat(64), body: { note: '消防车' } },
  ])
}, 60_000)
