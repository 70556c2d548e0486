import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { type EdgeConfig, readConfig, rulesOf } from '../../edge-agent/config.ts'

const EXAMPLE = join(import.meta.dirname, '../../edge-agent/edge.example.yaml')
const folder = mkdtempSync(join(tmpdir(), 'pitgate-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'mqtt-password'), 's3cret\n')

/** The example as a plain value, for a test to spoil. */
type Plain = { [key: string]: Plain } & Plain[]
const read = (text: string) => {
  const file = join(folder, 'edge.yaml')
  writeFileSync(file, text)
  return readConfig(file)
}
const spoiled = (spoil: (config: Plain) => void): string => {
  const config = parse(readFileSync(EXAMPLE, 'utf8')) as Plain
  spoil(config)
  const reading = read(stringify(config))
  return reading.ok ? 'no mistake' : reading.sentence
}
const set = (of: unknown, key: string, value: unknown): void => {
  ;(of as Record<string, unknown>)[key] = value
}
const example = (): EdgeConfig => {
  cpSync(EXAMPLE, join(folder, 'edge.yaml'))
  const reading = readConfig(join(folder, 'edge.yaml'))
  return reading.ok ? reading.config : expect.unreachable(reading.sentence)
}

describe('the example', () => {
  it('is valid, with every path taken from where the file lies, and the password from its file', () => {
    const config = example()
    expect(config).toMatchObject({ site: 'hongliu', folder: join(folder, 'edge-data'), cloud: { password: 's3cret' } })
    expect(config.cloud).not.toHaveProperty('passwordFile')
  })

  it("may be read before the enrolment has given the broker's password: the agent's key comes first", () => {
    writeFileSync(join(folder, 'not-yet'), '')
    expect(spoiled((config) => set(config.cloud, 'passwordFile', './not-yet'))).toBe('no mistake')
  })

  it('says the defaults as they are: a lane without rules has the same ones', () => {
    const { site, lanes } = example()
    const [lane] = lanes
    if (!lane) return expect.unreachable()
    const { rules: _, ...bare } = lane
    expect(rulesOf(site, bare)).toEqual(rulesOf(site, lane))
  })
})

describe('mistakes', () => {
  it('are told all at once, each with its path and a sentence in both languages', () => {
    const said = spoiled((config) => {
      set(config, 'site', '红柳')
      set(config.cloud, 'mqtt', 'mqtt://10.0.0.1:1883')
      set(config.cloud, 'passwordFile', './nowhere')
      set(config.lanBroker, 'port', 188_400)
      const lane = config.lanes?.[0]
      set(lane?.scale, 'dialect', 'yahoua')
      set(lane?.scale, 'address', 'serial:///dev/ttyS0?boud=9600')
      set(lane?.board?.outputs, 'entryClose', 0)
      set(lane?.scaleRecord, 'minKg', 100)
      set(lane?.rules, 'gatePulseMilliseconds', '500')
    })
    expect(said.split('\n')).toEqual([
      expect.stringContaining('9 处错误 / 9 mistakes in'),
      expect.stringMatching(/^ {2}site: 只能用小写字母.* \/ may have small letters/),
      expect.stringMatching(/^ {2}lanBroker\.port: 必须 <= 65535 \/ must be <= 65535$/),
      expect.stringMatching(/^ {2}lanes\.0\.scale\.dialect: 只能是 yaohua-tf0, .* \/ must be one of yaohua-tf0, /),
      expect.stringMatching(/^ {2}lanes\.0\.rules\.gatePulseMilliseconds: 应为整数 \/ must be a whole number$/),
      expect.stringMatching(/^ {2}cloud\.mqtt: 回环地址以外必须加密.* \/ must be encrypted outside loopback/),
      expect.stringMatching(/^ {2}cloud\.passwordFile: 文件 .*nowhere 打不开.* \/ cannot read the file .*ENOENT/),
      expect.stringMatching(/^ {2}lanes\.0\.scale\.address: .*"boud" is not a line setting/),
      expect.stringMatching(/^ {2}lanes\.0\.board\.outputs\.entryClose: 与 .*entryOpen 重复 \/ is the same as .*entryOpen$/),
      expect.stringMatching(/^ {2}lanes\.0\.scaleRecord\.minKg: .*400 kg \/ a class III scale has Min = 20 e, here 400 kg$/),
    ])
  })

  it.each<[where: string, path: string, of: (config: Plain) => unknown]>([
    ['the whole', 'colour', (config) => config],
    ['the cloud', 'cloud.colour', (config) => config.cloud],
    ['the camera broker', 'lanBroker.colour', (config) => config.lanBroker],
    ['a lane', 'lanes.0.colour', (config) => config.lanes?.[0]],
    ['the scale record', 'lanes.0.scaleRecord.colour', (config) => config.lanes?.[0]?.scaleRecord],
    ['the scale', 'lanes.0.scale.colour', (config) => config.lanes?.[0]?.scale],
    ['the board', 'lanes.0.board.colour', (config) => config.lanes?.[0]?.board],
    ['the outputs', 'lanes.0.board.outputs.colour', (config) => config.lanes?.[0]?.board?.outputs],
    ['the inputs', 'lanes.0.board.inputs.colour', (config) => config.lanes?.[0]?.board?.inputs],
    ['an input', 'lanes.0.board.inputs.exit-loop.colour', (config) => config.lanes?.[0]?.board?.inputs?.['exit-loop']],
    ['a camera', 'lanes.0.cameras.1.colour', (config) => config.lanes?.[0]?.cameras?.[1]],
    ['the reader', 'lanes.0.reader.colour', (config) => config.lanes?.[0]?.reader],
    ['the rules', 'lanes.0.rules.colour', (config) => config.lanes?.[0]?.rules],
  ])('a word that is no setting in %s is one mistake', (_where, path, of) => {
    const lines = spoiled((config) => set(of(config), 'colour', 7)).split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe(`  ${path}: 没有这个设置项，请检查拼写 / is not a setting here; check its spelling`)
  })

  it('a lane, an address, a camera is named twice: told with where it stood first', () => {
    const said = spoiled((config) => set(config, 'lanes', [config.lanes?.[0], structuredClone(config.lanes?.[0])]))
    for (const path of [
      'lane',
      'scale.address',
      'board.address',
      'reader.address',
      'tagReader.address',
      'signs.0.address',
      'cameras.0.serialNumber',
      'cameras.1.serialNumber',
    ])
      expect(said).toContain(`lanes.1.${path}: 与 lanes.0.${path} 重复 / is the same as lanes.0.${path}`)
    expect(said.split('\n')).toHaveLength(9)
  })

  it.each<[what: string, spoil: (config: Plain) => void, says: string]>([
    [
      'an input wired twice',
      (c) => set(c.lanes?.[0]?.board?.inputs?.['exit-beam'], 'input', 1),
      'exit-beam: 与 lanes.0.board.inputs.entry-beam',
    ],
    [
      'no exit loop',
      (c) => set(c.lanes?.[0]?.board, 'inputs', { 'entry-loop': { input: 0 } }),
      'inputs.exit-loop: 缺少此项。没有出口地感的磅道',
    ],
    ['an empty scale as heavy as a vehicle', (c) => set(c.lanes?.[0]?.rules, 'emptyBelowKg', 1_000), 'rules.emptyBelowKg: 空秤界限'],
    ['Max below Min', (c) => set(c.lanes?.[0]?.scaleRecord, 'minKg', 120_000), 'scaleRecord.maxKg: 最大秤量'],
    ['password said twice', (c) => set(c.cloud, 'password', 'x'), 'cloud.password: 与 cloud.passwordFile'],
    ['certificate authority away', (c) => set(c.cloud, 'ca', './ca.pem'), 'cloud.ca: 文件'],
    ['half an address', (c) => set(c.cloud, 'mqtt', 'mqtts://'), 'cloud.mqtt: 不是完整的地址'],
    [
      'a name that only begins like loopback',
      (c) => set(c.cloud, 'https', 'http://127.0.0.1.example.com'),
      'cloud.https: 回环地址以外必须加密',
    ],
    ['a lane that is nothing', (c) => set(c.lanes, '0', null), 'lanes.0: 应为一组设置 / must be a group of settings'],
    ['no lane', (c) => set(c, 'lanes', []), 'lanes: '],
  ])('%s', (_what, spoil, says) => {
    const said = spoiled(spoil)
    expect(said.split('\n')).toEqual([expect.stringContaining('1 处错误 / 1 mistake in'), expect.stringContaining(says)])
  })

  it.each(['mqtt://localhost:1883', 'mqtt://[::1]:1883', 'mqtt://127.0.0.9:1', 'mqtts://cloud.example:8883'])('%s may be used', (url) => {
    expect(spoiled((config) => set(config.cloud, 'mqtt', url))).toBe('no mistake')
  })

  it('what is missing is not also called a repetition', () => {
    const said = spoiled((config) => {
      const lane = structuredClone(config.lanes?.[0])
      set(config, 'lanes', [{}, {}])
      set(lane, 'cameras', [])
    })
    expect(said).not.toContain('重复')
  })
})

describe('a file that is no configuration', () => {
  it('is not there', () => {
    const reading = readConfig(join(folder, 'nowhere.yaml'))
    expect(reading).toMatchObject({ ok: false, missing: true, sentence: expect.stringContaining('nowhere.yaml') })
  })
  it('is a folder', () => {
    mkdirSync(join(folder, 'sub'))
    expect(readConfig(join(folder, 'sub'))).toMatchObject({
      ok: false,
      missing: false,
      sentence: expect.stringContaining('打不开 / cannot read'),
    })
  })
  it.each([
    ['is empty', '', '(整个文件 / whole file): 应为一组设置'],
    ['is not YAML', 'lanes: [', '不是有效的 YAML / '],
    ['says a key twice', 'site: a1\nsite: a2\n', 'not YAML: Map keys must be unique at line 2'],
    ['is something else', '<html>', 'must be a group of settings'],
  ])('%s', (_what, text, says) => {
    expect(read(text)).toMatchObject({ ok: false, missing: false, sentence: expect.stringContaining(says) })
  })
})

it('a key id of digits alone is not taken for a number', () => {
  const text = readFileSync(EXAMPLE, 'utf8').replace('0123456789abcdef:', '0123456789012345:')
  const reading = read(text)
  expect(reading.ok && Object.keys(reading.config.cloud.issuers)).toEqual(['0123456789012345'])
})
