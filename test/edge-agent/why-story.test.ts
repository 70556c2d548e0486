import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identityText } from '#edge/ids'
import type { LedgerRecord } from '#edge/records'
import { Instant } from '#edge/units'
import { findRecord } from '../../edge-agent/found-record.ts'
import { verifierOf } from '../../edge-agent/keys.ts'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { tellWhy } from '../../edge-agent/why.ts'
import { whyAll } from '../../edge-agent/why-all.ts'
import { findStory, tellStory } from '../../edge-agent/why-story.ts'
import { eventually } from '../support/eventually.ts'
import { bodiesOf, fillBook, type LaneLife, type LaneWorld, laneWorld, PLATE, recordsOf } from './lane-rig.ts'
import { AGENT, aTicketNumber, LANE, SITE } from './store/store-rig.ts'

const software = softwareIdentity()
let world: LaneWorld
let life: LaneLife
beforeEach(async () => {
  world = laneWorld({ software })
  life = world.start()
  fillBook(world, life.store)
  await life.speaks()
})
afterEach(async () => {
  expect(life.broke).toEqual([])
  await life.dies()
  world.remove()
})
const parts = () => ({ software, keys: verifierOf({ [world.rig.signer.key]: world.rig.signer.publicKey }) })
const newest = <K extends LedgerRecord['kind']>(kind: K): LedgerRecord<K> =>
  (recordsOf(life.store).findLast((one) => one.kind === kind) ?? expect.unreachable(`no ${kind}`)) as LedgerRecord<K>
/** What `why` says of the newest record of a kind. */
const whyOf = (kind: LedgerRecord['kind']): { text: string; proved: boolean | null; id: string } => {
  const id = identityText(newest(kind))
  const { lines, proved } = tellWhy(id, findRecord(life.store, id) ?? expect.unreachable(), parts())
  return { text: lines.join('\n'), proved, id }
}
const idOf = (kind: LedgerRecord['kind']): string => identityText(newest(kind))
const hold = (): void =>
  void life.store.orders.apply(
    world.orders.batch({ kind: 'void-ticket', body: { number: aTicketNumber(1), reason: '作废', state: 'voided' } }),
  )
const operator = (act: 'release' | 'lift'): void =>
  life.lane.tell({
    kind: 'operator-act',
    at: world.clock.now(),
    act,
    reason: 'papers-checked',
    note: '与矿方电话核实',
    operator: 'zhang',
    second: 'wang',
    photo: null,
  })
const picture = (jpeg: string): void =>
  life.lane.picture({
    camera: 'camera-rear',
    side: 'rear',
    asked: true,
    at: Instant(world.clock.now()),
    plate: null,
    backfill: false,
    jpeg: Buffer.from(jpeg),
  })

describe('an opening names the record that allowed it', () => {
  it('the verdict, for the gate and for the vehicle that left', async () => {
    await life.isWeighed(15_640)
    await life.leavesByExit()
    const gate = whyOf('gate-outcome')
    expect(gate.text).toContain(`出口道闸开闸命令:控制板已接受`)
    expect(gate.text).toContain(`开闸依据:过磅 ${idOf('weighing')},系统判定放行(${PLATE},15.64 吨)`)
    expect(gate.text).toContain(`It opened because of weighing ${idOf('weighing')}: the verdict was open (${PLATE}, 15.64 t)`)
    const passage = whyOf('passage')
    expect(passage.text).toContain(`车辆 ${PLATE} 凭开闸令 ${newest('passage').body.token} 从出口驶出`)
    expect(passage.text).toContain(`because of weighing ${idOf('weighing')}`)
    // Neither is signed by itself, and that is said rather than claimed.
    expect([gate.proved, passage.proved]).toEqual([null, null])
    expect(passage.text).toContain('covered by the next signed head')
  })

  it('the person, with reason, words, second person and the missing photo', async () => {
    hold()
    await life.isWeighed(15_640)
    operator('release')
    await life.wait(400)
    await life.leavesByExit()
    const decision = whyOf('decision')
    expect(decision.proved).toBe(true)
    for (const said of [
      'zhang 于 2026-11-21',
      '放行,理由:人工核对单证',
      '说明:与矿方电话核实',
      '复核人:wang',
      '当时没有照片',
      `针对过磅 ${idOf('weighing')}:${PLATE},15.64 吨,系统判定 扣留`,
      '凭此记录开闸,不是系统判定放行',
    ])
      expect(decision.text).toContain(said)
    expect(decision.text).toContain('zhang at 2026-11-21')
    expect(decision.text).toContain('reason: Papers checked')
    expect(whyOf('gate-outcome').text).toContain(
      `It opened because of a person, record ${idOf('decision')}: zhang, Release; reason: Papers checked`,
    )
    expect(whyOf('passage').text).toContain(`开闸依据:人工记录 ${idOf('decision')}`)
  })

  it('an entry that let a vehicle on was no release', async () => {
    await life.arrives()
    await eventually(() => bodiesOf(life.store, 'gate-outcome').length > 0)
    const { text } = whyOf('gate-outcome')
    expect(text).toContain('入口道闸开闸命令')
    expect(text).toContain('开闸只为让车上磅(来车),不是放行')
  })
})

