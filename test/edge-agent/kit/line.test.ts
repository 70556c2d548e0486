import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { bytesOfCapture, readCapture } from '#dialects/capture'
import { scaleDialect } from '#dialects/scale/scale-dialects'
import { yaohuaTf0 } from '#dialects/scale/yaohua-tf0'
import { milliseconds } from '#edge/units'
import { KIT_COMMANDS } from '../../../edge-agent/kit/commands.ts'
import { every, simulatorClock } from '../../../simulators/clock.ts'
import { type Line, openLine } from '../../../simulators/line.ts'
import { ptysExist } from '../../../simulators/pty-pair.ts'
import { EIGHT_N_ONE, type LineSettings } from '../../../simulators/uart.ts'
import { eventually } from '../../support/eventually.ts'

/** The commands of a site engineer, at a simulated indicator on a kernel pty that garbles what is read at a wrong speed. */
const clock = simulatorClock()
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pitgate-kit-'))
  ends.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function line(settings: LineSettings, onBytes: (bytes: Uint8Array) => void = () => {}): Promise<Line> {
  const opened = await openLine({ name: 'line', folder: folder(), clock, log: () => {}, onBytes, settings })
  ends.push(() => opened.stop())
  return opened
}

/** A Yaohua with a truck driving on, ten frames a second, on a line of that speed. */
async function indicator(baud: number): Promise<Line> {
  const opened = await line({ ...EIGHT_N_ONE, baud })
  const from = clock.monotonic()
  ends.push(
    every(clock, milliseconds(100), () => {
      const digits = Math.min(45_680, Math.round((clock.monotonic() - from) / 20) * 20)
      opened.write(yaohuaTf0.encode({ digits, decimals: 0 }))
    }),
  )
  return opened
}
const pathOf = (opened: Line): string => opened.address.replace('serial://', '').replace(/\?.*/, '')

async function run(command: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const said: [string, string] = ['', '']
  output.setEncoding('utf8').on('data', (text) => {
    said[0] += text
  })
  errors.setEncoding('utf8').on('data', (text) => {
    said[1] += text
  })
  const code = (await KIT_COMMANDS[command]?.(args, { input, output, errors })) ?? -1
  await eventually(() => output.readableLength === 0 && errors.readableLength === 0)
  return { code, out: said[0], err: said[1] }
}

describe.skipIf(!ptysExist())('at a line', () => {
  it('detect finds the speed and names the indicator', async () => {
    const opened = await indicator(1_200)
    const { code, out, err } = await run('detect', pathOf(opened), '--seconds', '2')
    expect(out).toMatch(/ 1200 8N1\nyaohua-tf0\n/)
    expect(out).toMatch(/unit, gross or net, stability/)
    expect(err).toMatch(/ 9600 8N1: \d+ bytes, unknown/)
    expect(code).toBe(0)
  })

  it('detect says that a line is silent, and sends nothing', async () => {
    const heard: number[] = []
    const opened = await line(EIGHT_N_ONE, (bytes) => void heard.push(...bytes))
    const { code, out } = await run('detect', opened.address.replace('serial://', 'serial://'), '--seconds', '1', '--json').catch(
      (error) => ({
        code: -1,
        out: String(error),
      }),
    )
    expect(JSON.parse(out).best.detection.kind).toBe('silent')
    expect(code).toBe(1)
    expect(heard).toEqual([])
  })

  it('record keeps every byte and its time; replay reads it again, and says it again on another line', async () => {
    const opened = await indicator(9_600)
    const file = join(folder(), 'truck.hex')
    const recorded = await run('record', opened.address, file, '--seconds', '2', '--note', 'display showed\nsomething')
    expect(recorded.code).toBe(0)
    const capture = readCapture(readFileSync(file))
    expect(capture.notes[0]).toContain(`pitgate capture of ${opened.address}, begun 20`)
    expect(capture.notes[1]).toBe('display showed something')
    expect(capture.pieces.at(-1)?.atMs).toBeGreaterThan(1_000)

    const replayed = await run('replay', file)
    expect(replayed.err).toMatch(/^yaohua-tf0: (1[5-9]|2\d) 读数/)
    expect(replayed.out).toMatch(/^@\d+ \d+\n/)

    const again: number[] = []
    const other = await line(EIGHT_N_ONE, (bytes) => void again.push(...bytes))
    expect((await run('replay', file, '--to', other.address)).code).toBe(0)
    await eventually(() => again.length === bytesOfCapture(capture).length)
    expect(Uint8Array.from(again)).toEqual(bytesOfCapture(capture))
  })

  it('an asked indicator is silent, and found with --ask', async () => {
    const dialect = scaleDialect('yaohua-cmd')
    let heard: number[] = []
    const opened: Line = await line(EIGHT_N_ONE, (bytes) => {
      heard = [...heard, ...bytes].slice(-16)
      const answer = dialect?.asking?.answer(Uint8Array.from(heard), { digits: 45_680, decimals: 0 })
      if (!answer) return
      heard = []
      opened.write(answer)
    })
    const { out, code } = await run('detect', opened.address, '--seconds', '1', '--ask')
    expect(out).toMatch(/\nyaohua-cmd（/)
    expect(code).toBe(0)
  })
})

