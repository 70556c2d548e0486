import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readConfig } from '../../edge-agent/config.ts'

const EXAMPLE = join(import.meta.dirname, '../../edge-agent/edge.example.yaml')
const folder = mkdtempSync(join(tmpdir(), 'pitgate-driver-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'mqtt-password'), 's3cret\n')

/** What is said of the example when its first lane has these devices. */
function said(devices: Record<string, unknown>): string {
  const config = parse(readFileSync(EXAMPLE, 'utf8')) as { lanes: Record<string, unknown>[] }
  const [lane = {}] = config.lanes
  for (const key of ['signs', 'speech', 'printer', 'tagReader']) delete lane[key]
  Object.assign(lane, devices)
  const file = join(folder, 'edge.yaml')
  writeFileSync(file, stringify({ ...config, lanes: [lane] }))
  const reading = readConfig(file)
  return reading.ok ? 'no mistake' : reading.sentence
}

it('a lane may have two signs, a voice, a printer and a reader of tags', () => {
  expect(
    said({
      signs: [
        { address: 'serial:///dev/ttyS6?baud=9600', dialect: 'kf', lines: 4, columns: 8, speaks: true, volume: 80 },
        { through: { serialNumber: '3a1c7f20-5b6d9e11' }, dialect: 'smart-weighing', defaultText: '欢迎光临' },
      ],
      speech: { address: 'tcp://10.0.0.9:4002', dialect: 'syn6288', replace: { 磅: '棒' } },
      printer: { address: 'file:///dev/usb/lp0', dialect: 'escpos', columns: 32, qr: 'raster', prints: ['gross', 'tare'], copies: 2 },
      tagReader: { address: 'serial:COM7?baud=57600', dialect: 'uhf-reader18', pollSeconds: 0.5 },
    }),
  ).toBe('no mistake')
})

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a sign with no way to it', { signs: [{ dialect: 'kf' }] }, /lanes\.0\.signs\.0\.address: .* \/ write one of address .* and through/],
  [
    'a voice with two',
    { speech: { address: 'tcp://1.2.3.4:1', through: { serialNumber: 'x' }, dialect: 'syn6288' } },
    /lanes\.0\.speech\.address: .*只能写一个/,
  ],
  ['a card nobody knows', { signs: [{ address: 'tcp://1.2.3.4:1', dialect: 'lingxin' }] }, /lanes\.0\.signs\.0\.dialect: 只能是 kf/],
  [
    'a page too large',
    { signs: [{ address: 'tcp://1.2.3.4:1', dialect: 'kf', lines: 8, columns: 64 }] },
    /at most 256 half-width characters, here 8 × 64/,
  ],
  [
    'a printer’s file without its path',
    { printer: { address: 'file://lp0', dialect: 'escpos' } },
    /lanes\.0\.printer\.address: 文件地址写作/,
  ],
  [
    'a line used twice',
    { tagReader: { address: 'tcp://1.2.3.4:1', dialect: 'm100' }, speech: { address: 'tcp://1.2.3.4:1', dialect: 'syn6658' } },
    /is the same as lanes\.0\.speech\.address/,
  ],
  [
    'a poll too slow to catch a truck',
    { tagReader: { address: 'tcp://1.2.3.4:1', dialect: 'm100', pollSeconds: 5 } },
    /lanes\.0\.tagReader\.pollSeconds/,
  ],
])('%s is told with its path', (_what, devices, sentence) => {
  expect(said(devices)).toMatch(sentence)
})
