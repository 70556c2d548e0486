import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { fromGbk } from '#dialects/gbk'
import { escposPrinter } from '#dialects/printer/escpos'
import { plainTextPrinter } from '#dialects/printer/plain-text'
import type { PrinterDialect } from '#dialects/printer/printer'
import { slipRows } from '#edge/slip'
import { filePath, fileWay } from '../../../edge-agent/devices/file-way.ts'
import { printerDevice } from '../../../edge-agent/devices/printer.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { qrMatrix } from '../../../edge-agent/qr-matrix.ts'
import { printerSimulator } from '../../../simulators/printer.ts'
import { someSlipParts } from '../../builders/slip.ts'
import { eventually } from '../../support/eventually.ts'
import { lineRig, wayTo } from './line-rig.ts'
import { listening } from './listening.ts'
import { quietLog } from './quiet-log.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
const rows = slipRows(someSlipParts(), 'zh')
/** Twenty seconds of the printer's patience are one of ours. */
const clock = () => nodeClock({ speed: 20, realStart: Date.now(), shownStart: Date.now() })

async function rig(
  dialect: PrinterDialect = escposPrinter,
  over: 'pty' | 'tcp' = 'pty',
  before: Partial<ReturnType<typeof printerSimulator>> = {},
) {
  const { line, hears, close } = await lineRig({ over, settings: { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } })
  const simulated = Object.assign(printerSimulator(dialect === escposPrinter ? 'escpos' : 'text', line), before)
  hears(simulated.hear)
  const printer = printerDevice({
    name: 'printer',
    way: wayTo(line.address),
    dialect,
    paper: { columns: 48, qr: 'native' },
    draw: qrMatrix,
    clock: clock(),
    log: quietLog,
    ...listening(),
  })
  toClose.push(close, () => printer.stop())
  await printer.start()
  return { printer, simulated, line }
}

it.each<['serial line' | 'network', 'pty' | 'tcp']>([
  ['serial line', 'pty'],
  ['network', 'tcp'],
])('a receipt printer on a %s prints the slip, with its QR code', async (_where, over) => {
  const { printer, simulated } = await rig(escposPrinter, over)
  expect(await printer.print(rows, 1)).toBe('printed')
  await eventually(() => simulated.printed.length === 1)
  expect(simulated.printed[0]?.qrs).toEqual(['PITGATE-SLIP1:ABC'])
  expect(simulated.pages()[0]?.join('\n')).toContain('A1-1-9F3A2B4C-17')
})

it('a dot matrix gets plain text and a form feed', async () => {
  const { printer, simulated } = await rig(plainTextPrinter)
  await eventually(() => printer.state().state === 'ok')
  expect(await printer.print(rows, 2)).toBe('printed')
  await eventually(() => simulated.pages().length === 2)
  expect(simulated.pages()[1]?.some((line) => line.startsWith('净重'))).toBe(true)
})

it('out of paper: the slip waits, the device says so, and it comes out when there is paper', async () => {
  const { printer, simulated } = await rig(escposPrinter, 'pty', { paper: 'out' })
  const printed = printer.print(rows, 1)
  await eventually(() => printer.state().detail.includes('out of paper'))
  expect([printer.state().state, printer.waiting(), simulated.printed.length]).toEqual(['unheard', 1, 0])
  simulated.paper = 'full'
  expect(await printed).toBe('printed')
  expect(printer.state().state).toBe('ok')
})

it('paper that runs low and an open cover are told too', async () => {
  const { printer, simulated } = await rig(escposPrinter, 'pty', { paper: 'low' })
  await eventually(() => printer.state().detail.includes('running low'))
  expect(printer.state().state).toBe('ok')
  simulated.coverOpen = true
  await eventually(() => printer.state().detail.includes('cover is open'))
  expect(printer.state().state).toBe('lost')
})

it('one that never answers is trusted to print', async () => {
  const { printer, simulated } = await rig(escposPrinter, 'pty', { mute: true })
  expect(await printer.print(rows, 1)).toBe('printed')
  await eventually(() => simulated.printed.length === 1)
})

it('one that has answered and then does not is off line', async () => {
  const { printer, simulated } = await rig()
  await eventually(() => printer.state().state === 'ok')
  simulated.mute = true
  const printed = printer.print(rows, 1)
  await eventually(() => printer.state().detail.includes('offline'))
  simulated.mute = false
  expect(await printed).toBe('printed')
})

it('the queue is short: beyond twenty slips the newest is refused, and a stop lets all of them go', async () => {
  const { printer } = await rig(escposPrinter, 'pty', { paper: 'out' })
  await eventually(() => printer.state().detail.includes('out of paper'))
  const waiting = Array.from({ length: 20 }, () => printer.print(rows, 1))
  expect(await printer.print(rows, 1)).toBe('not-printed')
  await printer.stop()
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['not-printed']))
})

it('a cable pulled in the middle of a page: nobody knows what came out, and it is not sent again', async () => {
  const { printer, simulated, line } = await rig()
  await eventually(() => printer.state().state === 'ok')
  const long = slipRows(someSlipParts({ title: '长'.repeat(4_000) }), 'zh')
  const printed = printer.print(long, 4)
  await eventually(() => line.attended())
  await eventually(() => printer.waiting() === 0)
  line.unplug()
  expect(await printed).toBe('unknown')
  await line.replug()
  await eventually(() => printer.state().state === 'ok')
  expect([printer.waiting(), simulated.printed.length < 4]).toEqual([0, true])
})

it('a file of the system is a printer too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-file-'))
  toClose.push(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'lp0')
  const printer = printerDevice({
    name: 'printer',
    way: fileWay(filePath(`file://${path}`) ?? '', clock()),
    dialect: plainTextPrinter,
    paper: { columns: 80, qr: 'none' },
    draw: qrMatrix,
    clock: clock(),
    log: quietLog,
    ...listening(),
  })
  toClose.push(() => printer.stop())
  await printer.start()
  expect(await printer.print(rows, 1)).toBe('printed')
  expect(fromGbk(readFileSync(path))).toContain('陕K12345')
})

it('a device file that is not there is not connected, and its slip waits', async () => {
  const printer = printerDevice({
    name: 'printer',
    way: fileWay('/dev/no-such-printer', clock()),
    dialect: plainTextPrinter,
    paper: { columns: 80, qr: 'none' },
    draw: qrMatrix,
    clock: clock(),
    log: quietLog,
    ...listening(),
  })
  await printer.start()
  const printed = printer.print(rows, 1)
  await eventually(() => printer.state().detail.includes('no such file'))
  expect(printer.waiting()).toBe(1)
  await printer.stop()
  expect(await printed).toBe('not-printed')
})