describe('with a capture', () => {
  const capture = (): string => {
    const file = join(folder(), '<b>truck&.hex')
    writeFileSync(file, readFileSync(new URL('../../tapes/yaohua-one-truck.hex', import.meta.url)))
    return file
  }

  it('detect --file names it', async () => {
    expect(await run('detect', '--file', capture())).toMatchObject({ code: 0, out: expect.stringMatching(/\nyaohua-tf0\n/) })
  })

  it('report is a page that opens anywhere, and its figures', async () => {
    const file = capture()
    expect((await run('report', file)).code).toBe(0)
    const page = readFileSync(file.replace('.hex', '.html'), 'utf8')
    expect(page).toContain('<polyline')
    expect(page).toContain('&#60;b&#62;truck&#38;.hex')
    expect(page).not.toMatch(/<b>|https?:|<script/)
    const figures = JSON.parse(readFileSync(file.replace('.hex', '.json'), 'utf8'))
    expect(figures).toMatchObject({
      dialect: 'yaohua-tf0',
      readings: 522,
      longestGapMs: 80,
      readingsPerSecond: 12.5,
      understood: 1,
      rejected: [],
    })
    expect(existsSync(`${file}.html`)).toBe(false)
  })

  it.each([
    ['replay', ['/nowhere.hex'], /cannot read the capture .*ENOENT/],
    ['detect', [], /detect ADDRESS/],
    ['detect', ['not-an-address'], /must begin with serial: or tcp:/],
    ['detect', ['/dev/not-there'], /not-there/],
    ['record', ['/dev/ttyS0'], /record ADDRESS FILE/],
    ['decode', ['nobody', '00'], /no protocol "nobody"/],
    ['decode', ['--profile', 'nobody', '00'], /no profile "nobody"/],
  ])('%s %j is answered in words', async (command, args, words) => {
    await expect(run(command, ...args)).rejects.toThrow(words)
  })

  it('a capture is never written over another', async () => {
    const file = capture()
    await expect(run('record', 'tcp://127.0.0.1:9', file)).rejects.toThrow(/is there already/)
    expect(readFileSync(file).length).toBeGreaterThan(1_000)
  })

  it('a capture of what nobody knows is told so', async () => {
    const file = join(folder(), 'strange.bin')
    writeFileSync(
      file,
      Uint8Array.from({ length: 500 }, (_, at) => (at * 37 + 11) & 0xff),
    )
    await expect(run('replay', file)).rejects.toThrow(/bytes, but no language we know/)
  })
})
