import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { simulatorClock } from '../../simulators/clock.ts'
import { type Line, type LineOptions, openLine } from '../../simulators/line.ts'
import { ptysExist } from '../../simulators/pty-pair.ts'
import { EIGHT_N_ONE } from '../../simulators/uart.ts'
import { eventually } from '../support/eventually.ts'

/** The device's end of a line against a real serial port library on the other end of a real kernel pty. */
const FRAME = Uint8Array.from([0x02, 0x2b, 0x30, 0x30, 0x31, 0x35, 0x36, 0x30, 0x30, 0x31, 0x39, 0x03])
const ptyIt = it.skipIf(!ptysExist())

/** The expectations hold soon. */
const soon = (check: () => void | Promise<void>, within = 3_000) =>
  eventually(
    async () => {
      await check()
      return true
    },
    { within },
  )

let folder: string
const lines: Line[] = []
const ports: SerialPort[] = []
let heardByDevice: number[]
let said: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitgate-line-'))
  heardByDevice = []
  said = []
})
afterEach(async () => {
  for (const port of ports.splice(0)) if (port.isOpen) await new Promise((done) => port.close(done))
  for (const line of lines.splice(0)) await line.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function cable(more: Partial<LineOptions> = {}): Promise<Line> {
  const line = await openLine({
    name: 'north-scale',
    folder,
    clock: simulatorClock(),
    log: (text) => said.push(text),
    onBytes: (bytes) => heardByDevice.push(...bytes),
    ...more,
  })
  lines.push(line)
  return line
}

async function reader(line: Line, options: { baudRate?: number; parity?: 'none' | 'odd' } = {}) {
  const port = new SerialPort({
    path: new URL(line.address.replace('serial:', 'file:')).pathname,
    baudRate: 9_600,
    ...options,
    autoOpen: false,
  })
  const heard: number[] = []
  let closed = false
  port.on('data', (bytes: Uint8Array) => heard.push(...bytes)).on('close', () => (closed = true))
  port.on('error', () => undefined)
  await new Promise<void>((open, refuse) => port.open((error) => (error ? refuse(error) : open())))
  ports.push(port)
  await line.whenAttended()
  return { port, heard, closed: () => closed }
}

ptyIt('what the device says is what the reader hears, and back', async () => {
  const line = await cable()
  expect(line.address).toBe(`serial://${join(folder, 'north-scale')}?baud=9600`)
  line.write(FRAME)
  const { port, heard } = await reader(line)
  line.write(FRAME)
  port.write(Buffer.from([1, 2, 3]))
  await soon(() => {
    expect(heard).toEqual([...FRAME])
    expect(heardByDevice).toEqual([1, 2, 3])
  })
})

ptyIt('bytes take as long as the line is slow, in the time of the clock', async () => {
  const slow = {
    settings: { ...EIGHT_N_ONE, baud: 1_200 },
    clock: simulatorClock({ speed: 4, realStart: 0, shownStart: 0 }),
  }
  const line = await cable(slow)
  const { heard } = await reader(line, { baudRate: 1_200 })
  const from = performance.now()
  for (let n = 0; n < 5; n += 1) line.write(FRAME)
  await soon(() => expect(heard).toHaveLength(60))
  // 60 bytes of 10 bits at 1200 baud are 500 ms of the mine, 125 ms of ours.
  expect(performance.now() - from).toBeGreaterThan(115)
})

ptyIt('a reader set to another speed hears garbage, and nothing once it is set right is lost to it', async () => {
  const line = await cable()
  const { port, heard } = await reader(line, { baudRate: 4_800 })
  await soon(() => expect(said.join()).toContain('the reader is set to 4800 8N1, the device to 9600 8N1'))
  heard.length = 0
  line.write(FRAME)
  await soon(() => expect(heard.length).toBeGreaterThan(0))
  expect(heard).not.toEqual([...FRAME])
  await new Promise<void>((done) => port.update({ baudRate: 9_600 }, () => done()))
  await soon(() => expect(said.join()).toContain('the reader is set to 9600 8N1'), 4_000)
  heard.length = 0
  line.write(FRAME)
  await soon(() => expect(heard).toEqual([...FRAME]))
})

ptyIt('a reader that wants odd parity gets zeros for bytes that have none', async () => {
  const line = await cable()
  const { heard } = await reader(line, { parity: 'odd' })
  await soon(() => expect(said.join()).toContain('9600 8O1'))
  heard.length = 0
  line.write(FRAME)
  await soon(() => expect(heard).toContain(0))
})

ptyIt('a pulled plug closes the reader, and the address stays for the next', async () => {
  const line = await cable()
  const first = await reader(line)
  line.unplug()
  await soon(() => expect(first.closed()).toBe(true))
  line.write(FRAME)
  await line.replug()
  const second = await reader(line)
  line.write(FRAME)
  await soon(() => expect(second.heard).toEqual([...FRAME]))
})

ptyIt('a reader that closes makes room for another, also one the kernel would have locked out', async () => {
  const line = await cable()
  const first = await reader(line)
  await new Promise((done) => first.port.close(done))
  await soon(() => expect(line.attended()).toBe(false))
  await soon(async () => {
    const second = await reader(line)
    line.write(FRAME)
    await soon(() => expect(second.heard).toEqual([...FRAME]), 300)
  })
})

it('without ptys a TCP socket stands in', async () => {
  const { connect } = await import('node:net')
  const line = await cable({ over: 'tcp' })
  const heard: number[] = []
  const socket = connect(Number(line.address.split(':').at(-1)), '127.0.0.1').on('data', (bytes) => heard.push(...bytes))
  await line.whenAttended()
  line.write(FRAME)
  socket.write(Buffer.from([7]))
  await soon(() => {
    expect(heard).toEqual([...FRAME])
    expect(heardByDevice).toEqual([7])
  })
  socket.destroy()
})