describe('a refusal and what nobody allowed', () => {
  it('a held vehicle is told its reasons with their legal basis', async () => {
    hold()
    await life.isWeighed(15_640)
    const { text, proved } = whyOf('weighing')
    expect(proved).toBe(true)
    expect(text).toContain('结论:扣留')
    expect(text).toMatch(/\[阻断\] .*/)
    expect(text).toContain('re-ran')
  })

  it('an escape rests on nothing, and its alarm says what was seen', async () => {
    await life.arrives()
    await life.rollsOn(15_640)
    await life.standsRight()
    await life.leavesByExit()
    expect(whyOf('passage').text).toContain(`车辆 ${PLATE} 未获放行从出口驶出`)
    expect(whyOf('passage').text).toContain('without a release')
    const alarm = whyOf('alarm')
    expect(alarm.proved).toBe(true)
    expect(alarm.text).toMatch(/\[(紧急|critical)\]/)
    expect(alarm.text).toContain('事件编号 north/')
  })
})

it('later photos say which weighing they are of, and whether they are still here', async () => {
  await life.isWeighed(15_640)
  picture('late')
  await life.wait(1_200)
  const { text } = whyOf('photos')
  expect(text).toContain('称量记录之后到达的照片 1 张(车尾 1)')
  expect(text).toContain(`属于过磅 ${idOf('weighing')}`)
  expect(text).toMatch(/照片 [0-9a-f]{16}\(车尾,2026-11-21 .*\)在本机/)
})

it('what a person found when he looked at the scale is told', () => {
  const told = (body: LedgerRecord<'scale-check'>['body']): string => {
    const record = { ...newest('opening'), kind: 'scale-check', body } as LedgerRecord
    const found = { bytes: JSON.stringify(record), hash: '', signature: null, tape: null }
    return tellWhy('x', found, parts()).lines.join('\n')
  }
  const check = {
    lane: LANE,
    what: 'known-weight',
    knownKg: 20_000,
    shownKg: 20_140,
    limitKg: 40,
    seal: null,
    good: false,
    note: '',
    operator: 'li',
  } as never
  expect(told(check)).toContain('已知重量校核不合格:标称 20000 公斤,显示 20140 公斤,允差 40 公斤')
  expect(told({ ...(check as object), what: 'seal', seal: 'F-7', good: true } as never)).toContain('Seal F-7 is whole')
})

it('every record of the ledger is explained, and none of them is disproved', async () => {
  await life.isWeighed(15_640)
  picture('late')
  await life.wait(1_200)
  await life.leavesByExit()
  hold()
  await life.wait(12_000)
  await life.isWeighed(15_640)
  operator('lift')
  await life.wait(400)
  await life.leavesByExit()
  const told = [...whyAll(life.store, { ...parts(), site: SITE, agent: AGENT })]
  expect(told).toHaveLength(recordsOf(life.store).length)
  expect(new Set(told.map(({ kind }) => kind))).toEqual(
    new Set(['opening', 'weighing', 'gate-outcome', 'photos', 'passage', 'decision', 'alarm']),
  )
  expect(told.filter(({ sentences, proved }) => sentences < 1 || proved === false)).toEqual([])
  expect(told.filter(({ kind, proved }) => kind === 'weighing' && proved === true)).toHaveLength(2)
})

