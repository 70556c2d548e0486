import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../cloud-service/config.ts'

const file = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'pitgate-config-')), 'cloud.yaml')
  writeFileSync(path, text)
  return path
}
const wrong = (text: string, environment = {}): string => {
  try {
    readConfig(file(text), environment)
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing is wrong'
}

describe('the configuration', () => {
  it('may be empty, and the shipped example says the same', () => {
    const usual = readConfig(undefined, {})
    expect(usual).toMatchObject({ listen: { host: '127.0.0.1', port: 8080 }, secure: false, broker: { embeddedPort: 1883 } })
    expect(readConfig(join(import.meta.dirname, '../../../cloud-service/cloud.example.yaml'), {})).toEqual(usual)
  })

  it('lets the environment win over the file', () => {
    const config = readConfig(file('listen: { port: 9000 }\ndatabase: { url: postgres://a/b }'), {
      PITGATE_PORT: '9100',
      MQTT_URL: 'mqtt://broker:1',
      PITGATE_SECURE: '1',
    })
    expect(config).toMatchObject({
      listen: { host: '127.0.0.1', port: 9100 },
      database: { url: 'postgres://a/b' },
      broker: { url: 'mqtt://broker:1' },
      secure: true,
    })
  })

  it('names every mistake at once, with its path', () => {
    const said = wrong('listen: { port: 99999, hots: x }\nlog: loud\ndatabase: { url: "mysql://x" }\nsecrue: true', {
      PITGATE_BROKER_PORT: 'many',
    })
    for (const path of ['listen.port', 'listen.hots', 'log', 'database.url', 'secrue', 'broker.embeddedPort'])
      expect(said).toContain(`  ${path}: `)
  })

  it.each([
    ['is no YAML', 'listen: [', 'is not YAML'],
    ['is a list', '- 1', 'must be a group of settings'],
  ])('that %s is refused with a sentence', (_, text, says) => expect(wrong(text)).toContain(says))

  it('that is not there is refused with its name', () => {
    expect(() => readConfig('/nowhere/cloud.yaml', {})).toThrow('/nowhere/cloud.yaml cannot be read')
  })
})
