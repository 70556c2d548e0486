import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { consolePlace } from '../../edge-agent/config/console.ts'
import { readConfig } from '../../edge-agent/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-console-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'mqtt-password'), 's3cret\n')
writeFileSync(join(folder, 'console.pem'), 'a certificate\n')
writeFileSync(join(folder, 'empty'), '')

/** The example with this console. */
function withConsole(console: unknown): ReturnType<typeof readConfig> {
  const config = parse(readFileSync(join(import.meta.dirname, '../../edge-agent/edge.example.yaml'), 'utf8')) as object
  const file = join(folder, 'edge.yaml')
  writeFileSync(file, stringify({ ...config, console }))
  return readConfig(file)
}
const says = (console: unknown): string => {
  const reading = withConsole(console)
  return reading.ok ? 'no mistake' : reading.sentence
}
const tls = { certificate: './console.pem', key: './console.pem' }

describe('where the console is served', () => {
  it('is this computer alone where nothing is said', () => {
    expect(consolePlace()).toEqual({ host: '127.0.0.1', port: 8_085, names: [], tls: null })
  })

  it.each([
    {},
    { host: '127.0.0.1', port: 0 },
    { host: 'localhost' },
    { host: '::1' },
    { host: '192.168.1.10' },
    { host: '10.3.2.1', names: ['scale.mine.lan'] },
    { host: '172.31.0.1' },
    { host: '192.168.1.10', displayKey: 'a-screen-at-the-north-lane' },
    { host: 'fd00::10' },
    { host: '0.0.0.0', tls },
    { host: '203.0.113.7', tls },
  ])('%j may be written', (console) => expect(says(console)).toBe('no mistake'))

  it.each([
    [{ host: '0.0.0.0' }, 'console.host: 明文只能用于回环地址或站内专用网段'],
    [{ host: '203.0.113.7' }, 'console.host: 明文'],
    [{ host: '::' }, 'for any other write console.tls'],
    [{ host: '172.32.0.1' }, 'console.host: 明文'],
    [{ host: 'scale.mine.lan' }, 'console.host: 请写本机的 IP 地址'],
    [{ host: '127.0.0.1.example.com' }, 'console.host: 请写本机的 IP 地址'],
    [{ port: 99_999 }, 'console.port: 必须 <= 65535'],
    [{ names: ['Evil/Name'] }, 'console.names.0'],
    [{ displayKey: 'too-short' }, 'console.displayKey: 应为 16 至 64 位字母、数字、- 或 _'],
    [{ hots: '127.0.0.1' }, 'console.hots: 没有这个设置项'],
    [{ host: '192.168.1.10', tls: { ...tls, key: './nowhere.key' } }, 'console.tls.key: 文件'],
    [{ host: '192.168.1.10', tls: { ...tls, key: './empty' } }, 'console.tls.key: 文件'],
  ])('%j is one mistake', (console, sentence) => {
    const said = says(console)
    expect(said.split('\n')).toHaveLength(2)
    expect(said).toContain(sentence)
  })

  it('has its files beside the configuration', () => {
    const reading = withConsole({ host: '192.168.1.10', tls })
    const file = join(folder, 'console.pem')
    expect(reading.ok && reading.config.console).toEqual({ host: '192.168.1.10', tls: { certificate: file, key: file } })
  })
})
