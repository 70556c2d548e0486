import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Reading } from '#dialects/scale/reading'
import { dialectOf } from '../../edge-agent/config/profile.ts'
import { readProfile, shippedProfiles } from '../../edge-agent/config/read-profile.ts'
import { withLine } from '../../edge-agent/config/scale.ts'
import { readConfig } from '../../edge-agent/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-profile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function file(value: unknown): string {
  const path = join(folder, `profile-${++files}.yaml`)
  writeFileSync(path, typeof value === 'string' ? value : stringify(value))
  return path
}
const said = (value: unknown): string => {
  const reading = readProfile(file(value))
  return reading.ok ? 'no mistake' : reading.sentence
}

it.each(shippedProfiles())('the shipped profile %s is right, is named like its file and cites where it is from', (name) => {
  const reading = readProfile(name)
  if (!reading.ok) return expect.fail(reading.sentence)
  expect(reading.profile.profile).toBe(name)
  expect(reading.profile.source).toBeDefined()
  expect(dialectOf(reading.profile)?.dialect.name).toBe(reading.profile.dialect)
})

describe('a profile', () => {
  it('is told all its mistakes at once, those of its dialect’s settings too', () => {
    const lines = said({
      profile: 'My Scale',
      about: 'x',
      dialect: 'modbus-gm8802f',
      line: { baud: 9600, data: 9 },
      settings: { unitId: 300, chanel: 2 },
      filter: { equalFrames: 9 },
      colour: 'red',
    }).split('\n')
    expect(lines[0]).toContain('6 处错误 / 6 mistakes in')
    for (const path of ['profile', 'line.data', 'settings.unitId', 'settings.chanel', 'filter.equalFrames', 'colour'])
      expect(lines.some((line) => line.startsWith(`  ${path}: `))).toBe(true)
  })
  it('says so when it is not there, no YAML, or not shipped', () => {
    expect(readProfile(join(folder, 'nowhere.yaml'))).toMatchObject({ ok: false, sentence: expect.stringContaining('ENOENT') })
    expect(said('a: [')).toContain('is not YAML')
    expect(readProfile('klingon')).toMatchObject({ ok: false, sentence: expect.stringContaining('there are and-ad4404') })
  })
  it('may bring a table of registers, but one that holds what it names', () => {
    const table = { function: 3, from: 7, count: 1, weight: { at: 7, type: 'i32' } }
    expect(said({ profile: 'mine', about: 'x', dialect: 'modbus-table', settings: { table } })).toContain('  settings.table.weight: ')
  })
  it('sets poll only where somebody is asked', () => {
    expect(said({ profile: 'mine', about: 'x', dialect: 'yaohua-tf0', poll: { everyMilliseconds: 100 } })).toContain('  poll: ')
  })
})

it('a new Modbus indicator is a profile, not code', () => {
  const reading = readProfile(
    file({
      profile: 'own-indicator',
      about: 'an indicator of our own',
      dialect: 'modbus-table',
      settings: {
        unitId: 3,
        order: 'cdab',
        table: {
          function: 4,
          from: 16,
          count: 4,
          weight: { at: 16, type: 'u32', negative: 4 },
          decimalsAt: 18,
          status: { at: 19, type: 'u16' },
          bits: { moving: 0, overload: [7] },
          unit: 't',
        },
      },
    }),
  )
  if (!reading.ok) return expect.fail(reading.sentence)
  const set = dialectOf(reading.profile)
  const readings: Reading[] = []
  // Unit 3, function 4, eight bytes: 0000B270 with the low word first, two decimals, status 0010; its CRC.
  const answer = [3, 4, 8, 0xb2, 0x70, 0, 0, 0, 2, 0, 0x10]
  const decoder = set?.decoder()
  decoder?.push(
    Uint8Array.from([...answer, ...crc(answer)]),
    (heard) => readings.push(heard),
    ({ reason }) => expect.fail(reason),
  )
  expect(readings).toMatchObject([{ digits: -45_680, decimals: 2, unit: 't', stable: true, overload: false }])
})

it('an address says what a profile’s line would say otherwise', () => {
  const line = { baud: 4800, data: 7, parity: 'even', stop: 2 } as const
  expect(withLine('serial:///dev/ttyS0', line)).toBe('serial:///dev/ttyS0?baud=4800&data=7&parity=even&stop=2')
  expect(withLine('serial:///dev/ttyS0?baud=9600&data=8', line)).toBe('serial:///dev/ttyS0?baud=9600&data=8&parity=even&stop=2')
  expect(withLine('tcp://10.0.0.5:4001', line)).toBe('tcp://10.0.0.5:4001')
})

