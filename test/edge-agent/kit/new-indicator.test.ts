import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, expect, it } from 'vitest'
import { ScaleConfigSchema, withProfile } from '../../../edge-agent/config/scale.ts'
import { KIT_COMMANDS } from '../../../edge-agent/kit/commands.ts'

/** Does what `edge-agent/dialects/NEW-INDICATOR.md` says, with the very boxes of the page: a new indicator without a line of code. */
const page = readFileSync(new URL('../../../edge-agent/dialects/NEW-INDICATOR.md', import.meta.url), 'utf8')
const box = (name: string): string => {
  const found = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)
  return found?.[1] ?? expect.unreachable(`the page has no box ${name}`)
}

const folder = mkdtempSync(join(tmpdir(), 'pitgate-new-indicator-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const capture = join(folder, 'truck.hex')
const profile = join(folder, 'xb-200.yaml')
writeFileSync(capture, box('capture'))
writeFileSync(profile, box('profile'))

async function edge(command: string, ...args: string[]): Promise<{ code: number | undefined; out: string }> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  errors.resume()
  const code = await KIT_COMMANDS[command]?.(args, { input, output, errors })
  output.end()
  return { code, out: await text(output) }
}

it('the capture is read as the page prints it', async () => {
  const { code, out } = await edge('replay', capture, '--profile', profile)
  expect(out).toBe(box('readings'))
  expect(code).toBe(0)
})

it('nothing else reads the same bytes, and the profile is named', async () => {
  const { code, out } = await edge('detect', '--file', capture, '--profile', profile)
  expect(out).toContain('\nprofile xb-200\n')
  expect(code).toBe(0)
})

it('the report is written', async () => {
  expect((await edge('report', capture, '--profile', profile)).code).toBe(0)
  expect(JSON.parse(readFileSync(join(folder, 'truck.json'), 'utf8'))).toMatchObject({
    readings: 6,
    rejected: [{ reason: 'bad-checksum', count: 1 }],
    flags: { stable: 3, moving: 2, overload: 1 },
  })
})

it('a frame is decoded by the profile alone', async () => {
  const { out } = await edge('decode', '--profile', profile, '53 2C 47 2C 2B 30 30 30 34 35 36 38 30 2C 6B 67 31 30 0D 0A')
  expect(JSON.parse(out)).toMatchObject({
    frames: [{ value: 45_680, unit: 'kg', weightKg: 45_680, stable: true, mode: 'gross' }],
    rejected: [],
  })
})

it("a lane's scale takes the profile as the page writes it", () => {
  const config = { address: 'serial:///dev/ttyUSB0', profile: './xb-200.yaml' }
  expect(Object.keys(ScaleConfigSchema.properties)).toContain('profile')
  expect(withProfile(config, (path) => join(folder, path))).toMatchObject({
    dialect: 'text-layout',
    address: expect.stringContaining('baud=9600'),
  })
})
