import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CameraMessage } from '#dialects/camera/sighting'
import { decodeVzenith } from '#dialects/camera/vzenith-mqtt'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { seconds } from '#edge/units'
import type { Sensor } from '#edge/weighing'
import { type BoardSimulator, boardSimulator } from '../../simulators/board.ts'
import { cameraSimulator } from '../../simulators/camera.ts'
import { pause, simulatorClock } from '../../simulators/clock.ts'
import { SOUND } from '../../simulators/faults.ts'
import { type Line, openLine } from '../../simulators/line.ts'
import { ptysExist } from '../../simulators/pty-pair.ts'
import { random } from '../../simulators/random.ts'
import { readerSimulator } from '../../simulators/reader.ts'
import { scaleSimulator } from '../../simulators/scale.ts'
import { readTape } from '../../simulators/tape.ts'
import type { Output } from '../../simulators/truth.ts'
import { eventually } from '../support/eventually.ts'

/** Each simulated device heard from outside: real bytes over real ptys and sockets. */
const ptyIt = it.skipIf(!ptysExist())
const clock = simulatorClock({ speed: 10, realStart: Date.now(), shownStart: Date.UTC(2026, 10, 21) })
let folder: string
const ends: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitgate-devices-'))
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  rmSync(folder, { recursive: true, force: true })
})
const soon = (check: () => void | Promise<void>) =>
  eventually(
    async () => {
      await check()
      return true
    },
    { within: 3_000 },
  )

const lineTo = (onBytes: (bytes: Uint8Array) => void = () => undefined): Promise<Line> =>
  openLine({ name: 'line', folder, clock, log: () => undefined, onBytes })