describe('of the whole ledger', () => {
  /** The store as it would be had somebody edited one line of it on the disk. */
  const edited = (seq: number, edit: (bytes: string) => string): typeof life.store => ({
    ...life.store,
    record: (identity) => {
      const sealed = life.store.record(identity)
      return sealed && identity.seq === seq ? { ...sealed, bytes: edit(sealed.bytes) } : sealed
    },
  })
  const whyOfAll = (store: typeof life.store) => [...whyAll(store, { ...parts(), site: SITE, agent: AGENT })]

  it('one line that somebody cut short is told as damaged, and the others all the same', async () => {
    await life.isWeighed(15_640)
    const { seq } = newest('weighing')
    const told = whyOfAll(edited(seq, (bytes) => bytes.slice(0, -3)))
    expect(told).toHaveLength(recordsOf(life.store).length)
    expect(told[seq - 1]).toMatchObject({ id: idOf('weighing'), kind: 'damaged', proved: false, sentences: 0 })
    expect(told.filter(({ proved }) => proved === false)).toHaveLength(1)
    expect(whyOfAll(edited(seq, () => 'null'))[seq - 1]).toMatchObject({ kind: 'damaged' })
  })

  it('a record that lost its shape is damaged, whichever part of it is gone; nobody falls over it', async () => {
    await life.isWeighed(15_640)
    const { seq } = newest('weighing')
    const parts = Object.keys(newest('weighing').body)
    const without = (part: string) => (bytes: string) => {
      const record = JSON.parse(bytes)
      record.body[part] = { toString: null }
      return JSON.stringify(record)
    }
    expect(parts.length).toBeGreaterThan(20)
    for (const part of parts) expect(whyOfAll(edited(seq, without(part)))[seq - 1], part).toMatchObject({ kind: 'damaged', proved: false })
    expect(whyOfAll(edited(seq, (bytes) => bytes.replace(/"at":"[^"]+"/, '"at":7')))[seq - 1]).toMatchObject({ kind: 'damaged' })
    expect(whyOfAll(edited(seq, (bytes) => bytes.replace(/"body":.*,"boot"/, '"body":[],"boot"')))[seq - 1]).toMatchObject({
      kind: 'damaged',
    })
  })

  it('a kind that nobody has words for is explained with no sentence, whatever its proofs say', async () => {
    await life.isWeighed(15_640)
    const { seq } = newest('weighing')
    const told = whyOfAll(edited(seq, (bytes) => bytes.replace('"kind":"weighing"', '"kind":"mystery"')))
    expect(told[seq - 1]).toMatchObject({ kind: 'mystery', sentences: 0 })
    expect(told.filter(({ sentences }) => sentences === 0)).toHaveLength(1)
  })
})

describe('the story of the newest vehicle', () => {
  it('has all its records in order, each opening with the record that allowed it, re-run bit for bit', async () => {
    await life.isWeighed(15_640)
    picture('late')
    await life.wait(1_200)
    await life.leavesByExit()
    const found = findStory(life.store, LANE) ?? expect.unreachable()
    expect([found.lane, found.visit]).toEqual([LANE, 1])
    const kinds = found.records.map(({ bytes }) => (JSON.parse(bytes) as LedgerRecord).kind)
    expect(kinds).toEqual(['gate-outcome', 'weighing', 'gate-outcome', 'photos', 'passage'])
    const { lines, proved } = tellStory(found, parts())
    const text = lines.join('\n')
    expect(lines[0]).toBe('磅道 north 第 1 次过磅过程')
    expect(text).toContain('Lane north, visit 1')
    expect(text.match(/It opened because of weighing/g)).toHaveLength(2)
    expect(text).toContain('逐字节相同')
    expect(proved).toBe(true)
  })

  it('is of the newest vehicle, on that lane only, with its alarms and what people did', async () => {
    await life.isWeighed(15_640)
    await life.leavesByExit()
    await life.wait(12_000)
    hold()
    await life.isWeighed(15_640)
    operator('lift')
    await life.wait(400)
    await life.leavesByExit()
    const found = findStory(life.store, null) ?? expect.unreachable()
    expect(found.visit).toBe(2)
    const kinds = found.records.map(({ bytes }) => (JSON.parse(bytes) as LedgerRecord).kind)
    expect(kinds).toEqual(expect.arrayContaining(['weighing', 'decision', 'alarm', 'passage']))
    expect(tellStory(found, parts()).lines.join('\n')).toContain('zhang lifted')
    expect(findStory(life.store, 'south' as typeof LANE)).toBeNull()
  })

  it('that somebody edited is not proved', async () => {
    await life.isWeighed(15_640)
    const found = findStory(life.store, LANE) ?? expect.unreachable()
    const edited = found.records.map((one) => ({ ...one, bytes: one.bytes.replace('"weightKg":15640', '"weightKg":15440') }))
    expect(tellStory({ ...found, records: edited }, parts()).proved).toBe(false)
  })

  it('an empty ledger has none', () => {
    expect(findStory(life.store, null)).toBeNull()
  })
})
