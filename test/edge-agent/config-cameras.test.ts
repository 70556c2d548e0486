import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readConfig } from '../../edge-agent/config.ts'
import { cameraNames } from '../../edge-agent/fitting/cameras.ts'

const folder = mkdtempSync(join(tmpdir(), 'pitgate-config-cameras-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'empty-password'), '\n')
for (const name of ['mqtt-password', 'camera-password']) writeFileSync(join(folder, name), 's3cret\n')

interface Plain {
  lanes: { cameras: object[] }[]
  cameraListener?: object
}
/** The example with these cameras instead of its own. */
function read(cameras: readonly object[], listener: object | null = { host: '127.0.0.1', port: 0 }) {
  const file = join(folder, 'edge.yaml')
  cpSync(join(import.meta.dirname, '../../edge-agent/edge.example.yaml'), file)
  const config = parse(readFileSync(file, 'utf8')) as Plain
  config.lanes = config.lanes.map((lane, at) => (at === 0 ? { ...lane, cameras: [...cameras] } : lane))
  const { cameraListener: _, ...rest } = config
  writeFileSync(file, stringify(listener === null ? rest : { ...rest, cameraListener: listener }))
  return readConfig(file)
}
const mistakes = (...said: Parameters<typeof read>): string[] => {
  const reading = read(...said)
  return reading.ok ? [] : reading.sentence.split('\n').slice(1)
}
const hikvision = { side: 'front', kind: 'hikvision-stream', address: 'http://192.168.1.64', user: 'admin', password: 'x' }

describe('a camera of the configuration', () => {
  it.each<[string, object]>([
    ['as it always was', { side: 'front', serialNumber: 'S' }],
    ['that pushes', { side: 'front', kind: 'vzenith-http', path: '/cameras/north-front', from: '192.168.1.64' }],
    ['that pushes and signs in', { side: 'front', kind: 'hikvision', path: '/c', user: 'u', password: 'p', signIn: 'basic' }],
    ['that pushes with a word in its path', { side: 'front', kind: 'hikvision', path: '/c', password: 'p', signIn: 'token' }],
    ['that is listened to', hikvision],
    [
      'that pushes, and is asked for pictures where it has them',
      {
        side: 'front',
        kind: 'hikvision',
        path: '/c',
        snapshot: { url: 'http://192.168.1.64/picture?channel=1', user: 'a', password: 'b' },
      },
    ],
    ['that is asked', { ...hikvision, kind: 'hikvision-poll', pollSeconds: 0.5 }],
  ])('%s is right', (_, camera) => {
    expect(mistakes([camera])).toEqual([])
  })

  it('has its password in a file of its own', () => {
    const { password: _, ...rest } = hikvision
    const reading = read([{ ...rest, passwordFile: './camera-password' }])
    expect(reading.ok && reading.config.lanes[0]?.cameras).toEqual([{ ...rest, password: 's3cret' }])
  })

  it('has the password for its pictures in a file, too', () => {
    const snapshot = { url: 'http://192.168.1.64/p.jpg', user: 'a' }
    const reading = read([{ side: 'front', serialNumber: 'S', snapshot: { ...snapshot, passwordFile: './camera-password' } }])
    expect(reading.ok && reading.config.lanes[0]?.cameras[0]?.snapshot).toEqual({ ...snapshot, password: 's3cret' })
  })

  it.each<[what: string, camera: object, says: string]>([
    [
      'pictures from nowhere',
      { side: 'front', serialNumber: 'S', snapshot: { url: 'ftp://192.168.1.64/p.jpg' } },
      'cameras.0.snapshot.url: 应为取图地址',
    ],
    [
      'a password in the address of its pictures',
      { side: 'front', serialNumber: 'S', snapshot: { url: 'http://a:b@192.168.1.64/p.jpg' } },
      'user and password have keys of their own',
    ],
    [
      'pictures for a user without a password',
      { side: 'front', serialNumber: 'S', snapshot: { url: 'http://192.168.1.64/p.jpg', user: 'a' } },
      'cameras.0.snapshot.user: user 与 password',
    ],
    ['a kind nobody knows', { side: 'front', kind: 'nokia' }, 'cameras.0.kind: 只能是'],
    ['MQTT without a number', { side: 'front' }, 'cameras.0.serialNumber: vzenith-mqtt 相机必须写 serialNumber'],
    ['a push without a path', { side: 'front', kind: 'vzenith-http' }, 'cameras.0.path: vzenith-http 相机必须写 path（相机推送到的路径'],
    ['a path that is none', { side: 'front', kind: 'vzenith-http', path: 'x y' }, 'cameras.0.path: '],
    ['a stream without an address', { side: 'front', kind: 'hikvision-stream' }, 'a hikvision-stream camera needs it: its address'],
    ['a stream from nowhere', { ...hikvision, address: '192.168.1.64' }, 'must be an address like http://192.168.1.64'],
    ['an address with a path', { ...hikvision, address: 'http://192.168.1.64/ISAPI' }, 'only protocol, host and port'],
    ['a password in the address', { ...hikvision, address: 'http://a:b@192.168.1.64' }, 'only protocol, host and port'],
    [
      'a user without a password',
      { side: 'front', kind: 'hikvision-stream', address: 'http://x', user: 'a' },
      'user and password (or passwordFile) go together',
    ],
    ['two passwords', { ...hikvision, passwordFile: './camera-password' }, 'cameras.0.password: 与 passwordFile 只能写一个'],
    [
      'a password file with nothing in it',
      { side: 'front', kind: 'hikvision', path: '/c', signIn: 'token', passwordFile: './empty-password' },
      'is empty',
    ],
    [
      'a password file that is away',
      { side: 'front', kind: 'hikvision-stream', address: 'http://x', user: 'a', passwordFile: './away' },
      'passwordFile: 文件',
    ],
    [
      'a token without a word',
      { side: 'front', kind: 'hikvision', path: '/c', signIn: 'token' },
      'token needs the word itself as password',
    ],
    [
      'a way to sign in without anybody',
      { side: 'front', kind: 'hikvision', path: '/c', signIn: 'digest' },
      'cameras.0.signIn: 需要 user 和 password',
    ],
    ['a source that is no address', { side: 'front', kind: 'hikvision', path: '/c', from: 'gate' }, '"gate" is not an IP address'],
    [
      'what means nothing to the kind',
      { side: 'front', serialNumber: 'S', address: 'http://x' },
      'cameras.0.address: 对 vzenith-mqtt 相机没有意义',
    ],
  ])('%s is one mistake, told in words', (_, camera, says) => {
    expect(mistakes([camera])).toEqual([expect.stringContaining(says)])
  })

  it('that pushes needs a listener', () => {
    const camera = { side: 'front', kind: 'vzenith-http', path: '/c' }
    expect(mistakes([camera], null)).toEqual([
      expect.stringContaining('cameras.0.kind: vzenith-http 相机经 HTTP 推送，需要 cameraListener'),
    ])
  })

  it('shares its path only with cameras it can be told apart from', () => {
    const pushes = { side: 'front', kind: 'vzenith-http', path: '/c' }
    expect(mistakes([pushes, { ...pushes, side: 'rear' }])).toEqual([
      expect.stringContaining('cameras.1.path: 与 lanes.0.cameras.0.path 重复'),
    ])
    expect(mistakes([pushes, { ...pushes, from: '192.168.1.65' }, { ...pushes, serialNumber: 'S' }])).toEqual([])
    expect(
      mistakes([
        { ...pushes, serialNumber: 's' },
        { ...pushes, serialNumber: 'S' },
      ]),
    ).toEqual([expect.stringContaining('serialNumber: 与')])
  })
})

it('up to four cameras have names of their own', () => {
  const four = (['front', 'rear', 'front', 'front'] as const).map((side, at) => ({ side, serialNumber: `S${at}` }))
  expect(mistakes(four)).toEqual([])
  expect(cameraNames(four)).toEqual(['camera-front', 'camera-rear', 'camera-front-2', 'camera-front-3'])
  expect(mistakes([...four, { side: 'rear', serialNumber: 'S5' }])).toEqual([expect.stringContaining('lanes.0.cameras')])
})
