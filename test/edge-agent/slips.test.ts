import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { fromGbk } from '#dialects/gbk'
import { plainTextPrinter } from '#dialects/printer/plain-text'
import { identityText } from '#edge/ids'
import { checkCode, slipNumber } from '#edge/slip-check'
import { readSlipQr, slipQrIsSigned } from '#edge/slip-qr'
import { type SlipOccasion, slipLaneOf } from '../../edge-agent/config/printer.ts'
import { fileWay } from '../../edge-agent/devices/file-way.ts'
import { printerDevice } from '../../edge-agent/devices/printer.ts'
import { verifierOf } from '../../edge-agent/keys.ts'
import { createLog } from '../../edge-agent/log.ts'
import { qrMatrix } from '../../edge-agent/qr-matrix.ts'
import { type Slips, slips } from '../../edge-agent/slips.ts'
import { eventually } from '../support/eventually.ts'
import { listening } from './devices/listening.ts'
import { fillBook, type LaneLife, type LaneWorld, laneWorld, recordsOf } from './lane-rig.ts'
import { LANE, SITE } from './store/store-rig.ts'

/** A lane over a real store whose slips go into a file, as a printer's device file would take them. */
const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

interface Shop {
  readonly world: LaneWorld
  readonly life: LaneLife
  readonly paper: Slips
  printed(): string[]
  weighing(nth?: number): { readonly id: string; readonly number: string; readonly hash: string }
}

async function shop({
  prints = ['gross', 'tare'],
  confirmed = true,
}: {
  prints?: SlipOccasion[]
  confirmed?: boolean
} = {}): Promise<Shop> {
  const world = laneWorld()
  const life = world.start()
  const { clock, rig } = world
  const path = join(rig.folder, 'lp0')
  const log = createLog('test', 'silent')
  const printer = printerDevice({
    name: 'printer',
    way: fileWay(path, clock),
    dialect: plainTextPrinter,
    paper: { columns: 60, qr: 'none' },
    draw: qrMatrix,
    clock,
    log,
    ...listening(),
  })
  await printer.start()
  await eventually(() => printer.state().state === 'ok')
  const lane = { ...slipLaneOf({ name: '北磅', printer: { address: `file://${path}`, dialect: 'text', prints } }), printer }
  const paper = slips({ site: SITE, store: life.store, signer: rig.signer, clock, log, lane: (asked) => (asked === LANE ? lane : null) })
  life.store.onAppended(paper.released)
  fillBook(world, life.store, { confirmed })
  await life.speaks()
  toClose.push(
    () => world.remove(),
    () => life.dies(),
    () => printer.stop(),
  )
  return {
    world,
    life,
    paper,
    printed: () => (existsSync(path) ? fromGbk(readFileSync(path)).split('\f').slice(0, -1) : []),
    weighing(nth = 0) {
      const record = recordsOf(life.store).filter(({ kind }) => kind === 'weighing')[nth] ?? expect.unreachable()
      return { id: identityText(record), number: slipNumber(record), hash: life.store.record(record)?.hash ?? '' }
    },
  }
}

it('a weighing that is let go prints its slip, and the slip names it', async () => {
  const { life, printed, weighing } = await shop()
  await life.isWeighed(15_640)
  await eventually(() => printed().length === 1)
  const { number, hash } = weighing()
  for (const said of [number, checkCode(hash), '陕K12345', '15640 kg', '北磅', '自动过磅']) expect(printed()[0]).toContain(said)
  expect(printed()[0]).not.toContain('REPRINT')
})

it('tare and gross each print once, and the gross names both', async () => {
  const { life, printed } = await shop()
  await life.isWeighed(15_640)
  await life.leavesByExit()
  await life.isWeighed(47_640)
  await eventually(() => printed().length === 2)
  expect(printed()[1]).toMatch(/毛重 +47640 kg[\s\S]*皮重 +15640 kg[\s\S]*净重 +32000 kg/)
})

it('an occasion that is not asked for prints nothing', async () => {
  const { life, printed, world } = await shop({ prints: ['gross'] })
  await life.isWeighed(15_640)
  await world.clock.advance(20_000)
  expect(printed()).toEqual([])
})

it('is printed once; again only on request, and then it says which reprint it is', async () => {
  const { life, paper, printed, weighing } = await shop()
  await life.isWeighed(15_640)
  await eventually(() => printed().length === 1)
  const { id, number } = weighing()
  expect(await paper.print(id, false)).toEqual({ kind: 'already-printed', number, times: 1 })
  expect(await paper.print(number.toLowerCase(), true)).toEqual({ kind: 'printed', number, reprint: 1 })
  expect(await paper.print(id, true)).toMatchObject({ kind: 'printed', reprint: 2 })
  expect(
    printed()
      .slice(1)
      .map((page) => /补打 \/ REPRINT \d/.exec(page)?.[0]),
  ).toEqual(['补打 / REPRINT 1', '补打 / REPRINT 2'])
})

it('a slip released by a person names the person', async () => {
  const { life, printed, world } = await shop({ confirmed: false })
  await life.isWeighed(15_640)
  expect(life.phase()).toBe('asking')
  await world.clock.advance(200)
  expect(printed()).toEqual([])
  life.store.policies.confirm()
  life.lane.tell({ kind: 'operator-act', at: world.clock.now(), act: 'release', reason: '核对无误', operator: 'zhang' })
  await life.wait(400)
  await eventually(() => printed().length === 1)
  expect(printed()[0]).toMatch(/司磅员 +zhang[\s\S]*人工放行/)
})

it('a truck that is held gets no slip by itself; on request it says that nobody let it go', async () => {
  const { life, paper, printed, weighing } = await shop({ prints: ['gross', 'tare', 'other'] })
  await life.isWeighed(52_400)
  expect(life.phase()).toBe('held')
  expect(printed()).toEqual([])
  expect(await paper.print(weighing().id, false)).toMatchObject({ kind: 'printed', reprint: 0 })
  expect(printed()[0]).toContain('未放行')
})

it('its QR code is signed by this agent and carries the whole hash', async () => {
  const { life, paper, weighing, world } = await shop()
  await life.isWeighed(15_640)
  const shown = paper.preview(weighing().id)
  const qr = readSlipQr((shown.kind === 'text' ? shown.lines.at(-1) : '') ?? '') ?? expect.unreachable()
  expect(qr).toMatchObject({ hash: weighing().hash, weightKg: 15_640, plate: '陕K12345' })
  const { key, publicKey } = world.rig.signer
  expect(slipQrIsSigned(qr, verifierOf({ [key]: publicKey }))).toBe(true)
})

it('what is no weighing has no slip', async () => {
  const { life, paper } = await shop()
  await life.isWeighed(15_640)
  const opening = recordsOf(life.store).find(({ kind }) => kind === 'opening') ?? expect.unreachable()
  expect(await paper.print(identityText(opening), false)).toEqual({ kind: 'not-a-weighing' })
  expect(await paper.print('hongliu.a1.1-00000000.17', false)).toEqual({ kind: 'no-record' })
  expect(paper.preview('???')).toEqual({ kind: 'no-record' })
})

it('the driver is told what the lane says, in its order', async () => {
  const { life } = await shop()
  await life.isWeighed(15_640)
  expect(life.said).toEqual(expect.arrayContaining(['drive-on', 'weighing', 'go']))
  expect(life.said.at(-1)).toBe('go')
})
