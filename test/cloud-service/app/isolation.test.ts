import { beforeAll, describe, expect, it } from 'vitest'
import type { TicketDetail } from '#cloud/api'
import { storeAlarm, storeWeighing } from './records.ts'
import { asOwner, PEOPLE, type Rig, SITES, startRig, TRUCKS } from './rig.ts'

/**
 * I14: no observation across tenants. Every tenant's data carry a canary of their own; every role asks every list and every object
 * there is, and no answer, nor any error, may hold a canary it must not see.
 */
let rig: Rig
interface Canary {
  readonly word: string
  readonly site: keyof typeof SITES
  readonly carrier: 'tuoyun' | 'beiguo'
  readonly ids: Record<'weighing' | 'alarm' | 'ticket', string>
}
const canaries: Canary[] = []
const moment = '2026-11-21T08:00:00.000Z'

beforeAll(async () => {
  rig = await startRig()
  for (const [at, site] of (Object.keys(SITES) as (keyof typeof SITES)[]).entries())
    for (const carrier of ['tuoyun', 'beiguo'] as const) {
      const word = `CANARY-${site}-${carrier}`
      const weighing = await storeWeighing(rig, {
        site,
        carrier,
        body: {
          visit: canaries.length + 1,
          operator: word,
          vehicle: { plate: word.slice(-12), colour: 'yellow', trailer: null, match: 'same' },
          weighedAt: moment,
        },
      })
      const alarm = await storeAlarm(rig, { site, occurrence: `north/${word}`, facts: { word, visit: canaries.length + 1 } })
      const wish = {
        site,
        carrier,
        consignee: word,
        plate: TRUCKS[carrier][at],
        product: { coalClass: 'BN', category: 'LUMP' },
        plannedNetKg: 30_000,
      }
      const ticket = ((await rig.post('shi', '/api/tickets', wish)).json() as TicketDetail).number
      canaries.push({ word, site, carrier, ids: { weighing, alarm, ticket } })
    }
  await asOwner(rig.pool, async (query) => {
    for (const site of Object.keys(SITES))
      await query("insert into lane_now values ($1, 'north', $2, $3, now())", [
        site,
        SITES[site as keyof typeof SITES],
        { word: `CANARY-lane-${site}` },
      ])
  })
})

const sees = (name: string, { site, carrier }: Pick<Canary, 'site' | 'carrier'>): boolean => {
  const person = PEOPLE.find((one) => one.name === name)
  if (person?.role === 'city') return true
  if (person?.role === 'county') return SITES[site] === person.scope
  return person?.role === 'carrier' ? carrier === person.scope : site === person?.scope
}
const lists = [
  '/api/weighings',
  '/api/tickets',
  '/api/alarms',
  '/api/sites',
  '/api/lanes',
  '/api/quarantine',
  '/api/jobs',
  '/api/session',
  `/api/reports/tonnage?from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z`,
]
const objects = ({ ids }: Canary): string[] => {
  const alarm = encodeURIComponent(ids.alarm)
  return [
    `/api/weighings/${ids.weighing}`,
    `/api/weighings/${ids.weighing}/tape`,
    `/api/tickets/${ids.ticket}`,
    `/api/tickets/${ids.ticket}/qr`,
    `/api/alarms/${alarm}`,
  ]
}
const acts = ({ ids }: Canary): [string, object?][] => {
  const alarm = encodeURIComponent(ids.alarm)
  return [
    [`/api/tickets/${ids.ticket}/void`, { reason: '不该由你来' }],
    [`/api/alarms/${alarm}/acknowledge`],
    [`/api/alarms/${alarm}/comment`, { text: '不该由你来' }],
    [`/api/alarms/${alarm}/close`, { outcome: 'false', text: '不该由你来做' }],
  ]
}

describe.each(PEOPLE.map(({ name, role, scope }) => [`${role} ${scope ?? ''}`, name] as const))('%s', (_, name) => {
  it('finds its own in every list and nobody else', async () => {
    for (const url of lists) {
      const { body } = await rig.get(name, url)
      const leaks = canaries.filter(
        (canary) =>
          !sees(name, canary) &&
          Object.values(canary.ids)
            .concat(canary.word)
            .some((secret) => body.includes(secret)),
      )
      expect([url, leaks.map(({ word }) => word)]).toEqual([url, []])
    }
    const weighings = (await rig.get(name, '/api/weighings')).json() as { items: { id: string }[] }
    const own = canaries.filter((canary) => sees(name, canary)).map(({ ids }) => ids.weighing)
    expect(weighings.items.map(({ id }) => id).sort()).toEqual(own.sort())
    const tickets = (await rig.get(name, '/api/tickets')).json() as { items: { consignee: string }[] }
    expect(tickets.items.map(({ consignee }) => consignee).sort()).toEqual(
      canaries
        .filter((canary) => sees(name, canary))
        .map(({ word }) => word)
        .sort(),
    )
  })

  it('opens no object of others and tells nothing about it, nor by a filter', async () => {
    for (const canary of canaries.filter((one) => !sees(name, one))) {
      for (const url of objects(canary)) {
        const answer = await rig.get(name, url)
        expect([url, answer.statusCode === 404 || answer.statusCode === 403, answer.body.includes('CANARY')]).toEqual([url, true, false])
      }
      for (const filter of [
        `/api/weighings?site=${canary.site}`,
        `/api/tickets?site=${canary.site}`,
        `/api/tickets?plate=${encodeURIComponent(TRUCKS[canary.carrier][0])}`,
      ])
        expect((await rig.get(name, filter)).body).not.toContain(canary.word)
    }
  })

  it('changes nothing of others', async () => {
    for (const canary of canaries.filter((one) => !sees(name, one)))
      for (const [url, payload] of acts(canary))
        expect([url, [403, 404].includes((await rig.post(name, url, payload)).statusCode)]).toEqual([url, true])
  })
})

it('an API key sees what its carrier sees', async () => {
  const headers = await rig.keyOf('beiguo')
  for (const url of ['/api/weighings', '/api/tickets']) {
    const { body } = await rig.app.inject({ url, headers })
    for (const canary of canaries)
      expect([url, canary.carrier, body.includes(canary.ids.weighing) || body.includes(canary.ids.ticket)]).toEqual([
        url,
        canary.carrier,
        canary.carrier === 'beiguo',
      ])
  }
  for (const url of ['/api/alarms', '/api/lanes', '/api/quarantine', '/api/jobs'])
    expect((await rig.app.inject({ url, headers })).statusCode).toBe(403)
})

it('tonnage counts each tenant its own', async () => {
  const total = async (name: string): Promise<number> => {
    const { items } = (await rig.get(name, lists.at(-1) as string)).json() as { items: { netKg: number }[] }
    return items.reduce((sum, { netKg }) => sum + netKg, 0)
  }
  expect(await Promise.all(['shi', 'shenmu', 'kuang', 'kuang2', 'wuliu', 'sibang'].map(total))).toEqual([
    124_000, 62_000, 62_000, 62_000, 62_000, 62_000,
  ])
})
