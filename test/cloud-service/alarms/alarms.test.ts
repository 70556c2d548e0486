import { Compile } from 'typebox/compile'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AlarmDetail, AlarmDetailSchema, AlarmPageSchema, type Problem } from '#cloud/api'
import { storeAlarm, storeWeighing } from '../app/records.ts'
import { asOwner, type Rig, startRig } from '../app/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
const path = (id: string, act = ''): string => `/api/alarms/${encodeURIComponent(id)}${act && `/${act}`}`
const kindOf = (answer: { json: () => unknown }): string => (answer.json() as Problem).type.replace('https://pitgate.dev/problems/', '')

describe('the life of an alarm', () => {
  it('goes from unacknowledged to closed, every act with its name in the history', async () => {
    const weighing = await storeWeighing(rig, { body: { visit: 7, verdict: 'hold' } })
    const id = await storeAlarm(rig, { kind: 'held-vehicle-left', occurrence: 'north/visit-7' })
    const shown = await rig.get('shenmu', path(id))
    expect([shown.statusCode, [...Compile(AlarmDetailSchema).Errors(shown.json())]]).toEqual([200, []])
    expect(shown.json()).toMatchObject({ state: 'unacknowledged', severity: 'critical', weighing: { id: weighing }, history: [] })

    const early = await rig.post('shenmu', path(id, 'close'), { outcome: 'false', text: '传感器误报，已核对' })
    expect([early.statusCode, kindOf(early)]).toEqual([409, 'not-now'])
    expect((early.json() as Problem).detail).toContain('请先确认')

    expect((await rig.post('shenmu', path(id, 'acknowledge'))).json()).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'shenmu先生',
    })
    const late = await rig.post('shi', path(id, 'acknowledge'))
    expect([late.statusCode, (late.json() as Problem).detail]).toEqual([409, 'shenmu先生 已经确认过'])
    expect((await rig.post('sibang', path(id, 'comment'), { text: '已派人去看' })).statusCode).toBe(200)
    const closed = await rig.post('shi', path(id, 'close'), { outcome: 'confirmed', text: '已追回，移交稽查' })
    expect(closed.json()).toMatchObject({ state: 'closed', outcome: 'confirmed' })
    expect((closed.json() as AlarmDetail).history.map(({ act, by, text }) => [act, by, text])).toEqual([
      ['acknowledge', 'shenmu先生', ''],
      ['comment', 'sibang先生', '已派人去看'],
      ['close', 'shi先生', '已追回，移交稽查'],
    ])
    expect((await rig.post('shi', path(id, 'close'), { outcome: 'false', text: '再关一次试试' })).statusCode).toBe(409)
  })

  it('may return before anybody has acknowledged it, and is acknowledged all the same, once', async () => {
    const id = await storeAlarm(rig, { kind: 'device-silent', occurrence: 'north/scale' })
    await asOwner(rig.pool, async (query) => void (await query("update alarm set state = 'returned' where id = $1", [id])))
    expect((await rig.post('shenmu', path(id, 'acknowledge'))).json()).toMatchObject({ state: 'returned', acknowledgedBy: 'shenmu先生' })
    expect((await rig.post('shenmu', path(id, 'acknowledge'))).statusCode).toBe(409)
    expect((await rig.post('shenmu', path(id, 'close'), { outcome: 'explained', text: '线缆松动已紧固' })).statusCode).toBe(200)
  })

  it('is acknowledged by one of two who press at the same moment', async () => {
    const id = await storeAlarm(rig, { occurrence: 'north/101' })
    const answers = await Promise.all(['shenmu', 'shi'].map((name) => rig.post(name, path(id, 'acknowledge'))))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
  })

  it('is acknowledged once under one Idempotency-Key', async () => {
    const id = await storeAlarm(rig, { occurrence: 'north/102' })
    const press = () => rig.post('shi', path(id, 'acknowledge'), undefined, { 'idempotency-key': 'press-1' })
    const [one, two] = [await press(), await press()]
    expect([one.statusCode, two.statusCode, two.json()]).toEqual([200, 200, one.json()])
  })
})

describe('who may', () => {
  it.each([
    ['operator', 'sibang', 200, 403, 200],
    ['enterprise', 'kuang', 200, 403, 200],
    ['carrier', 'wuliu', 403, 403, 403],
    ['county office', 'shenmu', 200, 200, 200],
    ['county office elsewhere', 'fugu', 404, 404, 404],
    ['other enterprise', 'kuang2', 404, 403, 404],
    ['city', 'shi', 200, 200, 200],
  ])('%s: see, acknowledge, comment', async (_, name, see, acknowledge, comment) => {
    const id = await storeAlarm(rig, { occurrence: `north/9${name}` })
    expect((await rig.get(name, path(id))).statusCode).toBe(see)
    expect((await rig.post(name, path(id, 'comment'), { text: '看到' })).statusCode).toBe(comment)
    expect((await rig.post(name, path(id, 'acknowledge'))).statusCode).toBe(acknowledge)
  })

  it('an outcome needs its words', async () => {
    const id = await storeAlarm(rig, { occurrence: 'north/103' })
    await rig.post('shi', path(id, 'acknowledge'))
    for (const body of [{ outcome: 'false', text: '' }, { outcome: 'maybe', text: '说不清楚是什么' }, {}]) {
      const answer = await rig.post('shi', path(id, 'close'), body)
      expect([answer.statusCode, kindOf(answer)]).toEqual([400, 'mistakes'])
    }
  })
})

describe('the list of alarms', () => {
  it('is newest first, in pages, and filtered by state', async () => {
    const at = (minute: number): string => `2026-12-01T00:0${minute}:00.000Z`
    const ids: string[] = []
    for (const minute of [1, 2, 2, 3])
      ids.push(await storeAlarm(rig, { kind: 'overload', site: 'gaoliang', occurrence: `north/p${ids.length}`, storedAt: at(minute) }))
    const page = async (cursor: string | null) =>
      (await rig.get('kuang2', `/api/alarms?limit=3&state=open${cursor ? `&cursor=${cursor}` : ''}`)).json() as {
        items: { id: string }[]
        next: string | null
      }
    const first = await page(null)
    expect([...Compile(AlarmPageSchema).Errors(first)]).toEqual([])
    const second = await page(first.next)
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([ids[3], ids[1], ids[2], ids[0]])
    expect((await rig.get('kuang2', '/api/alarms?state=closed')).json()).toEqual({ items: [], next: null })
  })
})