async function open(): Promise<{ port: SerialPort; heard: number[] }> {
  const port = new SerialPort({ path: join(folder, 'line'), baudRate: 9_600, autoOpen: false })
  const heard: number[] = []
  port.on('data', (bytes: Uint8Array) => heard.push(...bytes)).on('error', () => undefined)
  await new Promise<void>((done, refuse) => port.open((error) => (error ? refuse(error) : done())))
  ends.push(() => (port.isOpen ? new Promise((closed) => port.close(closed)) : undefined))
  return { port, heard }
}
const hex = (bytes: Iterable<number>): string =>
  [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ')
    .toUpperCase()

/* the relay board ---------------------------------------------------------------------------------------------------- */

async function board() {
  const told: string[] = []
  const busy = new Set<Sensor>(['entry-arm-down', 'exit-arm-down'])
  let made: BoardSimulator | null = null
  const line = await lineTo((bytes) => made?.hear(bytes))
  made = boardSimulator({
    unit: 1,
    wiring: {
      outputs: { entryOpen: 0, exitOpen: 2, siren: 6 } satisfies Partial<Record<Output, number>>,
      inputs: { 'entry-loop': { input: 0 }, 'entry-arm-down': { input: 4 }, 'exit-arm-down': { input: 5, invert: true } },
    },
    clock,
    random: random(1),
    line,
    setOutput: (output, on) => told.push(`${output} ${on ? 'on' : 'off'}`),
    sensor: (sensor) => busy.has(sensor),
  })
  const simulator = made
  ends.push(() => line.stop(), simulator.stop)
  const { port, heard } = await open()
  const ask = async (request: string, wants: string): Promise<void> => {
    heard.length = 0
    port.write(Buffer.from(request.replaceAll(' ', ''), 'hex'))
    await soon(() => expect(hex(heard)).toBe(wants))
  }
  return { simulator, told, busy, port, heard, ask }
}

ptyIt('the board answers the frames of its manual and moves the relays they name', async () => {
  const { ask, told, busy, simulator } = await board()
  await ask('01 05 00 00 FF 00 8C 3A', '01 05 00 00 FF 00 8C 3A')
  await ask('01 05 00 00 00 00 CD CA', '01 05 00 00 00 00 CD CA')
  expect(told).toEqual(['entryOpen on', 'entryOpen off'])
  // Inputs 4 (arm is down) and not 5, whose contact is wired the other way round.
  await ask('01 02 00 00 00 08 79 CC', '01 02 01 10 A0 44')
  busy.add('entry-loop')
  busy.delete('exit-arm-down')
  await ask('01 02 00 00 00 08 79 CC', '01 02 01 31 60 5C')
  expect(simulator.requests).toHaveLength(4)
})

ptyIt('a pulse is timed inside the board: the contact lets go by itself', async () => {
  const { ask, told } = await board()
  const from = clock.monotonic()
  await ask('01 05 02 00 00 05 0C 71', '01 05 02 00 00 05 0C 71')
  await soon(() => expect(told).toEqual(['entryOpen on', 'entryOpen off']))
  expect(clock.monotonic() - from).toBeGreaterThanOrEqual(500)
})

ptyIt('garbage, a foreign address and half a request move nothing, and what comes after is heard', async () => {
  const { ask, told, port, heard } = await board()
  port.write(Buffer.from('0105000000ff00ffff', 'hex'))
  port.write(Buffer.from([0x02, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x09]))
  port.write(Buffer.from([0x01, 0x05, 0x00]))
  await pause(clock, seconds(1))
  expect([told, heard]).toEqual([[], []])
  await ask('01 05 00 02 FF 00 2D FA', '01 05 00 02 FF 00 2D FA')
  expect(told).toEqual(['exitOpen on'])
})

ptyIt('a mute board obeys and does not answer; a dead one does neither', async () => {
  const { simulator, told, port, heard } = await board()
  simulator.mute = true
  port.write(Buffer.from('010500000000cdca'.replace('0000cdca', 'ff008c3a'), 'hex'))
  await soon(() => expect(told).toEqual(['entryOpen on']))
  simulator.faults = { ...SOUND, silent: true }
  port.write(Buffer.from('010500000000cdca', 'hex'))
  await pause(clock, seconds(1))
  expect([told, heard]).toEqual([['entryOpen on'], []])
})

/* the indicator ------------------------------------------------------------------------------------------------------ */

ptyIt('the indicator sends what lies on the platform, rounded to its division, until it is made to fall silent', async () => {
  const line = await lineTo()
  let kg = 0
  const scale = scaleSimulator({ line, dialect: yaohuaTf0, eKg: 20, clock, random: random(2), weight: () => kg })
  ends.push(() => scale.stop())
  const { heard } = await open()
  const shown = (): number[] => {
    const readings: number[] = []
    yaohuaTf0.decoder().push(
      Uint8Array.from(heard),
      ({ digits }) => readings.push(digits ?? Number.NaN),
      () => undefined,
    )
    return readings
  }
  await soon(() => expect(shown().length).toBeGreaterThan(3))
  kg = 48_609.7
  await soon(() => expect(shown().at(-1)).toBe(48_600))
  expect(new Set(shown())).toEqual(new Set([0, 48_600]))
  scale.faults = { ...SOUND, noise: 1 }
  const sound = shown().length
  const bytes = heard.length
  await soon(() => expect(heard.length).toBeGreaterThan(bytes + 60))
  expect(shown().length).toBeLessThan(sound + 4)
  scale.faults = { ...SOUND, silent: true }
  await soon(() => expect(line.waiting()).toBe(0))
  // What was on its way may still arrive; then nothing does.
  await soon(async () => {
    const last = heard.length
    await pause(clock, seconds(2))
    expect(heard.length).toBe(last)
  })
})

ptyIt('a tape takes the place of the platform while it plays', async () => {
  const line = await lineTo()
  const scale = scaleSimulator({ line, dialect: yaohuaTf0, eKg: 20, clock, random: random(2), weight: () => 0 })
  ends.push(() => scale.stop())
  const { heard } = await open()
  await line.whenAttended()
  await scale.play(
    readTape(new TextEncoder().encode('@0 02 2B 30 30 31 35 36 30 30 31 39 03\n@300 02 2B 30 30 39 34 30 30 30 31 36 03'), yaohuaTf0),
  )
  await soon(() => expect(heard.length).toBeGreaterThan(36))
  expect(hex(heard)).toContain(
    '02 2B 30 30 31 35 36 30 30 31 39 03 02 2B 30 30 39 34 30 30 30 31 36 03 02 2B 30 30 30 30 30 30 30 31 42 03',
  )
})

/* camera and reader -------------------------------------------------------------------------------------------------- */

it('a camera tells a broker that it lives and what it saw, twice for each vehicle, in either layout', async () => {
  const aedes = await Aedes.createBroker()
  const server = createServer(aedes.handle)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  ends.push(
    () => server.close(),
    () => aedes.close(),
  )
  const heard: CameraMessage[] = []
  aedes.on('publish', ({ topic, payload }) => {
    if (!topic.startsWith('$')) heard.push(decodeVzenith(topic, Uint8Array.from(payload as Buffer)))
  })
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cameras = (['A', 'B'] as const).map((layout) => cameraSimulator({ url, serialNumber: `cam-${layout}`, layout, clock }))
  ends.push(() => Promise.all(cameras.map((camera) => camera.stop())))
  await soon(() => expect(heard.filter(({ kind }) => kind === 'heartbeat')).toHaveLength(2))
  const [front, rear] = cameras
  front?.sees({ text: '陕K27472', colour: 'yellow' })
  rear?.sees({ text: null, colour: 'unknown' })
  const sightings = () => heard.filter((message) => message.kind === 'sighting')
  await soon(() => expect(sightings()).toHaveLength(4))
  const [preview, result] = sightings().filter(({ device }) => device === 'cam-A')
  expect(preview).toMatchObject({ preview: true, text: '陕K27472', colour: 'yellow', pictures: [] })
  expect(result).toMatchObject({ preview: false, text: '陕K27472', record: preview?.record, clockSuspect: false, backfill: false })
  // A real JPEG, and no two pictures alike.
  expect(result?.pictures).toHaveLength(2)
  expect([...(result?.pictures[0] ?? []).slice(0, 2)]).toEqual([0xff, 0xd8])
  expect([...(result?.pictures[0] ?? []).slice(-2)]).toEqual([0xff, 0xd9])
  expect(result?.pictures[0]).not.toEqual(result?.pictures[1])
  if (front) front.silent = true
  front?.sees({ text: '陕K27472', colour: 'yellow' })
  rear?.sees({ text: '陕K7648挂', colour: 'yellow' })
  await soon(() => expect(sightings()).toHaveLength(6))
})

it('a reader sends what it is shown to whoever listens', async () => {
  const reader = await readerSimulator()
  ends.push(() => reader.stop())
  let heard = ''
  const socket = connect(Number(reader.address.split(':').at(-1)), '127.0.0.1').on('data', (bytes) => {
    heard += bytes.toString()
  })
  ends.push(() => socket.destroy())
  await soon(() => expect(reader.connected()).toBe(1))
  reader.show('PITGATE1:ABC')
  await soon(() => expect(heard).toBe('PITGATE1:ABC\r\n'))
})