describe('in the agent’s configuration', () => {
  type Plain = Record<string, unknown> & { lanes: (Record<string, unknown> & { lane: string; scale: Record<string, unknown> })[] }
  const example = (): Plain => {
    const text = readFileSync(new URL('../../edge-agent/edge.example.yaml', import.meta.url), 'utf8')
    return parse(text, { stringKeys: true }) as Plain
  }
  /** The example with these scales, one lane each; what else must not be used twice is left out. */
  function config(...scales: Record<string, unknown>[]) {
    const value = example()
    const [lane] = value.lanes
    if (!lane) throw new Error('the example has no lane')
    const lanes = scales.map((scale, at) => ({
      ...structuredClone(lane),
      lane: `lane-${at}`,
      scale,
      cameras: [],
      reader: undefined,
      tagReader: undefined,
      signs: [],
      board: { ...(lane.board as object), address: `tcp://10.0.0.${at + 1}:4001` },
    }))
    const path = join(folder, `edge-${++files}.yaml`)
    writeFileSync(join(folder, 'mqtt-password'), 'x')
    writeFileSync(path, stringify({ ...value, lanes }))
    return readConfig(path)
  }
  const sentence = (...scales: Record<string, unknown>[]): string => {
    const reading = config(...scales)
    return reading.ok ? 'no mistake' : reading.sentence
  }
  const line = 'serial:///dev/ttyS0'

  it('a profile is worked in, and what stands in place goes before it', () => {
    writeFileSync(
      join(folder, 'ours.yaml'),
      stringify({
        profile: 'ours',
        about: 'x',
        dialect: 'modbus-laumas',
        line: { baud: 19_200 },
        unit: 't',
        decimals: 2,
        settings: { unitId: 4, order: 'cdab' },
        filter: { equalFrames: 2 },
      }),
    )
    const reading = config({ address: line, profile: './ours.yaml', decimals: 1, settings: { unitId: 5 }, filter: { capacityKg: 100_000 } })
    if (!reading.ok) return expect.fail(reading.sentence)
    expect(reading.config.lanes[0]?.scale).toEqual({
      address: `${line}?baud=19200`,
      profile: 'ours',
      dialect: 'modbus-laumas',
      unit: 't',
      decimals: 1,
      settings: { unitId: 5, order: 'cdab' },
      filter: { equalFrames: 2, capacityKg: 100_000 },
    })
  })

  it('a scale names a dialect or a profile, and its unit', () => {
    expect(sentence({ address: line, unit: 'kg' })).toContain('lanes.0.scale: 请写 dialect')
    expect(sentence({ address: line, dialect: 'yaohua-tf0', profile: 'yaohua-a9' })).toContain('lanes.0.scale.profile: 与 dialect')
    expect(sentence({ address: line, dialect: 'yaohua-tf0' })).toContain('lanes.0.scale.unit: ')
    const tcp = { address: line, dialect: 'modbus-tcp', unit: 'kg' }
    expect(sentence(tcp)).toContain('lanes.0.scale.address: ')
    expect(sentence({ ...tcp, address: 'tcp://10.0.0.5:502' })).toBe('no mistake')
    expect(sentence({ address: line, profile: 'klingon' })).toContain('lanes.0.scale.profile: ')
    expect(sentence({ address: line, profile: 'yaohua-a9' })).toBe('no mistake')
    expect(sentence({ address: line, profile: 'laumas-tlb-modbus', settings: { unitId: 0 } })).toContain('lanes.0.scale.settings.unitId: ')
  })

  it('indicators asked by addresses of their own share a line, and no others', () => {
    const asked = (unitId: number) => ({ address: line, profile: 'laumas-tlb-modbus', settings: { unitId } })
    expect(sentence(asked(1), asked(2), asked(3))).toBe('no mistake')
    expect(sentence(asked(1), asked(2), asked(2))).toContain('lanes.2.scale.address: 与 lanes.1.scale 在同一条线上地址相同')
    expect(sentence(asked(1), { address: line, profile: 'yaohua-a9' })).toContain('is the same as lanes.0.scale.address')
    expect(sentence(asked(1), { ...asked(2), address: `${line}?baud=9600` })).toBe('no mistake')
    expect(sentence(asked(1), { ...asked(2), address: `${line}?baud=19200` })).toContain('sets the line otherwise')
    expect(sentence({ address: line, dialect: 'mt-sics', unit: 'kg' }, { address: line, dialect: 'mt-sics', unit: 'kg' })).toContain(
      'need addresses of their own',
    )
    const slow = { address: line, dialect: 'yaohua-cmd', unit: 'kg', settings: { address: 'B' } }
    expect(sentence({ address: line, profile: 'gm8802f-modbus' }, slow)).toContain('its profile sets the line otherwise')
    expect(sentence({ ...slow, settings: { address: 'A' } }, slow)).toBe('no mistake')
  })
})

function crc(bytes: Iterable<number>): [number, number] {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return [sum & 0xff, sum >> 8]
}
