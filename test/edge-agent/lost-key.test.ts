import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { edgeConfig } from '../../simulators/demo-site.ts'

it('a key file that is gone beside a ledger is never replaced silently', () => {
  const data = mkdtempSync(join(tmpdir(), 'pitgate-lost-key-'))
  mkdirSync(join(data, 'edge'))
  writeFileSync(join(data, 'mqtt-password'), '')
  writeFileSync(join(data, 'edge', 'ledger.db'), 'records that were sealed with the key that is gone')
  const ports = { database: 1, broker: 2, lan: 3, readers: [4, 5] as const }
  writeFileSync(join(data, 'edge.yaml'), stringify(edgeConfig({ site: 'hongliu', agent: 'a1', data, port: 6, ports }, {})))
  const program = resolve(import.meta.dirname, '../../dist/edge-agent/main.js')
  const { status, stderr } = spawnSync(process.execPath, [program, 'key', '--config', join(data, 'edge.yaml')], { encoding: 'utf8' })
  expect([status, existsSync(join(data, 'edge', 'agent.key'))]).toEqual([1, false])
  expect(stderr).toContain('密钥文件无法读取')
  rmSync(data, { recursive: true, force: true })
})
