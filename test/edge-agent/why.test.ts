import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identityText } from '#edge/ids'
import { type Found, findRecord } from '../../edge-agent/found-record.ts'
import { hasher, verifierOf } from '../../edge-agent/keys.ts'
import { softwareIdentity } from '../../edge-agent/software-identity.ts'
import { tellWhy, type Why } from '../../edge-agent/why.ts'
import { fillBook, type LaneLife, type LaneWorld, laneWorld, recordsOf } from './lane-rig.ts'

const software = softwareIdentity()
let world: LaneWorld
let life: LaneLife
let id: string
let found: Found
beforeAll(async () => {
  world = laneWorld({ software })
  life = world.start()
  fillBook(world, life.store)
  await life.speaks()
  await life.isWeighed(15_640)
  id = idOf('weighing')
  found = findRecord(life.store, id) ?? expect.unreachable()
})
afterAll(async () => {
  await life.dies()
  world.remove()
})
const idOf = (kind: string): string => {
  const record = recordsOf(life.store).find((one) => one.kind === kind)
  return record ? identityText(record) : expect.unreachable()
}
const why = (different: Partial<Found> = {}, by = software): Why => {
  const { key, publicKey } = world.rig.signer
  return tellWhy(id, { ...found, ...different }, { software: by, keys: verifierOf({ [key]: publicKey }) })
}
/** Somebody changes the record's bytes, and knows how to make the hash anew. */
const edited = (change: (bytes: string) => string): Partial<Found> => {
  const bytes = change(found.bytes)
  return { bytes, hash: hasher.hash(bytes) }
}

it('an opened gate is explained in both languages, and proved by seal, signature and re-run', () => {
  const { lines, proved } = why()
  expect(proved).toBe(true)
  expect(lines[0]).toMatch(new RegExp(`^${id} {2}2026-11-21T.* north {2}15640 kg$`))
  const text = lines.join('\n')
  expect(text).toContain('放行')
  expect(text).toContain('陕K12345')
  expect(text).toMatch(/✓ 封签 \/ seal: [0-9a-f]{64} .*matches its bytes/)
  expect(text).toMatch(/✓ 签名 \/ signature: [0-9a-f]{16} .*is this agent’s/)
  expect(text).toMatch(/✓ 重算 \d+ 个输入，逐字节相同 \/ re-ran \d+ inputs: the same weighing, byte for byte/)
})

describe('what was altered', () => {
  it.each<[what: string, different: () => Partial<Found>, says: RegExp]>([
    ['the tape', () => ({ tape: found.tape?.replace('[0,15800]', '[0,15600]') ?? '' }), /✗ 曲线与记录中的指纹不符/],
    ['the weight', () => ({ bytes: found.bytes.replace('"weightKg":15640', '"weightKg":15440') }), /✗ 封签 .*does not match its bytes/],
    [
      'the weight, and its hash made anew',
      () => edited((bytes) => bytes.replace('"weightKg":15640', '"weightKg":15440')),
      /✗ 签名 .*is not this agent’s/,
    ],
    [
      'tape and weight together',
      () => {
        const tape = found.tape?.replace('[0,15800]', '[0,15600]') ?? ''
        return { tape, ...edited((bytes) => bytes.replace(hasher.hash(found.tape ?? ''), hasher.hash(tape))) }
      },
      /✗ (重算结果不同|曲线无法读取)/,
    ],
    ['the bytes, so that they are no record', () => ({ bytes: found.bytes.slice(0, -7) }), /✗ .*已损坏，无法读取/],
    ['the signature', () => ({ signature: `${found.signature?.startsWith('A') ? 'B' : 'A'}${found.signature?.slice(1)}` }), /✗ 签名/],
  ])('%s: told, and not proved', (_what, different, says) => {
    const { lines, proved } = why(different())
    expect(proved).toBe(false)
    expect(lines.join('\n')).toMatch(says)
  })
})

describe('what cannot be proved is not claimed', () => {
  it('the tape has been pruned', () => {
    const { lines, proved } = why({ tape: null })
    expect(proved).toBeNull()
    expect(lines.join('\n')).toContain('no re-run')
  })
  it('another version decided: it is named', () => {
    const { lines, proved } = why({}, { version: '9.9.9', legal: 'js-other' })
    expect(proved).toBeNull()
    expect(lines.join('\n')).toContain(`decided by ${software.version}, ${software.legal}`)
    expect(lines.join('\n')).toContain('another version decided; js-other proves nothing about it')
  })
})

it('a record that is no weighing is explained too, and proved as far as it can be', () => {
  const opening = idOf('opening')
  const { key, publicKey } = world.rig.signer
  const { lines, proved } = tellWhy(opening, findRecord(life.store, opening) ?? expect.unreachable(), {
    software,
    keys: verifierOf({ [key]: publicKey }),
  })
  expect(lines[0]).toMatch(new RegExp(`^${opening} {2}2026-11-21T.* opening$`))
  expect(lines.join('\n')).toContain('账本新纪元:首次启动')
  expect(lines.join('\n')).toContain('A new epoch of the ledger: first start')
  expect(proved).toBe(true)
})

it('the legal basis of a rule and the policy that judged stand beside the reasons', () => {
  const text = why().lines.join('\n')
  expect(text).toContain('策略第 1 版,榆林市能源局(演示)')
  expect(text).toContain('Policy version 1 of 榆林市能源局(演示), issued 2026-11-21 08:00')
})

it('an id of another site, another agent or nobody finds nothing', () => {
  for (const other of [id.replace('hongliu', 'daliuta'), id.replace('.a1.', '.a2.'), `${id}0`, 'nonsense', ''])
    expect(findRecord(life.store, other)).toBeNull()
})
