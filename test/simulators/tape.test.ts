import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import { afterEach, expect, it } from 'vitest'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { LANE_MAP, weighingStop } from '../../simulators/lane-map.ts'
import { ptysExist } from '../../simulators/pty-pair.ts'
import { expectedOf, readTape } from '../../simulators/tape.ts'
import { endsAt, type Move, type Truck, weightOn } from '../../simulators/truck.ts'
import { bodyOf } from '../../simulators/truck-bodies.ts'
import { eventually } from '../support/eventually.ts'

const root = join(import.meta.dirname, '../..')
const tapes = join(root, 'test/tapes')
const read = (name: string) => readTape(readFileSync(join(tapes, name)), yaohuaTf0)
const bytes = (text: string) => new TextEncoder().encode(text)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

it('one truck that approaches, rests and leaves is on a tape of its own', async () => {
  const truck: Truck = { body: bodyOf(6), weightKg: 45_681, seed: 45_680 }
  const stop = weighingStop(truck.body.length)
  const on: Move = { at: 1_000, from: LANE_MAP.stopLine, to: stop, speed: 2.6 }
  const off: Move = { at: endsAt(on) + 16_000, from: stop, to: LANE_MAP.away, speed: 3.2 }
  const lines: string[] = []
  for (let at = 0; at < endsAt(off) + 1_000; at += 80) {
    const shown = Math.round(weightOn(LANE_MAP.platform, truck, [on, off], at) / 20) * 20
    lines.push(`@${at} ${Buffer.from(yaohuaTf0.encode({ digits: shown, decimals: 0 })).toString('hex')}`)
  }
  const header =
    '# yaohua-tf0: a truck of 45,680 kg approaches, rests 16 s and leaves; e = 20 kg, 12.5 frames a second.\n# Computed by simulators/truck.ts (seed 45680) and written by test/simulators/tape.test.ts, not recorded on a site.\n'
  await expect(`${header}${lines.join('\n')}\n`).toMatchFileSnapshot(join(tapes, 'yaohua-one-truck.hex'))
  const reads = expectedOf(read('yaohua-one-truck.hex'), yaohuaTf0).map((frame) => Number(frame.reads))
  expect([reads[0], reads.at(-1), Math.max(...reads) < 46_100]).toEqual([0, 0, true])
  expect(reads.filter((kg) => kg === 45_680).length).toBeGreaterThan(120)
})

it('a tape is JSON, lines of hexadecimal, or the bytes themselves', () => {
  const frame = '022b303031353630303139 03'
  const expected = [{ at: 0, reads: '1560' }]
  expect(expectedOf(readTape(bytes(`[{"hex":"${frame}"}]`), yaohuaTf0), yaohuaTf0)).toMatchObject(expected)
  expect(expectedOf(readTape(bytes(`# a remark\n\n${frame} # another\n`), yaohuaTf0), yaohuaTf0)).toMatchObject(expected)
  const raw = Buffer.from(`${frame}${frame}02`.replaceAll(' ', ''), 'hex')
  expect(expectedOf(readTape(raw, yaohuaTf0), yaohuaTf0).map(({ at, reads }) => [at, reads])).toEqual([
    [0, '1560'],
    [80, '1560'],
    [160, 'bad-length'],
  ])
})

it.each([
  ['{"frames":3}', 'a tape in JSON is a list of frames'],
  ['[{"id":"x"}]', 'frame 1 has no `hex`'],
  ['{"dialect":"cas-22","frames":[]}', 'the tape was recorded in the dialect cas-22, not in yaohua-tf0'],
  ['02 2B\nhello', 'line 2 is not hexadecimal bytes: "hello"'],
  ['# nothing', 'the tape holds no frame'],
])('%s is no tape, and it says why', (text, why) => {
  expect(() => readTape(bytes(text), yaohuaTf0)).toThrow(why)
})

/* as a program ------------------------------------------------------------------------------------------------------- */

function sim(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', 'simulators/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, PITGATE_CLOCK: '{"speed":5,"realStart":0,"shownStart":0}' },
  })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  ends.push(() => {
    child.kill()
    return ended
  })
  return { out: () => out, err: () => err, ended }
}

it.skipIf(!ptysExist())('the program prints an address, waits for a reader, and every captured frame arrives as itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-tape-'))
  ends.push(() => rmSync(folder, { recursive: true, force: true }))
  const tape = JSON.parse(readFileSync(join(tapes, 'yaohua-captured.json'), 'utf8')) as {
    frames: { hex: string; readings: { digits: number; decimals: number }[] }[]
  }
  const program = sim('tape', 'test/tapes/yaohua-captured.json', '--dialect', 'yaohua-tf0', '--folder', folder)
  await eventually(() => program.out().includes('\n'), { within: 25_000 })
  expect(program.out()).toBe(`serial://${join(folder, 'tape')}?baud=9600\n`)
  const port = new SerialPort({ path: join(folder, 'tape'), baudRate: 9_600 })
  const heard: number[] = []
  port.on('data', (piece: Uint8Array) => heard.push(...piece)).on('error', () => undefined)
  expect(await program.ended).toBe(0)
  const readings: unknown[] = []
  yaohuaTf0.decoder().push(
    Uint8Array.from(heard),
    ({ digits, decimals }) => readings.push({ digits, decimals }),
    () => undefined,
  )
  expect(readings).toEqual(tape.frames.flatMap((frame) => frame.readings))
  expect(heard).toHaveLength(tape.frames.reduce((sum, { hex }) => sum + hex.replaceAll(' ', '').length / 2, 0))
})

it('a tape that is not there is answered with a sentence', async () => {
  const program = sim('tape', 'nowhere.json', '--dialect', 'yaohua-tf0')
  expect(await program.ended).toBe(1)
  expect(program.err()).toContain('Cannot play nowhere.json: ENOENT')
})
