import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { agentKey, hasher, keyId, verifierOf } from '../../edge-agent/keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitgate-key-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('the first start makes a key only its owner can read; later starts have the same', () => {
  const file = join(folder, 'deep', 'agent.key')
  const first = agentKey(file)
  expect(agentKey(file).publicKey).toBe(first.publicKey)
  expect(Buffer.from(first.publicKey, 'base64url')).toHaveLength(32)
  expect(first.key).toBe(keyId(first.publicKey))
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('a signature holds for its text under its key and for nothing else', () => {
  const key = agentKey(join(folder, 'agent.key'))
  const other = agentKey(join(folder, 'other.key'))
  const { verify } = verifierOf({ [key.key]: key.publicKey, [other.key]: other.publicKey })
  const signature = key.sign('坑口')
  expect([
    verify(key.key, '坑口', signature),
    verify(key.key, '坑囗', signature),
    verify(other.key, '坑口', signature),
    verify('0'.repeat(16), '坑口', signature),
    verify(key.key, '坑口', 'nonsense'),
  ]).toEqual([true, false, false, false, false])
})

it('hashes are those of SHA-256', () => {
  expect(hasher.hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

it('a file that is no key is refused and not replaced; a key filed under another name is refused', () => {
  const file = join(folder, 'agent.key')
  writeFileSync(file, 'rust')
  expect(() => agentKey(file)).toThrow(expect.objectContaining({ code: 'key-unreadable' }))
  const key = agentKey(join(folder, 'good.key'))
  expect(() => verifierOf({ ['0'.repeat(16)]: key.publicKey })).toThrow(expect.objectContaining({ code: 'key-unreadable' }))
})
